/** The routes behind the dialogs: what gateways there are, what devices they have, whether a key is right; those of accounts are beside. Never a secret in an answer. */

import type { Request } from 'express';
import type { NodeAPI } from 'node-red';
import { parseHub } from '../../../lib/devices/commands/hub';
import { LumiotError, toLumiotError } from '../../../lib/home/errors';
import { discover, testKey } from '../../../lib/lumi';
import { commandHub } from '../../../lib/lumi/commands';
import { listInterfaces } from '../../../lib/lumi/interfaces';
import { serveCallback } from './account-callback';
import { serveAccounts } from './account-routes';
import { deviceView, gatewayView } from './device-view';
import { diagnosticsOf } from './diagnostics';
import { network } from './environment';
import { allHosts, type GatewayHost } from './gateway-host';
import { isGatewayNode, keyRead, keyUnread, storedCredential, UNTOUCHED } from './key-read';
import { LEASE_S, renewLease } from './live';
import { answer, bodyOf, guardsOf } from './routes';
import { expand, text } from './settings';

const served = new WeakSet<object>();

/** Registers the routes once for each editor application. */
export function serveAdminApi(RED: NodeAPI): void {
  if (RED.httpAdmin === undefined || served.has(RED.httpAdmin)) return;
  served.add(RED.httpAdmin);
  const { read, write } = guardsOf(RED);
  const app = RED.httpAdmin;
  serveAccounts(RED);
  serveCallback(RED);

  app.get(
    '/lumiot/interfaces',
    read,
    answer(() => listInterfaces(network(RED).environment)),
  );
  app.get(
    '/lumiot/gateways',
    read,
    answer(() => [...allHosts()].map(([id, host]) => gatewayView(id, host))),
  );
  app.get(
    '/lumiot/gateways/:id/devices',
    read,
    answer((request) => devicesOf(String(request.params.id), hostOf(request))),
  );
  app.post(
    '/lumiot/discover',
    write,
    answer(async (request) => {
      const { interface: localAddress, host } = bodyOf(request);
      return { gateways: await discover(network(RED), { interface: text(localAddress), host: text(host) }) };
    }),
  );
  app.post(
    '/lumiot/key-test',
    write,
    answer((request) => keyTest(RED, bodyOf(request))),
  );
  app.post(
    '/lumiot/key-read',
    write,
    answer((request) => keyRead(RED, bodyOf(request))),
  );
  app.post(
    '/lumiot/key-read/undo',
    write,
    answer((request) => keyUnread(RED, bodyOf(request))),
  );
  app.post(
    '/lumiot/watch',
    read,
    answer(() => {
      renewLease(RED);
      return { seconds: LEASE_S };
    }),
  );
  app.get(
    '/lumiot/gateways/:id/doctor',
    read,
    answer((request) => hostOf(request).gateway.examine()),
  );
  app.get(
    '/lumiot/gateways/:id/diagnostics',
    read,
    answer((request) => diagnosticsOf(RED, String(request.params.id), hostOf(request))),
  );
  app.post(
    '/lumiot/gateways/:id/pair',
    write,
    answer((request) => command(request, ({ seconds }) => ({ pair: seconds ?? true }))),
  );
  app.post(
    '/lumiot/gateways/:id/stop-pairing',
    write,
    answer((request) => command(request, () => 'stop-pairing')),
  );
  app.post(
    '/lumiot/gateways/:id/remove',
    write,
    answer((request) => command(request, ({ sid }) => ({ remove: sid }))),
  );
  app.post(
    '/lumiot/gateways/:id/refresh',
    write,
    answer((request) => command(request, () => 'refresh')),
  );
}

/** The buttons of the sidebar do what the same message to a lumi-hub node does. */
async function command(request: Request, payloadOf: (body: Readonly<Record<string, unknown>>) => unknown): Promise<unknown> {
  const { gateway } = hostOf(request);
  const { payload } = await commandHub(gateway, parseHub(payloadOf(bodyOf(request))));
  return payload;
}

function hostOf(request: Request): GatewayHost {
  const id = String(request.params.id);
  const host = allHosts().get(id);
  if (host === undefined)
    throw new LumiotError('NOT_CONFIGURED', 'This gateway is not deployed yet. Deploy first; until then type the id of the device.');
  // Opening a dialog is reason enough to look for the gateway.
  host.borrow('editor');
  return host;
}

function devicesOf(id: string, host: GatewayHost): object {
  const { gateway } = host;
  return { gateway: gatewayView(id, host), devices: [...gateway.inventory.devices].map((device) => deviceView(gateway, device)) };
}

/** `{ok: true}`, or why not. With the `id` of a gateway, its settings and its key stand for what the body leaves out. */
async function keyTest(RED: NodeAPI, body: Readonly<Record<string, unknown>>): Promise<object> {
  const id = text(body.id);
  const typedKey = text(body.key) === UNTOUCHED ? '' : text(expand(RED, undefined, body.key));
  try {
    const deployed = id === '' ? undefined : allHosts().get(id)?.settings;
    // One that was read with the device token is stored before it is deployed.
    const key = typedKey === '' && isGatewayNode(RED, id) ? storedCredential(RED, id, 'key') : typedKey;
    if (key === '' && deployed === undefined) throw new LumiotError('NOT_CONFIGURED', 'Enter the LAN key first, or deploy the gateway.');
    const typed = (name: 'sid' | 'host' | 'interface'): string => text(body[name] ?? deployed?.[name]);
    await testKey(network(RED), {
      sid: typed('sid'),
      host: typed('host'),
      interface: typed('interface'),
      key: key === '' ? (deployed?.key ?? '') : key,
    });
    return { ok: true };
  } catch (thrown) {
    const { code, message } = toLumiotError(thrown, 'TIMEOUT');
    return { ok: false, code, message };
  }
}

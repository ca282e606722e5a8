/** The routes behind the dialogs: what gateways there are, what devices they have, whether a key is right. Never a secret in an answer. */

import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { channelsOf, describe } from '../../../lib/devices';
import { LumiotError, toLumiotError } from '../../../lib/home/errors';
import { type DeviceRecord, discover, type GatewayState, testKey } from '../../../lib/lumi';
import { listInterfaces } from '../../../lib/lumi/interfaces';
import { network } from './environment';
import { allHosts, type GatewayHost } from './gateway-host';
import { text } from './settings';

const served = new WeakSet<object>();

/** Registers the routes once for each editor application. */
export function serveAdminApi(RED: NodeAPI): void {
  if (RED.httpAdmin === undefined || served.has(RED.httpAdmin)) return;
  served.add(RED.httpAdmin);
  const read = RED.auth.needsPermission('lumiot.read');
  const write = RED.auth.needsPermission('lumiot.write');
  const app = RED.httpAdmin;

  app.get(
    '/lumiot/interfaces',
    read,
    answer(() => listInterfaces(network(RED).environment)),
  );
  app.get(
    '/lumiot/gateways',
    read,
    answer(() => [...allHosts()].map(([id, host]) => gatewayOf(id, host))),
  );
  app.get(
    '/lumiot/gateways/:id/devices',
    read,
    answer((request) => devicesOf(hostOf(request))),
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
}

/** Runs a route; whatever goes wrong becomes `{code, message}` with a fitting status. */
function answer(route: (request: Request) => unknown): (request: Request, response: Response) => void {
  return (request, response) => {
    Promise.resolve()
      .then(() => route(request))
      .then(
        (body) => response.json(body),
        (thrown: unknown) => {
          const { code, message } = toLumiotError(thrown, 'BAD_INPUT');
          response.status(code === 'NOT_CONFIGURED' || code === 'NO_DEVICE' ? 404 : 400).json({ code, message });
        },
      );
  };
}

function bodyOf(request: Request): Readonly<Record<string, unknown>> {
  const body: unknown = request.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new LumiotError('BAD_INPUT', 'The request needs a JSON object as its body.');
  return body as Record<string, unknown>;
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

function gatewayOf(id: string, { gateway, settings }: GatewayHost): object {
  return {
    id,
    name: settings.name,
    sid: gateway.sid ?? '',
    model: gateway.device(gateway.sid ?? '')?.model ?? '',
    ...phaseOf(gateway.state),
  };
}

function phaseOf(state: GatewayState): object {
  if (!('error' in state) || state.error === undefined) return { phase: state.phase };
  return { phase: state.phase, error: { code: state.error.code, message: state.error.message } };
}

function devicesOf(host: GatewayHost): object {
  const { gateway, settings } = host;
  return {
    gateway: { id: gateway.sid ?? '', sid: gateway.sid ?? '', name: settings.name, ...phaseOf(gateway.state) },
    devices: [...gateway.inventory.devices].map((device) => deviceOf(host, device)),
  };
}

function deviceOf({ gateway }: GatewayHost, device: DeviceRecord): object {
  const { definition } = device;
  return {
    ...gateway.info(device),
    hardware: definition.hardware,
    description: definition.name,
    state: { ...device.values },
    channels: channelsOf(definition),
    properties: describe(definition),
  };
}

/** `{ok: true}`, or why not. With `id` and no key, the deployed credential is tried. */
async function keyTest(RED: NodeAPI, body: Readonly<Record<string, unknown>>): Promise<object> {
  const id = text(body.id);
  const key = text(body.key);
  try {
    const host = id === '' ? undefined : allHosts().get(id);
    if (key === '' && host === undefined) throw new LumiotError('NOT_CONFIGURED', 'Enter the LAN key first, or deploy the gateway.');
    await testKey(network(RED), {
      sid: text(body.sid),
      host: text(body.host),
      interface: text(body.interface),
      key: key === '' ? (host?.settings.key ?? '') : key,
    });
    return { ok: true };
  } catch (thrown) {
    const { code, message } = toLumiotError(thrown, 'TIMEOUT');
    return { ok: false, code, message };
  }
}

/**
 * Reads the LAN key of a gateway with its device token and puts it where it belongs, into the credential of the node. Neither the key
 * nor the token leaves the server.
 */

import { isIPv4 } from 'node:net';
import type { NodeAPI } from 'node-red';
import { LumiotError, toLumiotError } from '../../../lib/home/errors';
import { discover } from '../../../lib/lumi';
import { readLanKey } from '../../../lib/miio/gateway-commands';
import { network } from './environment';
import { allHosts } from './gateway-host';
import { checkToken, explained, WHERE_TOKENS } from './gateway-miio';
import { KeyUndo } from './key-undo';
import { openMiio } from './miio-connection';
import { deviceId, expand, text } from './settings';

/** What a password field holds while nobody has typed into it. */
export const UNTOUCHED = '__PWRD__';

/** As the editor makes them, now and in the years before. Of nodes that are not deployed nothing else is known. */
const FRESH_ID = /^[0-9a-f]{6,32}(\.[0-9a-f]{1,8})?$/;

const undo = new KeyUndo();

/** `{ok: true, masked: '09…ty', ticket}`, or why not. The key is in force, and on the disk, with the next deploy of the node. */
export async function keyRead(RED: NodeAPI, body: Readonly<Record<string, unknown>>): Promise<object> {
  try {
    const id = idOf(RED, text(body.id));
    const token = tokenFor(RED, id, text(body.token));
    const host = await addressOf(RED, id, body);
    const connection = await openMiio(RED, { host, interface: interfaceOf(id, body), token, label: labelOf(host) });
    try {
      const key = await readLanKey(connection.device);
      const before = stored(RED, id);
      await RED.nodes.addCredentials(id, { ...before, key });
      const ticket = undo.note(text(body.ticket), id, keyOf(before), key);
      return { ok: true, masked: `${key.slice(0, 2)}…${key.slice(-2)}`, ticket };
    } catch (thrown) {
      throw explained(thrown, labelOf(host));
    } finally {
      connection.close();
    }
  } catch (thrown) {
    const { code, message } = toLumiotError(thrown, 'TIMEOUT');
    return { ok: false, code, message };
  }
}

/** The dialog was cancelled: the gateway has the key again that it had before. `{ok: false}` where nothing is to be undone. */
export async function keyUnread(RED: NodeAPI, body: Readonly<Record<string, unknown>>): Promise<object> {
  const id = text(body.id);
  const { key: now, ...others } = stored(RED, id);
  const taken = undo.take(text(body.ticket), id, keyOf({ key: now }));
  if (taken === undefined) return { ok: false };
  await RED.nodes.addCredentials(id, taken.key === undefined ? others : { ...others, key: taken.key });
  return { ok: true };
}

function keyOf({ key }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof key === 'string' ? key : undefined;
}

function labelOf(host: string): string {
  return `The gateway at ${host}`;
}

/** What is stored for a gateway node, deployed or about to be; '' where there is nothing. */
export function storedCredential(RED: NodeAPI, id: string, name: 'key' | 'token'): string {
  return text(expand(RED, RED.nodes.getNode(id) ?? undefined, stored(RED, id)[name]));
}

/** Whether credentials may be kept under this id: those of another node are nobody's business here. */
export function isGatewayNode(RED: NodeAPI, id: string): boolean {
  let type: string | undefined;
  RED.nodes.eachNode((node) => {
    if (node.id === id) type = node.type;
  });
  return type === undefined ? FRESH_ID.test(id) : type === 'lumi-gateway';
}

function idOf(RED: NodeAPI, id: string): string {
  if (isGatewayNode(RED, id)) return id;
  throw new LumiotError('NOT_CONFIGURED', 'A key can be kept for a gateway node only. Deploy the gateway first, then read its key.');
}

function tokenFor(RED: NodeAPI, id: string, typed: string): string {
  const token = checkToken(typed === UNTOUCHED ? storedCredential(RED, id, 'token') : text(expand(RED, undefined, typed)));
  if (token !== '') return token;
  throw new LumiotError('NOT_CONFIGURED', `Enter the device token of the gateway first; ${WHERE_TOKENS}.`);
}

/** Where the gateway is: as typed, where the running one was found, or where a search finds it. */
async function addressOf(RED: NodeAPI, id: string, body: Readonly<Record<string, unknown>>): Promise<string> {
  const deployed = allHosts().get(id);
  const sid = deviceId(body.sid ?? deployed?.settings.sid);
  const host = text(body.host ?? deployed?.settings.host);
  const isSame = deployed !== undefined && deployed.settings.sid === sid && deployed.settings.host === host;
  const known = (isSame ? deployed.gateway.address : undefined) ?? host;
  if (known !== '') return known;
  const found = await discover(network(RED), { interface: interfaceOf(id, body), host: '' });
  const fitting = found.filter((one) => sid === '' || one.sid === sid);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only.address;
  if (only === undefined)
    throw new LumiotError(
      'GATEWAY_NOT_FOUND',
      'The gateway was not found in the network. Enter its address as host; the app or the router shows it.',
    );
  throw new LumiotError('NOT_CONFIGURED', 'There are several gateways. Choose one of those that Discover finds, then read its key.');
}

function interfaceOf(id: string, body: Readonly<Record<string, unknown>>): string {
  const typed = text(body.interface ?? allHosts().get(id)?.settings.interface);
  return isIPv4(typed) ? typed : '';
}

/** Node-RED types them as always there. */
function stored(RED: NodeAPI, id: string): Readonly<Record<string, unknown>> {
  return (RED.nodes.getCredentials(id) as Readonly<Record<string, unknown>> | undefined) ?? {};
}

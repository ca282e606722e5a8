/** What the nodes share in this process: the network, its environment, and where files go. Tests replace the environment. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { StateFile } from '../../../lib/home/state-file';
import { fileMemory, type GatewayMemory, Lan, type LanEnvironment, type Log, noMemory, systemEnvironment } from '../../../lib/lumi';
import type { AccountEnvironment } from '../../../lib/miot';
import { TokenStore } from '../../../lib/miot/token-store';
import { folderOf } from './folder';

let overrides: Partial<LanEnvironment> = {};
let lan: Lan | undefined;

/** For tests: sockets, clock and ports of their own. In force for everything opened afterwards. */
export function useEnvironment(environment: Partial<LanEnvironment>): void {
  overrides = environment;
  lan = undefined;
}

/** The one network of the process. */
export function network(RED: NodeAPI): Lan {
  lan ??= new Lan(systemEnvironment({ log: logOf(RED), ...portsOf(RED), ...overrides }));
  return lan;
}

/** Where a gateway remembers its devices: `<userDir>/lumiot/<node id>.json`. */
export function memoryOf(RED: NodeAPI, nodeId: string): { readonly memory: GatewayMemory; readonly remove: () => Promise<void> } {
  const folder = folderOf(RED);
  if (folder === undefined) return { memory: noMemory, remove: () => Promise.resolve() };
  const { clock, log } = network(RED).environment;
  const file = new StateFile({ path: join(folder, `${fileNameOf(nodeId)}.json`), clock, onError: (text) => log.warn(text) });
  return { memory: fileMemory(file), remove: () => file.remove() };
}

/** What an account takes from the machine; it has the clock of the network. */
export function accountEnvironment(RED: NodeAPI, nodeId: string): AccountEnvironment {
  const { clock, random, log } = network(RED).environment;
  const { lang } = RED.settings as { lang?: unknown };
  return {
    clock,
    random,
    log,
    folder: folderOf(RED),
    id: fileNameOf(nodeId),
    ...(typeof lang === 'string' ? { language: lang } : {}),
    ...localSearchOf(RED),
  };
}

/** Takes everything off the disk that an account of this node kept there. */
export async function wipeAccount(RED: NodeAPI, nodeId: string): Promise<void> {
  const { folder, id, clock, log } = accountEnvironment(RED, nodeId);
  if (folder === undefined) return;
  const state = new StateFile({ path: join(folder, `${id}.json`), clock, onError: (text) => log.warn(text) });
  // To delete needs no key.
  await Promise.all([new TokenStore({ folder, id, storeKey: '', clock, log }).wipe(), state.remove()]);
}

const PLAIN = /^[\w-][\w.-]{0,179}$/;
const HASHED = /-[0-9a-f]{32}$/;

/**
 * Ids are made by the editor and name their files as they are. One that came with an imported flow must not lead elsewhere, nor to
 * the files of another: it gets a name that no other id has.
 */
export function fileNameOf(nodeId: string): string {
  if (PLAIN.test(nodeId) && !HASHED.test(nodeId)) return nodeId;
  const hash = createHash('sha256').update(nodeId).digest('hex').slice(0, 32);
  return `${nodeId.replace(/[^\w-]/g, '_').slice(0, 40)}-${hash}`;
}

function logOf(RED: NodeAPI): Log {
  return {
    info: (text) => RED.log.info(`[lumiot] ${text}`),
    warn: (text) => RED.log.warn(`[lumiot] ${text}`),
    error: (text) => RED.log.error(`[lumiot] ${text}`),
  };
}

/** `lumiot: { whoisPort, eventPort }` in settings.js, for a simulator that stands beside a real gateway. */
function portsOf(RED: NodeAPI): Partial<LanEnvironment> {
  const settings = (RED.settings as { lumiot?: unknown }).lumiot;
  if (typeof settings !== 'object' || settings === null) return {};
  const { whoisPort, eventPort } = settings as Record<string, unknown>;
  return {
    ...(typeof whoisPort === 'number' ? { whoisPort } : {}),
    ...(typeof eventPort === 'number' ? { eventPort } : {}),
  };
}

/** `lumiot: { localSearch: { interface, broadcast, port, mdnsPort } }` in settings.js, for pretend Wi-Fi devices on loopback. */
function localSearchOf(RED: NodeAPI): Pick<AccountEnvironment, 'localSearch'> {
  const { localSearch } = (RED.settings as { lumiot?: { localSearch?: unknown } | null }).lumiot ?? {};
  if (typeof localSearch !== 'object' || localSearch === null) return {};
  const { interface: localAddress, broadcast, port, mdnsPort } = localSearch as Record<string, unknown>;
  return {
    localSearch: {
      ...(typeof localAddress === 'string' ? { interface: localAddress } : {}),
      ...(Array.isArray(broadcast) ? { broadcast: broadcast.map(String) } : {}),
      ...(typeof port === 'number' ? { port } : {}),
      ...(typeof mdnsPort === 'number' ? { mdnsPort } : {}),
    },
  };
}

/** What the nodes share in this process: the network, its environment, and where files go. Tests replace the environment. */

import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { StateFile } from '../../../lib/home/state-file';
import { fileMemory, type GatewayMemory, Lan, type LanEnvironment, type Log, noMemory, systemEnvironment } from '../../../lib/lumi';
import type { AccountEnvironment } from '../../../lib/miot';

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
  const file = new StateFile({ path: join(folder, `${safeName(nodeId)}.json`), clock, onError: (text) => log.warn(text) });
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
    id: safeName(nodeId),
    ...(typeof lang === 'string' ? { language: lang } : {}),
  };
}

function folderOf(RED: NodeAPI): string | undefined {
  const { userDir } = RED.settings;
  return typeof userDir !== 'string' || userDir === '' ? undefined : join(userDir, 'lumiot');
}

/** Ids are made by the editor; one that came with an imported flow must not lead elsewhere. */
function safeName(nodeId: string): string {
  return nodeId.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_');
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

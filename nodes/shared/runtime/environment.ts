/** What the nodes share in this process: the network, its environment, and where files go. Tests replace the environment. */

import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { StateFile } from '../../../lib/home/state-file';
import { fileMemory, type GatewayMemory, Lan, type LanEnvironment, type Log, noMemory, systemEnvironment } from '../../../lib/lumi';

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
  const { userDir } = RED.settings;
  if (typeof userDir !== 'string' || userDir === '') return { memory: noMemory, remove: () => Promise.resolve() };
  const { clock, log } = network(RED).environment;
  // Ids are made by the editor; one that came with an imported flow must not lead elsewhere.
  const name = nodeId.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_');
  const file = new StateFile({ path: join(userDir, 'lumiot', `${name}.json`), clock, onError: (text) => log.warn(text) });
  return { memory: fileMemory(file), remove: () => file.remove() };
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

/** HTTP control of a pretend home. */

import type { Simulator } from './simulator';
import type { Log } from './sockets';

export interface ControlServer {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function openControl(_simulator: Simulator, port: number, _log: Log): Promise<ControlServer> {
  return { address: '127.0.0.1', port, close: async () => {} };
}

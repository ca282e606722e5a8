/** One gateway over miIO, on a socket of its own: a device of an account may be the same gateway, and answers find their device by its address. */

import type { NodeAPI } from 'node-red';
import type { LocalDevice } from '../../../lib/miio/types';
import { network } from './environment';

export interface MiioConnection {
  readonly device: LocalDevice;
  close(): void;
}

export interface MiioPlace {
  /** IPv4 address or host name. */
  readonly host: string;
  /** Local IPv4 address; '' = the system chooses the way. */
  readonly interface: string;
  /** Checked. A secret. */
  readonly token: string;
  /** For sentences. */
  readonly label: string;
}

/** Sends nothing yet. lib/miio is loaded with the first. */
export async function openMiio(RED: NodeAPI, { host, interface: localAddress, token, label }: MiioPlace): Promise<MiioConnection> {
  const { BatchSizes, MiioDevice, MiioNetwork } = await import('../../../lib/miio/index.js');
  const { clock, random, log } = network(RED).environment;
  const socket = new MiioNetwork({ clock, log, interface: localAddress });
  const device = new MiioDevice(
    { did: '', host, token, model: '', label },
    { network: socket, clock, random, log, sizes: new BatchSizes() },
  );
  return {
    device,
    close: () => {
      device.close();
      socket.close();
    },
  };
}

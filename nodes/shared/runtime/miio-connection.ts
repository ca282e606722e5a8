/**
 * Devices over miIO that no account keeps: a gateway, or those of a file whose ids are to be asked for. On sockets of their own: a device of
 * an account may be the same, and answers find their device by its address.
 */

import type { NodeAPI } from 'node-red';
import { LumiotError } from '../../../lib/home/errors';
import type { MiioNetwork } from '../../../lib/miio';
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

/** In a list that people have, a few devices may have had the same address, one after the other. */
const MOST_SOCKETS = 16;

/** Sends nothing yet. */
export async function openMiio(RED: NodeAPI, place: MiioPlace): Promise<MiioConnection> {
  const crowd = new MiioCrowd(RED, place.interface);
  return { device: await crowd.open(place), close: () => crowd.close() };
}

/** Devices that are asked at the same time. They share a socket, but for those at one address. */
export class MiioCrowd {
  readonly #RED: NodeAPI;
  readonly #interface: string;
  readonly #sockets: { readonly socket: MiioNetwork; readonly hosts: Set<string> }[] = [];
  readonly #devices: LocalDevice[] = [];

  constructor(RED: NodeAPI, localAddress = '') {
    this.#RED = RED;
    this.#interface = localAddress;
  }

  /** Sends nothing yet. lib/miio is loaded with the first. Rejects with `BAD_INPUT` where more devices share an address than ever happens. */
  async open({ host, token, label }: Omit<MiioPlace, 'interface'>): Promise<LocalDevice> {
    const { BatchSizes, MiioDevice, MiioNetwork } = await import('../../../lib/miio/index.js');
    const { clock, random, log } = network(this.#RED).environment;
    let free = this.#sockets.find(({ hosts }) => !hosts.has(host));
    if (free === undefined) {
      if (this.#sockets.length >= MOST_SOCKETS)
        throw new LumiotError('BAD_INPUT', `More than ${MOST_SOCKETS} devices have the address ${host}. Import fewer at once.`);
      free = { socket: new MiioNetwork({ clock, log, interface: this.#interface }), hosts: new Set() };
      this.#sockets.push(free);
    }
    free.hosts.add(host);
    const target = { did: '', host, token, model: '', label };
    const device = new MiioDevice(target, { network: free.socket, clock, random, log, sizes: new BatchSizes() });
    this.#devices.push(device);
    return device;
  }

  close(): void {
    for (const device of this.#devices.splice(0)) device.close();
    for (const { socket } of this.#sockets.splice(0)) socket.close();
  }
}

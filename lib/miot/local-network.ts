/** The LAN as an account needs it: one device at an address, and whoever answers. Made with lib/miio, which is loaded with the first device. */

import { BatchSizes } from '../miio/batch-sizes';
import type { Discovery, DiscoveryOptions } from '../miio/discovery';
import type { MiioNetwork } from '../miio/network';
import type { FoundDevice, LocalDevice, MiioTarget } from '../miio/types';
import type { AccountEnvironment } from './account-environment';

export interface LocalNetwork {
  /** The devices of an account share a socket. */
  device(target: MiioTarget): Promise<LocalDevice>;
  /** One with a socket of its own: answers find their device by its address, and this one may be in use. */
  apart(target: MiioTarget): Promise<AskedApart>;
  /** Tokens that devices tell in their hello included: secrets. */
  discover(): Promise<readonly FoundDevice[]>;
  close(): void;
}

export type AskedApart = Pick<LocalDevice, 'info' | 'close'>;

export type LocalNetworkOptions = Pick<AccountEnvironment, 'clock' | 'random' | 'log' | 'localDevice' | 'discoverLocal' | 'localSearch'> & {
  /** Somebody knows a device of this did. */
  readonly isKnown: (did: string) => boolean;
};

export function localNetwork(options: LocalNetworkOptions): LocalNetwork {
  const { localDevice, discoverLocal } = options;
  const own = new OwnNetwork(options);
  return {
    device: async (target) => localDevice?.(target) ?? own.device(target),
    apart: async (target) => localDevice?.(target) ?? own.apart(target),
    discover: () => discoverLocal?.() ?? own.discover(),
    close: () => own.close(),
  };
}

class OwnNetwork {
  readonly #options: LocalNetworkOptions;
  /** What a model takes in one request; shared by all devices. */
  readonly #sizes = new BatchSizes();
  #network: MiioNetwork | undefined;
  #discovery: Discovery | undefined;
  #isClosed = false;

  constructor(options: LocalNetworkOptions) {
    this.#options = options;
  }

  async device(target: MiioTarget): Promise<LocalDevice> {
    const { MiioNetwork } = await import('../miio/network.js');
    const { clock, log } = this.#options;
    this.#network ??= new MiioNetwork({ clock, log });
    const device = await this.#open(target, this.#network);
    if (this.#isClosed) this.#network.close();
    return device;
  }

  async apart(target: MiioTarget): Promise<AskedApart> {
    const { MiioNetwork } = await import('../miio/network.js');
    const { clock, log } = this.#options;
    const network = new MiioNetwork({ clock, log });
    const device = await this.#open(target, network);
    return {
      info: () => device.info(),
      close: () => {
        device.close();
        network.close();
      },
    };
  }

  async discover(): Promise<readonly FoundDevice[]> {
    return (await this.#search()).discover();
  }

  close(): void {
    this.#isClosed = true;
    this.#discovery?.close();
    this.#network?.close();
  }

  async #open(target: MiioTarget, network: MiioNetwork): Promise<LocalDevice> {
    const { MiioDevice } = await import('../miio/device.js');
    const { clock, random, log } = this.#options;
    const find = async (did: string): Promise<string | undefined> => (await this.#search()).findByDid(did);
    return new MiioDevice(target, { network, clock, random, log, sizes: this.#sizes, find });
  }

  async #search(): Promise<Discovery> {
    const { Discovery } = await import('../miio/discovery.js');
    const { clock, log, localSearch, isKnown } = this.#options;
    const options: DiscoveryOptions = { clock, log, interface: '', isKnown, ...localSearch };
    this.#discovery ??= new Discovery(options);
    if (this.#isClosed) this.#discovery.close();
    return this.#discovery;
  }
}

/** Finds Wi-Fi devices on the networks of this host, all of them or one by its did (miio-lan.md §5). Whoever asks at the same time shares one search. */

import type { Socket, SocketOptions } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../home/clock';
import { LumiotError } from '../home/errors';
import { harmless, type Log } from '../home/log';
import { type NetworkInterface, networksOf } from './discovery-networks';
import { Round } from './discovery-round';
import { MIIO_PORT } from './endpoint';
import { MDNS_PORT } from './mdns';
import type { FoundDevice } from './types';

const WAIT_MS = 4_000;

export interface DiscoveryOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Asked anew for each search; this host's unless told. */
  readonly interfaces?: (() => readonly NetworkInterface[]) | undefined;
  /** Local IPv4 address; '' = every one that is not internal. Loopback is used only when it is asked for by its address. */
  readonly interface: string;
  /** How long answers are awaited; 4 s unless told. */
  readonly waitMs?: number | undefined;
  /** Where hello goes; 54321 unless told. */
  readonly port?: number | undefined;
  /** 5353 unless told; 0 = no mDNS. */
  readonly mdnsPort?: number | undefined;
  /** Where hello goes instead of the broadcast addresses of each network. */
  readonly broadcast?: readonly string[] | undefined;
  /** Whether anybody knows a device of this did: decides how wide a did is read (miio-lan.md §1). */
  readonly isKnown?: ((did: string) => boolean) | undefined;
  readonly createSocket?: ((options: SocketOptions) => Socket) | undefined;
}

export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #log: Log;
  #round: Round | undefined;
  #ignored = 0;
  #isClosed = false;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#log = harmless(options.log);
  }

  /** Datagrams that made no sense, in all searches. */
  get ignored(): number {
    return this.#ignored + (this.#round?.ignored ?? 0);
  }

  /** Every device that answers in time. Rejects with `SOCKET` where nothing could be searched. */
  async discover(): Promise<readonly FoundDevice[]> {
    if (this.#isClosed) return [];
    const round = this.#join();
    round.wantAll();
    await round.ended;
    if (round.failure !== undefined && !this.#isClosed) throw this.#sorry(round.failure);
    return round.finds.devices();
  }

  /** The device's 'address' or 'address:port', as soon as it answers; undefined where it does not. Never rejects. */
  async findByDid(did: string): Promise<string | undefined> {
    if (this.#isClosed) return undefined;
    const hasBegun = this.#round !== undefined;
    const host = await this.#look(did);
    // What had begun before may have called it too early, or lost its answer.
    return host === undefined && hasBegun && !this.#isClosed ? this.#look(did) : host;
  }

  /** Ends a search that is running; for good. */
  close(): void {
    this.#isClosed = true;
    this.#round?.stop();
  }

  async #look(did: string): Promise<string | undefined> {
    const round = this.#join();
    round.want(did);
    await round.ended;
    if (round.failure !== undefined && !this.#isClosed) this.#log.warn(this.#sorry(round.failure).message);
    return round.finds.hostOf(did);
  }

  #join(): Round {
    if (this.#round !== undefined && !this.#round.isOver) return this.#round;
    const { clock, waitMs = WAIT_MS, port = MIIO_PORT, mdnsPort = MDNS_PORT, broadcast, isKnown = () => false } = this.#options;
    const { interfaces = ownInterfaces } = this.#options;
    const found = networksOf(this.#options.interface, interfaces());
    const networks = broadcast === undefined ? found : found.map((network) => ({ ...network, broadcasts: broadcast }));
    const { createSocket } = this.#options;
    const round = new Round({ clock, networks, waitMs, port, mdnsPort, isKnown, createSocket });
    this.#round = round;
    void round.ended.then(() => {
      this.#ignored += round.ignored;
      if (this.#round === round) this.#round = undefined;
    });
    round.start();
    return round;
  }

  #sorry(cause: Error): LumiotError {
    const address = this.#options.interface;
    const why = ` (${cause.message})`;
    const text =
      address === ''
        ? `No network of this computer could be searched${why}. Connect it, and in a container use the network of the host.`
        : `The interface ${address} could not be searched${why}. Choose another one in the settings.`;
    return new LumiotError('SOCKET', text, { cause });
  }
}

/** One search. Rejects with `SOCKET` where nothing could be searched. */
export function discover(options: DiscoveryOptions): Promise<readonly FoundDevice[]> {
  return new Discovery(options).discover();
}

/** Every IPv4 address of this host. */
export function ownInterfaces(): readonly NetworkInterface[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(({ family }) => family === 'IPv4')
      .map(({ address, netmask, internal }) => ({ name, address, netmask, isInternal: internal })),
  );
}

/** Where a device may be: at the address that was told, or where a search of the network finds its did. */

import type { Clock } from '../home/clock';
import type { Log } from '../home/log';
import { type Endpoint, resolveEndpoint } from './endpoint';
import type { Waits } from './waits';

export interface WhereaboutsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly waits: Waits;
  /** Looks for a did in the whole network; gives its host, or undefined. */
  readonly find: ((did: string) => Promise<string | undefined>) | undefined;
}

const RESOLVE_MS = 5_000;
const SEARCH_MS = 6_000;
/** A device that is gone is not looked for with a broadcast by every poll. */
const SEARCH_EVERY_MS = 15_000;

export class Whereabouts {
  readonly #options: WhereaboutsOptions;
  #searchedAt = Number.NEGATIVE_INFINITY;

  constructor(options: WhereaboutsOptions) {
    this.#options = options;
  }

  /** The next search may be at once. */
  forget(): void {
    this.#searchedAt = Number.NEGATIVE_INFINITY;
  }

  /** '' and a name that nobody knows give undefined. */
  async configured(host: string): Promise<Endpoint | undefined> {
    return host === '' ? undefined : this.#within(RESOLVE_MS, resolveEndpoint(host));
  }

  /** By a broadcast, now and then (miio-lan.md §5). */
  async found(did: string, name: string): Promise<Endpoint | undefined> {
    const { find, clock, log } = this.#options;
    if (find === undefined || did === '' || clock.monotonic() - this.#searchedAt < SEARCH_EVERY_MS) return undefined;
    this.#searchedAt = clock.monotonic();
    const host = await this.#within(SEARCH_MS, find(did));
    if (host === undefined) return undefined;
    log.info(`${name} answers a search at ${host}.`);
    return resolveEndpoint(host);
  }

  /** Undefined where it takes longer or fails; rejects when we are closed. */
  async #within<Result>(delayMs: number, promise: Promise<Result | undefined>): Promise<Result | undefined> {
    const wait = this.#options.waits.begin<Result>(delayMs);
    promise.then(wait.end, () => wait.end(undefined));
    return wait.ended;
  }
}

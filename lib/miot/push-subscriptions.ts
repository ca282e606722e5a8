/** Which filters the broker has granted, and which it still has to be asked for: the difference between what is followed and what is in force. */

import type { Clock, Timer } from '../home/clock';
import { filtersOf, stateLeaves, type TopicFilter } from './topics';

/** What it needs of a session. */
export interface Subscriber {
  /** The code of SUBACK; negative where none came. Never rejects. */
  subscribe(filter: string): Promise<number>;
  unsubscribe(filter: string): void;
}

export interface SubscriptionsOptions {
  readonly clock: Clock;
  /** Everything asked for has been answered or given up. `isFirst`: of this session; else `dids` are those that came later. */
  readonly onSettled: (isFirst: boolean, dids: readonly string[]) => void;
  /** For good: this filter is not asked for again. */
  readonly onRefused: (filter: TopicFilter, code: number) => void;
}

/** Like the official client, a filter per SUBSCRIBE and at most 300 a second (miot-cloud.md §3.2): one that fails takes none with it. */
const PER_WAVE = 10;
const WAVE_MS = 40;

const NOT_AUTHORIZED = 0x87;
/** Not authorised, filter invalid, no shared, no identifiers, no wildcards: asking again changes nothing. Others may pass by the next session. */
const permanent = new Set([NOT_AUTHORIZED, 0x8f, 0x9e, 0xa1, 0xa2]);

export class PushSubscriptions {
  readonly #options: SubscriptionsOptions;
  /** Filters of all followed devices. */
  readonly #wanted = new Map<string, TopicFilter>();
  readonly #refused = new Set<string>();
  readonly #granted = new Set<string>();
  readonly #asked = new Set<string>();
  #followed: ReadonlySet<string> = new Set();
  #queue: TopicFilter[] = [];
  #session: Subscriber | undefined;
  #wave: Timer | undefined;
  #isSettled = false;
  #isFirst = true;
  #latecomers = new Set<string>();
  /** The broker wants exact topics for the state: known from its first refusal on. */
  #stateByLeaf = false;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /** The devices to hear from now on; only the difference goes to the broker. */
  follow(dids: ReadonlySet<string>): void {
    for (const { filter, did } of [...this.#wanted.values()]) if (!dids.has(did)) this.#drop(filter);
    const added = [...dids].filter((did) => !this.#followed.has(did));
    this.#followed = new Set(dids);
    for (const did of added) {
      this.#latecomers.add(did);
      for (const filter of filtersOf(did, this.#stateByLeaf)) this.#want(filter);
    }
    for (const did of this.#latecomers) if (!dids.has(did)) this.#latecomers.delete(did);
    this.#pump();
  }

  /** A new session knows nothing (clean start): everything is asked for again. */
  begin(session: Subscriber): void {
    this.end();
    this.#session = session;
    this.#isFirst = true;
    this.#isSettled = false;
    this.#queue = [...this.#wanted.values()].filter(({ filter }) => !this.#refused.has(filter));
    this.#pump();
  }

  end(): void {
    this.#session = undefined;
    this.#options.clock.clearTimeout(this.#wave);
    this.#wave = undefined;
    this.#queue = [];
    this.#granted.clear();
    this.#asked.clear();
  }

  #want(filter: TopicFilter): void {
    this.#wanted.set(filter.filter, filter);
    this.#queue.push(filter);
    this.#isSettled = false;
  }

  #drop(filter: string): void {
    this.#wanted.delete(filter);
    this.#refused.delete(filter);
    this.#queue = this.#queue.filter((queued) => queued.filter !== filter);
    // One that is still being asked for is taken back when its answer comes.
    if (this.#granted.delete(filter)) this.#session?.unsubscribe(filter);
  }

  #pump(): void {
    if (this.#session === undefined) {
      this.#queue = [];
      return;
    }
    if (this.#wave !== undefined) return;
    for (const filter of this.#queue.splice(0, PER_WAVE)) void this.#ask(this.#session, filter);
    if (this.#queue.length > 0)
      this.#wave = this.#options.clock.setTimeout(() => {
        this.#wave = undefined;
        this.#pump();
      }, WAVE_MS);
    this.#settle();
  }

  async #ask(session: Subscriber, filter: TopicFilter): Promise<void> {
    if (this.#asked.has(filter.filter)) return;
    this.#asked.add(filter.filter);
    const code = await session.subscribe(filter.filter);
    if (this.#session !== session) return;
    this.#asked.delete(filter.filter);
    this.#answered(session, filter, code);
    this.#pump();
  }

  #answered(session: Subscriber, filter: TopicFilter, code: number): void {
    const isWanted = this.#wanted.has(filter.filter);
    if (code >= 0 && code <= 2) {
      if (isWanted) this.#granted.add(filter.filter);
      else session.unsubscribe(filter.filter);
      return;
    }
    if (!isWanted || !permanent.has(code)) return;
    if (code === NOT_AUTHORIZED && filter.kind === 'state' && filter.isWildcard) {
      // Seen with one client id and not with another (miot-cloud.md §3.2): the two topics behind the wildcard may still be allowed.
      this.#stateByLeaf = true;
      this.#wanted.delete(filter.filter);
      for (const leaf of stateLeaves(filter.did)) this.#want(leaf);
      return;
    }
    this.#refused.add(filter.filter);
    this.#options.onRefused(filter, code);
  }

  #settle(): void {
    if (this.#isSettled || this.#queue.length > 0 || this.#asked.size > 0) return;
    this.#isSettled = true;
    const isFirst = this.#isFirst;
    const dids = [...this.#latecomers];
    this.#isFirst = false;
    this.#latecomers.clear();
    this.#options.onSettled(isFirst, dids);
  }
}

/** Reads devices on the LAN that nobody pushes, each every 15 to 30 s and at a time of its own (miio-lan.md §6 C). */

import type { Clock, Timer } from '../home/clock';

export interface LocalPollsOptions {
  readonly clock: Clock;
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
  /** Resolves once it was read, or left out. Never rejects. */
  readonly poll: (did: string) => Promise<void>;
}

const LEAST_MS = 15_000;
const JITTER_MS = 15_000;

export class LocalPolls {
  readonly #options: LocalPollsOptions;
  /** Undefined while it is being read. */
  readonly #timers = new Map<string, Timer | undefined>();

  constructor(options: LocalPollsOptions) {
    this.#options = options;
  }

  /** The devices to be read from now on. */
  follow(dids: ReadonlySet<string>): void {
    for (const [did, timer] of [...this.#timers]) {
      if (dids.has(did)) continue;
      this.#options.clock.clearTimeout(timer);
      this.#timers.delete(did);
    }
    for (const did of dids) if (!this.#timers.has(did)) this.#plan(did);
  }

  close(): void {
    this.follow(new Set());
  }

  #plan(did: string): void {
    const { clock, random, poll } = this.#options;
    const timer = clock.setTimeout(
      () => {
        this.#timers.set(did, undefined);
        void poll(did).then(() => {
          // Somebody may have let go of it, and taken it up again, meanwhile.
          if (this.#timers.has(did) && this.#timers.get(did) === undefined) this.#plan(did);
        });
      },
      LEAST_MS + JITTER_MS * random(),
    );
    this.#timers.set(did, timer);
  }
}

/** Which devices that nobody uses may be read, because somebody looks at a list: opening a dialog twice is no reason to ask twice. */

import type { Clock } from '../home/clock';

const GAP_MS = 30_000;

export class Glances {
  readonly #clock: Clock;
  readonly #last = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True at most once in a while for each device. */
  isDue(did: string): boolean {
    const now = this.#clock.monotonic();
    if (now - (this.#last.get(did) ?? Number.NEGATIVE_INFINITY) < GAP_MS) return false;
    this.#last.set(did, now);
    return true;
  }
}

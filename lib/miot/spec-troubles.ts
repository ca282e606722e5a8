/** What could not be loaded, and why: it is not asked for again at once, and the longer the trouble lasts the more seldom. */

import type { Clock } from '../home/clock';
import { Kept } from './spec-kept';

interface Trouble<Reason> {
  readonly reason: Reason;
  readonly until: number;
  readonly holdMs: number;
}

const LONGEST_MS = 600_000;
const FACTOR = 2;

export class Troubles<Reason> {
  readonly #clock: Clock;
  readonly #known = new Kept<Trouble<Reason>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined where it may be tried. */
  get(key: string): Reason | undefined {
    const trouble = this.#known.get(key);
    return trouble !== undefined && trouble.until > this.#clock.monotonic() ? trouble.reason : undefined;
  }

  /** Holds for `firstMs`, and then for twice as long each time. Those who failed together count once. */
  add(key: string, reason: Reason, firstMs: number): void {
    if (this.get(key) !== undefined) return;
    const before = this.#known.get(key);
    const holdMs = before === undefined ? firstMs : Math.min(LONGEST_MS, before.holdMs * FACTOR);
    this.#known.set(key, { reason, until: this.#clock.monotonic() + holdMs, holdMs });
  }

  clear(key: string): void {
    this.#known.delete(key);
  }
}

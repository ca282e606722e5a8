/** When a refresh that failed may be tried again: 5 s to 15 min, spread at random, later where the cloud asks for it (miot-cloud.md §5.3, F7, F8). */

import type { Clock } from '../home/clock';

const FIRST_MS = 5_000;
const LONGEST_MS = 15 * 60_000;
const SHORTEST_MS = 1_000;
const HOURLY_MS = 3_600_000;

export class RefreshBackoff {
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #until: number | undefined;
  /** The cloud’s own wish, by the monotonic clock. */
  #wished: number | undefined;
  #isPending = false;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Milliseconds to wait; 0 when it may be tried now. */
  get remaining(): number {
    return this.#until === undefined ? 0 : Math.max(0, this.#until - this.#clock.monotonic());
  }

  /** An attempt came to nothing and is to be repeated. */
  get isPending(): boolean {
    return this.#isPending;
  }

  /** `isHourly`: this has gone on for so long that once an hour is enough. */
  fail(retryAfterMs: number | undefined, isHourly: boolean): void {
    const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.#failures, 20));
    const spread = Math.max(SHORTEST_MS, this.#random() * most);
    this.#failures++;
    this.#isPending = true;
    const now = this.#clock.monotonic();
    this.#wished = retryAfterMs === undefined ? undefined : now + retryAfterMs;
    this.#until = now + Math.max(isHourly ? HOURLY_MS : spread, retryAfterMs ?? 0);
  }

  /** Not a failure of the cloud: it is tried again after this time. */
  pause(ms: number): void {
    this.#isPending = true;
    this.#wished = undefined;
    this.#until = this.#clock.monotonic() + ms;
  }

  /** Something changed: it may be tried as soon as the cloud wants, and is still a failure until it works. */
  hurry(): void {
    this.#until = this.#wished;
  }

  reset(): void {
    this.#failures = 0;
    this.#isPending = false;
    this.#wished = undefined;
    this.#until = undefined;
  }
}

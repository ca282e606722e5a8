/** At most one refresh a minute, whatever happens, and ever fewer while the cloud refuses each token that it has just given (miot-cloud.md §5.3, F12). */

import type { Clock } from '../home/clock';

const FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;
/** Tokens that live less than two minutes need one more often. */
const SHORTEST_MS = 30_000;
const MOST_DOUBLINGS = 10;

export class RefreshCircuit {
  readonly #clock: Clock;
  /** By the monotonic clock. */
  #renewedAt: number | undefined;
  /** Tokens in a row that were refused as soon as they were there. */
  #refusals = 0;
  #isRefused = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until the next refresh may be made; 0 when it may be now. `lifeMs`: of the tokens in use. */
  remaining(lifeMs: number): number {
    if (this.#renewedAt === undefined) return 0;
    return Math.max(0, this.#renewedAt + this.#span(lifeMs) - this.#clock.monotonic());
  }

  renewed(lifeMs: number): void {
    this.#refusals = this.#isRefused && this.#isFresh(lifeMs) ? this.#refusals + 1 : 0;
    this.#isRefused = false;
    this.#renewedAt = this.#clock.monotonic();
  }

  /** The cloud refuses the token in use. One that has worked for a while before is another matter. */
  refused(lifeMs: number): void {
    this.#isRefused = this.#isFresh(lifeMs);
  }

  #isFresh(lifeMs: number): boolean {
    return this.#renewedAt !== undefined && this.#clock.monotonic() - this.#renewedAt <= 2 * this.#span(lifeMs);
  }

  #span(lifeMs: number): number {
    const doubled = FIRST_MS * 2 ** Math.min(this.#refusals, MOST_DOUBLINGS);
    return Math.min(doubled, LONGEST_MS, Math.max(SHORTEST_MS, lifeMs / 2));
  }
}

/** Notices that the process was away: suspended, or its event loop stalled. A connection that was open before is not to be trusted then. */

import type { Clock, Timer } from '../home/clock';

const EVERY_MS = 20_000;
/** Three beats missed; the broker gives a silent client up after 90 s. */
const GAP_MS = 60_000;

export class Pulse {
  readonly #clock: Clock;
  readonly #onGap: (gapMs: number) => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, onGap: (gapMs: number) => void) {
    this.#clock = clock;
    this.#onGap = onGap;
  }

  start(): void {
    if (this.#timer === undefined) this.#beat();
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #beat(): void {
    const wall = this.#clock.now();
    const monotonic = this.#clock.monotonic();
    this.#timer = this.#clock.setTimeout(() => {
      this.#beat();
      // The monotonic clock stands still while some machines sleep; the wall clock jumps when somebody sets it, which costs one reconnect.
      const gapMs = Math.max(this.#clock.now() - wall, this.#clock.monotonic() - monotonic);
      if (gapMs > GAP_MS) this.#onGap(gapMs);
    }, EVERY_MS);
  }
}

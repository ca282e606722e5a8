/** Wakes many who can wait a little with few timers: who is due soon after another waits for the same moment. Knows no status. */

import type { Clock, Timer } from '../../../lib/home/clock';

/** How much later than asked somebody may be woken. */
const PATIENCE_MS = 250;
/** So many at once, and no more: reports must not wait behind them. */
const MOST_AT_ONCE = 50;

interface Moment {
  /** Monotonic. */
  readonly at: number;
  readonly waiting: Set<() => void>;
  readonly timer: Timer;
}

export class Bunch {
  readonly #clock: Clock;
  readonly #moments = new Set<Moment>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `wake` after `delayMs`, or a moment later. Returns the way to cancel. */
  after(delayMs: number, wake: () => void): () => void {
    const moment = this.#moment(delayMs);
    moment.waiting.add(wake);
    return () => {
      moment.waiting.delete(wake);
      if (moment.waiting.size > 0) return;
      this.#clock.clearTimeout(moment.timer);
      this.#moments.delete(moment);
    };
  }

  #moment(delayMs: number): Moment {
    const due = this.#clock.monotonic() + delayMs;
    for (const moment of this.#moments) {
      if (moment.at >= due && moment.at - due <= PATIENCE_MS && moment.waiting.size < MOST_AT_ONCE) return moment;
    }
    const moment: Moment = { at: due, waiting: new Set(), timer: this.#clock.setTimeout(() => this.#wake(moment), delayMs) };
    this.#moments.add(moment);
    return moment;
  }

  #wake(moment: Moment): void {
    this.#moments.delete(moment);
    for (const wake of moment.waiting) wake();
  }
}

const bunches = new WeakMap<Clock, Bunch>();

/** One for everybody who has the same clock. */
export function bunchOf(clock: Clock): Bunch {
  const bunch = bunches.get(clock) ?? new Bunch(clock);
  bunches.set(clock, bunch);
  return bunch;
}

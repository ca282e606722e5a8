/** Wakes many who can wait a little with few timers: who is due soon after another waits for the same moment. Knows no status. */

import type { Clock, Timer } from '../../../lib/home/clock';

/** How much later than asked somebody may be woken. */
const PATIENCE_MS = 250;
/** Who is due within so short a time of another shares its timer, whoever of them asked first. */
const STEP_MS = 25;
/** So many at once, and no more: reports must not wait behind them. */
const MOST_AT_ONCE = 50;

export interface Waiter {
  wake(): void;
}

/** When some of those who wait are woken together. */
export interface Moment {
  /** Monotonic. */
  readonly at: number;
  readonly waiting: Waiter[];
  readonly timer: Timer;
}

export class Bunch {
  readonly #clock: Clock;
  readonly #moments = new Set<Moment>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Wakes `waiter` after `delayMs`, or a moment later. Returns what `cancel` wants to know. */
  after(delayMs: number, waiter: Waiter): Moment {
    const moment = this.#moment(delayMs);
    moment.waiting.push(waiter);
    return moment;
  }

  cancel(moment: Moment, waiter: Waiter): void {
    const index = moment.waiting.indexOf(waiter);
    if (index >= 0) moment.waiting.splice(index, 1);
    if (moment.waiting.length > 0) return;
    this.#clock.clearTimeout(moment.timer);
    this.#moments.delete(moment);
  }

  #moment(delayMs: number): Moment {
    const now = this.#clock.monotonic();
    const due = Math.ceil((now + delayMs) / STEP_MS) * STEP_MS;
    for (const moment of this.#moments) {
      if (moment.at >= due && moment.at - due <= PATIENCE_MS && moment.waiting.length < MOST_AT_ONCE) return moment;
    }
    const moment: Moment = { at: due, waiting: [], timer: this.#clock.setTimeout(() => this.#wake(moment), due - now) };
    this.#moments.add(moment);
    return moment;
  }

  #wake(moment: Moment): void {
    this.#moments.delete(moment);
    // Whoever is woken may cancel another one.
    for (let waiter = moment.waiting.shift(); waiter !== undefined; waiter = moment.waiting.shift()) waiter.wake();
  }
}

const bunches = new WeakMap<Clock, Bunch>();

/** One for everybody who has the same clock. */
export function bunchOf(clock: Clock): Bunch {
  const bunch = bunches.get(clock) ?? new Bunch(clock);
  bunches.set(clock, bunch);
  return bunch;
}

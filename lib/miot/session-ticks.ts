/** The timer of a session: never one long one, so that a jump of the clock or a sleep of the machine is noticed (miot-cloud.md §5.3, F5, F6). */

import type { Clock, Timer } from '../home/clock';

export const TICK_MS = 60_000;
const SHORTEST_MS = 100;
/** More than two ticks missed: the machine slept, or its clock was set. */
const GAP_MS = 2 * TICK_MS;

interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

export class SessionTicks {
  readonly #clock: Clock;
  readonly #onTick: (hasSlept: boolean) => void;
  #timer: Timer | undefined;
  #seen: Moment;
  #isStopped = false;

  constructor(clock: Clock, onTick: (hasSlept: boolean) => void) {
    this.#clock = clock;
    this.#onTick = onTick;
    this.#seen = this.#moment();
  }

  /** The next tick comes after this time, and after a minute at the latest. */
  arm(waitMs: number): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isStopped) return;
    this.#timer = this.#clock.setTimeout(() => this.#tick(), Math.min(TICK_MS, Math.max(SHORTEST_MS, Math.ceil(waitMs))));
  }

  stop(): void {
    this.#isStopped = true;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const now = this.#moment();
    const hasSlept = Math.max(now.wall - this.#seen.wall, now.monotonic - this.#seen.monotonic) > GAP_MS;
    this.#seen = now;
    this.#onTick(hasSlept);
  }

  #moment(): Moment {
    return { wall: this.#clock.now(), monotonic: this.#clock.monotonic() };
  }
}

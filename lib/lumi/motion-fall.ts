/**
 * Lets motion fall where the sensor does not say so itself: dialect 2 never reports silence, and in dialect 1 that report can get lost
 * (lumi-lan.md §3.3). Each motion restarts the time.
 */

import type { Dialect } from '../devices/definition';
import type { Clock, Timer } from '../home/clock';
import type { Values } from '../home/device';

/** Dialect 1 says "no motion" after 120 s; a minute later that report counts as lost. */
const FALL_AFTER_MS: Readonly<Record<Dialect, number>> = { 1: 180_000, 2: 120_000 };

export class MotionFall {
  readonly #clock: Clock;
  readonly #onFall: (sid: string) => void;
  readonly #timers = new Map<string, Timer>();

  constructor(clock: Clock, onFall: (sid: string) => void) {
    this.#clock = clock;
    this.#onFall = onFall;
  }

  /** Looks at what a sensor just said. */
  see(sid: string, values: Values, dialect: Dialect): void {
    if (values.motion === undefined) return;
    this.#stop(sid);
    if (values.motion !== true) return;
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(sid);
      this.#onFall(sid);
    }, FALL_AFTER_MS[dialect]);
    this.#timers.set(sid, timer);
  }

  close(): void {
    for (const sid of [...this.#timers.keys()]) this.#stop(sid);
  }

  #stop(sid: string): void {
    this.#clock.clearTimeout(this.#timers.get(sid));
    this.#timers.delete(sid);
  }
}

/** Which curtains are under way: the motor says where it is only when it has arrived (lumi-lan.md §3.11). */

import type { Clock } from '../home/clock';

/** The longest way of a motor we know of; after that it has arrived, whatever got lost. */
const LONGEST_MS = 60_000;

export class Travels {
  readonly #clock: Clock;
  readonly #since = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A command went out. Without a target it was a stop. */
  begin(sid: string, from: number | null, target: number | undefined): void {
    if (target === undefined || target === from) this.#since.delete(sid);
    else this.#since.set(sid, this.#clock.monotonic());
  }

  /** The motor reported a position. */
  arrived(sid: string): void {
    this.#since.delete(sid);
  }

  isMoving(sid: string): boolean {
    const since = this.#since.get(sid);
    return since !== undefined && this.#clock.monotonic() - since < LONGEST_MS;
  }
}

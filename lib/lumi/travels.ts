/** Which curtains are under way: the motor says where it is when it has arrived, some motors on the way too (lumi-lan.md §3.11). */

import type { Clock } from '../home/clock';

/** The longest way of a motor we know of; after that it has arrived, whatever got lost. */
const LONGEST_MS = 60_000;
/** A motor that tells its position on the way does so every second or two: silence after one means that it stopped there. */
const STOPPED_AFTER_MS = 5_000;

interface Way {
  readonly from: number | null;
  readonly target: number;
  /** Monotonic. */
  until: number;
}

export class Travels {
  readonly #clock: Clock;
  readonly #ways = new Map<string, Way>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Runs the command that sets a curtain going, or stops it (no target). Under way from before the first send, because a motor may
   * report before a lost acknowledgement is repeated; a command that fails changes nothing.
   */
  async during<Result>(sid: string, from: number | null, target: number | undefined, run: () => Promise<Result>): Promise<Result> {
    const before = this.#ways.get(sid);
    if (target === undefined || target === from) this.#ways.delete(sid);
    else this.#ways.set(sid, { from, target, until: this.#clock.monotonic() + LONGEST_MS });
    try {
      return await run();
    } catch (error) {
      if (before === undefined) this.#ways.delete(sid);
      else this.#ways.set(sid, before);
      throw error;
    }
  }

  /** The motor, or the gateway's memory of it, told a position. */
  at(sid: string, position: number | null): void {
    const way = this.#ways.get(sid);
    if (way === undefined || position === null) return;
    if (position === way.target) this.#ways.delete(sid);
    else if (position !== way.from) way.until = Math.min(way.until, this.#clock.monotonic() + STOPPED_AFTER_MS);
  }

  isMoving(sid: string): boolean {
    const way = this.#ways.get(sid);
    return way !== undefined && this.#clock.monotonic() < way.until;
  }
}

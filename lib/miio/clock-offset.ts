/** The clock of a device as we know it: what it said last, and how long that is ago (miio-lan.md §2). */

import type { Clock } from '../home/clock';

/** 'older' came late or twice and says nothing about now; 'restarted' is a clock that was set back or began anew. */
export type Stamped = 'newer' | 'older' | 'restarted';

/** A stamp further back than this is no late packet. */
const RESTART_SECONDS = 5;
/** Clocks go at slightly different speeds: so much of the time since it was heard last may be missing. */
const SLOWNESS = 0.01;

export class ClockOffset {
  readonly #clock: Clock;
  #stamp: number | undefined;
  /** Of our monotonic clock, which nobody sets. */
  #at = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds its clock shows now; undefined before it has told, and after it restarted. */
  get stamp(): number | undefined {
    return this.#stamp === undefined ? undefined : this.#stamp + Math.floor((this.#clock.monotonic() - this.#at) / 1_000);
  }

  /** How long ago it was told; `Infinity` where it is not known. */
  get ageMs(): number {
    return this.#stamp === undefined ? Number.POSITIVE_INFINITY : this.#clock.monotonic() - this.#at;
  }

  /** A stamp in the answer to a hello of ours: it holds whatever was before. */
  set(stamp: number): Stamped {
    const expected = this.stamp;
    const tolerated = RESTART_SECONDS + (expected === undefined ? 0 : (this.ageMs / 1_000) * SLOWNESS);
    this.#take(stamp);
    // Soon after a restart, a clock that begins anew may be at what it said last already: what it should be at by now tells.
    return expected !== undefined && stamp < expected - tolerated ? 'restarted' : 'newer';
  }

  /** A stamp in another valid packet. After 'restarted' nothing is known until the next hello. */
  observe(stamp: number): Stamped {
    if (this.#stamp === undefined || stamp >= this.#stamp) {
      this.#take(stamp);
      return 'newer';
    }
    if (stamp >= this.#stamp - RESTART_SECONDS) return 'older';
    this.#stamp = undefined;
    return 'restarted';
  }

  forget(): void {
    this.#stamp = undefined;
  }

  #take(stamp: number): void {
    this.#stamp = stamp;
    this.#at = this.#clock.monotonic();
  }
}

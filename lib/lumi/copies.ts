/**
 * Finds datagrams that arrived more than once: several interfaces and repeaters deliver copies (lumi-lan.md §1.3).
 * A genuine second click cannot come within the window, because the gateway itself waits 400 ms for a double click. A switch that
 * goes on, off and on again can: once its sid has said something else, only what comes as close as copies were ever seen is one.
 */

import type { Clock } from '../home/clock';

const WINDOW_MS = 200;
/** Four copies were seen within 55 ms (lumi-lan.md §1.3). */
const CLOSE_MS = 60;
/** A flood must not fill the memory: past this many texts in one window the older half is forgotten. */
const MOST_TEXTS = 20_000;

export class Copies {
  readonly #clock: Clock;
  #recent = new Map<string, number>();
  #older = new Map<string, number>();
  /** What each sid said last. */
  #last = new Map<string, string>();
  #turnedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since the same datagram was new, where that is less than 200; else undefined. */
  age(datagram: string): number | undefined {
    const now = this.#clock.monotonic();
    if (now - this.#turnedAt >= WINDOW_MS || this.#recent.size >= MOST_TEXTS) this.#turn(now);
    const seenAt = this.#recent.get(datagram) ?? this.#older.get(datagram);
    return seenAt !== undefined && now - seenAt < WINDOW_MS ? now - seenAt : undefined;
  }

  /** True when a datagram of that age is a copy, whoever it is about. */
  isClose(age: number | undefined): boolean {
    return age !== undefined && age < CLOSE_MS;
  }

  /** True when it repeats the last word of its sid within the window. Remembers it otherwise. */
  isRepeated(datagram: string, age: number | undefined, sid: string): boolean {
    if (age !== undefined && this.#last.get(sid) === datagram) return true;
    if (this.#last.size >= MOST_TEXTS) this.#last.clear();
    this.#last.set(sid, datagram);
    this.#recent.set(datagram, this.#clock.monotonic());
    return false;
  }

  #turn(now: number): void {
    this.#older = now - this.#turnedAt >= 2 * WINDOW_MS ? new Map() : this.#recent;
    this.#recent = new Map();
    this.#turnedAt = now;
  }
}

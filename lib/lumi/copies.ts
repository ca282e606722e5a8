/**
 * Finds datagrams that arrived more than once: several interfaces and repeaters deliver copies (lumi-lan.md §1.3).
 * A genuine second click cannot come within the window, because the gateway itself waits 400 ms for a double click.
 */

import type { Clock } from '../home/clock';

const WINDOW_MS = 200;
/** A flood must not fill the memory: past this many texts in one window the older half is forgotten. */
const MOST_TEXTS = 20_000;

export class Copies {
  readonly #clock: Clock;
  #recent = new Map<string, number>();
  #older = new Map<string, number>();
  #turnedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True when the same text was seen within the last 200 ms. Remembers the text. */
  isCopy(text: string): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#turnedAt >= WINDOW_MS || this.#recent.size >= MOST_TEXTS) {
      this.#older = now - this.#turnedAt >= 2 * WINDOW_MS ? new Map() : this.#recent;
      this.#recent = new Map();
      this.#turnedAt = now;
    }
    const seenAt = this.#recent.get(text) ?? this.#older.get(text);
    if (seenAt !== undefined && now - seenAt < WINDOW_MS) return true;
    this.#recent.set(text, now);
    return false;
  }
}

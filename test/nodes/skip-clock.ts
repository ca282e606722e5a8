/** Real time that can be skipped: sockets answer as fast as they do, and an hour is over when a test says so. Counts what is pending. */

import type { Clock } from '../../lib/home/clock';

interface Pending {
  readonly callback: () => void;
  readonly due: number;
  handle: NodeJS.Timeout;
}

const GAP_MS = 100;

export class SkipClock implements Clock {
  readonly #pending = new Map<number, Pending>();
  #skippedMs = 0;
  #lastId = 0;

  /** Timers that are neither over nor cleared. */
  get pending(): number {
    return this.#pending.size;
  }

  now(): number {
    return Date.now() + this.#skippedMs;
  }

  monotonic(): number {
    return performance.now() + this.#skippedMs;
  }

  setTimeout(callback: () => void, delayMs: number): number {
    this.#lastId += 1;
    const id = this.#lastId;
    const due = this.monotonic() + delayMs;
    this.#pending.set(id, { callback, due, handle: setTimeout(() => this.#fire(id), delayMs).unref() });
    return id;
  }

  clearTimeout(timer: unknown): void {
    const pending = this.#pending.get(timer as number);
    if (pending === undefined) return;
    clearTimeout(pending.handle);
    this.#pending.delete(timer as number);
  }

  /** Fires everything that is due within `ms`, in order and each at its time, and goes on from there. */
  async skip(ms: number): Promise<void> {
    const end = this.monotonic() + ms;
    for (;;) {
      const next = [...this.#pending].sort(([, a], [, b]) => a.due - b.due)[0];
      if (next === undefined || next[1].due > end) break;
      this.#skippedMs += Math.max(0, next[1].due - this.monotonic());
      this.#fire(next[0]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#skippedMs += Math.max(0, end - this.monotonic());
    for (const [id, pending] of this.#pending) {
      clearTimeout(pending.handle);
      pending.handle = setTimeout(() => this.#fire(id), Math.max(0, pending.due - this.monotonic())).unref();
    }
  }

  /** Skips to the next timer where it is almost due: the gaps between two requests, and never the time an answer may take. */
  async skipGap(): Promise<void> {
    const wait = Math.min(...[...this.#pending.values()].map(({ due }) => due)) - this.monotonic();
    if (wait < GAP_MS) await this.skip(Math.max(0, wait));
  }

  #fire(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    clearTimeout(pending.handle);
    this.#pending.delete(id);
    pending.callback();
  }
}

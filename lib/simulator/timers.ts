/** The timers of one owner: whoever starts them stops them all with one call. */

import type { Clock, Timer } from '../home/clock';

export class Timers {
  private readonly running = new Set<{ timer: Timer }>();
  private readonly clock: Clock;
  private isClosed = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Runs `callback` once after `delayMs`; the function returned stops it before. */
  after(delayMs: number, callback: () => void): () => void {
    if (this.isClosed) return () => {};
    const entry: { timer: Timer } = { timer: undefined };
    entry.timer = this.clock.setTimeout(() => {
      this.running.delete(entry);
      callback();
    }, delayMs);
    this.running.add(entry);
    return () => {
      this.running.delete(entry);
      this.clock.clearTimeout(entry.timer);
    };
  }

  /** Runs `callback` after each `intervalMs()`, asked anew every time, until the owner closes. */
  every(intervalMs: () => number, callback: () => void): void {
    this.after(intervalMs(), () => {
      callback();
      this.every(intervalMs, callback);
    });
  }

  close(): void {
    this.isClosed = true;
    for (const { timer } of this.running) this.clock.clearTimeout(timer);
    this.running.clear();
  }
}

/** A clock that stands still until a test moves it. */

import type { Clock, Timer } from '../../lib/home/clock';

interface Pending {
  readonly at: number;
  readonly callback: () => void;
}

/** Turns of the event loop in which promises settle and datagrams on loopback arrive. */
const TURNS = 12;
const STEP_MS = 10;

export class ManualClock implements Clock {
  #now = 1_700_000_000_000;
  #monotonic = 1_000_000;
  readonly #timers = new Set<Pending>();

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Somebody sets the wall clock; no time passes. */
  jump(ms: number): void {
    this.#now += ms;
  }

  setTimeout(callback: () => void, delayMs: number): Timer {
    const timer: Pending = { at: this.#monotonic + delayMs, callback };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: Timer | undefined): void {
    this.#timers.delete(timer as Pending);
  }

  /** Timers that were started and have neither fired nor been stopped. */
  get openTimers(): number {
    return this.#timers.size;
  }

  /** Lets time pass: fires what is due in its order, and lets everything settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await this.settle();
    for (let due = this.#nextBefore(end); due !== undefined; due = this.#nextBefore(end)) {
      this.#timers.delete(due);
      this.#moveTo(due.at);
      due.callback();
      await this.settle();
    }
    this.#moveTo(end);
  }

  /** Lets time pass until a promise is settled, and gives what it came to. */
  async during<Result>(promise: Promise<Result>, withinMs = 120_000): Promise<Result> {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    promise.then(settle, settle);
    for (let passed = 0; !isSettled && passed < withinMs; passed += STEP_MS) await this.advance(STEP_MS);
    if (!isSettled) throw new Error(`not settled within ${withinMs} ms`);
    return promise;
  }

  /** Lets promises settle and datagrams arrive; no time passes. */
  async settle(turns = TURNS): Promise<void> {
    for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  #nextBefore(end: number): Pending | undefined {
    let next: Pending | undefined;
    for (const timer of this.#timers) if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
    return next;
  }

  #moveTo(at: number): void {
    this.#now += Math.max(0, at - this.#monotonic);
    this.#monotonic = Math.max(this.#monotonic, at);
  }
}

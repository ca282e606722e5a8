/** Time as a value that is passed in, so that tests decide when an hour is over. */

/** Handle of a timer; opaque to its owner. */
export type Timer = unknown;

export interface Clock {
  /** Wall clock, milliseconds since 1970. Jumps when somebody sets it: only for what people read. */
  now(): number;
  /** Milliseconds since some fixed moment. Never jumps: for every duration. */
  monotonic(): number;
  setTimeout(callback: () => void, delayMs: number): Timer;
  clearTimeout(timer: Timer | undefined): void;
}

/** What a timer of Node.js can wait, 24.8 days. It would end a longer wait at once, and a poll every month would be one every millisecond. */
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's own clock. Its timers never keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, Math.min(delayMs, LONGEST_MS)).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

/** Resolves after `delayMs`. For loops that a `closed` flag ends; anything that must be cancelled owns its timer instead. */
export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.setTimeout(resolve, delayMs));
}

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

/** The machine's own clock. Its timers never keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

/** Resolves after `delayMs`. For loops that a `closed` flag ends; anything that must be cancelled owns its timer instead. */
export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.setTimeout(resolve, delayMs));
}

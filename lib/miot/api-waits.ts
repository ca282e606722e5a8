/** Pauses of the HTTP API, which end when it is closed. */

import type { Clock, Timer } from '../home/clock';
import { LumiotError } from '../home/errors';

export function closedError(): LumiotError {
  return new LumiotError(
    'CLOUD_UNREACHABLE',
    'The account was closed before the cloud answered. Deploy the flow, and send the message again.',
  );
}

export class Waits {
  readonly #clock: Clock;
  readonly #open = new Map<Timer, (error: LumiotError) => void>();
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves after `ms`; rejects when the API is closed. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(closedError());
      const timer = this.#clock.setTimeout(() => {
        this.#open.delete(timer);
        resolve();
      }, ms);
      this.#open.set(timer, reject);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const [timer, reject] of this.#open) {
      this.#clock.clearTimeout(timer);
      reject(closedError());
    }
    this.#open.clear();
  }
}

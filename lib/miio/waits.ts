/** Waits with an end: by what they wait for, by their time, or because their owner closes. No timer outlives them. */

import type { Clock, Timer } from '../home/clock';
import type { LumiotError } from '../home/errors';

export interface Wait<Result> {
  /** Undefined when its time was over first; rejects when its owner closed. */
  readonly ended: Promise<Result | undefined>;
  /** The first call counts. */
  end(result: Result | undefined): void;
}

export class Waits {
  readonly #clock: Clock;
  readonly #open = new Set<(error: LumiotError) => void>();
  #closedWith: LumiotError | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isClosed(): boolean {
    return this.#closedWith !== undefined;
  }

  /** Throws what it was closed with. */
  throwIfClosed(): void {
    if (this.#closedWith !== undefined) throw this.#closedWith;
  }

  /** `delayMs` undefined: as long as it takes. */
  begin<Result>(delayMs: number | undefined): Wait<Result> {
    let end: Wait<Result>['end'] = () => {};
    const ended = new Promise<Result | undefined>((resolve, reject) => {
      if (this.#closedWith !== undefined) return reject(this.#closedWith);
      let timer: Timer | undefined;
      const settle = (): void => {
        this.#clock.clearTimeout(timer);
        this.#open.delete(close);
      };
      const close = (error: LumiotError): void => {
        settle();
        reject(error);
      };
      end = (result) => {
        settle();
        resolve(result);
      };
      this.#open.add(close);
      if (delayMs !== undefined) timer = this.#clock.setTimeout(() => end(undefined), delayMs);
    });
    // Somebody may lose interest before it ends.
    ended.catch(() => {});
    return { ended, end };
  }

  async pause(delayMs: number): Promise<void> {
    await this.begin(delayMs).ended;
  }

  close(error: LumiotError): void {
    this.#closedWith ??= error;
    for (const close of [...this.#open]) close(this.#closedWith);
  }
}

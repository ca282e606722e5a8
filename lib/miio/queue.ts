/** The queue before one device: one job under way at a time, in their order, a bound on how many wait (miio-lan.md §4). */

import type { LumiotError } from '../home/errors';

interface Waiting {
  begin(): Promise<void>;
  reject(error: LumiotError): void;
}

export class Queue {
  readonly #most: number;
  readonly #waiting: Waiting[] = [];
  #isBusy = false;
  #closedWith: LumiotError | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Resolves with what the job gives. Rejects at once with `full()` where too many wait already. */
  add<Result>(job: () => Promise<Result>, full: () => LumiotError): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (this.#closedWith !== undefined) return reject(this.#closedWith);
      if (this.#isBusy && this.#waiting.length >= this.#most) return reject(full());
      this.#waiting.push({ begin: () => job().then(resolve, reject), reject });
      this.#next();
    });
  }

  /** Ends everything that waits, and takes nothing more. The job under way ends by itself. */
  close(error: LumiotError): void {
    this.#closedWith ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#closedWith);
  }

  #next(): void {
    if (this.#isBusy) return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    this.#isBusy = true;
    void waiting.begin().finally(() => {
      this.#isBusy = false;
      this.#next();
    });
  }
}

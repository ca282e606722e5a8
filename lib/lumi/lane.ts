/**
 * The queue before one gateway: one job under way at a time, writes before reads, a gap between two, a bound on how many wait.
 * A job that says the same thing as one still waiting takes its place (last value wins).
 */

import type { Clock, Timer } from '../home/clock';
import { LumiotError } from '../home/errors';

export interface Job<Result> {
  /** Urgent jobs (commands) go before the others (reads). */
  readonly isUrgent: boolean;
  /** Least time from the end of this job to the start of the next: a command sent twice takes effect twice, and the next must come after. */
  readonly gapMs: number;
  readonly merge?: Merge | undefined;
  readonly run: () => Promise<Result>;
}

/** When a job takes the place of an earlier one that still waits. */
export interface Merge {
  /** Whom the job is about; others are never looked at. */
  readonly subject: string;
  /** Jobs with the same text say the same thing. */
  readonly what: string;
  /** A slider's last value wins across other sliders. What is no slider merges only with its direct predecessor: on, off, on stays on. */
  readonly isSlider: boolean;
}

/** What a job comes to that a newer one overtook before it began. */
export const OVERTAKEN = Symbol('overtaken');
export type Overtaken = typeof OVERTAKEN;

interface Waiting {
  readonly job: Job<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export class Lane {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #urgent: Waiting[] = [];
  readonly #patient: Waiting[] = [];
  #isBusy = false;
  #closedWith: LumiotError | undefined;
  #gapTimer: Timer | undefined;
  #nextStart = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  get waiting(): number {
    return this.#urgent.length + this.#patient.length;
  }

  /**
   * Resolves with the job's result, or with `OVERTAKEN`. Rejects with the job's error, or with `QUEUE_FULL` at once.
   */
  add<Result>(job: Job<Result>): Promise<Result | Overtaken> {
    return new Promise<Result | Overtaken>((resolve, reject) => {
      if (this.#closedWith !== undefined) {
        reject(this.#closedWith);
        return;
      }
      const queue = job.isUrgent ? this.#urgent : this.#patient;
      const waiting: Waiting = { job, resolve: resolve as (result: unknown) => void, reject };
      this.#overtake(queue, job.merge);
      if (this.waiting >= this.#limit) {
        reject(
          new LumiotError(
            'QUEUE_FULL',
            `${this.#limit} commands are waiting for the gateway already. Send fewer, or slower: put a delay node before.`,
          ),
        );
        return;
      }
      queue.push(waiting);
      this.#next();
    });
  }

  /** Ends everything that waits with `error`, and takes nothing more. The job under way ends by itself. */
  close(error: LumiotError): void {
    this.#closedWith = error;
    this.#clock.clearTimeout(this.#gapTimer);
    this.#gapTimer = undefined;
    for (const { reject } of [...this.#urgent.splice(0), ...this.#patient.splice(0)]) reject(error);
  }

  #overtake(queue: Waiting[], merge: Merge | undefined): void {
    if (merge === undefined) return;
    for (let index = queue.length - 1; index >= 0; index--) {
      const other = queue[index]?.job.merge;
      if (other?.subject !== merge.subject) continue;
      if (other.what === merge.what) {
        for (const { resolve } of queue.splice(index, 1)) resolve(OVERTAKEN);
        return;
      }
      if (!other.isSlider || !merge.isSlider) return;
    }
  }

  #next(): void {
    if (this.#isBusy || this.#gapTimer !== undefined || this.waiting === 0) return;
    const wait = this.#nextStart - this.#clock.monotonic();
    if (wait > 0) {
      this.#gapTimer = this.#clock.setTimeout(() => {
        this.#gapTimer = undefined;
        this.#next();
      }, wait);
      return;
    }
    const waiting = this.#urgent.shift() ?? this.#patient.shift();
    if (waiting === undefined) return;
    this.#isBusy = true;
    const done = (): void => {
      this.#isBusy = false;
      this.#nextStart = this.#clock.monotonic() + waiting.job.gapMs;
      this.#next();
    };
    waiting.job.run().then(waiting.resolve, waiting.reject).finally(done);
  }
}

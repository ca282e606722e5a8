/** One request and its answer: the protocol has no request ids, so an answer is known by its gateway, command and sid (lumi-lan.md §8.1). */

import type { Clock, Timer } from '../home/clock';
import { LumiotError } from '../home/errors';
import type { Frame } from './frame';

export interface Exchange {
  /** Whose request this is. An answer that an earlier owner still awaits is not taken for this one's. */
  readonly owner: object;
  /** Bytes of one try; asked again for each, so that a retry can carry a newer token. */
  readonly bytes: () => Uint8Array;
  readonly send: (bytes: Uint8Array) => Promise<void>;
  /** True for the frame that answers this request. */
  readonly isAnswer: (frame: Frame) => boolean;
  readonly timeoutMs: number;
  readonly tries: number;
}

export interface Answer {
  readonly frame: Frame;
  /** How many times the request was sent. */
  readonly attempts: number;
}

/** A request that was sent and not answered yet: its answer may be late, and then looks like that of the next request. */
interface Unanswered {
  readonly owner: object;
  readonly isAnswer: (frame: Frame) => boolean;
  readonly until: number;
}

interface Try {
  readonly exchange: Exchange;
  readonly end: (outcome: { frame: Frame | undefined } | { error: unknown }) => void;
}

/** Sends requests and hands each its answer. At most one is under way: whoever owns it keeps a queue before it (lane.ts). */
export class Exchanger {
  readonly #clock: Clock;
  #current: Try | undefined;
  #unanswered: Unanswered[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Gives a frame from the gateway to the request under way. True when it was its answer. */
  offer(frame: Frame): boolean {
    const current = this.#current;
    if (this.#isLate(frame, current?.exchange.owner)) return false;
    if (current === undefined || !current.exchange.isAnswer(frame)) return false;
    current.end({ frame });
    return true;
  }

  /** Ends the request under way with an error. */
  abort(error: LumiotError): void {
    this.#current?.end({ error });
  }

  /** Resolves with the answer; rejects with `TIMEOUT` after the last try, with `SOCKET` when a try could not be sent and none was answered. */
  async run(exchange: Exchange): Promise<Answer> {
    const { owner, isAnswer, timeoutMs, tries } = exchange;
    let refused: LumiotError | undefined;
    const sentAt: number[] = [];
    try {
      for (let attempts = 1; attempts <= tries; attempts++) {
        try {
          sentAt.push(this.#clock.monotonic());
          const frame = await this.#once(exchange, exchange.bytes());
          if (frame === undefined) continue;
          // It may be the late answer of the oldest try: then those of the others are still to come.
          if (!this.#settleOldest(owner)) sentAt.shift();
          return { frame, attempts };
        } catch (error) {
          sentAt.pop();
          if (!(error instanceof LumiotError) || error.code !== 'SOCKET') throw error;
          refused = error;
        }
      }
    } finally {
      // Twice the time we waited: an answer later than that was never seen.
      for (const at of sentAt) this.#unanswered.push({ owner, isAnswer, until: at + 2 * timeoutMs });
    }
    throw refused ?? new LumiotError('TIMEOUT', `No answer after ${tries} tries of ${timeoutMs} ms.`);
  }

  #once(exchange: Exchange, bytes: Uint8Array): Promise<Frame | undefined> {
    return new Promise((resolve, reject) => {
      let timer: Timer | undefined;
      const attempt: Try = {
        exchange,
        end: (outcome) => {
          // A send may fail long after its time was over: by then another try is under way.
          if (this.#current !== attempt) return;
          this.#current = undefined;
          this.#clock.clearTimeout(timer);
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.frame);
        },
      };
      this.#current = attempt;
      timer = this.#clock.setTimeout(() => attempt.end({ frame: undefined }), exchange.timeoutMs);
      exchange.send(bytes).catch((error: unknown) => attempt.end({ error }));
    });
  }

  /** True where the owner had sent the same before, in another run, and its oldest answer counts as this one. */
  #settleOldest(owner: object): boolean {
    const index = this.#unanswered.findIndex((one) => one.owner === owner);
    if (index >= 0) this.#unanswered.splice(index, 1);
    return index >= 0;
  }

  /** True for an answer that somebody else was still owed: a late acknowledgement must not stand for a newer command. */
  #isLate(frame: Frame, owner: object | undefined): boolean {
    if (this.#unanswered.length === 0) return false;
    const now = this.#clock.monotonic();
    this.#unanswered = this.#unanswered.filter(({ until }) => until > now);
    const index = this.#unanswered.findIndex((one) => one.owner !== owner && one.isAnswer(frame));
    if (index < 0) return false;
    this.#unanswered.splice(index, 1);
    return true;
  }
}

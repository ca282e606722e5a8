/** One request and its answer: the protocol has no request ids, so an answer is known by its gateway, command and sid (lumi-lan.md §8.1). */

import type { Clock, Timer } from '../home/clock';
import { LumiotError } from '../home/errors';
import type { Frame } from './frame';

export interface Exchange {
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

/** Sends requests and hands each its answer. At most one is under way: whoever owns it keeps a queue before it (lane.ts). */
export class Exchanger {
  readonly #clock: Clock;
  #offer: ((frame: Frame) => boolean) | undefined;
  #abort: ((error: LumiotError) => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Gives a frame from the gateway to the request under way. True when it was its answer. */
  offer(frame: Frame): boolean {
    return this.#offer?.(frame) ?? false;
  }

  /** Ends the request under way with an error. */
  abort(error: LumiotError): void {
    this.#abort?.(error);
  }

  /** Resolves with the answer; rejects with `TIMEOUT` after the last try, with `SOCKET` when every try could not be sent. */
  async run(exchange: Exchange): Promise<Answer> {
    let refused: unknown;
    for (let attempts = 1; attempts <= exchange.tries; attempts++) {
      const frame = await this.#once(exchange).catch((error: unknown) => {
        if (!(error instanceof LumiotError) || error.code !== 'SOCKET') throw error;
        refused = error;
        return undefined;
      });
      if (frame !== undefined) return { frame, attempts };
    }
    throw refused ?? new LumiotError('TIMEOUT', `No answer after ${exchange.tries} tries of ${exchange.timeoutMs} ms.`);
  }

  #once(exchange: Exchange): Promise<Frame | undefined> {
    return new Promise((resolve, reject) => {
      let timer: Timer | undefined;
      const settle = (): void => {
        this.#clock.clearTimeout(timer);
        this.#offer = undefined;
        this.#abort = undefined;
      };
      this.#offer = (frame) => {
        if (!exchange.isAnswer(frame)) return false;
        settle();
        resolve(frame);
        return true;
      };
      this.#abort = (error) => {
        settle();
        reject(error);
      };
      timer = this.#clock.setTimeout(() => {
        settle();
        resolve(undefined);
      }, exchange.timeoutMs);
      exchange.send(exchange.bytes()).catch((error: unknown) => {
        settle();
        reject(error);
      });
    });
  }
}

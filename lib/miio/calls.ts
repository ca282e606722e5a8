/**
 * What an unanswered or refused request means, and what follows: again, another token needed, too much at once. Sits between the device
 * and its requests (miio-lan.md §3, §4.3).
 */

import type { LumiotError } from '../home/errors';
import { ACK_TIMEOUT, requestError, TRANSIENT } from './codes';
import type { Reply, Request, Requests } from './requests';
import { type Named, noAnswer, tokenRejected, unknownOutcome, unreadable } from './sentences';
import type { MiioStanding } from './types';
import type { Waits } from './waits';

export interface CallsOptions {
  readonly waits: Waits;
  readonly requests: Requests;
  readonly named: () => Named;
  readonly standing: () => MiioStanding;
  /** It is there, and nothing made with its token is answered. */
  readonly onRejected: () => void;
}

export type CallOutcome =
  | { readonly ok: true; readonly result: unknown }
  /** `isTooMuch`: less at a time may help. `isSilent`: nothing came back, from a device that is there and accepts its token. */
  | { readonly ok: false; readonly error: LumiotError; readonly code: number; readonly isTooMuch: boolean; readonly isSilent: boolean };

type Asked = Omit<Request, 'triesMs'>;

const TRIES_MS = [2_000, 3_000, 5_000];
/** The third is the question whether the token is accepted at all. */
const BATCH_TRIES_MS = [2_000, 3_000];
const ACTION_TRIES_MS = [2_000, 5_000];
const PROBE_TRIES_MS = [5_000];
/** Its token was refused a moment ago: one try tells whether that is over. */
const REJECTED_TRIES_MS = [2_000];
const PAUSE_MS = 500;
const MOST_TRANSIENT = 2;
/** Every device that has a token answers it, and it changes nothing (miio-lan.md §4.1). */
const PROBE: Asked = { method: 'miIO.info', params: [] };

export class Calls {
  readonly #options: CallsOptions;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /** For reads and sets. Rejects with `DEVICE_OFFLINE`, `TOKEN_REJECTED` or `SOCKET`. */
  async repeat(asked: Asked, isBatch = false): Promise<CallOutcome> {
    const { requests, waits } = this.#options;
    const device = this.#options.named();
    let isRepeated = false;
    let transients = 0;
    for (;;) {
      const wasRejected = this.#options.standing() === 'token-rejected';
      const triesMs = wasRejected ? REJECTED_TRIES_MS : isBatch ? BATCH_TRIES_MS : TRIES_MS;
      const reply = await requests.repeat({ ...asked, triesMs });
      switch (reply.kind) {
        case 'result':
          return { ok: true, result: reply.result };
        case 'refused':
          throw reply.error;
        case 'error': {
          const isAgain = reply.code === ACK_TIMEOUT ? !isRepeated : reply.code === TRANSIENT && transients++ < MOST_TRANSIENT;
          if (isAgain) {
            isRepeated ||= reply.code === ACK_TIMEOUT;
            await waits.pause(PAUSE_MS);
            continue;
          }
          const error = requestError(reply.code, device, asked.method);
          return { ok: false, error, code: reply.code, isTooMuch: reply.code === ACK_TIMEOUT, isSilent: false };
        }
        case 'garbled':
          return { ok: false, error: unreadable(device, `'${asked.method}'`), code: 0, isTooMuch: true, isSilent: false };
        case 'silent':
        case 'checksum': {
          if (wasRejected || asked.method === PROBE.method || !(await this.#isAccepted())) this.#reject();
          const isSilent = reply.kind === 'silent';
          const error = isSilent ? noAnswer(device, `'${asked.method}'`) : unreadable(device, `'${asked.method}'`);
          return { ok: false, error, code: 0, isTooMuch: true, isSilent };
        }
      }
    }
  }

  /**
   * For what must not be done twice; gives the result. `what` names it in `UNKNOWN_OUTCOME`. A token that has opened nothing yet is tried
   * first with something harmless: an action that a wrong token kept from being carried out has no unknown outcome.
   */
  async once(asked: Asked, what: string, isProven: boolean): Promise<unknown> {
    if (!isProven) await this.prove();
    const device = this.#options.named();
    const reply = await this.#options.requests.once({ ...asked, triesMs: ACTION_TRIES_MS });
    switch (reply.kind) {
      case 'result':
        return reply.result;
      case 'refused':
        throw reply.error;
      case 'error': {
        const error = requestError(reply.code, device, asked.method);
        // Some part of it did not answer another in time: it may have done it.
        throw error.code === 'TIMEOUT' ? unknownOutcome(device, what) : error;
      }
      case 'silent':
      case 'checksum':
      case 'garbled':
        throw unknownOutcome(device, what);
    }
  }

  /** Rejects with `TOKEN_REJECTED`, `DEVICE_OFFLINE` or `SOCKET`. */
  async prove(): Promise<void> {
    const triesMs = this.#options.standing() === 'token-rejected' ? REJECTED_TRIES_MS : TRIES_MS;
    if (!opens(await this.#options.requests.repeat({ ...PROBE, triesMs }))) this.#reject();
  }

  async #isAccepted(): Promise<boolean> {
    return opens(await this.#options.requests.repeat({ ...PROBE, triesMs: PROBE_TRIES_MS }));
  }

  #reject(): never {
    this.#options.onRejected();
    throw tokenRejected(this.#options.named());
  }
}

/** True where the token has opened the answer, whatever it says. */
function opens(reply: Reply): boolean {
  if (reply.kind === 'refused') throw reply.error;
  return reply.kind === 'result' || reply.kind === 'error' || reply.kind === 'garbled';
}

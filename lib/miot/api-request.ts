/** One request of the HTTP API, from its headers to its result: token, renewal, retries, pauses, and errors in sentences (miot-cloud.md §2.1). */

import type { Clock } from '../home/clock';
import { LumiotError } from '../home/errors';
import { closedError, type Waits } from './api-waits';
import { isTokenRefused, parseAnswer, refusesToken } from './cloud-answer';
import { codeError, meaningOf } from './codes';
import { type Http, type HttpReply, TransportError } from './http';
import { endpointsOf } from './regions';
import type { AccountSettings } from './settings';
import type { AccessToken, Tokens } from './tokens';

/**
 * How often a request may be sent. A read is free to be repeated; a set of an absolute value and an action are sent again only where
 * the first one surely did nothing.
 */
export type CallKind = 'read' | 'set' | 'action';

export interface ApiCall {
  readonly path: string;
  readonly body: unknown;
  readonly kind: CallKind;
  /** For sentences about a command: 'Action 2.1 of device 68332340'. */
  readonly subject?: string;
  /** The one device it is about. */
  readonly device?: string | undefined;
  /** Called for each time it is sent. */
  readonly onRequest?: OnRequest | undefined;
}

export type OnRequest = () => void;

export interface ApiOptions {
  readonly settings: AccountSettings;
  readonly tokens: Tokens;
  readonly http: Http;
  readonly clock: Clock;
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly log: { readonly warn: (text: string) => void };
}

/** How one sending ended. */
type Sent =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'token-refused'; readonly result: unknown }
  | { readonly kind: 'limited'; readonly retryAfterMs: number | undefined }
  /** No answer, or none of this API's. */
  | { readonly kind: 'lost'; readonly error: LumiotError; readonly mayHaveArrived: boolean }
  | { readonly kind: 'failed'; readonly code: number };

interface Rules {
  readonly timeoutMs: number;
  readonly tries: number;
  /** Waits no longer than this for a rate limit to end. */
  readonly mostPauseMs: number;
}

const kinds: Readonly<Record<CallKind, Rules>> = {
  read: { timeoutMs: 30_000, tries: 3, mostPauseMs: 30_000 },
  set: { timeoutMs: 15_000, tries: 2, mostPauseMs: 10_000 },
  // Not even a request that was rejected as one too many is worth the doubt.
  action: { timeoutMs: 15_000, tries: 2, mostPauseMs: 0 },
};

/** Given up on the way, or put off until something has become of an earlier one. */
const undecided: ReadonlySet<number> = new Set([408, 425, 499]);

const FIRST_BACKOFF_MS = 1_000;
const FIRST_PAUSE_MS = 3_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

export class ApiRequests {
  readonly #options: ApiOptions;
  readonly #waits: Waits;
  /** Monotonic; nothing is sent before. */
  #pausedUntil = Number.NEGATIVE_INFINITY;
  /** Rate limits in a row. */
  #limits = 0;

  constructor(options: ApiOptions, waits: Waits) {
    this.#options = options;
    this.#waits = waits;
  }

  /**
   * The `result` of an answer whose code is 0. Rejects with what the tokens reject with, with `RATE_LIMITED`, with the error of a code,
   * with `CLOUD_UNREACHABLE`, and for commands that may have been done with `UNKNOWN_OUTCOME`.
   */
  async post(call: ApiCall): Promise<unknown> {
    const { tries } = kinds[call.kind];
    let isRenewed = false;
    for (let attempt = 1; ; attempt++) {
      if (this.#waits.isClosed) throw closedError();
      await this.#pause(call);
      const token = await this.#options.tokens.current();
      let sent = await this.#send(call, token);
      if (sent.kind === 'token-refused' && !isRenewed) {
        // Refused for the token's sake it has not been done: replayed once, whatever it is (miot-cloud.md §5.3, F11, F12).
        isRenewed = true;
        sent = await this.#send(call, await this.#options.tokens.renew(token));
      }
      const isLast = attempt === tries;
      switch (sent.kind) {
        case 'done':
          this.#limits = 0;
          return sent.result;
        case 'token-refused':
          // Items that are refused under a new token as well are no question of the token: each tells its own code.
          if (sent.result !== undefined) return sent.result;
          throw refusedTwice(call);
        case 'limited':
          this.#limit(sent.retryAfterMs);
          if (isLast || call.kind === 'action') throw this.#tooMany(call);
          continue;
        case 'failed':
          if (isLast || call.kind !== 'read' || !isWorthAsking(sent.code, attempt)) throw codeError(sent.code, call.device);
          break;
        case 'lost':
          if (call.kind !== 'read' && sent.mayHaveArrived) throw unknownOutcome(call, sent.error);
          if (isLast) throw sent.error;
          break;
      }
      await this.#waits.wait(FIRST_BACKOFF_MS * 3 ** (attempt - 1) * (0.5 + this.#options.random()));
    }
  }

  async #send(call: ApiCall, token: AccessToken): Promise<Sent> {
    const { settings, http } = this.#options;
    const base = endpointsOf(settings).api;
    call.onRequest?.();
    try {
      const reply = await http.send({
        method: 'POST',
        url: `${base}${call.path}`,
        headers: {
          'X-Client-BizId': settings.bizId,
          'Content-Type': 'application/json',
          // No space: with one the cloud answers 401 (miot-cloud.md §2.1).
          Authorization: `Bearer${token.value}`,
          'X-Client-AppId': settings.clientId,
        },
        body: JSON.stringify(call.body),
        timeoutMs: kinds[call.kind].timeoutMs,
      });
      return this.#read(call, reply, new URL(base).host);
    } catch (error) {
      if (error instanceof TransportError) return { kind: 'lost', error, mayHaveArrived: error.mayHaveArrived };
      throw error;
    }
  }

  #read({ kind }: ApiCall, reply: HttpReply, host: string): Sent {
    const { status } = reply;
    if (status === 401) return { kind: 'token-refused', result: undefined };
    if (status === 429) return { kind: 'limited', retryAfterMs: this.#retryAfter(reply) };
    if (status !== 200) {
      const hint =
        status < 500
          ? 'Check the API host in the settings of the account, and whether a proxy or a sign-in page is in between.'
          : 'Try again later.';
      const error = new LumiotError('CLOUD_UNREACHABLE', `${host} answered with HTTP status ${status}. ${hint}`);
      // A front that turns a request away speaks for the API behind it only as far as a value can be set twice.
      return { kind: 'lost', error, mayHaveArrived: kind === 'action' || !isTurnedAway(status) };
    }
    const answer = parseAnswer(reply.text);
    if (answer === undefined) {
      const sentence = `${host} answered with something else than the cloud's JSON. Check whether a proxy or a sign-in page is in between.`;
      return { kind: 'lost', error: new LumiotError('CLOUD_UNREACHABLE', sentence), mayHaveArrived: true };
    }
    const { code, result } = answer;
    if (code === 0) return { kind: isTokenRefused(result) ? 'token-refused' : 'done', result };
    if (refusesToken(code)) return { kind: 'token-refused', result: undefined };
    if (meaningOf(code).error === 'RATE_LIMITED') return { kind: 'limited', retryAfterMs: undefined };
    return { kind: 'failed', code };
  }

  async #pause(call: ApiCall): Promise<void> {
    for (let left = this.#pauseLeft; left > 0; left = this.#pauseLeft) {
      if (left > kinds[call.kind].mostPauseMs) throw this.#tooMany(call);
      await this.#waits.wait(left);
    }
  }

  get #pauseLeft(): number {
    return this.#pausedUntil - this.#options.clock.monotonic();
  }

  #limit(retryAfterMs: number | undefined): void {
    const { clock, random, log } = this.#options;
    this.#limits++;
    const backoffMs = FIRST_PAUSE_MS * 2 ** Math.min(this.#limits - 1, 10) * (0.75 + 0.5 * random());
    const pauseMs = Math.min(LONGEST_PAUSE_MS, retryAfterMs === undefined ? backoffMs : Math.max(retryAfterMs, FIRST_PAUSE_MS * random()));
    if (this.#pauseLeft <= 0) log.warn(`The cloud finds the requests too many; nothing is sent for ${Math.ceil(pauseMs / 1_000)} s.`);
    this.#pausedUntil = Math.max(this.#pausedUntil, clock.monotonic() + pauseMs);
  }

  /** `Retry-After` in seconds or as a date. */
  #retryAfter({ headers }: HttpReply): number | undefined {
    const value = headers['retry-after']?.trim() ?? '';
    if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
    const date = Date.parse(value);
    return Number.isNaN(date) ? undefined : Math.max(0, date - this.#options.clock.now());
  }

  #tooMany({ device }: ApiCall): LumiotError {
    const seconds = Math.max(1, Math.ceil(this.#pauseLeft / 1_000));
    return new LumiotError(
      'RATE_LIMITED',
      `The cloud takes no more requests of this account for now. Send fewer; the next may be sent in ${seconds} s.`,
      { device },
    );
  }
}

/** A read whose code leaves room for another try: once, or as often as there are tries. */
function isWorthAsking(code: number, attempt: number): boolean {
  switch (meaningOf(code).retry) {
    case 'once':
    case 'verify':
      return attempt === 1;
    case 'backoff':
    case 'poll':
      return true;
    case 'no':
    case 'refresh':
      return false;
  }
}

/** Everything else leaves open how far the request got. */
function isTurnedAway(status: number): boolean {
  return status >= 400 && status < 500 && !undecided.has(status);
}

function refusedTwice({ device }: ApiCall): LumiotError {
  return new LumiotError(
    'LOGIN_NEEDED',
    "The cloud refuses the access token although it was renewed just now. Sign in again in the account's settings if this lasts.",
    { device },
  );
}

function unknownOutcome({ subject = 'The command', device }: ApiCall, cause: LumiotError): LumiotError {
  return new LumiotError(
    'UNKNOWN_OUTCOME',
    `${subject}: the command was sent, but no answer of the cloud's came back, so that it may have been done. Look at the state of the device before you send it again. (${cause.message})`,
    { device, cause },
  );
}

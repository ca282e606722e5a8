/** What an answer of the token endpoint means. Judged by the inner error code; `code: -6` alone never decides (miot-cloud.md §1.4). */

import { LumiotError } from '../home/errors';
import type { HttpReply } from './http';
import { isText, object, parseObject } from './narrowing';
import { redact } from './redact';

export interface GrantedTokens {
  readonly access: string;
  /** Undefined where the cloud sent none: the one in use goes on (miot-cloud.md §5.3, F19). */
  readonly refresh: string | undefined;
  readonly expiresInMs: number;
}

export type OAuthVerdict =
  /** `serverTime`: of the `Date` header, in milliseconds since 1970. */
  | { readonly kind: 'granted'; readonly tokens: GrantedTokens; readonly serverTime: number | undefined }
  /** The sign-in is over for good. */
  | { readonly kind: 'ended'; readonly sentence: string }
  /** The code was used, or is too old. */
  | { readonly kind: 'code-spent' }
  /** No later attempt can do better with these settings. */
  | { readonly kind: 'misconfigured'; readonly error: LumiotError }
  /** Unauthorized without a reason: counts only when it is said twice. */
  | { readonly kind: 'unauthorized' }
  | {
      readonly kind: 'transient';
      readonly error: LumiotError;
      readonly retryAfterMs: number | undefined;
      /** The cloud may have acted all the same (F2). */
      readonly mayHaveArrived: boolean;
      /** It was the cloud itself that answered, with an error that has no reason (F8). */
      readonly isGlitch: boolean;
    };

const CLIENT_ID = 'Check the client id in the account’s dialog: it must be the whole number, digit by digit.';
const REDIRECT = 'Check that the redirect URL in the account’s dialog is exactly the one registered for the client id.';
const GRANT = 'Check client id and redirect URL in the account’s dialog; this client id may not be made for this way of signing in.';

/** Inner codes after which nothing but other settings helps. */
const misconfigured: Readonly<Record<number, string>> = {
  96001: `The cloud does not know the client id. ${CLIENT_ID}`,
  96002: `The cloud calls the request invalid. ${REDIRECT}`,
  96003: `The cloud refuses the client id. ${CLIENT_ID}`,
  96004: `The cloud refuses this client. ${GRANT}`,
  96005: `The cloud refuses this kind of grant. ${GRANT}`,
  96006: `The cloud refuses the scope. ${GRANT}`,
  96007: `The cloud refuses this kind of response. ${GRANT}`,
  96010: `The cloud does not accept the redirect URL. ${REDIRECT}`,
  96011: `The cloud refuses this kind of grant. ${GRANT}`,
};

const ended: Readonly<Record<number, string>> = {
  96009: 'The cloud no longer accepts the refresh token: it was used by another installation, it is too old, or it was taken back.',
  96012:
    'The permission was denied or taken back, in the Mi account or by a changed password. Sign in again to give it anew, under the account that owns the devices.',
};

const INVALID_TOKEN = 96008;
const INVALID_CODE = 96013;
/** Where the cloud does not say how long a token lives (F19). */
const ASSUMED_LIFE_MS = 3_600_000;
/** Tokens that live shorter would be refreshed without end. */
const SHORTEST_LIFE_MS = 60_000;
const MOST_LIFE_MS = 3_650 * 86_400_000;
const MOST_RETRY_AFTER_MS = 86_400_000;
/** A clock that shows less was never set. */
const PLAUSIBLE_MS = Date.UTC(2020, 0);

/** `secrets`: what the request carried, and a careless answer might repeat. `now`: milliseconds since 1970. */
export function readOAuthReply(reply: HttpReply, secrets: readonly string[], now: number): OAuthVerdict {
  const transient = (sentence: string, isGlitch: boolean): OAuthVerdict => ({
    kind: 'transient',
    error: new LumiotError('CLOUD_UNREACHABLE', redact(sentence, secrets)),
    retryAfterMs: retryAfter(reply.headers['retry-after'], now),
    mayHaveArrived: false,
    isGlitch,
  });
  // A gateway in front of the cloud: whatever stands in the body is not the cloud's word.
  if (reply.status === 429 || reply.status >= 500)
    return transient(`The cloud answers with HTTP status ${reply.status}. It is tried again by itself.`, false);
  const body = parseObject(reply.text);
  const inner = body === undefined ? undefined : innerCode(body);
  if (inner !== undefined) {
    const verdict = byInnerCode(inner);
    if (verdict !== undefined) return verdict;
  }
  // Anything else than JSON is the login page of a network, or a proxy that asks for a password.
  if (reply.status === 401 && body !== undefined) return { kind: 'unauthorized' };
  if (body === undefined || reply.status !== 200)
    return transient(
      `Something else than the cloud answered (HTTP status ${reply.status}). Check whether this network asks for a login of its own, and its proxy.`,
      false,
    );
  const tokens = body.code === 0 || body.code === undefined ? grantedTokens(body.result) : undefined;
  if (tokens !== undefined) return { kind: 'granted', tokens, serverTime: serverTime(reply.headers.date) };
  // Hidden before it is cut: half a secret is not recognised.
  const said = typeof body.message === 'string' ? redact(body.message, secrets).slice(0, 200) : '';
  return transient(`The cloud answers with an error that gives no reason: "${said}" (${String(inner ?? body.code)}).`, true);
}

/** What the authorise page or the token endpoint says by an inner code; undefined where the code is not known to decide anything. */
export function byInnerCode(inner: number): OAuthVerdict | undefined {
  const wrong = misconfigured[inner];
  if (wrong !== undefined) return { kind: 'misconfigured', error: new LumiotError('MISCONFIGURED', `${wrong} (${inner})`) };
  const over = ended[inner];
  if (over !== undefined) return { kind: 'ended', sentence: `${over} (${inner})` };
  if (inner === INVALID_CODE) return { kind: 'code-spent' };
  return inner === INVALID_TOKEN ? { kind: 'unauthorized' } : undefined;
}

function innerCode(body: Readonly<Record<string, unknown>>): number | undefined {
  const direct = integer(object(body.result)?.error);
  if (direct !== undefined) return direct;
  return typeof body.message === 'string' ? integer(parseObject(body.message)?.error) : undefined;
}

function grantedTokens(result: unknown): GrantedTokens | undefined {
  const fields = object(result);
  if (fields === undefined || !isText(fields.access_token)) return undefined;
  const seconds = Number(typeof fields.expires_in === 'boolean' ? Number.NaN : (fields.expires_in ?? Number.NaN));
  return {
    access: fields.access_token,
    refresh: isText(fields.refresh_token) ? fields.refresh_token : undefined,
    expiresInMs: seconds > 0 ? Math.min(Math.max(seconds * 1000, SHORTEST_LIFE_MS), MOST_LIFE_MS) : ASSUMED_LIFE_MS,
  };
}

function serverTime(date: string | undefined): number | undefined {
  const parsed = Date.parse(date ?? '');
  return parsed >= PLAUSIBLE_MS ? parsed : undefined;
}

/** Seconds or a date. */
function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MOST_RETRY_AFTER_MS) : undefined;
}

function integer(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return Number.isInteger(number) ? (number as number) : undefined;
}

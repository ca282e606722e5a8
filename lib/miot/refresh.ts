/**
 * One refresh from beginning to end, under a lease of the token store: look whether somebody else was faster, declare it, ask,
 * and have the answer on the disk before anybody uses it (miot-cloud.md §5.3, F1, F2, F3, F9).
 */

import { type Clock, delay } from '../home/clock';
import type { LumiotError } from '../home/errors';
import type { Http } from './http';
import { type OAuthClient, refreshTokens } from './oauth';
import type { OAuthVerdict } from './oauth-reply';
import { sentences } from './session-sentences';
import { type Grant, isSameGrant } from './settings';
import { datedTokens, skewOf } from './token-life';
import { nextGeneration, recordOf, type StoredAccount, type StoredTokens, type TokenRecord, withRecord } from './token-record';
import type { Lease, TokenStore } from './token-store';

export interface RefreshParts {
  readonly store: TokenStore;
  readonly client: OAuthClient;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: () => number;
  /** Nobody waits for the outcome any more: what was not begun is left to the next session. */
  readonly isClosed: () => boolean;
  /** Generation that this session has declared, and asked for in vain: nothing of it can have been lost. */
  readonly declared: number | undefined;
  /** The access token still works, so that a disk that refuses is reason enough to wait. */
  readonly canWait: () => boolean;
  /** Milliseconds that the access token has left. */
  readonly untilExpiry: () => number;
}

export type RefreshOutcome =
  /** `problem`: the new tokens are in force, but not on the disk (F3). */
  | { readonly kind: 'renewed'; readonly record: TokenRecord; readonly skewMs: number; readonly problem: LumiotError | undefined }
  /** Somebody else has renewed them, or has signed in or out. */
  | { readonly kind: 'adopted'; readonly record: TokenRecord }
  /** The disk does not take the declaration: nothing was asked. */
  | { readonly kind: 'held-back'; readonly error: LumiotError }
  | { readonly kind: 'ended'; readonly sentence: string }
  | { readonly kind: 'misconfigured'; readonly error: LumiotError }
  | {
      readonly kind: 'transient';
      readonly error: LumiotError;
      readonly retryAfterMs: number | undefined;
      readonly isGlitch: boolean;
      /** The cloud may have acted: the declaration stands for whoever comes next. */
      readonly isLost: boolean;
    }
  | { readonly kind: 'dropped' };

/** A record of an account that is signed in. */
export interface SignedIn extends TokenRecord {
  readonly tokens: StoredTokens;
}

/** How long after an answer that was lost, or a refusal without a reason, the same is asked once more. */
const CONFIRM_MS = 5_000;
/** A refusal without a reason is confirmed much later as long as the access token lives: a network's login page may have said it. */
const CONFIRM_LATER_MS = 3_600_000;
/** A refresh token lives three months (miot-cloud.md §1.3). */
const LONG_IDLE_MS = 80 * 86_400_000;

/** Rejects only for what is a mistake of this program. */
export async function refresh(known: SignedIn, parts: RefreshParts): Promise<RefreshOutcome> {
  const lease = await parts.store.lease();
  try {
    return await refreshUnder(lease, known, parts);
  } finally {
    await lease.release();
  }
}

async function refreshUnder(lease: Lease, known: SignedIn, parts: RefreshParts): Promise<RefreshOutcome> {
  if (parts.isClosed()) return { kind: 'dropped' };
  const newer = newerThan(known, lease.stored);
  if (newer !== undefined) return { kind: 'adopted', record: newer };
  if (lease.problem !== undefined && parts.canWait()) return { kind: 'held-back', error: lease.problem };
  const isDeclared = lease.intent === known.generation;
  try {
    // Once is enough for all attempts that come to nothing: a cloud that is away for days must not wear out the disk.
    if (!isDeclared) await lease.declare(known.generation);
  } catch (error) {
    if (parts.canWait()) return { kind: 'held-back', error: error as LumiotError };
  }

  // This machine may have slept with the lock in its hand: who has it now may be asking already.
  if (!(await lease.isHeld())) return { kind: 'held-back', error: sentences.takenOver() };

  let wasLost = isDeclared && parts.declared !== known.generation;
  let verdict = await ask(known, parts);
  let isConfirmed = false;
  if (isUncertain(verdict)) {
    wasLost ||= verdict.kind === 'transient';
    if (!parts.isClosed()) await delay(parts.clock, CONFIRM_MS);
    if (!parts.isClosed() && (await lease.isHeld())) {
      verdict = await ask(known, parts);
      isConfirmed = true;
    }
  }
  switch (verdict.kind) {
    case 'granted':
      return keep(lease, known, verdict, parts);
    case 'ended':
      return end(lease, known, wasLost ? lostSentence : idleSentence(known, parts.clock.now()) + verdict.sentence);
    case 'code-spent':
      return end(lease, known, 'The cloud no longer knows this sign-in (96013).');
    case 'unauthorized':
      if (isConfirmed && parts.untilExpiry() <= 0)
        return end(lease, known, 'The cloud refused the refresh twice without a reason (HTTP 401).');
      return {
        kind: 'transient',
        error: sentences.unauthorized(),
        retryAfterMs: Math.min(CONFIRM_LATER_MS, Math.max(0, parts.untilExpiry())),
        isGlitch: false,
        isLost: wasLost,
      };
    case 'misconfigured':
      if (!wasLost) await lease.settle();
      return verdict;
    case 'transient':
      // The refresh token may be spent: whoever comes next must know (F2).
      return { ...verdict, isLost: wasLost || verdict.mayHaveArrived };
  }
}

const lostSentence = 'The cloud’s answer to a refresh was lost, and with it the only token that could renew this sign-in.';

function ask(known: SignedIn, { client, http, clock }: RefreshParts): Promise<OAuthVerdict> {
  // The redirect URL of the sign-in, whatever the settings say by now (miot-cloud.md §0.7).
  return refreshTokens({ ...client, redirectUrl: known.redirectUrl }, known.tokens.refresh, { http, now: () => clock.now() });
}

function isUncertain(verdict: OAuthVerdict): boolean {
  return verdict.kind === 'unauthorized' || (verdict.kind === 'transient' && verdict.mayHaveArrived);
}

async function keep(
  lease: Lease,
  known: SignedIn,
  { tokens, serverTime }: Extract<OAuthVerdict, { kind: 'granted' }>,
  { clock, random }: RefreshParts,
): Promise<RefreshOutcome> {
  const skewMs = skewOf(serverTime, clock.now());
  const dated = datedTokens(tokens, known.tokens.refresh, clock.now() + skewMs, random);
  let record: TokenRecord = { ...known, tokens: dated, ended: undefined, generation: known.generation + 1 };
  let problem: LumiotError | undefined;
  let newer: TokenRecord | undefined;
  try {
    await lease.change((stored) => {
      // Somebody signed in while the lock was lost: that is the sign-in the user wants.
      newer = newerThan(known, stored);
      if (newer !== undefined) return stored;
      record = { ...record, uid: recordOf(stored, known)?.uid ?? known.uid, generation: nextGeneration(stored) };
      return withRecord(stored, record);
    });
    await lease.settle();
  } catch (error) {
    problem = error as LumiotError;
  }
  return newer === undefined ? { kind: 'renewed', record, skewMs, problem } : { kind: 'adopted', record: newer };
}

/** The cloud says that it is over; unless another process has renewed the tokens, which only the disk can tell (F9). */
async function end(lease: Lease, known: SignedIn, sentence: string): Promise<RefreshOutcome> {
  const newer = newerThan(known, await lease.read().catch(() => undefined));
  if (newer !== undefined) return { kind: 'adopted', record: newer };
  try {
    await lease.change((stored) => withRecord(stored, { ...(recordOf(stored, known) ?? known), ended: sentence }));
    await lease.settle();
  } catch {
    // It will be said again.
  }
  return { kind: 'ended', sentence };
}

function newerThan(known: TokenRecord, stored: StoredAccount | undefined): TokenRecord | undefined {
  const grant: Grant = known;
  return stored?.records.find((record) => isSameGrant(record, grant) && record.generation > known.generation);
}

function idleSentence({ tokens }: SignedIn, now: number): string {
  const days = Math.floor((now - tokens.obtainedAt) / 86_400_000);
  return now - tokens.obtainedAt < LONG_IDLE_MS
    ? ''
    : `The sign-in was last renewed ${days} days ago, and the cloud forgets one after about three months. `;
}

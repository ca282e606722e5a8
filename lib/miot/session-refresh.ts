/** The refresh of a session: one at a time, and what comes of each is its state. How one goes, step by step, is refresh.ts. */

import type { Clock } from '../home/clock';
import { toLumiotError } from '../home/errors';
import type { Http } from './http';
import type { OAuthClient } from './oauth';
import { type RefreshOutcome, refresh } from './refresh';
import { sentences } from './session-sentences';
import type { SessionStanding } from './session-standing';
import { TICK_MS } from './session-ticks';
import type { TokenStore } from './token-store';
import type { SessionState } from './tokens';

export interface SessionRefreshOptions {
  readonly standing: SessionStanding;
  readonly store: TokenStore;
  readonly client: OAuthClient;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: () => number;
  readonly isClosed: () => boolean;
  readonly onLanded: () => void;
}

/** So long after the end of the access token, an error without a reason is worth a warning (F8). */
const GLITCH_WARNING_MS = 6 * 3_600_000;
/** What the cloud calls a mistake of the settings may have been one of its own. */
const MISCONFIGURED_AGAIN_MS = 24 * 3_600_000;

export class SessionRefresh {
  readonly #options: SessionRefreshOptions;
  readonly #standing: SessionStanding;
  /** Declared on the disk and asked for in vain. */
  #declared: number | undefined;
  #flight: Promise<void> | undefined;

  constructor(options: SessionRefreshOptions) {
    this.#options = options;
    this.#standing = options.standing;
  }

  /** The refresh under way. Never rejects. */
  get flight(): Promise<void> | undefined {
    return this.#flight;
  }

  /** Never rejects: what came out is the state. */
  start(): Promise<void> {
    this.#flight ??= this.#fly().finally(() => {
      this.#flight = undefined;
      this.#options.onLanded();
    });
    return this.#flight;
  }

  async #fly(): Promise<void> {
    const { store, client, http, clock, random, isClosed } = this.#options;
    const { record, timing, state } = this.#standing;
    if (record?.tokens === undefined) return;
    this.#standing.enter({ phase: 'refreshing' });
    let outcome: RefreshOutcome;
    try {
      const parts = { store, client, http, clock, random, isClosed, declared: this.#declared };
      outcome = await refresh(
        { ...record, tokens: record.tokens },
        { ...parts, canWait: () => timing.lives, untilExpiry: () => timing.untilExpiry },
      );
    } catch (error) {
      const failure = toLumiotError(error, 'CLOUD_UNREACHABLE');
      outcome = { kind: 'transient', error: failure, retryAfterMs: undefined, isGlitch: false, isLost: true };
    }
    this.#land(outcome, state);
  }

  #land(outcome: RefreshOutcome, before: SessionState): void {
    const standing = this.#standing;
    const { timing, voice } = standing;
    // What would replace a refused token is not there, and it may be good after all: one odd answer of the cloud is no proof.
    if (outcome.kind !== 'ended') timing.forgive();
    switch (outcome.kind) {
      case 'renewed':
        timing.noteRenewal();
        // What the home list said meanwhile is not in it yet.
        standing.adopt({ ...outcome.record, uid: standing.record?.uid ?? outcome.record.uid }, outcome.skewMs);
        standing.recover(outcome.problem);
        standing.announce();
        return;
      case 'adopted':
        standing.follow(outcome.record);
        return;
      case 'held-back':
        timing.backoff.pause(TICK_MS);
        standing.enter({ phase: 'degraded', error: outcome.error });
        voice.tell('error', `${outcome.error.message} Until then the cloud’s tokens are not renewed.`);
        return;
      case 'ended':
        timing.hasDangling = false;
        timing.backoff.reset();
        standing.note({ ended: outcome.sentence });
        standing.needSignIn(outcome.sentence);
        return;
      case 'misconfigured':
        timing.backoff.reset();
        timing.backoff.fail(MISCONFIGURED_AGAIN_MS, false);
        standing.enter({ phase: 'unconfigured', error: outcome.error });
        voice.tell('error', outcome.error.message);
        return;
      case 'transient':
        this.#fail(outcome);
        return;
      case 'dropped':
        standing.enter(before);
    }
  }

  #fail({ error, retryAfterMs, isGlitch, isLost }: Extract<RefreshOutcome, { kind: 'transient' }>): void {
    const { timing, voice, record } = this.#standing;
    this.#declared = isLost ? undefined : record?.generation;
    const isLate = isGlitch && timing.untilExpiry < -GLITCH_WARNING_MS;
    timing.backoff.fail(retryAfterMs, isLate);
    this.#standing.enter({ phase: 'degraded', error });
    // No alarm while the access token lives (F7).
    const level = timing.lives ? 'info' : 'warn';
    if (isLate) voice.tell('warn', sentences.longGlitch(error).message, 'long glitch');
    else voice.tell(level, `The cloud’s tokens could not be renewed yet: ${error.message}`, `not renewed: ${level}`);
  }
}

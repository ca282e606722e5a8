/** How a session stands: its record, its state, and the one way between states. Who asks the cloud is session-refresh.ts. */

import type { Clock } from '../home/clock';
import type { LumiotError } from '../home/errors';
import type { Log } from '../home/log';
import { RefreshTiming } from './refresh-timing';
import { sentences } from './session-sentences';
import { SessionVoice } from './session-voice';
import type { StoredAccount, TokenRecord } from './token-record';
import type { AccessToken, SessionState, SessionView } from './tokens';

export interface SessionStandingOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Why nothing can be tried with these settings. */
  readonly problem: LumiotError | undefined;
}

export class SessionStanding {
  readonly timing: RefreshTiming;
  readonly voice: SessionVoice;
  readonly problem: LumiotError | undefined;
  /** LAN tokens by did. */
  deviceTokens: ReadonlyMap<string, string> = new Map();
  warning: LumiotError | undefined;
  #state: SessionState;
  #record: TokenRecord | undefined;

  constructor({ clock, random, log, problem }: SessionStandingOptions) {
    this.timing = new RefreshTiming(clock, random);
    this.voice = new SessionVoice({ log, view: () => this.view, secrets: () => this.#secrets() });
    this.problem = problem;
    this.#state = problem === undefined ? { phase: 'loading' } : { phase: 'unconfigured', error: problem };
  }

  get view(): SessionView {
    return {
      state: this.#state,
      uid: this.#record?.uid,
      validUntil: this.timing.life?.validUntil,
      refreshedAt: this.timing.life?.obtainedAt,
      refreshAt: this.willRefresh ? this.timing.refreshAt : undefined,
      warning: this.warning,
    };
  }

  get state(): SessionState {
    return this.#state;
  }

  get record(): TokenRecord | undefined {
    return this.#record;
  }

  get error(): LumiotError | undefined {
    return 'error' in this.#state ? this.#state.error : undefined;
  }

  /** The cloud is asked again some time. */
  get willRefresh(): boolean {
    if (this.#record?.tokens === undefined || this.problem !== undefined) return false;
    return this.#state.phase !== 'sign-in-needed' && this.#state.phase !== 'signed-out';
  }

  /** Nothing here ends this state: only somebody else can, who signs in. */
  get isStuck(): boolean {
    const { phase } = this.#state;
    return this.problem === undefined && (phase === 'sign-in-needed' || phase === 'signed-out' || phase === 'unconfigured');
  }

  get hasDiskTrouble(): boolean {
    return this.#state.phase === 'degraded' && this.#state.error.code === 'STORE_FAILED';
  }

  get isDue(): boolean {
    return this.willRefresh && this.timing.isDue(this.hasDiskTrouble);
  }

  /** The only place where the state changes. */
  enter(state: SessionState): void {
    this.#state = state;
    this.voice.publish();
  }

  /** The only place where tokens come into force. `skewMs`: the former one unless told. */
  adopt(record: TokenRecord | undefined, skewMs?: number): void {
    this.#record = record;
    this.timing.adopt(record?.tokens, skewMs);
  }

  /** What is known about the tokens in use, and changes nothing about them. */
  note(known: Partial<Pick<TokenRecord, 'uid' | 'ended'>>): void {
    if (this.#record !== undefined) this.#record = { ...this.#record, ...known };
  }

  /** Where a record that was read from the disk leads. */
  settleOn(record: TokenRecord | undefined, stored?: StoredAccount): void {
    this.adopt(record);
    if (record?.tokens !== undefined) {
      if (record.ended === undefined) this.enter({ phase: 'connected' });
      else this.needSignIn(record.ended);
      return;
    }
    const isElsewhere = record === undefined && stored?.records.some((other) => other.tokens !== undefined) === true;
    if (isElsewhere) this.enter({ phase: 'sign-in-needed', error: sentences.otherGrant() });
    else this.enter({ phase: 'signed-out', error: sentences.signedOut() });
  }

  /** Somebody else has renewed the tokens, or has signed in or out. */
  follow(record: TokenRecord): void {
    this.settleOn(record);
    if (this.#state.phase === 'connected') this.recover(undefined);
    this.announce();
  }

  /** The tokens are good. `problem`: but not on the disk. */
  recover(problem: LumiotError | undefined): void {
    this.timing.backoff.reset();
    this.timing.hasDangling = false;
    if (problem === undefined) {
      this.enter({ phase: 'connected' });
      this.voice.calm('The cloud’s tokens are renewed.');
      return;
    }
    this.enter({ phase: 'degraded', error: problem });
    this.voice.tell('error', `${problem.message} The new tokens are kept in memory: a restart before that would cost the sign-in.`);
  }

  needSignIn(sentence: string): void {
    const error = sentences.signInNeeded(sentence, this.timing.lives ? this.timing.life?.validUntil : undefined);
    this.enter({ phase: 'sign-in-needed', error });
    this.voice.tell('error', error.message);
  }

  /** Throws why there is no token that works. */
  give(): AccessToken {
    const record = this.#record;
    if (record?.tokens !== undefined && this.timing.lives) return { value: record.tokens.access, generation: record.generation };
    throw this.error ?? sentences.notNow();
  }

  announce(): void {
    const record = this.#record;
    if (record?.tokens !== undefined) this.voice.announce({ value: record.tokens.access, generation: record.generation });
  }

  #secrets(): readonly string[] {
    const tokens = this.#record?.tokens;
    return [...(tokens === undefined ? [] : [tokens.access, tokens.refresh]), ...this.deviceTokens.values()];
  }
}

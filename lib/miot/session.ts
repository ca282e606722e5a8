/**
 * The OAuth life of one account: signed in once, it stays signed in. Named states, one way between them; tokens are refreshed
 * in time, by one refresh at a time, and are on the disk before anybody uses them (miot-cloud.md §5.3).
 */

import type { Clock, Timer } from '../home/clock';
import { type LumiotError, toLumiotError } from '../home/errors';
import type { Http } from './http';
import type { Log } from './log';
import { type RefreshOutcome, refresh, type SignedIn } from './refresh';
import { RefreshTiming } from './refresh-timing';
import { type Endpoints, endpointsOf } from './regions';
import { sentences } from './session-sentences';
import { SessionTicks, TICK_MS } from './session-ticks';
import { SessionVoice } from './session-voice';
import type { AccountSettings } from './settings';
import { type SignedInNow, Signing } from './signing';
import { recordOf, type StoredAccount, type TokenRecord, withRecord } from './token-record';
import type { TokenStore } from './token-store';
import type { AccessToken, SessionState, SessionView, SignIn, Tokens } from './tokens';

export interface SessionOptions {
  readonly settings: AccountSettings;
  /** Undefined while there is no key for it. */
  readonly store: TokenStore | undefined;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

/** A refresh that is due is waited for this long while the token in use still lives. */
const PATIENCE_MS = 2_000;
const CLOSE_MS = 5_000;
/** So long after the end of the access token, an error without a reason is worth a warning (F8). */
const GLITCH_WARNING_MS = 6 * 3_600_000;
/** What the cloud calls a mistake of the settings may have been one of its own. */
const MISCONFIGURED_AGAIN_MS = 24 * 3_600_000;

export class Session implements Tokens {
  readonly #options: SessionOptions;
  readonly #timing: RefreshTiming;
  readonly #ticks: SessionTicks;
  readonly #voice: SessionVoice;
  /** Why nothing can be tried with these settings. */
  readonly #problem: LumiotError | undefined;
  readonly #endpoints: Endpoints | undefined;
  readonly #signing: Signing | undefined;
  #state: SessionState = { phase: 'loading' };
  #record: TokenRecord | undefined;
  #deviceTokens: ReadonlyMap<string, string> = new Map();
  #warning: LumiotError | undefined;
  /** Declared on the disk and asked for in vain. */
  #declared: number | undefined;
  #isLoaded = false;
  #starting: Promise<void> | undefined;
  #loading: Promise<void> | undefined;
  #flight: Promise<void> | undefined;
  /** What goes on beside all else: a sign-in that is finished or written down, what the disk refused before. */
  #aside: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { settings, clock, random, http } = options;
    this.#timing = new RefreshTiming(clock, random);
    this.#ticks = new SessionTicks(clock, (hasSlept) => this.#tick(hasSlept));
    this.#voice = new SessionVoice({ log: options.log, view: () => this.view, secrets: () => this.#secrets() });
    this.#problem = problemOf(options);
    if (this.#problem !== undefined) {
      this.#state = { phase: 'unconfigured', error: this.#problem };
      return;
    }
    this.#endpoints = endpointsOf(settings);
    this.#signing = new Signing({
      settings,
      endpoints: this.#endpoints,
      http,
      clock,
      random,
      change: (change) => this.#change(change),
      onSignedIn: (now) => this.#signedIn(now),
    });
  }

  /** Reads what is stored, decides where it stands, and begins to watch the time. Never rejects. */
  start(): Promise<void> {
    this.#starting ??= this.#load().then(() => this.#arm());
    return this.#starting;
  }

  get view(): SessionView {
    return {
      state: this.#state,
      uid: this.#record?.uid,
      validUntil: this.#timing.life?.validUntil,
      refreshedAt: this.#timing.life?.obtainedAt,
      refreshAt: this.#willRefresh ? this.#timing.refreshAt : undefined,
      warning: this.#warning,
    };
  }

  /** Tells how it stands now, and then each change; gives a function that ends that. */
  watch(listener: (view: SessionView) => void): () => void {
    return this.#voice.watch(listener);
  }

  /** A new access token is in force. */
  onToken(listener: (token: AccessToken) => void): () => void {
    return this.#voice.onToken(listener);
  }

  /** MQTT client id; undefined before the first sign-in. */
  get deviceId(): string | undefined {
    return this.#record?.deviceId;
  }

  /** LAN tokens by did. */
  get deviceTokens(): ReadonlyMap<string, string> {
    return this.#deviceTokens;
  }

  async current(): Promise<AccessToken> {
    await this.#ready();
    if (this.#isDue()) void this.#refresh();
    if (this.#flight !== undefined) await (this.#timing.lives ? this.#within(this.#flight, PATIENCE_MS) : this.#flight);
    return this.#give();
  }

  async renew(refused: AccessToken): Promise<AccessToken> {
    await this.#ready();
    // Somebody has renewed it meanwhile (F11).
    if (this.#record?.tokens?.access !== refused.value) return this.current();
    if (this.#flight === undefined) {
      this.#timing.noteRefusal();
      if (this.#timing.isCircuitOpen) throw sentences.refusedAnew();
    }
    this.#timing.refuse(refused.value);
    if (this.#flight === undefined) {
      if (!this.#willRefresh) return this.#give();
      if (this.#timing.isWaiting(this.#hasDiskTrouble)) {
        this.#timing.forgive();
        throw this.#error ?? sentences.notNow();
      }
    }
    await this.#refresh();
    if (this.#record?.tokens?.access === refused.value) throw this.#error ?? sentences.notNow();
    return this.#give();
  }

  /** Throws `NOT_CONFIGURED` or `MISCONFIGURED`. */
  signIn(): SignIn {
    const signing = this.#usable();
    const signIn = signing.begin(this.#record);
    void this.#goOn(signing.note());
    return signIn;
  }

  /** True for the state of a sign-in that is under way: the callback route asks this first. */
  isPending(state: string): boolean {
    return this.#signing?.isPending(state) ?? false;
  }

  /** Finishes a sign-in; see `SignInDesk.redeem` for what is accepted and how it can fail. */
  async complete(addressOrCode: string): Promise<void> {
    await this.#ready();
    const signing = this.#usable();
    // Without the old file there would be no place for the new sign-in, and its code would be lost.
    if (!this.#isLoaded) throw this.#error ?? sentences.notDeployed();
    await this.#goOn(signing.complete(addressOrCode));
  }

  /** Forgets the tokens, here and on the disk. Rejects with `STORE_FAILED` where they could not be removed from the disk yet. */
  async signOut(): Promise<void> {
    this.#signing?.abandon();
    await this.#ready();
    // What cannot be read cannot be emptied either, and would come back.
    if (!this.#isLoaded && this.#problem === undefined) throw this.#error ?? sentences.notNow();
    await this.#flight;
    const left = await this.#signing?.signOut();
    this.#warning = undefined;
    const kept = this.#record;
    this.#adopt(left?.record ?? (kept && { ...kept, tokens: undefined, ended: undefined, uid: undefined }), 0);
    this.#enter(this.#problem === undefined ? { phase: 'signed-out', error: sentences.signedOut() } : this.#unconfigured(this.#problem));
    if (left?.error !== undefined) throw left.error;
  }

  /** Refreshes because somebody wants it now. Rejects like `current`. */
  async refreshNow(): Promise<void> {
    await this.#ready();
    if (this.#problem !== undefined) throw this.#problem;
    if (this.#record?.tokens === undefined) throw this.#error ?? sentences.signedOut();
    await this.#refresh();
    if (this.#error !== undefined) throw this.#error;
  }

  /** The account that the home list belongs to. Another one than before is worth a warning: flows name devices of the former (F17). */
  async setUid(uid: string): Promise<void> {
    await this.start();
    const record = this.#record;
    if (uid === '' || record?.tokens === undefined || record.uid === uid) return;
    if (record.uid !== undefined) {
      this.#warning = sentences.otherAccount(record.uid, uid);
      this.#voice.tell('warn', this.#warning.message);
    }
    this.#record = { ...record, uid };
    await this.#change((stored) => {
      const onDisk = recordOf(stored, record);
      return onDisk === undefined ? stored : withRecord(stored, { ...onDisk, uid });
    });
    this.#voice.publish();
  }

  /** Rejects with `NOT_CONFIGURED` before the first deploy, with `STORE_FAILED` where the disk refuses. */
  async setDeviceTokens(tokens: ReadonlyMap<string, string>): Promise<void> {
    await this.start();
    if (this.#options.store === undefined) throw sentences.notDeployed();
    this.#deviceTokens = new Map(tokens);
    const error = await this.#change((stored) => ({ ...stored, deviceTokens: Object.fromEntries(tokens) }));
    if (error !== undefined) throw error;
  }

  /** Stops; waits at most 5 s for a refresh or a sign-in under way, which goes on to its end in any case (F13). Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#ticks.stop();
    this.#voice.hush();
    await this.#within(Promise.all([this.#flight, this.#aside]), CLOSE_MS);
    if (this.#options.store?.hasUnsaved) await this.#within(this.#flush(), CLOSE_MS);
  }

  /** The node is gone for good: closes and deletes its secrets (F14). Never rejects. */
  async wipe(): Promise<void> {
    await this.close();
    this.#adopt(undefined, 0);
    this.#deviceTokens = new Map();
    await this.#options.store?.wipe().catch((error: unknown) => this.#voice.tell('error', toLumiotError(error, 'STORE_FAILED').message));
  }

  /** Started; and a file that could not be read is tried again. */
  async #ready(): Promise<void> {
    await this.start();
    if (!this.#isLoaded) await this.#load();
  }

  #load(): Promise<void> {
    this.#loading ??= this.#read().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #read(): Promise<void> {
    const { store, settings } = this.#options;
    if (store === undefined) return;
    let stored: StoredAccount;
    try {
      stored = await store.load();
    } catch (error) {
      const problem = toLumiotError(error, 'STORE_FAILED');
      if (this.#problem === undefined && this.#error?.message !== problem.message) this.#enter({ phase: 'degraded', error: problem });
      this.#voice.tell('error', problem.message);
      return;
    }
    this.#isLoaded = true;
    this.#deviceTokens = new Map(Object.entries(stored.deviceTokens));
    if (this.#problem !== undefined) return;
    this.#signing?.restore(stored);
    const record = recordOf(stored, settings);
    this.#timing.hasDangling = record !== undefined && (await store.intent()) === record.generation;
    this.#settleOn(record, stored);
    this.#voice.calm();
    if (this.#isDue()) void this.#refresh();
  }

  /** Where a record that was read from the disk leads. */
  #settleOn(record: TokenRecord | undefined, stored?: StoredAccount): void {
    this.#adopt(record);
    if (record?.tokens !== undefined) {
      if (record.ended === undefined) this.#enter({ phase: 'connected' });
      else this.#needSignIn(record.ended);
      return;
    }
    const isElsewhere = record === undefined && stored?.records.some((other) => other.tokens !== undefined) === true;
    if (isElsewhere) this.#enter({ phase: 'sign-in-needed', error: sentences.otherGrant() });
    else this.#enter({ phase: 'signed-out', error: sentences.signedOut() });
  }

  /** Somebody else has renewed the tokens, or has signed in or out. */
  #follow(record: TokenRecord): void {
    this.#settleOn(record);
    if (this.#state.phase === 'connected') this.#recover(undefined);
    this.#announce();
  }

  #signedIn({ record, skewMs, error }: SignedInNow): void {
    this.#warning = undefined;
    this.#timing.backoff.reset();
    this.#timing.hasDangling = false;
    this.#adopt(record, skewMs);
    this.#enter(error === undefined ? { phase: 'connected' } : { phase: 'degraded', error });
    this.#voice.calm();
    this.#voice.say('info', 'Signed in to the cloud.');
    this.#announce();
    this.#arm();
  }

  #refresh(): Promise<void> {
    this.#flight ??= this.#fly().finally(() => {
      this.#flight = undefined;
      this.#arm();
    });
    return this.#flight;
  }

  /** Never rejects: what came out is the state. */
  async #fly(): Promise<void> {
    const { store, settings, http, clock, random } = this.#options;
    const record = this.#record;
    if (record?.tokens === undefined || store === undefined || this.#endpoints === undefined) return;
    const before = this.#state;
    this.#enter({ phase: 'refreshing' });
    let outcome: RefreshOutcome;
    try {
      const known: SignedIn = { ...record, tokens: record.tokens };
      outcome = await refresh(known, {
        store,
        client: { api: this.#endpoints.api, clientId: settings.clientId, redirectUrl: settings.redirectUrl },
        http,
        clock,
        random,
        isClosed: () => this.#isClosed,
        declared: this.#declared,
        canWait: () => this.#timing.lives,
        untilExpiry: () => this.#timing.untilExpiry,
      });
    } catch (error) {
      const failure = toLumiotError(error, 'CLOUD_UNREACHABLE');
      outcome = { kind: 'transient', error: failure, retryAfterMs: undefined, isGlitch: false, isLost: true };
    }
    this.#land(outcome, before);
  }

  #land(outcome: RefreshOutcome, before: SessionState): void {
    // What would replace a refused token is not there, and it may be good after all: one odd answer of the cloud is no proof.
    if (outcome.kind !== 'ended') this.#timing.forgive();
    switch (outcome.kind) {
      case 'renewed':
        this.#timing.noteRenewal();
        // What the home list said meanwhile is not in it yet.
        this.#adopt({ ...outcome.record, uid: this.#record?.uid ?? outcome.record.uid }, outcome.skewMs);
        this.#recover(outcome.problem);
        this.#announce();
        return;
      case 'adopted':
        this.#follow(outcome.record);
        return;
      case 'held-back':
        this.#timing.backoff.pause(TICK_MS);
        this.#enter({ phase: 'degraded', error: outcome.error });
        this.#voice.tell('error', `${outcome.error.message} Until then the cloud’s tokens are not renewed.`);
        return;
      case 'ended':
        this.#timing.hasDangling = false;
        this.#timing.backoff.reset();
        if (this.#record !== undefined) this.#record = { ...this.#record, ended: outcome.sentence };
        this.#needSignIn(outcome.sentence);
        return;
      case 'misconfigured':
        this.#timing.backoff.reset();
        this.#timing.backoff.fail(MISCONFIGURED_AGAIN_MS, false);
        this.#enter(this.#unconfigured(outcome.error));
        this.#voice.tell('error', outcome.error.message);
        return;
      case 'transient':
        this.#fail(outcome);
        return;
      case 'dropped':
        this.#enter(before);
    }
  }

  #fail({ error, retryAfterMs, isGlitch, isLost }: Extract<RefreshOutcome, { kind: 'transient' }>): void {
    this.#declared = isLost ? undefined : this.#record?.generation;
    const isLate = isGlitch && this.#timing.untilExpiry < -GLITCH_WARNING_MS;
    this.#timing.backoff.fail(retryAfterMs, isLate);
    this.#enter({ phase: 'degraded', error });
    // No alarm while the access token lives (F7).
    const level = this.#timing.lives ? 'info' : 'warn';
    if (isLate) this.#voice.tell('warn', sentences.longGlitch(error).message, 'long glitch');
    else this.#voice.tell(level, `The cloud’s tokens could not be renewed yet: ${error.message}`, `not renewed: ${level}`);
  }

  #recover(problem: LumiotError | undefined): void {
    this.#timing.backoff.reset();
    this.#timing.hasDangling = false;
    if (problem === undefined) {
      this.#enter({ phase: 'connected' });
      this.#voice.calm('The cloud’s tokens are renewed.');
      return;
    }
    this.#enter({ phase: 'degraded', error: problem });
    this.#voice.tell('error', `${problem.message} The new tokens are kept in memory: a restart before that would cost the sign-in.`);
  }

  #needSignIn(sentence: string): void {
    const error = sentences.signInNeeded(sentence, this.#timing.lives ? this.#timing.life?.validUntil : undefined);
    this.#enter({ phase: 'sign-in-needed', error });
    this.#voice.tell('error', error.message);
  }

  /** The only place where tokens come into force. */
  #adopt(record: TokenRecord | undefined, skewMs?: number): void {
    this.#record = record;
    this.#timing.adopt(record?.tokens, skewMs);
  }

  /** The only place where the state changes. */
  #enter(state: SessionState): void {
    this.#state = state;
    this.#voice.publish();
  }

  #give(): AccessToken {
    const record = this.#record;
    if (record?.tokens !== undefined && this.#timing.lives) return { value: record.tokens.access, generation: record.generation };
    throw this.#error ?? sentences.notNow();
  }

  #announce(): void {
    const record = this.#record;
    if (record?.tokens !== undefined) this.#voice.announce({ value: record.tokens.access, generation: record.generation });
  }

  /** The cloud is asked again some time. */
  get #willRefresh(): boolean {
    if (this.#record?.tokens === undefined || this.#problem !== undefined) return false;
    return this.#state.phase !== 'sign-in-needed' && this.#state.phase !== 'signed-out';
  }

  get #hasDiskTrouble(): boolean {
    return this.#state.phase === 'degraded' && this.#state.error.code === 'STORE_FAILED';
  }

  get #error(): LumiotError | undefined {
    return 'error' in this.#state ? this.#state.error : undefined;
  }

  #isDue(): boolean {
    return !this.#isClosed && this.#flight === undefined && this.#willRefresh && this.#timing.isDue(this.#hasDiskTrouble);
  }

  #arm(): void {
    this.#ticks.arm(this.#willRefresh ? this.#timing.nextIn : TICK_MS);
  }

  #tick(hasSlept: boolean): void {
    const { store } = this.#options;
    if (hasSlept) this.#timing.backoff.hurry();
    if (!this.#isLoaded) void this.#load();
    else if (this.#flight === undefined && this.#problem === undefined && store !== undefined) {
      if (store.hasUnsaved) void this.#goOn(this.#flush());
      else if (['sign-in-needed', 'signed-out', 'unconfigured'].includes(this.#state.phase)) void this.#lookAgain(store);
    }
    if (this.#isDue()) void this.#refresh();
    this.#arm();
  }

  /** Another process, or a deploy before this one, may have finished a sign-in. Never rejects. */
  async #lookAgain(store: TokenStore): Promise<void> {
    const stored = await store.load().catch(() => undefined);
    if (stored !== undefined) this.#compare(stored);
  }

  /** Writes what the disk has refused before (F3). Never rejects. */
  async #flush(): Promise<void> {
    try {
      const stored = await this.#options.store?.flush();
      if (stored !== undefined && !this.#compare(stored) && this.#hasDiskTrouble) this.#recover(undefined);
    } catch {
      // It was told; the next tick tries again.
    }
  }

  /** True where what is stored is newer than what is in use: then that is in use from now on. */
  #compare(stored: StoredAccount): boolean {
    const record = recordOf(stored, this.#options.settings);
    // A refresh looks for itself.
    if (record === undefined || this.#flight !== undefined || record.generation <= (this.#record?.generation ?? 0)) return false;
    this.#follow(record);
    this.#arm();
    return true;
  }

  async #change(change: (stored: StoredAccount) => StoredAccount): Promise<LumiotError | undefined> {
    try {
      await this.#options.store?.update(change);
      return undefined;
    } catch (error) {
      const problem = toLumiotError(error, 'STORE_FAILED');
      this.#voice.tell('error', problem.message);
      return problem;
    }
  }

  /** Throws `NOT_CONFIGURED` or `MISCONFIGURED`. */
  #usable(): Signing {
    if (this.#problem !== undefined || this.#signing === undefined) throw this.#problem ?? sentences.notDeployed();
    return this.#signing;
  }

  #unconfigured(error: LumiotError): SessionState {
    return { phase: 'unconfigured', error };
  }

  #secrets(): readonly string[] {
    const tokens = this.#record?.tokens;
    return [...(tokens === undefined ? [] : [tokens.access, tokens.refresh]), ...this.#deviceTokens.values()];
  }

  /** Something that `close` waits for. */
  #goOn<Result>(work: Promise<Result>): Promise<Result> {
    this.#aside = Promise.allSettled([this.#aside, work]).then(() => {});
    return work;
  }

  /** Waits for something that goes on in any case. Never rejects. */
  async #within(promise: Promise<unknown>, ms: number): Promise<void> {
    const { clock } = this.#options;
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, ms);
    });
    await Promise.race([promise.catch(() => {}), late]);
    clock.clearTimeout(timer);
  }
}

function problemOf({ settings, store }: SessionOptions): LumiotError | undefined {
  if (settings.clientId === '' || settings.redirectUrl === '') return sentences.notConfigured();
  if (settings.storeKey === '' || store === undefined) return sentences.notDeployed();
  try {
    endpointsOf(settings);
    return undefined;
  } catch (error) {
    return toLumiotError(error, 'MISCONFIGURED');
  }
}

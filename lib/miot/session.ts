/**
 * The OAuth life of one account: signed in once, it stays signed in. Named states, one way between them; tokens are refreshed
 * in time, by one refresh at a time, and are on the disk before anybody uses them (miot-cloud.md §5.3).
 */

import { randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../home/clock';
import { type LumiotError, toLumiotError } from '../home/errors';
import type { Http } from './http';
import { redact } from './redact';
import { type RefreshOutcome, refresh, type SignedIn } from './refresh';
import { RefreshBackoff } from './refresh-backoff';
import { type Endpoints, endpointsOf } from './regions';
import { sentences } from './session-sentences';
import type { AccountSettings } from './settings';
import { SignInDesk } from './sign-in';
import { datedTokens, skewOf, TokenLife } from './token-life';
import { nextGeneration, recordOf, type StoredAccount, type TokenRecord, withRecord } from './token-record';
import type { Log, TokenStore } from './token-store';
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

const TICK_MS = 60_000;
const SHORTEST_TICK_MS = 100;
/** More than two ticks missed: the machine slept, or its clock was set. */
const GAP_MS = 2 * TICK_MS;
/** A refresh that is due is waited for this long while the token in use still lives. */
const PATIENCE_MS = 2_000;
const CLOSE_MS = 5_000;
const CIRCUIT_MS = 60_000;
/** So long after the end of the access token, an error without a reason is worth a warning (F8). */
const GLITCH_WARNING_MS = 6 * 3_600_000;

export class Session implements Tokens {
  readonly #options: SessionOptions;
  readonly #backoff: RefreshBackoff;
  readonly #watchers = new Set<(view: SessionView) => void>();
  readonly #tokenListeners = new Set<(token: AccessToken) => void>();
  readonly #endpoints: Endpoints | undefined;
  readonly #desk: SignInDesk | undefined;
  #state: SessionState;
  #record: TokenRecord | undefined;
  #life: TokenLife | undefined;
  #skewMs = 0;
  #deviceTokens: ReadonlyMap<string, string> = new Map();
  #warning: LumiotError | undefined;
  /** The access token that the cloud has refused: it does not count as living. */
  #refused: string | undefined;
  /** By the monotonic clock: when tokens were last renewed here. */
  #renewedAt: number | undefined;
  /** Somebody stopped in the middle of a refresh: it is made up for at once (F1). */
  #hasDangling = false;
  /** Declared on the disk and asked for in vain. */
  #declared: number | undefined;
  #isLoaded = false;
  #starting: Promise<void> | undefined;
  #flight: Promise<void> | undefined;
  /** What is being written down beside all else: a sign-in that was begun, what the disk refused before. */
  #noting: Promise<unknown> = Promise.resolve();
  #timer: Timer | undefined;
  #seen: { readonly wall: number; readonly monotonic: number };
  #isClosed = false;
  /** What was last told, so that one problem is told once. */
  #told = '';

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#backoff = new RefreshBackoff(options.clock, options.random);
    this.#seen = this.#moment();
    this.#state = { phase: 'loading' };
    const problem = this.#settingsProblem();
    if (problem !== undefined) {
      this.#state = { phase: 'unconfigured', error: problem };
      return;
    }
    const { settings, clock, http } = options;
    this.#endpoints = endpointsOf(settings);
    this.#desk = new SignInDesk({ settings, endpoints: this.#endpoints, http, clock });
  }

  /** Reads what is stored, decides where it stands, and begins to watch the time. Never rejects. */
  start(): Promise<void> {
    this.#starting ??= this.#begin();
    return this.#starting;
  }

  get view(): SessionView {
    const { clock } = this.#options;
    const waits = this.#backoff.remaining;
    return {
      state: this.#state,
      uid: this.#record?.uid,
      validUntil: this.#life?.validUntil,
      refreshedAt: this.#life?.obtainedAt,
      refreshAt: this.#willRefresh() ? (waits > 0 ? clock.now() + waits : this.#life?.refreshAt) : undefined,
      warning: this.#warning,
    };
  }

  /** Tells how it stands now, and then each change; gives a function that ends that. */
  watch(listener: (view: SessionView) => void): () => void {
    this.#watchers.add(listener);
    this.#call(listener, this.view);
    return () => void this.#watchers.delete(listener);
  }

  /** A new access token is in force. */
  onToken(listener: (token: AccessToken) => void): () => void {
    this.#tokenListeners.add(listener);
    return () => void this.#tokenListeners.delete(listener);
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
    await this.start();
    if (this.#isDue()) void this.#refresh();
    if (this.#flight !== undefined) await (this.#lives() ? this.#within(this.#flight, PATIENCE_MS) : this.#flight);
    return this.#give();
  }

  async renew(refused: AccessToken): Promise<AccessToken> {
    await this.start();
    const record = this.#record;
    // Somebody has renewed it meanwhile (F11).
    if (record?.tokens?.access !== refused.value) return this.current();
    if (this.#flight === undefined) {
      if (this.#isCircuitOpen()) throw sentences.refusedAnew();
      this.#refused = refused.value;
      if (!this.#willRefresh() || this.#isWaiting()) return this.#give();
    } else this.#refused = refused.value;
    await this.#refresh();
    return this.#give();
  }

  /** Throws `NOT_CONFIGURED` or `MISCONFIGURED`. */
  signIn(): SignIn {
    const problem = this.#settingsProblem();
    if (problem !== undefined || this.#desk === undefined) throw problem ?? sentences.notDeployed();
    const signIn = this.#desk.begin(this.#deviceIdToSignIn());
    const { pending } = this.#desk;
    // So that a deploy or a restart in between costs nothing; without it the sign-in works all the same.
    const saved = this.#options.store?.update((stored) => ({ ...stored, pending })).catch(() => {});
    this.#noting = Promise.all([this.#noting, saved]);
    return signIn;
  }

  /** True for the state of a sign-in that is under way: the callback route asks this first. */
  isPending(state: string): boolean {
    return this.#desk?.isPending(state) ?? false;
  }

  /** Finishes a sign-in; see `SignInDesk.redeem` for what is accepted and how it can fail. */
  async complete(addressOrCode: string): Promise<void> {
    await this.start();
    const { store, clock, random } = this.#options;
    const problem = this.#settingsProblem();
    if (problem !== undefined || this.#desk === undefined || store === undefined) throw problem ?? sentences.notDeployed();
    // Without the old file there would be no place for the new sign-in, and its code would be lost.
    if (!this.#isLoaded) throw this.#errorOf(this.#state) ?? sentences.notDeployed();
    const redeemed = await this.#desk.redeem(addressOrCode);
    const { region, clientId, redirectUrl, deviceId } = redeemed;
    if (this.#record?.tokens?.access === redeemed.tokens.access) return;
    const skewMs = skewOf(redeemed.serverTime, clock.now());
    const tokens = datedTokens(redeemed.tokens, redeemed.tokens.refresh ?? '', clock.now() + skewMs, random);
    let record: TokenRecord = { region, clientId, redirectUrl, deviceId, generation: 1, tokens, ended: undefined, uid: undefined };
    const { error } = await this.#change((stored) => {
      record = { ...record, generation: nextGeneration(stored), uid: recordOf(stored, record)?.uid };
      return { ...withRecord(stored, record), pending: undefined };
    });
    this.#warning = undefined;
    this.#backoff.reset();
    this.#hasDangling = false;
    this.#adopt(record, skewMs);
    this.#enter(error === undefined ? { phase: 'connected' } : { phase: 'degraded', error });
    this.#told = '';
    this.#say('info', 'Signed in to the cloud.');
    this.#announce();
    this.#arm();
  }

  /** Forgets the tokens, here and on the disk. Rejects with `STORE_FAILED` where they could not be removed from the disk yet. */
  async signOut(): Promise<void> {
    await this.start();
    await this.#flight;
    this.#desk?.drop();
    const { settings } = this.#options;
    const { error } = await this.#change((stored) => {
      const record = recordOf(stored, settings);
      if (record === undefined) return { ...stored, pending: undefined };
      const empty = { ...record, tokens: undefined, ended: undefined, uid: undefined, generation: nextGeneration(stored) };
      return { ...withRecord(stored, empty), pending: undefined };
    });
    this.#warning = undefined;
    if (this.#record !== undefined) this.#adopt({ ...this.#record, tokens: undefined, ended: undefined, uid: undefined }, 0);
    const problem = this.#settingsProblem();
    this.#enter(problem === undefined ? { phase: 'signed-out', error: sentences.signedOut() } : { phase: 'unconfigured', error: problem });
    if (error !== undefined) throw error;
  }

  /** Refreshes because somebody wants it now. Rejects like `current`. */
  async refreshNow(): Promise<void> {
    await this.start();
    const problem = this.#settingsProblem();
    if (problem !== undefined) throw problem;
    if (this.#record?.tokens === undefined) throw this.#errorOf(this.#state) ?? sentences.signedOut();
    await this.#refresh();
    const error = this.#errorOf(this.#state);
    if (error !== undefined) throw error;
  }

  /** The account that the home list belongs to. Another one than before is worth a warning: flows name devices of the former (F17). */
  async setUid(uid: string): Promise<void> {
    await this.start();
    const record = this.#record;
    if (uid === '' || record?.tokens === undefined || record.uid === uid) return;
    if (record.uid !== undefined) {
      this.#warning = sentences.otherAccount(record.uid, uid);
      this.#tell('warn', this.#warning.message);
    }
    this.#record = { ...record, uid };
    await this.#change((stored) => {
      const onDisk = recordOf(stored, record);
      return onDisk === undefined ? stored : withRecord(stored, { ...onDisk, uid });
    });
    this.#publish();
  }

  /** Rejects with `NOT_CONFIGURED` before the first deploy, with `STORE_FAILED` where the disk refuses. */
  async setDeviceTokens(tokens: ReadonlyMap<string, string>): Promise<void> {
    await this.start();
    if (this.#options.store === undefined) throw sentences.notDeployed();
    this.#deviceTokens = new Map(tokens);
    const { error } = await this.#change((stored) => ({ ...stored, deviceTokens: Object.fromEntries(tokens) }));
    if (error !== undefined) throw error;
  }

  /** Stops; waits at most 5 s for a refresh under way, which goes on to its end in any case (F13). Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#watchers.clear();
    this.#tokenListeners.clear();
    if (this.#flight !== undefined) await this.#within(this.#flight, CLOSE_MS);
    await this.#within(this.#noting, CLOSE_MS);
    if (this.#options.store?.hasUnsaved) await this.#within(this.#flush(), CLOSE_MS);
  }

  /** The node is gone for good: closes and deletes its secrets (F14). Never rejects. */
  async wipe(): Promise<void> {
    await this.close();
    this.#adopt(undefined, 0);
    this.#deviceTokens = new Map();
    await this.#options.store?.wipe().catch((error: unknown) => this.#tell('error', toLumiotError(error, 'STORE_FAILED').message));
  }

  async #begin(): Promise<void> {
    const { store } = this.#options;
    if (store !== undefined) await this.#load(store);
    this.#arm();
  }

  async #load(store: TokenStore): Promise<void> {
    let stored: StoredAccount;
    try {
      stored = await store.load();
    } catch (error) {
      const problem = toLumiotError(error, 'STORE_FAILED');
      if (this.#state.phase !== 'unconfigured') this.#enter({ phase: 'degraded', error: problem });
      this.#tell('error', problem.message);
      return;
    }
    this.#isLoaded = true;
    this.#deviceTokens = new Map(Object.entries(stored.deviceTokens));
    if (this.#state.phase === 'unconfigured') return;
    this.#desk?.restore(stored.pending);
    const record = recordOf(stored, this.#options.settings);
    this.#hasDangling = record !== undefined && (await store.intent()) === record.generation;
    this.#settleOn(record, stored);
    if (this.#isDue()) void this.#refresh();
  }

  /** Where a record that was read from the disk leads. */
  #settleOn(record: TokenRecord | undefined, stored?: StoredAccount): void {
    this.#adopt(record, this.#skewMs);
    if (record?.tokens !== undefined) {
      if (record.ended === undefined) this.#enter({ phase: 'connected' });
      else this.#needSignIn(record.ended);
      return;
    }
    const isElsewhere = record === undefined && stored?.records.some((other) => other.tokens !== undefined) === true;
    if (isElsewhere) this.#enter({ phase: 'sign-in-needed', error: sentences.otherGrant() });
    else this.#enter({ phase: 'signed-out', error: sentences.signedOut() });
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
    const client = { api: this.#endpoints.api, clientId: settings.clientId, redirectUrl: settings.redirectUrl };
    let outcome: RefreshOutcome;
    try {
      const known: SignedIn = { ...record, tokens: record.tokens };
      const parts = {
        store,
        client,
        http,
        clock,
        random,
        isClosed: () => this.#isClosed,
        declared: this.#declared,
        canWait: () => this.#lives(),
      };
      outcome = await refresh(known, parts);
    } catch (error) {
      const failure = toLumiotError(error, 'CLOUD_UNREACHABLE');
      outcome = { kind: 'transient', error: failure, retryAfterMs: undefined, isGlitch: false, isLost: true };
    }
    this.#land(outcome, before);
  }

  #land(outcome: RefreshOutcome, before: SessionState): void {
    switch (outcome.kind) {
      case 'renewed':
        this.#renewedAt = this.#options.clock.monotonic();
        // What the home list said meanwhile is not in it yet.
        this.#adopt({ ...outcome.record, uid: this.#record?.uid ?? outcome.record.uid }, outcome.skewMs);
        this.#recover(outcome.problem);
        this.#announce();
        return;
      case 'adopted':
        this.#settleOn(outcome.record);
        if (this.#state.phase === 'connected') this.#recover(undefined);
        if (this.#record?.tokens !== undefined) this.#announce();
        return;
      case 'held-back':
        this.#backoff.pause(TICK_MS);
        this.#enter({ phase: 'degraded', error: outcome.error });
        this.#tell('error', `${outcome.error.message} Until then the cloud’s tokens are not renewed.`);
        return;
      case 'ended':
        this.#hasDangling = false;
        this.#backoff.reset();
        if (this.#record !== undefined) this.#record = { ...this.#record, ended: outcome.sentence };
        this.#needSignIn(outcome.sentence);
        return;
      case 'misconfigured':
        this.#backoff.reset();
        this.#enter({ phase: 'unconfigured', error: outcome.error });
        this.#tell('error', outcome.error.message);
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
    const isLate = isGlitch && (this.#life?.untilExpiry ?? 0) < -GLITCH_WARNING_MS;
    this.#backoff.fail(retryAfterMs, isLate);
    this.#enter({ phase: 'degraded', error });
    // No alarm while the access token lives (F7).
    const level = this.#lives() ? 'info' : 'warn';
    if (isLate) this.#tell('warn', sentences.longGlitch(error).message, 'long glitch');
    else this.#tell(level, `The cloud’s tokens could not be renewed yet: ${error.message}`, `not renewed: ${level}`);
  }

  #recover(problem: LumiotError | undefined): void {
    this.#backoff.reset();
    this.#hasDangling = false;
    if (problem === undefined) {
      this.#enter({ phase: 'connected' });
      if (this.#told !== '') this.#say('info', 'The cloud’s tokens are renewed.');
      this.#told = '';
      return;
    }
    this.#enter({ phase: 'degraded', error: problem });
    this.#tell('error', `${problem.message} The new tokens are kept in memory: a restart before that would cost the sign-in.`);
  }

  #needSignIn(sentence: string): void {
    const error = sentences.signInNeeded(sentence, this.#lives() ? this.#life?.validUntil : undefined);
    this.#enter({ phase: 'sign-in-needed', error });
    this.#tell('error', error.message);
  }

  /** The only place where tokens come into force. */
  #adopt(record: TokenRecord | undefined, skewMs: number): void {
    this.#record = record;
    this.#skewMs = skewMs;
    this.#life = record?.tokens === undefined ? undefined : new TokenLife(this.#options.clock, record.tokens, skewMs);
    if (record?.tokens?.access !== this.#refused) this.#refused = undefined;
  }

  /** The only place where the state changes. */
  #enter(state: SessionState): void {
    this.#state = state;
    this.#publish();
  }

  #give(): AccessToken {
    const record = this.#record;
    if (record?.tokens !== undefined && this.#lives()) return { value: record.tokens.access, generation: record.generation };
    throw this.#errorOf(this.#state) ?? sentences.notNow();
  }

  /** The access token works as far as anybody knows. */
  #lives(): boolean {
    if (this.#life === undefined || this.#record?.tokens?.access === this.#refused) return false;
    return this.#life.untilExpiry > 0;
  }

  /** The cloud is asked again some time. */
  #willRefresh(): boolean {
    const { phase } = this.#state;
    return this.#record?.tokens !== undefined && (phase === 'connected' || phase === 'refreshing' || phase === 'degraded');
  }

  #isDue(): boolean {
    if (this.#isClosed || this.#flight !== undefined || !this.#willRefresh()) return false;
    if (this.#life === undefined || this.#isWaiting() || this.#isCircuitOpen()) return false;
    return this.#hasDangling || this.#backoff.isPending || !this.#lives() || this.#life.untilRefresh <= 0;
  }

  /** After a failure. A disk that refuses is no reason to wait once the access token has ended. */
  #isWaiting(): boolean {
    const isDisk = this.#state.phase === 'degraded' && this.#state.error.code === 'STORE_FAILED';
    return this.#backoff.remaining > 0 && (this.#lives() || !isDisk);
  }

  /** At most one refresh a minute, whatever happens (F12); more often only for tokens that do not even live that long. */
  #isCircuitOpen(): boolean {
    return this.#untilCircuitCloses() > 0;
  }

  #untilCircuitCloses(): number {
    if (this.#renewedAt === undefined || this.#life === undefined) return 0;
    return this.#renewedAt + Math.min(CIRCUIT_MS, this.#life.lifeMs / 2) - this.#options.clock.monotonic();
  }

  /** Never one long timer: at most a minute, so that a jump of the clock or a sleep of the machine is noticed (F5, F6). */
  #arm(): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isClosed) return;
    const untilRefresh = this.#backoff.isPending ? this.#backoff.remaining : (this.#life?.untilRefresh ?? TICK_MS);
    const waits = this.#willRefresh() ? Math.max(untilRefresh, this.#untilCircuitCloses()) : TICK_MS;
    this.#timer = clock.setTimeout(() => this.#tick(), Math.min(TICK_MS, Math.max(SHORTEST_TICK_MS, Math.ceil(waits))));
  }

  #tick(): void {
    const { store } = this.#options;
    const now = this.#moment();
    if (Math.max(now.wall - this.#seen.wall, now.monotonic - this.#seen.monotonic) > GAP_MS) this.#backoff.hurry();
    this.#seen = now;
    if (store !== undefined && !this.#isLoaded) void this.#load(store);
    else if (store?.hasUnsaved && this.#flight === undefined) this.#noting = Promise.all([this.#noting, this.#flush()]);
    if (this.#isDue()) void this.#refresh();
    this.#arm();
  }

  /** Writes what the disk has refused before (F3). Never rejects. */
  async #flush(): Promise<void> {
    try {
      await this.#options.store?.flush();
      if (this.#state.phase === 'degraded' && this.#state.error.code === 'STORE_FAILED') this.#recover(undefined);
    } catch {
      // It was told; the next tick tries again.
    }
  }

  async #change(change: (stored: StoredAccount) => StoredAccount): Promise<{ error: LumiotError | undefined }> {
    try {
      await this.#options.store?.update(change);
      return { error: undefined };
    } catch (error) {
      const problem = toLumiotError(error, 'STORE_FAILED');
      this.#tell('error', problem.message);
      return { error: problem };
    }
  }

  /** A sign-in that ended without being lost may be in use elsewhere under the same device id: then it gets another (F10). */
  #deviceIdToSignIn(): string {
    const { deviceIdPrefix } = this.#options.settings;
    const kept = this.#record;
    if (kept !== undefined && kept.ended === undefined && kept.deviceId.startsWith(deviceIdPrefix)) return kept.deviceId;
    return `${deviceIdPrefix}${randomBytes(16).toString('hex')}`;
  }

  #settingsProblem(): LumiotError | undefined {
    const { settings, store } = this.#options;
    if (settings.clientId === '' || settings.redirectUrl === '') return sentences.notConfigured();
    if (settings.storeKey === '' || store === undefined) return sentences.notDeployed();
    try {
      endpointsOf(settings);
      return undefined;
    } catch (error) {
      return toLumiotError(error, 'MISCONFIGURED');
    }
  }

  #errorOf(state: SessionState): LumiotError | undefined {
    return 'error' in state ? state.error : undefined;
  }

  #announce(): void {
    const record = this.#record;
    if (record?.tokens === undefined) return;
    for (const listener of [...this.#tokenListeners]) this.#call(listener, { value: record.tokens.access, generation: record.generation });
  }

  #publish(): void {
    for (const watcher of [...this.#watchers]) this.#call(watcher, this.view);
  }

  #call<Event>(listener: (event: Event) => void, event: Event): void {
    try {
      listener(event);
    } catch (error) {
      this.#tell('error', error instanceof Error ? error.message : String(error));
    }
  }

  /** One problem is told once; `what` names it where its words vary. */
  #tell(level: keyof Log, text: string, what = text): void {
    if (what === this.#told) return;
    this.#told = what;
    this.#say(level, text);
  }

  #say(level: keyof Log, text: string): void {
    const tokens = this.#record?.tokens;
    const secrets = tokens === undefined ? [] : [tokens.access, tokens.refresh];
    this.#options.log[level](redact(text, [...secrets, ...this.#deviceTokens.values()]));
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

  #moment(): { readonly wall: number; readonly monotonic: number } {
    const { clock } = this.#options;
    return { wall: clock.now(), monotonic: clock.monotonic() };
  }
}

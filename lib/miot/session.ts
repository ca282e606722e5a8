/**
 * The OAuth life of one account: signed in once, it stays signed in. Tokens are refreshed in time, by one refresh at a time, and
 * are on the disk before anybody uses them (miot-cloud.md §5.3). Its states: session-standing.ts.
 */

import type { Clock, Timer } from '../home/clock';
import { type LumiotError, toLumiotError } from '../home/errors';
import type { Log } from '../home/log';
import type { Http } from './http';
import { endpointsOf } from './regions';
import { SessionRefresh } from './session-refresh';
import { sentences } from './session-sentences';
import { SessionStanding } from './session-standing';
import { SessionTicks, TICK_MS } from './session-ticks';
import type { AccountSettings } from './settings';
import { type SignedInNow, Signing } from './signing';
import { recordOf, type StoredAccount, withRecord } from './token-record';
import type { TokenStore } from './token-store';
import type { AccessToken, SessionView, SignIn, Tokens } from './tokens';

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

export class Session implements Tokens {
  readonly #options: SessionOptions;
  readonly #standing: SessionStanding;
  readonly #ticks: SessionTicks;
  readonly #refresh: SessionRefresh | undefined;
  readonly #signing: Signing | undefined;
  #isLoaded = false;
  #starting: Promise<void> | undefined;
  #loading: Promise<void> | undefined;
  /** What goes on beside all else: a sign-in that is finished or written down, what the disk refused before. */
  #aside: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { settings, store, clock, random, http, log } = options;
    const problem = problemOf(options);
    this.#standing = new SessionStanding({ clock, random, log, problem });
    this.#ticks = new SessionTicks(clock, (hasSlept) => this.#tick(hasSlept));
    if (problem !== undefined || store === undefined) return;
    const endpoints = endpointsOf(settings);
    this.#refresh = new SessionRefresh({
      standing: this.#standing,
      store,
      client: { api: endpoints.api, clientId: settings.clientId, redirectUrl: settings.redirectUrl },
      http,
      clock,
      random,
      isClosed: () => this.#isClosed,
      onLanded: () => this.#arm(),
    });
    this.#signing = new Signing({
      settings,
      endpoints,
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
    return this.#standing.view;
  }

  /** Tells how it stands now, and then each change; gives a function that ends that. */
  watch(listener: (view: SessionView) => void): () => void {
    return this.#standing.voice.watch(listener);
  }

  /** A new access token is in force. */
  onToken(listener: (token: AccessToken) => void): () => void {
    return this.#standing.voice.onToken(listener);
  }

  /** MQTT client id; undefined before the first sign-in. */
  get deviceId(): string | undefined {
    return this.#standing.record?.deviceId;
  }

  /** LAN tokens by did. */
  get deviceTokens(): ReadonlyMap<string, string> {
    return this.#standing.deviceTokens;
  }

  async current(): Promise<AccessToken> {
    await this.#ready();
    this.#refreshIfDue();
    const flight = this.#refresh?.flight;
    if (flight !== undefined) await (this.#standing.timing.lives ? this.#within(flight, PATIENCE_MS) : flight);
    return this.#standing.give();
  }

  async renew(refused: AccessToken): Promise<AccessToken> {
    await this.#ready();
    const standing = this.#standing;
    const { timing } = standing;
    // Somebody has renewed it meanwhile (F11).
    if (standing.record?.tokens?.access !== refused.value) return this.current();
    const isUnderWay = this.#refresh?.flight !== undefined;
    if (!isUnderWay) {
      timing.noteRefusal();
      if (timing.isCircuitOpen) throw sentences.refusedAnew();
    }
    timing.refuse(refused.value);
    if (!isUnderWay) {
      if (!standing.willRefresh) return standing.give();
      if (timing.isWaiting(standing.hasDiskTrouble)) {
        timing.forgive();
        throw standing.error ?? sentences.notNow();
      }
    }
    await this.#refresh?.start();
    if (standing.record?.tokens?.access === refused.value) throw standing.error ?? sentences.notNow();
    return standing.give();
  }

  /** Throws `NOT_CONFIGURED` or `MISCONFIGURED`. */
  signIn(): SignIn {
    const signing = this.#usable();
    const signIn = signing.begin(this.#standing.record);
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
    if (!this.#isLoaded) throw this.#standing.error ?? sentences.notDeployed();
    await this.#goOn(signing.complete(addressOrCode));
  }

  /** Forgets the tokens, here and on the disk. Rejects with `STORE_FAILED` where they could not be removed from the disk yet. */
  async signOut(): Promise<void> {
    this.#signing?.abandon();
    await this.#ready();
    const standing = this.#standing;
    if (this.#signing === undefined) return;
    // What cannot be read cannot be emptied either, and would come back.
    if (!this.#isLoaded) throw standing.error ?? sentences.notNow();
    await this.#refresh?.flight;
    const { record, error } = await this.#signing.signOut();
    standing.warning = undefined;
    const kept = standing.record;
    standing.adopt(record ?? (kept && { ...kept, tokens: undefined, ended: undefined, uid: undefined }), 0);
    standing.enter({ phase: 'signed-out', error: sentences.signedOut() });
    if (error !== undefined) throw error;
  }

  /** Refreshes because somebody wants it now. Rejects like `current`. */
  async refreshNow(): Promise<void> {
    await this.#ready();
    const standing = this.#standing;
    if (standing.problem !== undefined) throw standing.problem;
    if (standing.record?.tokens === undefined) throw standing.error ?? sentences.signedOut();
    await this.#refresh?.start();
    if (standing.error !== undefined) throw standing.error;
  }

  /** The account that the home list belongs to. Another one than before is worth a warning: flows name devices of the former (F17). */
  async setUid(uid: string): Promise<void> {
    await this.start();
    const standing = this.#standing;
    const { record } = standing;
    if (uid === '' || record?.tokens === undefined || record.uid === uid) return;
    if (record.uid !== undefined) {
      standing.warning = sentences.otherAccount(record.uid, uid);
      standing.voice.tell('warn', standing.warning.message);
    }
    standing.note({ uid });
    await this.#change((stored) => {
      const onDisk = recordOf(stored, record);
      return onDisk === undefined ? stored : withRecord(stored, { ...onDisk, uid });
    });
    standing.voice.publish();
  }

  /** Rejects with `NOT_CONFIGURED` before the first deploy, with `STORE_FAILED` where the disk refuses. */
  setDeviceTokens(tokens: ReadonlyMap<string, string>): Promise<void> {
    return this.changeDeviceTokens(() => tokens);
  }

  /** Changes what is known here and what the disk has, which another process may have written. Rejects like `setDeviceTokens`. */
  async changeDeviceTokens(change: (tokens: ReadonlyMap<string, string>) => ReadonlyMap<string, string>): Promise<void> {
    await this.start();
    if (this.#options.store === undefined) throw sentences.notDeployed();
    this.#standing.deviceTokens = new Map(change(this.#standing.deviceTokens));
    const written = this.#change((stored) => {
      const deviceTokens = Object.fromEntries(change(new Map(Object.entries(stored.deviceTokens))));
      return { ...stored, deviceTokens };
    });
    const error = await this.#goOn(written);
    if (error !== undefined) throw error;
  }

  /** Stops; waits at most 5 s for a refresh or a sign-in under way, which goes on to its end in any case (F13). Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#ticks.stop();
    this.#standing.voice.hush();
    await this.#within(Promise.all([this.#refresh?.flight, this.#aside]), CLOSE_MS);
    if (this.#options.store?.hasUnsaved) await this.#within(this.#flush(), CLOSE_MS);
  }

  /** The node is gone for good: closes and deletes its secrets (F14). Never rejects. */
  async wipe(): Promise<void> {
    await this.close();
    this.#standing.adopt(undefined, 0);
    this.#standing.deviceTokens = new Map();
    await this.#options.store
      ?.wipe()
      .catch((error: unknown) => this.#standing.voice.tell('error', toLumiotError(error, 'STORE_FAILED').message));
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
    const standing = this.#standing;
    if (store === undefined) return;
    let stored: StoredAccount;
    try {
      stored = await store.load();
    } catch (error) {
      const problem = toLumiotError(error, 'STORE_FAILED');
      if (standing.problem === undefined && standing.error?.message !== problem.message)
        standing.enter({ phase: 'degraded', error: problem });
      standing.voice.tell('error', problem.message);
      return;
    }
    this.#isLoaded = true;
    standing.deviceTokens = new Map(Object.entries(stored.deviceTokens));
    if (standing.problem !== undefined) return;
    this.#signing?.restore(stored);
    const record = recordOf(stored, settings);
    standing.timing.hasDangling = record !== undefined && (await store.intent()) === record.generation;
    standing.voice.calm();
    standing.settleOn(record, stored);
    this.#refreshIfDue();
  }

  #signedIn({ record, skewMs, error }: SignedInNow): void {
    const standing = this.#standing;
    standing.warning = undefined;
    standing.timing.backoff.reset();
    standing.timing.hasDangling = false;
    standing.adopt(record, skewMs);
    standing.enter(error === undefined ? { phase: 'connected' } : { phase: 'degraded', error });
    standing.voice.calm();
    standing.voice.say('info', 'Signed in to the cloud.');
    standing.announce();
    this.#arm();
  }

  #refreshIfDue(): void {
    if (!this.#isClosed && this.#refresh?.flight === undefined && this.#standing.isDue) void this.#refresh?.start();
  }

  #arm(): void {
    this.#ticks.arm(this.#standing.willRefresh ? this.#standing.timing.nextIn : TICK_MS);
  }

  #tick(hasSlept: boolean): void {
    const { store } = this.#options;
    if (hasSlept) this.#standing.timing.backoff.hurry();
    if (!this.#isLoaded) void this.#load();
    else if (store !== undefined && this.#refresh?.flight === undefined) {
      if (store.hasUnsaved) void this.#goOn(this.#flush());
      else if (this.#standing.isStuck) void this.#lookAgain(store);
    }
    this.#refreshIfDue();
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
      if (stored !== undefined && !this.#compare(stored) && this.#standing.hasDiskTrouble) this.#standing.recover(undefined);
    } catch {
      // It was told; the next tick tries again.
    }
  }

  /** True where what is stored is newer than what is in use: then that is in use from now on. */
  #compare(stored: StoredAccount): boolean {
    const record = recordOf(stored, this.#options.settings);
    // A refresh looks for itself.
    if (record === undefined || this.#refresh?.flight !== undefined) return false;
    if (record.generation <= (this.#standing.record?.generation ?? 0)) return false;
    this.#standing.follow(record);
    this.#arm();
    return true;
  }

  async #change(change: (stored: StoredAccount) => StoredAccount): Promise<LumiotError | undefined> {
    try {
      await this.#options.store?.update(change);
      return undefined;
    } catch (error) {
      const problem = toLumiotError(error, 'STORE_FAILED');
      this.#standing.voice.tell('error', problem.message);
      return problem;
    }
  }

  /** Throws `NOT_CONFIGURED` or `MISCONFIGURED`. */
  #usable(): Signing {
    if (this.#signing === undefined) throw this.#standing.problem ?? sentences.notDeployed();
    return this.#signing;
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

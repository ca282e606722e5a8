/**
 * The push connection of an account: what it listens to, and one state machine that says when to connect, when to wait and when to stop
 * (miot-cloud.md §3.4). It reads no values itself; who uses it re-reads them after `onConnected`, because a broker replays nothing.
 */

import type { Timer } from '../home/clock';
import { LumiotError } from '../home/errors';
import { type Ending, type Message, PushConnection } from './push-connection';
import { backoffMs, refusedMs, STABLE_MS, takeOverMs } from './push-delays';
import { judge, type Verdict } from './push-endings';
import { PushInbox } from './push-inbox';
import type { PushLog, PushOptions, PushState } from './push-options';
import { Pulse } from './push-pulse';
import { PushSubscriptions } from './push-subscriptions';
import { redact } from './redact';
import { endpointsOf } from './regions';
import type { AccessToken } from './tokens';
import { isTopicSafe, type TopicFilter } from './topics';

export type { PushLog, PushOptions, PushState } from './push-options';

/** Errors that no waiting mends. */
const lasting = new Set<string>(['LOGIN_NEEDED', 'NOT_CONFIGURED', 'MISCONFIGURED']);

/** Distinct sentences between two good sessions: what a broker writes into its reasons could fill the log. */
const MOST_SAID = 100;

export class Push {
  readonly #options: PushOptions;
  readonly #subscriptions: PushSubscriptions;
  readonly #inbox = new PushInbox((reason) => this.#say('info', `A push message was not understood: ${reason}.`));
  readonly #pulse: Pulse;
  readonly #listeners = new Set<(state: PushState) => void>();
  #state: PushState = 'off';
  #followed: ReadonlySet<string> = new Set();
  /** Number of the newest attempt to connect: what older ones still say is not heard. */
  #attempt = 0;
  #connection: PushConnection | undefined;
  /** Sessions that are saying goodbye: the next one has the same client id and comes after them. */
  #farewell: Promise<unknown> = Promise.resolve();
  #token: AccessToken | undefined;
  #retry: Timer | undefined;
  #stable: Timer | undefined;
  #failures = 0;
  /** Sessions in a row that did not become good ones. */
  #brief = 0;
  /** A refused password was renewed once; again only after a good session, so that a broker that refuses all costs no refresh tokens. */
  #hasRenewed = false;
  #isTakenOver = false;
  #wasTakenOver = false;
  #mayBeStale = false;
  #isClosed = false;
  readonly #said = new Set<string>();

  constructor(options: PushOptions) {
    this.#options = options;
    this.#pulse = new Pulse(options.clock, (gapMs) => this.#woke(gapMs));
    this.#subscriptions = new PushSubscriptions({
      clock: options.clock,
      onSettled: (isFirst, dids) => {
        if (isFirst) this.#call(() => options.onConnected());
        else if (dids.length > 0) this.#call(() => options.onSubscribed?.(dids));
      },
      onRefused: (filter, code) => this.#refusedFilter(filter, code),
    });
  }

  get state(): PushState {
    return this.#state;
  }

  /** Told about each new state; gives the way to stop. */
  watch(listener: (state: PushState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The devices in use. The first one connects, the last one gone disconnects; between them only the difference is sent. */
  follow(dids: ReadonlySet<string>): void {
    if (this.#isClosed) return;
    this.#followed = new Set([...dids].filter((did) => isTopicSafe(did)));
    if (this.#followed.size < dids.size)
      this.#say('warn', 'A device is not followed: its id holds characters that have a meaning of their own in MQTT topics.');
    this.#subscriptions.follow(this.#followed);
    if (this.#followed.size === 0) this.#stop();
    else if (this.#state === 'off') {
      this.#pulse.start();
      this.#connect();
    }
  }

  /** There is a new access token, and it is on the disk. A session keeps its old password until it connects again, so it does. */
  tokenRenewed(): void {
    switch (this.#state) {
      case 'off':
        return;
      case 'connecting':
        this.#mayBeStale = true;
        return;
      case 'connected':
        void this.#compareToken();
        return;
      case 'waiting':
        if (!this.#isTakenOver) this.#connect();
        return;
      case 'refused':
        this.#connect();
        return;
    }
  }

  /** Says goodbye to the broker; takes 2 s at most. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stop();
    await this.#farewell;
  }

  #stop(): void {
    this.#pulse.stop();
    this.#leave();
    this.#move('off');
  }

  #connect(): void {
    this.#leave();
    const attempt = this.#attempt;
    this.#mayBeStale = false;
    this.#isTakenOver = false;
    this.#move('connecting');
    this.#open(attempt).catch((error: unknown) => {
      if (attempt === this.#attempt) this.#failed(error);
    });
  }

  async #open(attempt: number): Promise<void> {
    const { settings, tokens, clock } = this.#options;
    await this.#farewell;
    if (attempt !== this.#attempt) return;
    const token = await tokens.current();
    if (attempt !== this.#attempt) return;
    const clientId = this.#options.deviceId();
    if (clientId === undefined) throw new LumiotError('LOGIN_NEEDED', 'Nobody has signed in to the account yet. Sign in first.');
    this.#token = token;
    const heard =
      <Said extends unknown[]>(listener: (...said: Said) => void) =>
      (...said: Said): void => {
        if (attempt === this.#attempt) listener(...said);
      };
    const connection = await PushConnection.open({
      url: endpointsOf(settings).mqtt,
      clientId,
      username: settings.clientId,
      password: token.value,
      caFile: settings.caFile,
      clock,
      onOpen: heard(() => this.#opened()),
      onMessage: heard((message) => this.#message(message)),
      onEnd: heard((ending) => this.#ended(ending)),
    });
    if (attempt === this.#attempt) this.#connection = connection;
    else connection.abort();
  }

  #opened(): void {
    if (this.#connection === undefined) return;
    this.#stable = this.#options.clock.setTimeout(() => {
      this.#failures = 0;
      this.#brief = 0;
      this.#hasRenewed = false;
      this.#said.clear();
    }, STABLE_MS);
    if (this.#said.size > 0) this.#say('info', `The push connection to ${this.#broker} stands.`);
    this.#move('connected');
    this.#subscriptions.begin(this.#connection);
    if (this.#mayBeStale) void this.#compareToken();
  }

  #ended(ending: Ending): void {
    this.#connection = undefined;
    if (this.#state === 'connected') this.#brief++;
    const verdict = judge(ending, this.#broker, this.#state === 'connected' ? this.#brief : 0);
    switch (verdict.next) {
      case 'taken-over':
        // Two runtimes that wait and win in turn would fill the log.
        if (!this.#wasTakenOver) this.#options.log[verdict.level](verdict.text);
        this.#wasTakenOver = true;
        this.#isTakenOver = true;
        this.#wait('waiting', takeOverMs(this.#options.random));
        return;
      case 'renew':
        this.#renew(verdict);
        return;
      case 'refused':
        this.#say(verdict.level, verdict.text);
        this.#wait('refused', refusedMs(this.#options.random));
        return;
      case 'soon':
        this.#say(verdict.level, verdict.text);
        this.#retryLater();
        return;
    }
  }

  /** The password was refused: one renewal, one more attempt at once, then patience (miot-cloud.md §3.4 step 1). */
  #renew({ level, text }: Verdict): void {
    if (this.#hasRenewed || this.#token === undefined) {
      this.#say(level, text);
      this.#wait('refused', refusedMs(this.#options.random));
      return;
    }
    this.#hasRenewed = true;
    this.#leave();
    const attempt = this.#attempt;
    this.#move('connecting');
    this.#options.tokens.renew(this.#token).then(
      () => {
        if (attempt === this.#attempt) this.#connect();
      },
      (error: unknown) => {
        this.#hasRenewed = false;
        if (attempt === this.#attempt) this.#failed(error);
      },
    );
  }

  /** There was nothing to connect with, or no way to try. */
  #failed(error: unknown): void {
    const text = redact(error instanceof Error ? error.message : String(error), this.#token === undefined ? [] : [this.#token.value]);
    this.#say('info', `There is no push connection: ${text}`);
    if (error instanceof LumiotError && lasting.has(error.code)) this.#wait('refused', refusedMs(this.#options.random));
    else this.#retryLater();
  }

  #retryLater(): void {
    this.#wait('waiting', backoffMs(this.#failures++, this.#options.random));
  }

  #wait(state: 'waiting' | 'refused', delayMs: number): void {
    this.#leave();
    this.#retry = this.#options.clock.setTimeout(() => this.#connect(), delayMs);
    this.#move(state);
  }

  /** Ends whatever is going on: timers, attempt, session. From here on nothing of it is heard. */
  #leave(isDead = false): void {
    this.#attempt++;
    const { clock } = this.#options;
    clock.clearTimeout(this.#retry);
    clock.clearTimeout(this.#stable);
    this.#subscriptions.end();
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    if (isDead) connection.abort();
    else this.#farewell = Promise.all([this.#farewell, connection.end()]);
  }

  /** Connects again if the session's password is not the newest token: our own renewal is news to nobody. */
  async #compareToken(): Promise<void> {
    const attempt = this.#attempt;
    const newest = await this.#options.tokens.current().catch(() => undefined);
    if (attempt !== this.#attempt || newest === undefined || newest.value === this.#token?.value) return;
    this.#connect();
  }

  #woke(gapMs: number): void {
    this.#say('info', `This host was away for ${Math.round(gapMs / 1000)} s; the push connection is opened anew.`);
    this.#failures = 0;
    this.#leave(true);
    this.#connect();
  }

  #message(message: Message): void {
    for (const event of this.#inbox.receive(message, this.#followed)) this.#call(() => this.#options.onEvent(event));
  }

  #refusedFilter({ did, kind }: TopicFilter, code: number): void {
    const what = { property: 'changes of properties', event: 'events', state: 'the online state' }[kind];
    const reason = `0x${code.toString(16)}`;
    this.#say('warn', `${this.#broker} does not push ${what} of device ${did} (${reason}). Check that the account may use the device.`);
  }

  get #broker(): string {
    return new URL(endpointsOf(this.#options.settings).mqtt).host;
  }

  #move(state: PushState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) this.#call(() => listener(state));
  }

  /** Each sentence once, until a good session has proved the trouble over. */
  #say(level: keyof PushLog, text: string): void {
    if (this.#said.has(text) || this.#said.size >= MOST_SAID) return;
    this.#said.add(text);
    this.#options.log[level](text);
  }

  #call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#say('error', `A listener of the push connection failed: ${redact(error instanceof Error ? error.message : String(error))}.`);
    }
  }
}

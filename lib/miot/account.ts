/**
 * One account: its sign-in, its devices and their values, its push connection. What nodes, the editor and MQTT use; it joins the
 * rooms of this folder and decides nothing that one of them could decide.
 */

import { join } from 'node:path';
import type { Clock } from '../home/clock';
import type { DeviceInfo, Origin, Values } from '../home/device';
import { LumiotError, toLumiotError } from '../home/errors';
import { names } from '../home/names';
import { StateFile } from '../home/state-file';
import { Subscriptions } from '../home/subscriptions';
import { type AccountCommands, accountCommands } from './account-commands';
import { type AccountMemory, accountMemory, noAccountMemory } from './account-memory';
import { AccountStanding } from './account-standing';
import {
  ACCOUNT_TOPIC,
  type AccountEvent,
  type AccountState,
  type AccountWord,
  type ActionInputs,
  type ActionOutcome,
  type CloudRecord,
  type GetOutcome,
  type SetOutcome,
  WATCH_TOPIC,
} from './account-types';
import { AccountUpkeep } from './account-upkeep';
import { CloudApi } from './api';
import { copyValues, DeviceBook } from './device-book';
import { deviceInfo } from './device-info';
import { DeviceReader } from './device-reader';
import { DevicesInUse } from './devices-in-use';
import { createHttp, type Http } from './http';
import { Push } from './push';
import type { PushEvent } from './push-events';
import { endpointsOf } from './regions';
import { Session } from './session';
import type { AccountSettings } from './settings';
import { Specs } from './spec-store';
import type { DeviceSpec } from './spec-types';
import { TokenStore } from './token-store';
import type { SignIn } from './tokens';

export interface Log {
  readonly info: (text: string) => void;
  readonly warn: (text: string) => void;
  readonly error: (text: string) => void;
}

export interface AccountEnvironment {
  readonly clock: Clock;
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly log: Log;
  /** Made from the settings unless given. */
  readonly http?: Http;
  /** `<userDir>/lumiot`; undefined = nothing is kept, and nobody can sign in. */
  readonly folder: string | undefined;
  /** Node id, fit for a file name. */
  readonly id: string;
}

const HOLD_MS = 10_000;
const HOLD_LIMIT = 1_000;
/** Opening a dialog twice is no reason to ask twice. */
const GLANCE_GAP_MS = 30_000;

export class Account {
  readonly #environment: AccountEnvironment;
  #settings: AccountSettings;
  readonly #http: Http;
  readonly #session: Session;
  readonly #api: CloudApi;
  readonly #push: Push;
  readonly #specs: Specs;
  readonly #book = new DeviceBook();
  readonly #memory: AccountMemory;
  readonly #reader: DeviceReader;
  readonly #upkeep: AccountUpkeep;
  readonly #commands: AccountCommands;
  readonly #standing: AccountStanding;
  readonly #inUse = new DevicesInUse();
  readonly subscriptions: Subscriptions<AccountEvent>;
  #homes: readonly string[] = [];
  /** When devices that nobody uses were read last. */
  readonly #glances = new Map<string, number>();
  #isUsable = false;
  #isClosed = false;
  #isFollowPlanned = false;

  /** Settings as `checkAccountSettings` gives them; hosts that cannot be used show in `state`, they do not throw here. */
  constructor(settings: AccountSettings, environment: AccountEnvironment) {
    this.#settings = settings;
    this.#environment = environment;
    const { clock, random, log, folder, id } = environment;
    this.#http = environment.http ?? createHttp({ caFile: settings.caFile });
    const http = this.#http;
    const store =
      folder === undefined || settings.storeKey === ''
        ? undefined
        : new TokenStore({ folder, id, storeKey: settings.storeKey, clock, log });
    this.#session = new Session({ settings, store, http, clock, random, log });
    this.#api = new CloudApi({ settings, tokens: this.#session, http, clock, random, log });
    this.#specs = new Specs({
      endpoints: specEndpoints(settings),
      folder: folder === undefined ? undefined : join(folder, 'specs'),
      http,
      clock,
      log,
    });
    this.#memory =
      folder === undefined
        ? noAccountMemory
        : accountMemory(new StateFile({ path: join(folder, `${id}.json`), clock, onError: (text) => log.warn(text) }));
    this.subscriptions = new Subscriptions({
      clock,
      holdMs: HOLD_MS,
      holdLimit: HOLD_LIMIT,
      snapshot: (event) => event,
      onError: (error) => log.error(`A listener failed: ${String(error)}`),
      onTopics: () => this.#planFollow(),
    });
    this.#standing = new AccountStanding({
      clock,
      session: () => this.#session.view,
      push: () => this.#push.state,
      onWord: (word, error) => this.#emit(ACCOUNT_TOPIC, { kind: 'account', word, error }),
    });
    this.#push = new Push({
      settings,
      tokens: this.#session,
      deviceId: () => this.#session.deviceId,
      clock,
      random,
      log,
      onEvent: (event) => void this.#onPush(event),
      onConnected: () => void this.#onPushConnected(),
      onSubscribed: (dids) => this.#readNow(dids),
    });
    this.#reader = new DeviceReader({
      get: (refs) => this.#guarded(this.#api.get(refs)),
      spec: (record) => this.#specOf(record),
      hear: (record, values, origin, isWhole) => this.#hear(record, values, origin, undefined, isWhole),
      log,
    });
    this.#upkeep = new AccountUpkeep({
      clock,
      random,
      list: () => this.#list(),
      read: (which) => this.#readInUse(which, 'poll'),
      isPushed: () => this.#push.state === 'connected',
      onOutcome: (error) => this.#standing.troubled(error),
    });
    this.#commands = accountCommands({
      clock,
      find: (id) => this.find(id),
      spec: (record) => this.#specOf(record),
      get: (refs) => this.#guarded(this.#api.get(refs)),
      set: (values, onRequest) => this.#guarded(this.#api.set(values, onRequest)),
      action: (target, inputs, onRequest) => this.#guarded(this.#api.action(target, inputs, onRequest)),
      hear: (record, values, origin) => this.#hear(record, values, origin, undefined),
      isPushed: () => this.#push.state === 'connected',
      log,
    });
  }

  get settings(): AccountSettings {
    return this.#settings;
  }

  /** False where another account is meant, or another way to it: make a new one. */
  configure(settings: AccountSettings): boolean {
    const essence = ({ name: _name, localDevices: _devices, transport: _transport, ...rest }: AccountSettings): string =>
      JSON.stringify(rest);
    if (essence(settings) !== essence(this.#settings)) return false;
    this.#settings = settings;
    return true;
  }

  /** Loads what is remembered, then signs in with what is stored. Never rejects: what is wrong shows in `state`. */
  async start(): Promise<void> {
    const { homes, devices } = await this.#memory.load();
    this.#homes = homes;
    this.#book.remember(devices);
    this.#memory.watch(() => ({ homes: this.#homes, devices: this.#book.devices.values() }));
    this.#publishNames();
    if (this.#isClosed) return;
    this.#session.onToken(() => this.#push.tokenRenewed());
    await this.#session.start();
    if (this.#isClosed) return;
    // Not before: until its file was read a session looks signed out, and flows would be told so at every restart.
    this.#session.watch(() => this.#onSession());
    this.#push.watch(() => this.#changed());
  }

  flush(): Promise<void> {
    return this.#memory.flush();
  }

  /** Ends everything within five seconds. A refresh under way is never cut off: its answer is stored. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#upkeep.end();
    this.#commands.close();
    this.subscriptions.clear();
    this.#api.close();
    this.#specs.close();
    names.withdraw(this.#nameSource);
    await Promise.all([this.#push.close(), this.#session.close(), this.#memory.close()]);
  }

  /** The node was deleted: closes, and takes its secrets and its memory off the disk. */
  async remove(): Promise<void> {
    await this.close();
    await Promise.all([this.#session.wipe(), this.#memory.remove()]);
  }

  get state(): AccountState {
    return this.#standing.state;
  }

  /** Calls at once, and then whenever something about the account changed. */
  watch(listener: (state: AccountState) => void): () => void {
    return this.#standing.watch(listener);
  }

  /** What `ACCOUNT_TOPIC` said last; undefined until something is known. */
  get word(): AccountWord | undefined {
    return this.#standing.word;
  }

  get homes(): readonly string[] {
    return this.#homes;
  }

  get devices(): ReadonlyMap<string, CloudRecord> {
    return this.#book.devices;
  }

  /** By did; a Zigbee child also by its sid. Undefined where the account does not list it (yet). */
  device(id: string): CloudRecord | undefined {
    return this.#book.find(id);
  }

  /** The same, once the list is there. Rejects with `NO_DEVICE`, or with what keeps the account: `LOGIN_NEEDED`, `CLOUD_UNREACHABLE`, … */
  async find(id: string): Promise<CloudRecord> {
    const known = this.#book.find(id);
    if (known !== undefined) return known;
    await this.#session.current();
    await this.#upkeep.fresh();
    const found = this.#book.find(id);
    if (found !== undefined) return found;
    throw new LumiotError(
      'NO_DEVICE',
      `${this.describe()} has no device ${id}. Choose one from the list, or check that the region is the one of the Mi Home app.`,
      { device: id },
    );
  }

  /** For sentences: 'The account "Home"'. */
  describe(): string {
    return this.#settings.name === '' ? 'The account' : `The account "${this.#settings.name}"`;
  }

  info(record: CloudRecord): DeviceInfo {
    return deviceInfo(record);
  }

  /** What a device can do. Rejects with `NO_DEVICE`, `CLOUD_UNREACHABLE` or `UNSUPPORTED`. */
  async spec(id: string, language?: string): Promise<DeviceSpec> {
    const record = await this.find(id);
    return language === undefined ? this.#specOf(record) : this.#specs.get(record.listed.urn, language);
  }

  /** Reads a device that nobody uses, so that a list has something to show. Says nothing about how it went. */
  glance(id: string): void {
    const record = this.#book.find(id);
    if (record === undefined || !this.#isUsable || this.#inUse.dids.has(record.did)) return;
    const { clock } = this.#environment;
    const before = this.#glances.get(record.did) ?? Number.NEGATIVE_INFINITY;
    if (clock.monotonic() - before < GLANCE_GAP_MS) return;
    this.#glances.set(record.did, clock.monotonic());
    this.#readNow([record.did]);
  }

  get(id: string, properties: readonly string[]): Promise<GetOutcome> {
    return this.#commands.get(id, properties);
  }

  /** Values by property name; 'toggle' turns a switch over. Resolves once the device has done it. */
  set(id: string, values: Readonly<Record<string, unknown>>): Promise<SetOutcome> {
    return this.#commands.set(id, values);
  }

  /** Never carried out twice: where that cannot be known, rejects with `UNKNOWN_OUTCOME`. */
  action(id: string, action: string, inputs?: ActionInputs): Promise<ActionOutcome> {
    return this.#commands.action(id, action, inputs);
  }

  signIn(): SignIn {
    return this.#session.signIn();
  }

  complete(addressOrCode: string): Promise<void> {
    return this.#session.complete(addressOrCode);
  }

  isPending(state: string): boolean {
    return this.#session.isPending(state);
  }

  /** Forgets the sign-in, the devices and their names. */
  async signOut(): Promise<void> {
    await this.#session.signOut();
    this.#book.clear();
    this.#homes = [];
    this.#publishNames();
    this.#memory.touch();
    await this.#memory.flush();
  }

  refreshNow(): Promise<void> {
    return this.#session.refreshNow();
  }

  get #nameSource(): string {
    return `miot:${this.#environment.id}`;
  }

  #onSession(): void {
    if (this.#isClosed) return;
    const { phase } = this.#session.view.state;
    const isUsable = phase === 'connected' || phase === 'refreshing' || phase === 'degraded';
    if (isUsable !== this.#isUsable) {
      this.#isUsable = isUsable;
      if (isUsable) this.#upkeep.begin();
      else {
        this.#upkeep.end();
        this.#standing.troubled(undefined);
      }
      this.#follow();
    }
    this.#changed();
  }

  #changed(): void {
    if (!this.#isClosed) this.#standing.changed();
  }

  #emit(topic: string, event: AccountEvent): void {
    this.subscriptions.emit(topic, event, [...this.#inUse.aliases(topic), WATCH_TOPIC]);
  }

  /** Remembers whether the cloud can be reached. */
  async #guarded<Result>(request: Promise<Result>): Promise<Result> {
    try {
      const result = await request;
      this.#standing.troubled(undefined);
      return result;
    } catch (thrown) {
      const error = toLumiotError(thrown, 'CLOUD_UNREACHABLE');
      if (error.code === 'CLOUD_UNREACHABLE') {
        this.#standing.troubled(error);
        // The way to hear that it is back.
        if (this.#isUsable) void this.#upkeep.refresh().catch(() => {});
      }
      throw error;
    }
  }

  async #list(): Promise<void> {
    const { uid, homes, devices } = await this.#api.homes();
    if (this.#isClosed) return;
    this.#homes = homes.map(({ name }) => name);
    const turned = this.#book.list(devices);
    this.#memory.touch();
    this.#publishNames();
    if (uid !== '') await this.#session.setUid(uid);
    await this.#keepTokens(new Map(devices.filter(({ token }) => token !== '').map(({ did, token }) => [did, token])));
    for (const device of turned) this.#emit(device.did, { kind: 'online', device, isOnline: device.isOnline, raw: undefined });
    this.#follow();
    this.#changed();
  }

  /** A full disk keeps nobody from his lamp. */
  async #keepTokens(tokens: ReadonlyMap<string, string>): Promise<void> {
    const known = this.#session.deviceTokens;
    if (tokens.size === known.size && [...tokens].every(([did, token]) => known.get(did) === token)) return;
    try {
      await this.#session.setDeviceTokens(tokens);
    } catch (error) {
      this.#environment.log.warn(`The tokens of Wi-Fi devices cannot be stored: ${toLumiotError(error, 'STORE_FAILED').message}`);
    }
  }

  #publishNames(): void {
    names.publish(this.#nameSource, this.#book.names());
  }

  /** Nodes come one by one at a deploy: what they want is looked at once. */
  #planFollow(): void {
    if (this.#isFollowPlanned || this.#isClosed) return;
    this.#isFollowPlanned = true;
    this.#environment.clock.setTimeout(() => {
      this.#isFollowPlanned = false;
      this.#follow();
    }, 0);
  }

  /** Subscribes to the devices in use, and reads those that were not in use before. */
  #follow(): void {
    if (this.#isClosed) return;
    const added = this.#inUse.update(this.#isUsable ? this.subscriptions.topics : [], this.#book);
    this.#push.follow(this.#inUse.dids);
    // Where pushes arrive, what is new is read once it is subscribed to, so that nothing happens in between.
    if (added.length > 0 && this.#push.state !== 'connected') this.#readNow(added);
  }

  #readNow(dids: Iterable<string>): void {
    void this.#reader.read(this.#records(dids), 'all', 'read');
  }

  async #readInUse(which: 'all' | 'not-pushed', origin: Origin): Promise<void> {
    await this.#reader.read(this.#records(this.#inUse.dids), which, origin);
  }

  #records(dids: Iterable<string>): CloudRecord[] {
    return [...dids].flatMap((did) => this.#book.devices.get(did) ?? []);
  }

  async #specOf(record: CloudRecord): Promise<DeviceSpec> {
    if (record.spec !== undefined) return record.spec;
    const spec = await this.#specs.get(record.listed.urn);
    this.#book.describe(record.did, spec);
    return spec;
  }

  /** `isWhole`: everything that can be read was; the first time, that is no news but a beginning. */
  #hear(record: CloudRecord, values: Values, origin: Origin, raw: unknown, isWhole = false): void {
    const heard = this.#book.hear(record.did, values, this.#environment.clock.now());
    if (heard === undefined || this.#isClosed) return;
    if (heard.changed.length > 0) this.#memory.touch();
    const isInitial = isWhole && this.#book.isFirst(record.did);
    if (origin !== 'push' && heard.changed.length === 0 && !isInitial) return;
    const { changed, previous } = heard;
    const state = copyValues(record.values);
    this.#emit(record.did, { kind: 'property', device: record, values, changed, previous, state, origin, isInitial, raw });
  }

  /** What was pushed while the connection was down is lost: everything in use is read again (miot-cloud.md §3.4). */
  async #onPushConnected(): Promise<void> {
    this.#changed();
    await this.#upkeep.fresh().catch(() => {});
    await this.#readInUse('all', 'read').catch(() => {});
  }

  async #onPush(event: PushEvent): Promise<void> {
    const record = this.#book.devices.get(event.did);
    if (record === undefined || this.#isClosed) return;
    if (event.kind === 'online') {
      this.#turned(record, event.isOnline, event.raw);
      return;
    }
    if (!record.isOnline) this.#turned(record, true, event.raw);
    await this.#reader.translate(record, event, {
      property: (values) => this.#hear(record, values, 'push', event.raw),
      event: (name, values) =>
        this.#emit(record.did, {
          kind: 'event',
          device: record,
          event: name,
          arguments: values,
          state: copyValues(record.values),
          raw: event.raw,
        }),
    });
  }

  #turned(record: CloudRecord, isOnline: boolean, raw: unknown): void {
    if (!this.#book.turn(record.did, isOnline)) return;
    this.#emit(record.did, { kind: 'online', device: record, isOnline, raw });
    if (isOnline) void this.#reader.read([record], 'all', 'read');
  }
}

function specEndpoints(settings: AccountSettings): readonly string[] {
  try {
    return endpointsOf(settings).specs;
  } catch {
    // A wrong host makes the session say so; until it is mended there is nobody to ask.
    return [];
  }
}

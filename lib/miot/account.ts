/**
 * One account: its sign-in, its devices and their values, its push connection. What nodes, the editor and MQTT use; it joins the
 * rooms of this folder and decides nothing that one of them could decide.
 */

import type { DeviceInfo } from '../home/device';
import { LumiotError } from '../home/errors';
import { names } from '../home/names';
import { Subscriptions } from '../home/subscriptions';
import { type AccountCommands, accountCommands } from './account-commands';
import { AccountDevices } from './account-devices';
import type { AccountEnvironment } from './account-environment';
import { AccountFollow } from './account-follow';
import { AccountList } from './account-list';
import { type AccountParts, accountParts } from './account-parts';
import { AccountRequests } from './account-requests';
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
import type { HomeList } from './cloud-device';
import { deviceInfo } from './device-info';
import { DeviceReader } from './device-reader';
import { Glances } from './glances';
import { Push } from './push';
import type { AccountSettings } from './settings';
import type { DeviceSpec } from './spec-types';
import type { SignIn } from './tokens';

export type { AccountEnvironment, Log } from './account-environment';

const HOLD_MS = 10_000;
const HOLD_LIMIT = 1_000;

export class Account {
  #settings: AccountSettings;
  readonly #parts: AccountParts;
  readonly #push: Push;
  readonly #devices: AccountDevices;
  readonly #requests: AccountRequests;
  readonly #reader: DeviceReader;
  readonly #follow: AccountFollow;
  readonly #list: AccountList;
  readonly #upkeep: AccountUpkeep;
  readonly #commands: AccountCommands;
  readonly #standing: AccountStanding;
  readonly #glances: Glances;
  readonly #nameSource: string;
  readonly subscriptions: Subscriptions<AccountEvent>;
  #homes: readonly string[] = [];
  #isUsable = false;
  /** Counts how often the upkeep began. */
  #beginnings = 0;
  #isClosed = false;

  /** Settings as `checkAccountSettings` gives them; hosts that cannot be used show in `state`, they do not throw here. */
  constructor(settings: AccountSettings, environment: AccountEnvironment) {
    this.#settings = settings;
    this.#nameSource = `miot:${environment.id}`;
    this.#parts = accountParts(settings, environment);
    const { session, api, specs, memory } = this.#parts;
    const { clock, random, log } = environment;
    const isPushed = (): boolean => this.#push.state === 'connected';
    this.subscriptions = new Subscriptions({
      clock,
      holdMs: HOLD_MS,
      holdLimit: HOLD_LIMIT,
      snapshot: (event) => event,
      onError: (error) => log.error(`A listener failed: ${String(error)}`),
      onTopics: () => this.#follow.plan(),
    });
    this.#standing = new AccountStanding({
      clock,
      session: () => session.view,
      push: () => this.#push.state,
      onWord: (word, error) => this.#emit(ACCOUNT_TOPIC, { kind: 'account', word, error }),
    });
    this.#devices = new AccountDevices({
      clock,
      fetchSpec: (urn) => specs.get(urn),
      emit: (topic, event) => this.#emit(topic, event),
      onChange: () => memory.touch(),
      onStale: (record) => this.#read([record.did]),
      log,
    });
    this.#push = new Push({
      settings,
      tokens: session,
      deviceId: () => session.deviceId,
      clock,
      random,
      log,
      onEvent: (event) => {
        if (!this.#isClosed) this.#requests.pushed(event);
      },
      onConnected: () => this.#onPushConnected(),
      onSubscribed: (dids) => this.#read(dids),
    });
    this.#follow = new AccountFollow({
      clock,
      book: this.#devices.book,
      topics: () => (this.#isUsable ? this.subscriptions.topics : []),
      push: this.#push,
      read: (dids) => this.#read(dids),
    });
    this.#requests = new AccountRequests({
      api,
      devices: this.#devices,
      onOutcome: (error) => this.#onRequest(error),
      onUnknown: () => void this.#upkeep.fresh().catch(() => {}),
    });
    this.#reader = new DeviceReader({
      get: (refs) => this.#requests.get(refs),
      spec: (record) => this.#devices.spec(record),
      onWhole: ({ did }) => this.#devices.book.wasRead(did),
      hear: (record, values, origin) => this.#devices.hear(record, values, origin),
      words: this.#devices.words,
    });
    this.#list = new AccountList({
      homes: () => api.homes(),
      onList: (list) => this.#onList(list),
      setUid: (uid) => session.setUid(uid),
      tokens: () => session.deviceTokens,
      setTokens: (tokens) => session.setDeviceTokens(tokens),
      log,
    });
    this.#upkeep = new AccountUpkeep({
      clock,
      random,
      list: () => this.#list.fetch(),
      read: (which) => this.#reader.read(this.#records(this.#follow.dids), which, 'poll'),
      isPushed,
      isCutOff: () => this.#standing.isCutOff,
      onOutcome: (error) => this.#standing.listed(error),
    });
    this.#commands = accountCommands({
      clock,
      find: (id) => this.find(id),
      spec: (record) => this.#devices.spec(record),
      get: (refs) => this.#requests.ask(refs),
      set: (values) => this.#requests.set(values),
      action: (target, inputs) => this.#requests.action(target, inputs),
      hear: (record, values, origin) => this.#devices.hear(record, values, origin),
      isPushed,
      log,
    });
    this.#glances = new Glances(clock);
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
    const { session, memory } = this.#parts;
    const { homes, devices } = await memory.load();
    if (this.#isClosed) return;
    this.#homes = homes;
    this.#devices.book.remember(devices);
    memory.watch(() => ({ homes: this.#homes, devices: this.#devices.book.devices.values() }));
    this.#publishNames();
    session.onToken(() => this.#push.tokenRenewed());
    await session.start();
    if (this.#isClosed) return;
    // Not before: until its file was read nobody knows whether anybody is signed in.
    session.watch(() => this.#onSession());
    this.#push.watch(() => this.#onPushMoved());
  }

  flush(): Promise<void> {
    return this.#parts.memory.flush();
  }

  /** Ends everything within five seconds. A refresh under way is never cut off: its answer is stored. */
  async close(): Promise<void> {
    const { session, api, specs, memory } = this.#parts;
    this.#isClosed = true;
    this.#list.outdate();
    this.#upkeep.end();
    this.#follow.close();
    this.#devices.close();
    this.#commands.close();
    this.subscriptions.clear();
    api.close();
    specs.close();
    names.withdraw(this.#nameSource);
    await Promise.all([this.#push.close(), session.close(), memory.close()]);
  }

  /** The node was deleted: closes, and takes its secrets and its memory off the disk. */
  async remove(): Promise<void> {
    await this.close();
    await Promise.all([this.#parts.session.wipe(), this.#parts.memory.remove()]);
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
    return this.#devices.book.devices;
  }

  /** By did; a Zigbee child also by its sid. Undefined where the account does not list it (yet). */
  device(id: string): CloudRecord | undefined {
    return this.#devices.book.find(id);
  }

  /** The same, once the list is there. Rejects with `NO_DEVICE`, or with what keeps the account: `LOGIN_NEEDED`, `CLOUD_UNREACHABLE`, … */
  async find(id: string): Promise<CloudRecord> {
    const known = this.device(id);
    if (known !== undefined) return known;
    await this.#parts.session.current();
    await this.#upkeep.fresh();
    const found = this.device(id);
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
    return language === undefined ? this.#devices.spec(record) : this.#parts.specs.get(record.listed.urn, language);
  }

  /** Reads a device that nobody uses, so that a list has something to show. Says nothing about how it went. */
  glance(id: string): void {
    const record = this.device(id);
    if (record === undefined || !this.#isUsable || this.#follow.dids.has(record.did)) return;
    if (this.#glances.isDue(record.did)) this.#read([record.did]);
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
    return this.#parts.session.signIn();
  }

  /** Also while somebody is signed in: then the devices are those of the new sign-in. */
  async complete(addressOrCode: string): Promise<void> {
    const before = this.#beginnings;
    await this.#parts.session.complete(addressOrCode);
    if (!this.#isUsable || this.#beginnings !== before) return;
    this.#end();
    this.#begin();
  }

  isPending(state: string): boolean {
    return this.#parts.session.isPending(state);
  }

  /** Forgets the sign-in, the devices and their names. */
  async signOut(): Promise<void> {
    const { session, memory } = this.#parts;
    try {
      await session.signOut();
    } finally {
      this.#list.outdate();
      this.#devices.clear();
      this.#homes = [];
      if (!this.#isClosed) this.#publishNames();
      memory.touch();
      await memory.flush();
    }
  }

  /** Renews the tokens and the list of devices. Rejects with what keeps either. */
  async refreshNow(): Promise<void> {
    await this.#parts.session.refreshNow();
    if (this.#isUsable) await this.#upkeep.refresh();
  }

  #onSession(): void {
    if (this.#isClosed) return;
    const { phase } = this.#parts.session.view.state;
    const isUsable = phase === 'connected' || phase === 'refreshing' || phase === 'degraded';
    if (isUsable !== this.#isUsable) {
      this.#isUsable = isUsable;
      if (isUsable) this.#begin();
      else this.#end();
      this.#follow.update();
    }
    this.#standing.changed();
  }

  #begin(): void {
    this.#beginnings++;
    this.#upkeep.begin();
  }

  #end(): void {
    this.#list.outdate();
    this.#upkeep.end();
    this.#standing.reset();
  }

  #emit(topic: string, event: AccountEvent): void {
    this.subscriptions.emit(topic, event, [...this.#follow.aliases(topic), WATCH_TOPIC]);
  }

  #onRequest(error: LumiotError | undefined): void {
    if (this.#isClosed) return;
    this.#standing.asked(error);
    if (this.#standing.isInDoubt) this.#upkeep.doubt();
  }

  #onList({ homes, devices }: HomeList): void {
    this.#homes = homes.map(({ name }) => name);
    const back = this.#devices.list(devices);
    this.#parts.memory.touch();
    this.#publishNames();
    // What it missed while it was away; a device that was not even listed is read as it comes into use.
    this.#read(back.filter(({ did }) => this.#follow.dids.has(did)).map(({ did }) => did));
    this.#follow.update();
    this.#standing.changed();
  }

  #publishNames(): void {
    names.publish(this.#nameSource, this.#devices.book.names());
  }

  #onPushMoved(): void {
    if (this.#isClosed) return;
    this.#follow.pushMoved();
    this.#standing.changed();
  }

  /** What was pushed while the connection was down is lost: list and values are fetched again (miot-cloud.md §3.4). */
  #onPushConnected(): void {
    this.#follow.connected();
    this.#upkeep.soon();
    this.#read(this.#follow.dids);
  }

  /** Never rejects. */
  #read(dids: Iterable<string>): void {
    void this.#reader.read(this.#records(dids), 'all', 'read');
  }

  #records(dids: Iterable<string>): CloudRecord[] {
    return [...dids].flatMap((did) => this.#devices.book.devices.get(did) ?? []);
  }
}

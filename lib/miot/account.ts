/**
 * One account: its sign-in, its devices and their values, its push connection. What nodes, the editor and MQTT use; it joins the
 * rooms of this folder and decides nothing that one of them could decide.
 */

import type { Clock } from '../home/clock';
import type { DeviceInfo } from '../home/device';
import { LumiotError } from '../home/errors';
import { names } from '../home/names';
import type { Subscriptions } from '../home/subscriptions';
import type { FoundDevice, MiioStanding } from '../miio/types';
import { type AccountCommands, accountCommands } from './account-commands';
import type { AccountEnvironment } from './account-environment';
import type { LocalTest } from './account-local';
import { type AccountParts, accountParts } from './account-parts';
import { AccountStanding } from './account-standing';
import { AccountSync } from './account-sync';
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
} from './account-types';
import { deviceInfo } from './device-info';
import { Glances } from './glances';
import type { AccountSettings } from './settings';
import type { DeviceSpec } from './spec-types';
import type { SignIn } from './tokens';

export type { AccountEnvironment, Log } from './account-environment';

export class Account {
  #settings: AccountSettings;
  readonly #parts: AccountParts;
  readonly #sync: AccountSync;
  readonly #commands: AccountCommands;
  readonly #standing: AccountStanding;
  readonly #glances: Glances;
  readonly #nameSource: string;
  #homes: readonly string[] = [];
  readonly #clock: Clock;
  /** What is remembered and stored has been read. */
  readonly #loaded: Promise<void>;
  #endLoading = (): void => {};
  #isUsable = false;
  #hasListed = false;
  #isClosed = false;

  /** Settings as `checkAccountSettings` gives them; hosts that cannot be used show in `state`, they do not throw here. */
  constructor(settings: AccountSettings, environment: AccountEnvironment) {
    const { clock, log, id } = environment;
    this.#clock = clock;
    this.#loaded = new Promise((resolve) => {
      this.#endLoading = resolve;
    });
    const parts = accountParts(settings, environment);
    this.#settings = settings;
    this.#parts = parts;
    this.#nameSource = `miot:${id}`;
    this.#glances = new Glances(clock);
    this.#standing = new AccountStanding({
      clock,
      session: () => parts.session.view,
      push: () => this.#sync.pushState,
      local: () => this.#sync.local.devices.counts,
      wantsCloud: () => !this.#sync.local.isAlone,
      onWord: (word, error) => this.#sync.emit(ACCOUNT_TOPIC, { kind: 'account', word, error }),
    });
    const sync = new AccountSync({
      settings: () => this.#settings,
      environment,
      parts,
      standing: this.#standing,
      isUsable: () => this.#isUsable,
      onList: (homes) => this.#onList(homes),
    });
    this.#sync = sync;
    const { requests, devices } = sync;
    this.#commands = accountCommands({
      clock,
      find: (did) => this.find(did),
      spec: (record) => devices.spec(record),
      get: (refs) => requests.ask(refs),
      set: (...command) => requests.set(...command),
      action: (...command) => requests.action(...command),
      hear: (record, values, origin) => devices.hear(record, values, origin),
      isPushed: (did) => sync.isPushedFor(did),
      isLocal: (did) => sync.local.devices.isLocal(did),
      log,
    });
  }

  get subscriptions(): Subscriptions<AccountEvent> {
    return this.#sync.subscriptions;
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
    if (!this.#isClosed) this.#sync.configure();
    return true;
  }

  /** Loads what is remembered, then signs in with what is stored. Never rejects: what is wrong shows in `state`. */
  async start(): Promise<void> {
    const { session, memory } = this.#parts;
    const { homes, devices } = await memory.load();
    if (this.#isClosed) return;
    this.#homes = homes;
    this.#sync.devices.book.remember(devices);
    this.#sync.configure();
    memory.watch(() => ({ homes: this.#homes, devices: this.devices.values() }));
    this.#publishNames();
    await session.start();
    this.#endLoading();
    if (this.#isClosed) return;
    this.#sync.start();
    // Not before: until its file was read nobody knows whether anybody is signed in.
    session.watch(() => this.#onSession());
  }

  flush(): Promise<void> {
    return this.#parts.memory.flush();
  }

  /** Ends everything within five seconds. A refresh under way is never cut off: its answer is stored. */
  async close(): Promise<void> {
    const { session, api, specs, memory } = this.#parts;
    this.#isClosed = true;
    this.#endLoading();
    const closing = this.#sync.close();
    this.#commands.close();
    api.close();
    specs.close();
    names.withdraw(this.#nameSource);
    await Promise.all([closing, session.close(), memory.close()]);
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

  /** The cloud can be asked: somebody is signed in, or the last access token still lives. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** The cloud has listed the devices since this was made: one that is not among them is not merely remembered no more. */
  get hasListed(): boolean {
    return this.#hasListed;
  }

  get homes(): readonly string[] {
    return this.#homes;
  }

  get devices(): ReadonlyMap<string, CloudRecord> {
    return this.#sync.devices.book.devices;
  }

  /** By did; a Zigbee child also by its sid. Undefined where the account does not list it (yet). */
  device(id: string): CloudRecord | undefined {
    return this.#sync.devices.book.find(id);
  }

  /** The same, once the list is there. Rejects with `NO_DEVICE`, or with what keeps the account: `LOGIN_NEEDED`, `CLOUD_UNREACHABLE`, … */
  async find(id: string): Promise<CloudRecord> {
    if (this.isLocalOnly || this.isLocal(id)) await this.#loaded;
    const known = this.device(id);
    if (known !== undefined) return known;
    if (this.#sync.local.isAlone && !this.#isUsable) throw this.#noDevice(id);
    await this.#parts.session.current();
    await this.#sync.fresh();
    const found = this.device(id);
    if (found !== undefined) return found;
    throw this.#noDevice(id);
  }

  #noDevice(id: string): LumiotError {
    const hint = this.#isUsable
      ? 'Choose one from the list, or check that the region is the one of the Mi Home app.'
      : "Enter it in the account's dialog, or sign in.";
    return new LumiotError('NO_DEVICE', `${this.describe()} has no device ${id}. ${hint}`, { device: id });
  }

  /** For sentences: 'The account "Home"'. */
  describe(): string {
    return this.#settings.name === '' ? 'The account' : `The account "${this.#settings.name}"`;
  }

  info(record: CloudRecord): DeviceInfo {
    return { ...deviceInfo(record), transport: this.#sync.local.transportOf(record) };
  }

  /** What a device can do. Rejects with `NO_DEVICE`, `CLOUD_UNREACHABLE` or `UNSUPPORTED`. */
  async spec(id: string, language?: string): Promise<DeviceSpec> {
    const record = await this.find(id);
    const described = await this.#sync.devices.spec(record);
    return language === undefined ? described : this.#parts.specs.get(record.listed.urn, language);
  }

  /** Reads a device that nobody uses, so that a list has something to show. Says nothing about how it went. */
  glance(id: string): void {
    const record = this.device(id);
    if (record === undefined || this.#sync.inUse.has(record.did)) return;
    if (!this.#isUsable && !this.isLocal(record.did)) return;
    if (this.#glances.isDue(record.did)) this.#sync.read([record.did]);
  }

  /** No properties: everything that can be read; what cannot be read just now is left out. */
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

  /** Nobody wants the cloud: the devices of the settings are all there is, and nobody has to sign in. */
  get isLocalOnly(): boolean {
    return this.#sync.local.isAlone;
  }

  /** The LAN is a way to it, as far as settings and list say. */
  isLocal(did: string): boolean {
    return this.#sync.local.devices.isLocal(this.device(did)?.did ?? did);
  }

  /** How it was met on the LAN last. */
  localStanding(did: string): MiioStanding {
    return this.#sync.local.standing(this.device(did)?.did ?? did);
  }

  hasLocalToken(did: string): boolean {
    return this.#sync.local.devices.hasToken(did);
  }

  /** Devices that answer on this network, with tokens that some tell in their hello: secrets, which stay in this process. */
  discoverLocal(): Promise<readonly FoundDevice[]> {
    return this.#sync.local.discover();
  }

  /** Asks a device on the LAN something that its token signs. Rejects with what keeps it: `DEVICE_OFFLINE`, `TOKEN_REJECTED`, … */
  testLocal(did: string, given: { readonly host?: string; readonly token?: string } = {}): Promise<LocalTest> {
    return this.#sync.local.test(did, given);
  }

  /** Tokens by did, kept in the encrypted file beside those that are there. Rejects with `BAD_INPUT`, `NOT_CONFIGURED` or `STORE_FAILED`. */
  setLocalTokens(tokens: ReadonlyMap<string, string>): Promise<void> {
    return this.#sync.local.setTokens(tokens);
  }

  signIn(): SignIn {
    return this.#parts.session.signIn();
  }

  /** Also while somebody is signed in: then the devices are those of the new sign-in. */
  async complete(addressOrCode: string): Promise<void> {
    const before = this.#sync.beginnings;
    await this.#parts.session.complete(addressOrCode);
    if (!this.#isUsable || this.#sync.beginnings !== before) return;
    this.#sync.end();
    this.#sync.begin();
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
      this.#hasListed = false;
      this.#sync.clear();
      await this.#sync.local.tokens.forget().catch(() => {});
      this.#homes = [];
      if (!this.#isClosed) this.#publishNames();
      memory.touch();
      await memory.flush();
    }
  }

  /** Renews the tokens and the list of devices. Rejects with what keeps either. */
  async refreshNow(): Promise<void> {
    await this.#parts.session.refreshNow();
    if (this.#isUsable) await this.#sync.refresh();
  }

  #onSession(): void {
    if (this.#isClosed) return;
    const { state, validUntil = 0 } = this.#parts.session.view;
    const { phase } = state;
    // The cloud has ended the sign-in, but its last access token works until it ends: nobody's home stops before it must.
    const isEnding = phase === 'sign-in-needed' && validUntil > this.#clock.now();
    const isUsable = phase === 'connected' || phase === 'refreshing' || phase === 'degraded' || isEnding;
    if (isUsable !== this.#isUsable) {
      this.#isUsable = isUsable;
      if (isUsable) this.#sync.begin();
      else this.#sync.end();
    }
    this.#standing.changed();
  }

  #onList(homes: readonly string[]): void {
    this.#homes = homes;
    this.#hasListed = true;
    this.#parts.memory.touch();
    this.#publishNames();
    this.#standing.changed();
  }

  #publishNames(): void {
    names.publish(this.#nameSource, this.#sync.devices.book.names());
  }
}

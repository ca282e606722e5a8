/**
 * Keeps the devices of an account as the cloud has them: joins their list, what is pushed and what is read, for the devices in use.
 * Who is signed in, and what flows are told of it, is the account's affair.
 */

import { Subscriptions } from '../home/subscriptions';
import { AccountDevices } from './account-devices';
import type { AccountEnvironment } from './account-environment';
import { AccountFollow } from './account-follow';
import { AccountList } from './account-list';
import { AccountLocal } from './account-local';
import type { AccountParts } from './account-parts';
import { AccountRequests } from './account-requests';
import type { AccountStanding } from './account-standing';
import { type AccountEvent, type CloudRecord, WATCH_TOPIC } from './account-types';
import { AccountUpkeep } from './account-upkeep';
import type { HomeList } from './cloud-device';
import { DeviceReader } from './device-reader';
import { identifier } from './local-identity';
import { localNetwork } from './local-network';
import { Push } from './push';
import type { PushEvent } from './push-events';
import type { AccountSettings } from './settings';

export interface SyncOptions {
  readonly settings: () => AccountSettings;
  readonly environment: AccountEnvironment;
  readonly parts: AccountParts;
  readonly standing: AccountStanding;
  readonly isUsable: () => boolean;
  /** The devices are known; `homes` by name. */
  readonly onList: (homes: readonly string[]) => void;
}

const HOLD_MS = 10_000;
const HOLD_LIMIT = 1_000;

export class AccountSync {
  readonly #options: SyncOptions;
  readonly #push: Push;
  readonly #reader: DeviceReader;
  readonly #follow: AccountFollow;
  readonly #list: AccountList;
  readonly #upkeep: AccountUpkeep;
  readonly devices: AccountDevices;
  readonly local: AccountLocal;
  readonly requests: AccountRequests;
  readonly subscriptions: Subscriptions<AccountEvent>;
  /** Counts how often it began. */
  #beginnings = 0;
  #isStarted = false;
  #isClosed = false;

  constructor(options: SyncOptions) {
    this.#options = options;
    const { settings, environment, parts, standing, isUsable } = options;
    const { session, api, specs, memory } = parts;
    const { clock, random, log } = environment;
    this.subscriptions = new Subscriptions({
      clock,
      holdMs: HOLD_MS,
      holdLimit: HOLD_LIMIT,
      snapshot: (event) => event,
      onError: (error) => log.error(`A listener failed: ${String(error)}`),
      onTopics: () => this.#follow.plan(),
    });
    this.local = new AccountLocal({
      clock,
      random,
      network: localNetwork({ ...environment, isKnown: (did) => this.devices.book.devices.has(did) }),
      settings,
      devices: () => this.devices,
      tokens: () => session.deviceTokens,
      isSignedIn: () => session.view.state.phase !== 'signed-out' && session.view.state.phase !== 'unconfigured',
      changeTokens: (change) => session.changeDeviceTokens(change),
      isUsable,
      isPushed: (did) => this.isPushedFor(did),
      read: (record) => this.#reader.read([record], 'all', 'poll'),
      onReload: () => this.#upkeep.refresh(),
      onChange: () => standing.changed(),
      log,
    });
    const { local } = this;
    this.devices = new AccountDevices({
      clock,
      fetchSpec: (urn) => specs.get(urn),
      identify: identifier({ specs, local: local.devices, learn: (did, learned) => this.devices.book.learn(did, learned) }),
      answers: (did) => local.devices.isReachable(did),
      onDoubt: (did) => local.doubt(did),
      emit: (topic, event) => this.emit(topic, event),
      onChange: () => memory.touch(),
      onStale: ({ did }) => this.read([did]),
      log,
    });
    this.requests = new AccountRequests({
      api,
      devices: this.devices,
      local: local.devices,
      hasCloud: (did) => local.hasCloud(did),
      onWay: (did, way) => local.wentBy(did, way),
      onOutcome: (error) => {
        standing.asked(error);
        if (standing.isInDoubt) this.#upkeep.doubt();
      },
      onUnknown: () => void this.#upkeep.fresh().catch(() => {}),
    });
    this.#push = new Push({
      settings: settings(),
      tokens: session,
      deviceId: () => session.deviceId,
      clock,
      random,
      log,
      onEvent: (event) => {
        if (!this.#isClosed) this.#pushed(event);
      },
      onConnected: () => this.#onPushConnected(),
      onSubscribed: (dids) => this.read(dids),
    });
    this.#follow = new AccountFollow({
      clock,
      book: this.devices.book,
      topics: () => this.subscriptions.topics,
      isHeard: ({ did }) => isUsable() || (this.#isStarted && local.devices.isLocal(did)),
      isPushable: (did) => isUsable() && local.hasCloud(did),
      push: this.#push,
      onFollow: (dids) => local.follow(dids),
      read: (dids) => this.read(dids),
    });
    this.#reader = new DeviceReader({
      clock,
      get: (refs) => this.requests.get(refs),
      spec: (record) => this.devices.spec(record),
      onWhole: ({ did }) => this.devices.book.wasRead(did),
      hear: (record, values, origin) => this.devices.hear(record, values, origin),
      words: this.devices.words,
    });
    this.#list = new AccountList({
      clock,
      homes: () => api.homes(),
      onList: (list) => this.#onList(list),
      setUid: (uid) => session.setUid(uid),
      keepTokens: (tokens) => local.tokens.list(tokens).finally(() => local.changed()),
      log,
    });
    this.#upkeep = new AccountUpkeep({
      clock,
      random,
      list: () => this.#list.fetch(),
      read: (which) =>
        this.#reader.read(this.#records([...this.inUse].filter((did) => local.hasCloud(did) && !local.isReadThere(did))), which, 'poll'),
      isPushed: () => this.isPushed,
      isCutOff: () => standing.isCutOff,
      onOutcome: (error) => standing.listed(error),
    });
  }

  /** What is stored has been read: devices on the LAN can be asked. Push follows new tokens and tells its states from now on. */
  start(): void {
    const { parts, standing } = this.#options;
    this.#isStarted = true;
    parts.session.onToken(() => this.#push.tokenRenewed());
    this.#push.watch(() => {
      if (this.#isClosed) return;
      this.#follow.pushMoved();
      this.local.follow(this.inUse);
      standing.changed();
    });
    this.local.changed();
    this.#follow.update();
  }

  get pushState(): Push['state'] {
    return this.#push.state;
  }

  get isPushed(): boolean {
    return this.#push.state === 'connected';
  }

  /** What this device says is pushed now. One that the LAN reaches may have no way to the cloud, and says nothing there. */
  isPushedFor(did: string): boolean {
    if (!this.isPushed || !this.local.hasCloud(did)) return false;
    return this.devices.book.isOnlineInCloud(did) || !this.local.devices.isLocal(did);
  }

  /** The settings name other devices of the LAN, or another way. */
  configure(): void {
    this.local.place();
    this.#follow.update();
  }

  /** Devices that somebody listens to. */
  get inUse(): ReadonlySet<string> {
    return this.#follow.dids;
  }

  get beginnings(): number {
    return this.#beginnings;
  }

  /** The account can be used from now on. */
  begin(): void {
    this.#beginnings++;
    this.#upkeep.begin();
    this.#follow.update();
  }

  /** It cannot any more, or by another sign-in: what is under way does not count. */
  end(): void {
    this.#list.outdate();
    this.#upkeep.end();
    this.#options.standing.reset();
    this.#follow.update();
  }

  /** Forgets every device. */
  clear(): void {
    this.#list.outdate();
    this.devices.clear();
    this.local.changed();
  }

  /** Resolves when the list is at most a minute old. Rejects with what keeps it. */
  fresh(): Promise<void> {
    return this.#upkeep.fresh();
  }

  /** Fetches the list now. */
  refresh(): Promise<void> {
    return this.#upkeep.refresh();
  }

  /** Reads everything of these devices. Never rejects. */
  read(dids: Iterable<string>): void {
    void this.#reader.read(this.#records(dids), 'all', 'read');
  }

  emit(topic: string, event: AccountEvent): void {
    this.subscriptions.emit(topic, event, [...this.#follow.aliases(topic), WATCH_TOPIC]);
  }

  /** Ends everything; resolves when push has said goodbye and what a list said is written down. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const listed = this.#list.close();
    this.#upkeep.end();
    this.#follow.close();
    this.#reader.close();
    this.local.close();
    this.devices.close();
    this.subscriptions.clear();
    await Promise.all([listed, this.#push.close()]);
  }

  #pushed(event: PushEvent): void {
    const { book } = this.devices;
    const wasOnline = book.isOnlineInCloud(event.did);
    this.requests.pushed(event);
    if (book.isOnlineInCloud(event.did) !== wasOnline) this.local.follow(this.inUse);
  }

  #onList({ homes, devices }: HomeList): void {
    const back = this.devices.list(devices);
    this.#options.onList(homes.map(({ name }) => name));
    // What it missed while it was away; a device that was not even listed is read as it comes into use.
    this.read(back.filter(({ did }) => this.inUse.has(did)).map(({ did }) => did));
    this.#follow.update();
  }

  /** What was pushed while the connection was down is lost: list and values are fetched again (miot-cloud.md §3.4). */
  #onPushConnected(): void {
    this.#follow.connected();
    this.#upkeep.soon();
    this.read(this.inUse);
  }

  #records(dids: Iterable<string>): CloudRecord[] {
    return [...dids].flatMap((did) => this.devices.book.devices.get(did) ?? []);
  }
}

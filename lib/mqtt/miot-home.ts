/** An account with its devices, as the mapping to MQTT sees it. */

import type { DeviceInfo } from '../home/device';
import { copyState } from '../home/message';
import type { Account, AccountEvent, CloudRecord, DeviceSpec } from '../miot';
import { Early } from './early';
import { commandMiot, readMiot } from './miot-command';
import type { Home, HomeAnswer, HomeDevice, HomeListener } from './types';

export interface MiotHomeOptions {
  /** The id of the account's config node: the level of its topics. */
  readonly id: string;
}

/** What was told of a device by `added`. */
interface Told {
  readonly info: DeviceInfo;
  readonly spec: DeviceSpec | undefined;
}

export class MiotHome implements Home {
  readonly kind = 'account';
  readonly id: string;
  readonly #account: Account;
  readonly #early = new Early<AccountEvent>();
  /** By did. */
  readonly #told = new Map<string, Told>();
  /** Whose descriptions are being fetched. */
  readonly #asked = new WeakSet<CloudRecord>();
  #listener: HomeListener | undefined;
  /** What the account lists was there before: what comes then has joined. */
  #wasListed = false;

  constructor(account: Account, { id }: MiotHomeOptions) {
    this.#account = account;
    this.id = id;
  }

  get name(): string {
    return this.#account.settings.name || this.id;
  }

  /** Also by the LAN alone: a device that has no other way than a cloud that is away is offline by itself. */
  get isOnline(): boolean | null {
    const { state, isLocalOnly } = this.#account;
    return isLocalOnly || state.local.reachable > 0 ? true : this.#isCloudThere;
  }

  /** The LAN may be there long before the cloud, and knows only those of the settings. */
  get isListed(): boolean {
    return this.#account.isLocalOnly || this.#account.hasListed;
  }

  *devices(): Iterable<HomeDevice> {
    for (const device of this.#account.devices.values()) yield this.#deviceOf(device);
  }

  device(id: string): HomeDevice | undefined {
    const device = this.#account.device(id);
    return device && this.#deviceOf(device);
  }

  /**
   * Hears what the devices and the account say. Whoever owns the subscription to `EVERY` topic (`account.subscriptions`) calls it, so that
   * what arrives over a redeploy is held as it is for every node. That subscription makes the account follow all its devices: it
   * subscribes to the pushes of each, reads each once and polls what is not pushed. What is heard before `listen` is told then.
   */
  hear(event: AccountEvent): void {
    const listener = this.#listener;
    if (listener === undefined) {
      this.#early.keep(event);
      return;
    }
    switch (event.kind) {
      case 'property':
        this.#see(event.device, listener);
        if (event.changed.length > 0 || event.isInitial) listener.state(this.#deviceOf(event.device));
        return;
      case 'event':
        this.#see(event.device, listener);
        listener.action(this.#deviceOf(event.device), { name: event.event, arguments: event.arguments });
        return;
      case 'online':
        listener.availability();
        return;
      case 'account':
        listener.news({ event: 'account', word: event.word });
        listener.availability();
    }
  }

  /** One listener at a time. Everything but what is heard by `hear`: the list of devices, their descriptions, who is reachable. */
  listen(listener: HomeListener): () => void {
    this.#listener = listener;
    for (const device of this.#account.devices.values()) this.#told.set(device.did, this.#toldOf(device));
    this.#wasListed = this.#listsAny;
    // It fires after every list of devices, and whenever the account or the LAN stands otherwise.
    const end = this.#account.watch(() => this.#look(listener));
    this.#early.give((event) => this.hear(event));
    return () => {
      end();
      this.#listener = undefined;
      this.#told.clear();
    };
  }

  /** See `commandMiot`. */
  set(id: string, payload: unknown): Promise<HomeAnswer> {
    return commandMiot(this.#account, id, payload);
  }

  get(id: string, properties: readonly string[]): Promise<HomeAnswer> {
    return readMiot(this.#account, id, properties);
  }

  /** Also with the last access token of a sign-in that has ended, while it lives. */
  get #isCloudThere(): boolean | null {
    const { word, isUsable } = this.#account;
    return word === undefined ? null : word !== 'unreachable' && isUsable;
  }

  get #listsAny(): boolean {
    for (const { isListed } of this.#account.devices.values()) if (isListed) return true;
    return false;
  }

  #look(listener: HomeListener): void {
    const { devices } = this.#account;
    for (const [did, { info }] of [...this.#told]) if (!devices.has(did)) this.#leave(info, listener);
    for (const device of devices.values()) {
      const isNew = !this.#told.has(device.did);
      this.#see(device, listener);
      if (isNew && this.#wasListed) listener.news({ event: 'joined', device: this.#deviceOf(device).info });
      this.#describe(device);
    }
    this.#wasListed ||= this.#listsAny;
    listener.availability();
  }

  /** Tells of a device that is new, or of which something else is to be said than before. */
  #see(device: CloudRecord, listener: HomeListener): void {
    const before = this.#told.get(device.did);
    const now = this.#toldOf(device);
    if (before !== undefined && isSame(before, now)) return;
    this.#told.set(device.did, now);
    listener.added(this.#deviceOf(device));
  }

  #leave(info: DeviceInfo, listener: HomeListener): void {
    this.#told.delete(info.id);
    listener.removed(info.id);
    listener.news({ event: 'left', device: { ...info, online: false } });
  }

  /** What cannot be had now is asked for again as the account is looked at the next time; it keeps the pauses itself. */
  #describe(device: CloudRecord): void {
    if (device.spec !== undefined || this.#asked.has(device)) return;
    this.#asked.add(device);
    const answered = (): void => {
      this.#asked.delete(device);
      if (this.#listener !== undefined && this.#account.devices.get(device.did) === device) this.#see(device, this.#listener);
    };
    this.#account.spec(device.did).then(answered, answered);
  }

  #toldOf(device: CloudRecord): Told {
    return { info: this.#account.info(device), spec: device.spec };
  }

  #deviceOf(device: CloudRecord): HomeDevice {
    const info = this.#account.info(device);
    const { spec, did } = device;
    const isCutOff = this.#isCloudThere === false && this.#account.localStanding(did) !== 'reachable';
    return {
      info: isCutOff ? { ...info, online: false } : info,
      state: copyState(device.values),
      description: spec === undefined ? undefined : { kind: 'miot', spec },
    };
  }
}

function isSame(one: Told, other: Told): boolean {
  return (
    one.spec === other.spec &&
    one.info.name === other.info.name &&
    one.info.room === other.info.room &&
    one.info.model === other.info.model &&
    one.info.gateway === other.info.gateway
  );
}

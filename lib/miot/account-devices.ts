/** The devices of an account as they speak: what is listed, read and pushed becomes what is known of them, and events for whoever listens. */

import type { Origin, Values } from '../home/device';
import { type AccountEvent, type CloudRecord, WATCH_TOPIC } from './account-types';
import type { CloudDevice } from './cloud-device';
import { copyValues, DeviceBook, type Relisted } from './device-book';
import { DeviceWords } from './device-words';
import type { PushEvent } from './push-events';
import { PushWords, type PushWordsOptions } from './push-words';
import type { LocalRow } from './settings';
import type { DeviceSpec } from './spec-types';

export interface DevicesOptions extends Pick<PushWordsOptions, 'clock'> {
  readonly fetchSpec: (urn: string) => Promise<DeviceSpec>;
  /** What the description of a device is that the account does not list. Rejects with `CLOUD_UNREACHABLE` or `UNSUPPORTED`. */
  readonly identify: (record: CloudRecord) => Promise<void>;
  /** It answers on the LAN, whatever the cloud says. */
  readonly answers: (did: string) => boolean;
  /** It answers on the LAN, and the cloud says that it is gone. */
  readonly onDoubt: (did: string) => void;
  readonly emit: (topic: string, event: AccountEvent) => void;
  /** Values changed that are worth being remembered. */
  readonly onChange: () => void;
  /** Something of the device may have changed that nobody told. */
  readonly onStale: (record: CloudRecord) => void;
  readonly log: { readonly warn: (text: string) => void };
}

export class AccountDevices {
  readonly #options: DevicesOptions;
  readonly #pushes: PushWords;
  readonly book = new DeviceBook();
  readonly words: DeviceWords;
  readonly #identifying = new Map<CloudRecord, Promise<void>>();

  constructor(options: DevicesOptions) {
    this.#options = options;
    this.words = new DeviceWords(options.log);
    this.#pushes = new PushWords({
      clock: options.clock,
      words: this.words,
      spec: (record) => this.spec(record),
      onProperty: (record, values, raw) => this.#tell(record.did, values, 'push', false, raw),
      onEvent: (record, event, values, raw) => this.#tellEvent(record, event, values, raw),
      onDescribed: options.onStale,
    });
  }

  /** Rejects with `CLOUD_UNREACHABLE` or `UNSUPPORTED`. */
  async spec(record: CloudRecord): Promise<DeviceSpec> {
    if (record.spec !== undefined) return record.spec;
    if (record.listed.urn === '') await this.#identify(record);
    const { urn } = record.listed;
    const spec = await this.#options.fetchSpec(urn);
    if (record.listed.urn === urn) this.book.describe(record.did, spec);
    return spec;
  }

  /** Whoever asks meanwhile shares the answer: the device itself may have to be asked, and may be away. */
  #identify(record: CloudRecord): Promise<void> {
    const asked = this.#identifying.get(record) ?? this.#options.identify(record).finally(() => this.#identifying.delete(record));
    this.#identifying.set(record, asked);
    return asked;
  }

  /** Takes the account's list. Gives the devices that came back online. */
  list(devices: readonly CloudDevice[]): readonly CloudRecord[] {
    const relisted = this.book.list(devices, this.#options.answers);
    this.#relist(relisted);
    return relisted.turned.filter(({ isOnline }) => isOnline);
  }

  /** Takes the devices that the user has set. */
  place(rows: readonly LocalRow[]): void {
    this.#relist(this.book.place(rows));
  }

  /** What was read. Told the first time in this process, it is no news but a beginning. */
  hear(record: CloudRecord, values: Values, origin: Origin): void {
    const { first, known } = this.book.part(record.did, values);
    if (Object.keys(first).length > 0) this.#tell(record.did, first, origin, true, undefined);
    if (Object.keys(known).length > 0) this.#tell(record.did, known, origin, false, undefined);
  }

  pushed(event: PushEvent): void {
    const record = this.book.devices.get(event.did);
    if (record === undefined) return;
    const isOnline = event.kind !== 'online' || event.isOnline;
    this.book.saidInCloud(event.did, isOnline);
    if (isOnline) this.book.wasSeen(event.did, this.#options.clock.now());
    if (!isOnline && this.#options.answers(event.did)) this.#options.onDoubt(event.did);
    else this.#turn(record, isOnline, event.raw);
    if (event.kind !== 'online') this.#pushes.translate(record, event);
  }

  /** It carried out a command. */
  answered(did: string): void {
    this.book.wasSeen(did, this.#options.clock.now());
    this.turned(did, true);
  }

  /** What a command proved. */
  turned(did: string, isOnline: boolean): void {
    const record = this.book.devices.get(did);
    if (record !== undefined) this.#turn(record, isOnline, undefined);
  }

  /** Forgets every device. */
  clear(): void {
    this.#pushes.clear();
    this.book.clear();
  }

  /** What waits to be told is not told any more. */
  close(): void {
    this.#pushes.clear();
  }

  /** The LAN says so; what is asked of it just now tells the rest. */
  met(did: string, isOnline: boolean): void {
    const record = this.book.devices.get(did);
    if (record === undefined) return;
    if (isOnline) this.book.wasSeen(did, this.#options.clock.now());
    const isFirst = this.book.wasAsked(did);
    if (this.book.turn(did, isOnline)) this.#tellOnline(record, undefined);
    // Nobody knew before: it is no news for flows that it is not there, but who looks at it sees that now.
    else if (isFirst) this.moved(did);
  }

  /** It is reached another way than before: who looks at devices is told, flows are not. */
  moved(did: string): void {
    const device = this.book.devices.get(did);
    if (device !== undefined) this.#options.emit(WATCH_TOPIC, { kind: 'online', device, isOnline: device.isOnline, raw: undefined });
  }

  #relist({ turned, gone }: Relisted): void {
    for (const record of turned) this.#tellOnline(record, undefined);
    this.book.dismiss(gone);
  }

  #turn(record: CloudRecord, isOnline: boolean, raw: unknown): void {
    if (!this.book.turn(record.did, isOnline)) return;
    this.#tellOnline(record, raw);
    if (isOnline) this.#options.onStale(record);
  }

  #tellOnline(record: CloudRecord, raw: unknown): void {
    this.#options.emit(record.did, { kind: 'online', device: record, isOnline: record.isOnline, raw });
  }

  #tell(did: string, values: Values, origin: Origin, isInitial: boolean, raw: unknown): void {
    const device = this.book.devices.get(did);
    const heard = this.book.hear(did, values);
    if (device === undefined || heard === undefined) return;
    const { changed, previous } = heard;
    if (changed.length > 0) this.#options.onChange();
    if (origin !== 'push' && changed.length === 0 && !isInitial) return;
    const state = copyValues(device.values);
    this.#options.emit(did, { kind: 'property', device, values, changed, previous, state, origin, isInitial, raw });
  }

  #tellEvent(device: CloudRecord, event: string, values: Values, raw: unknown): void {
    const state = copyValues(device.values);
    this.#options.emit(device.did, { kind: 'event', device, event, arguments: values, state, raw });
  }
}

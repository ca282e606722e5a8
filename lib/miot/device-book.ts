/** The devices of an account and their last values: what is listed, what was heard, what is remembered. Asks nobody, sends nothing. */

import { emptyValues, type Value, type Values } from '../home/device';
import { normalizeSid } from '../home/ids';
import type { KnownName } from '../home/names';
import type { RememberedDevice } from './account-memory';
import type { CloudRecord } from './account-types';
import type { CloudDevice } from './cloud-device';
import { DeviceEntry } from './device-entry';
import type { Learned } from './local-listing';
import type { LocalRow } from './settings';
import type { DeviceSpec } from './spec-types';
import { isStateless } from './topics';

const ZIGBEE = /^lumi\.[0-9a-f]{8,16}$/i;
/** Devices that left the account and may come back. */
const MOST_DEPARTED = 500;

/** What a report of values changed. */
export interface Heard {
  readonly changed: readonly string[];
  /** Of the properties heard, as far as they were known. */
  readonly previous: Values;
}

/** What a new list changed. */
export interface Relisted {
  /** Online now, or offline now; one that is gone is offline. */
  readonly turned: readonly CloudRecord[];
  /** Not listed any more: in the book until they are dismissed, so that everybody can be told. */
  readonly gone: readonly CloudRecord[];
}

export class DeviceBook {
  readonly #entries = new Map<string, DeviceEntry>();
  /** Devices that left: when one comes back, what changed meanwhile is news. */
  readonly #departed = new Map<string, DeviceEntry>();

  get devices(): ReadonlyMap<string, CloudRecord> {
    return this.#entries;
  }

  /** By did; a Zigbee child also by its sid in any spelling. */
  find(id: string): CloudRecord | undefined {
    const exact = this.#entries.get(id);
    if (exact !== undefined) return exact;
    const wanted = id.toLowerCase();
    const sid = normalizeSid(id);
    for (const entry of this.#entries.values()) {
      if (entry.did.toLowerCase() === wanted || (ZIGBEE.test(entry.did) && normalizeSid(entry.did) === sid)) return entry;
    }
    return undefined;
  }

  remember(remembered: readonly RememberedDevice[]): void {
    for (const { listed, isListed, values, lastSeen } of remembered) {
      if (this.#entries.has(listed.did)) continue;
      const entry = new DeviceEntry(listed.did, values, lastSeen);
      if (isListed) {
        entry.list(listed);
        entry.isOnline = listed.isOnline;
        this.#entries.set(listed.did, entry);
      } else {
        // Whether it is still in the settings is not known yet.
        entry.learn({ model: listed.model, urn: listed.urn });
        this.#departed.set(listed.did, entry);
      }
    }
  }

  /** Takes the devices that the user has set. Those that nobody knows any more go with `dismiss`. */
  place(rows: readonly LocalRow[]): Relisted {
    const turned: CloudRecord[] = [];
    const placed = new Map(rows.map((row) => [row.did, row]));
    for (const row of placed.values()) {
      const entry = this.#entries.get(row.did) ?? this.#returned(row.did) ?? new DeviceEntry(row.did, emptyValues(), undefined);
      this.#entries.set(row.did, entry);
      entry.place(row);
    }
    const left = [...this.#entries.values()].filter(({ did, isPlaced }) => isPlaced && !placed.has(did));
    for (const entry of left) if (entry.isListed) entry.place(undefined);
    const gone = left.filter(({ isListed }) => !isListed);
    for (const entry of gone) if (this.#turn(entry, false)) turned.push(entry);
    return { turned, gone };
  }

  /** Takes the account's list. New devices appear at once; missing ones go with `dismiss`. `answers`: whether one answers on the LAN. */
  list(devices: readonly CloudDevice[], answers: (did: string) => boolean = () => false): Relisted {
    const turned: CloudRecord[] = [];
    const listed = new Set<string>();
    for (const device of devices) {
      listed.add(device.did);
      const entry = this.#entries.get(device.did) ?? this.#returned(device.did);
      if (entry === undefined) {
        const added = new DeviceEntry(device.did, emptyValues(), undefined);
        added.list(device);
        added.isOnline = device.isOnline;
        this.#entries.set(device.did, added);
        continue;
      }
      entry.list(device);
      if (this.#turn(entry, device.isOnline || answers(device.did))) turned.push(entry);
    }
    const missing = [...this.#entries.values()].filter(({ did }) => !listed.has(did));
    for (const entry of missing) {
      if (this.#turn(entry, entry.isPlaced && answers(entry.did))) turned.push(entry);
      if (entry.isPlaced) entry.list(undefined);
    }
    return { turned, gone: missing.filter(({ isPlaced }) => !isPlaced) };
  }

  dismiss(gone: readonly CloudRecord[]): void {
    for (const { did } of gone) {
      const entry = this.#entries.get(did);
      if (entry === undefined) continue;
      this.#entries.delete(did);
      this.#departed.set(did, entry);
      const [oldest] = this.#departed.keys();
      if (this.#departed.size > MOST_DEPARTED && oldest !== undefined) this.#departed.delete(oldest);
    }
  }

  #returned(did: string): DeviceEntry | undefined {
    const entry = this.#departed.get(did);
    if (entry === undefined) return undefined;
    this.#departed.delete(did);
    entry.leave();
    this.#entries.set(did, entry);
    return entry;
  }

  describe(did: string, spec: DeviceSpec): void {
    const entry = this.#entries.get(did);
    if (entry === undefined) return;
    entry.spec = spec;
    // What was told in numbers has names now, under which it is read again.
    for (const { siid, piid } of spec.properties) delete entry.values[`${siid}.${piid}`];
  }

  /** What the cloud says, whatever else is known. */
  saidInCloud(did: string, isOnline: boolean): void {
    const entry = this.#entries.get(did);
    if (entry !== undefined) entry.isOnlineInCloud = isOnline;
  }

  isOnlineInCloud(did: string): boolean {
    return this.#entries.get(did)?.isOnlineInCloud === true;
  }

  /** What its model or its description is, where the account does not say so. */
  learn(did: string, learned: Partial<Learned>): void {
    this.#entries.get(did)?.learn(learned);
  }

  /** It was reached this way. True when it was another way before. */
  wentBy(did: string, way: CloudRecord['transport']): boolean {
    const entry = this.#entries.get(did);
    if (entry === undefined) return false;
    const before = entry.transport;
    entry.way = way;
    return entry.transport !== before;
  }

  /** Values that were heard. Undefined where the device is not listed. */
  hear(did: string, values: Values): Heard | undefined {
    const entry = this.#entries.get(did);
    if (entry === undefined) return undefined;
    const previous = emptyValues();
    const changed: string[] = [];
    for (const [name, value] of Object.entries(values)) {
      const before = entry.values[name];
      if (before !== undefined) previous[name] = before;
      if (before !== value) changed.push(name);
      entry.values[name] = value;
      entry.heard.add(name);
    }
    return { changed, previous };
  }

  /** Parts what was read: properties that are heard of for the first time in this process, and the others. */
  part(did: string, values: Values): { readonly first: Values; readonly known: Values } {
    const heard = this.#entries.get(did)?.heard;
    const first = emptyValues();
    const known = emptyValues();
    for (const [name, value] of Object.entries(values)) (heard?.has(name) === true ? known : first)[name] = value;
    return { first, known };
  }

  /** Everything that can be read of it was read. */
  wasRead(did: string): void {
    const entry = this.#entries.get(did);
    if (entry !== undefined) entry.isFresh = false;
  }

  /** The device itself said something at `now`. */
  wasSeen(did: string, now: number): void {
    const entry = this.#entries.get(did);
    if (entry !== undefined) entry.lastSeen = now;
  }

  /** It was asked on the LAN. True the first time. */
  wasAsked(did: string): boolean {
    const entry = this.#entries.get(did);
    if (entry === undefined || entry.wasAsked) return false;
    entry.wasAsked = true;
    return true;
  }

  /** True when that is news; never for devices of which the cloud does not know. */
  turn(did: string, isOnline: boolean): boolean {
    const entry = this.#entries.get(did);
    return entry !== undefined && this.#turn(entry, isOnline);
  }

  #turn(entry: DeviceEntry, isOnline: boolean): boolean {
    if (entry.isOnline === isOnline) return false;
    entry.isOnline = isOnline;
    return !isStateless(entry.did);
  }

  /** Forgets what the account lists; what the user has set himself stays. */
  clear(): void {
    for (const [did, entry] of [...this.#entries]) {
      if (entry.isPlaced) entry.list(undefined);
      else this.#entries.delete(did);
    }
    this.#departed.clear();
  }

  /** What gateways on the LAN may call their devices: name and room of each Zigbee child, by sid. */
  names(): Map<string, KnownName> {
    const known = new Map<string, KnownName>();
    for (const { listed } of this.#entries.values()) {
      if (ZIGBEE.test(listed.did)) known.set(normalizeSid(listed.did), { name: listed.name, room: listed.room });
    }
    return known;
  }
}

/** A copy that later news do not change. */
export function copyValues(values: Readonly<Record<string, Value>>): Values {
  return Object.assign(emptyValues(), values);
}

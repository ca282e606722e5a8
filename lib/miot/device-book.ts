/** The devices of an account and their last values: what is listed, what was heard, what is remembered. Asks nobody, sends nothing. */

import { emptyValues, type Value, type Values } from '../home/device';
import { normalizeSid } from '../home/ids';
import type { KnownName } from '../home/names';
import type { RememberedDevice } from './account-memory';
import type { CloudRecord } from './account-types';
import type { CloudDevice } from './cloud-device';
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

class Entry implements CloudRecord {
  listed: CloudDevice;
  readonly values: Values;
  isOnline: boolean;
  lastSeen: number | undefined;
  spec: DeviceSpec | undefined;
  isFresh = true;
  /** Properties that were heard of in this process. */
  readonly heard = new Set<string>();

  constructor(listed: CloudDevice, values: Values, lastSeen: number | undefined) {
    this.listed = listed;
    this.values = values;
    this.isOnline = listed.isOnline;
    this.lastSeen = lastSeen;
  }

  get did(): string {
    return this.listed.did;
  }
}

export class DeviceBook {
  readonly #entries = new Map<string, Entry>();
  /** Devices that left: when one comes back, what changed meanwhile is news. */
  readonly #departed = new Map<string, Entry>();

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
    for (const { listed, values, lastSeen } of remembered) {
      if (!this.#entries.has(listed.did)) this.#entries.set(listed.did, new Entry(listed, values, lastSeen));
    }
  }

  /** Takes the account's list. New devices appear at once; missing ones go with `dismiss`. */
  list(devices: readonly CloudDevice[]): Relisted {
    const turned: CloudRecord[] = [];
    const listed = new Set<string>();
    for (const device of devices) {
      listed.add(device.did);
      const entry = this.#entries.get(device.did) ?? this.#returned(device.did);
      if (entry === undefined) {
        this.#entries.set(device.did, new Entry(device, emptyValues(), undefined));
        continue;
      }
      if (entry.listed.urn !== device.urn) entry.spec = undefined;
      entry.listed = device;
      if (this.#turn(entry, device.isOnline)) turned.push(entry);
    }
    const gone = [...this.#entries.values()].filter(({ did }) => !listed.has(did));
    for (const entry of gone) if (this.#turn(entry, false)) turned.push(entry);
    return { turned, gone };
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

  #returned(did: string): Entry | undefined {
    const entry = this.#departed.get(did);
    if (entry === undefined) return undefined;
    this.#departed.delete(did);
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

  /** True when that is news; never for devices of which the cloud does not know. */
  turn(did: string, isOnline: boolean): boolean {
    const entry = this.#entries.get(did);
    return entry !== undefined && this.#turn(entry, isOnline);
  }

  #turn(entry: Entry, isOnline: boolean): boolean {
    if (entry.isOnline === isOnline) return false;
    entry.isOnline = isOnline;
    return !isStateless(entry.did);
  }

  clear(): void {
    this.#entries.clear();
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

/** The devices of an account and their last values: what is listed, what was heard, what is remembered. Asks nobody, sends nothing. */

import { emptyValues, type Value, type Values } from '../home/device';
import { normalizeSid } from '../home/ids';
import type { KnownName } from '../home/names';
import type { RememberedDevice } from './account-memory';
import type { CloudRecord } from './account-types';
import type { CloudDevice } from './cloud-device';
import type { DeviceSpec } from './spec-types';

const ZIGBEE = /^lumi\.[0-9a-f]{8,16}$/i;

/** What a report of values changed. */
export interface Heard {
  readonly changed: readonly string[];
  /** Of the properties heard, as far as they were known. */
  readonly previous: Values;
}

class Entry implements CloudRecord {
  listed: CloudDevice;
  readonly values: Values;
  isOnline: boolean;
  lastSeen: number | undefined;
  spec: DeviceSpec | undefined;
  /** Nothing has been heard of it in this process; its values are what was remembered. */
  isFresh = true;

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

  /** Takes the account's list: new devices appear, missing ones go. Gives those whose connection changed. */
  list(devices: readonly CloudDevice[]): readonly CloudRecord[] {
    const turned: CloudRecord[] = [];
    const listed = new Set<string>();
    for (const device of devices) {
      listed.add(device.did);
      const entry = this.#entries.get(device.did);
      if (entry === undefined) {
        this.#entries.set(device.did, new Entry(device, emptyValues(), undefined));
        continue;
      }
      if (entry.listed.urn !== device.urn) entry.spec = undefined;
      entry.listed = device;
      if (entry.isOnline === device.isOnline) continue;
      entry.isOnline = device.isOnline;
      turned.push(entry);
    }
    for (const did of [...this.#entries.keys()]) if (!listed.has(did)) this.#entries.delete(did);
    return turned;
  }

  describe(did: string, spec: DeviceSpec): void {
    const entry = this.#entries.get(did);
    if (entry !== undefined) entry.spec = spec;
  }

  /** Values that were heard at `now`. Undefined where the device is not listed. */
  hear(did: string, values: Values, now: number): Heard | undefined {
    const entry = this.#entries.get(did);
    if (entry === undefined) return undefined;
    const previous = emptyValues();
    const changed: string[] = [];
    for (const [name, value] of Object.entries(values)) {
      const before = entry.values[name];
      if (before !== undefined) previous[name] = before;
      if (before !== value) changed.push(name);
      entry.values[name] = value;
    }
    entry.lastSeen = now;
    return { changed, previous };
  }

  /** True once for each device: nothing was heard of it before. */
  isFirst(did: string): boolean {
    const entry = this.#entries.get(did);
    if (entry?.isFresh !== true) return false;
    entry.isFresh = false;
    return true;
  }

  /** True when that is news. */
  turn(did: string, isOnline: boolean): boolean {
    const entry = this.#entries.get(did);
    if (entry === undefined || entry.isOnline === isOnline) return false;
    entry.isOnline = isOnline;
    return true;
  }

  clear(): void {
    this.#entries.clear();
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

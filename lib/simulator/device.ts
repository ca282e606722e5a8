/** One pretend device, or the gateway's own side: what the gateway's cache knows of it. Raw fields only; nothing is decoded. */

import type { Fields, Protocol, Speaker } from './wire';

// Buttons, cubes and vibration sensors happen and are not: a read or a heartbeat holds only their voltage (lumi-lan.md §3.7, §6).
const MOMENTARY = /^(switch|sensor_switch(\..*)?|(sensor_)?86sw[12](\..*)?|remote\..*|(sensor_)?cube(\..*)?|vibration(\..*)?)$/;
const VOLTAGE = /^(battery_)?voltage$/;

/** What a field reads as between the gateway's restart and the device's next word (lumi-lan.md §3.1, §3.2). */
const unheard: readonly { readonly field: RegExp; readonly v1: unknown; readonly v2: unknown }[] = [
  { field: /^temperature$/, v1: '10000', v2: 0 },
  { field: /^(humidity|pressure)$/, v1: '0', v2: 0 },
  { field: /^(status|window_status|motion_status|wleak_status|channel_\d)$/, v1: 'unknown', v2: 'unknown' },
];

export interface DeviceOptions {
  readonly sid: string;
  readonly model: string;
  readonly name: string;
  readonly fields: Fields;
  readonly power: 'battery' | 'mains';
  readonly travelMs: number;
  readonly effectMs?: number | undefined;
  /** Gateways have 0. */
  readonly shortId?: number;
}

export class PretendDevice implements Speaker {
  readonly sid: string;
  readonly model: string;
  /** For people; never on the wire. */
  readonly name: string;
  readonly shortId: number;
  readonly power: 'battery' | 'mains';
  readonly travelMs: number;
  /** Time from a write to its effect; undefined = as the simulator likes. */
  readonly effectMs: number | undefined;
  private readonly cache: Map<string, unknown>;
  /** Known here and never read: momentary fields, and what the gateway does not report about itself (ringtone, pairing). */
  private readonly quiet = new Map<string, unknown>();
  private readonly forgotten = new Set<string>();
  private readonly resting = new Map<string, unknown>();

  constructor({ sid, model, name, fields, power, travelMs, effectMs, shortId }: DeviceOptions) {
    this.sid = sid;
    this.model = model;
    this.name = name;
    this.power = power;
    this.travelMs = travelMs;
    this.effectMs = effectMs;
    this.shortId = shortId ?? shortIdOf(sid);
    this.cache = new Map(Object.entries(fields));
  }

  /** The model without the prefix that some lists put before it. */
  get bareModel(): string {
    return this.model.replace(/^lumi\./, '');
  }

  get isMomentary(): boolean {
    return MOMENTARY.test(this.bareModel);
  }

  /** Takes in what the device said. */
  merge(fields: Fields): void {
    for (const [name, value] of Object.entries(fields)) {
      const isEvent = this.isMomentary && !VOLTAGE.test(name) && !this.cache.has(name);
      (isEvent ? this.quiet : this.cache).set(name, value);
      this.forgotten.delete(name);
    }
    this.settleOpposites(fields);
  }

  /** Takes in what nobody will ever read or hear of. */
  mergeQuietly(fields: Fields): void {
    for (const [name, value] of Object.entries(fields)) this.quiet.set(name, value);
  }

  get(name: string): unknown {
    return this.cache.get(name) ?? this.quiet.get(name);
  }

  /** Zero in the form the field has, and remembers what it was. */
  rest(name: string): unknown {
    const value = this.cache.get(name);
    if (Number(value) !== 0) this.resting.set(name, value);
    return typeof value === 'string' ? '0.00' : 0;
  }

  /** What the field was before its `rest`. */
  resume(name: string): unknown {
    return this.resting.get(name) ?? this.cache.get(name);
  }

  take(name: string): void {
    this.cache.delete(name);
  }

  has(name: string): boolean {
    return this.cache.has(name);
  }

  /** Everything known, for people and tests. */
  state(): Record<string, unknown> {
    return Object.fromEntries([...this.cache, ...this.quiet]);
  }

  /** What a read answers and an acknowledgement carries. */
  readable(protocol: Protocol): Record<string, unknown> {
    return Object.fromEntries([...this.cache].map(([name, value]) => [name, this.forgotten.has(name) ? unknownOf(protocol, name) : value]));
  }

  /** What the device's own heartbeat says; the gateway knows it again from then on. */
  speak(): Record<string, unknown> {
    this.forgotten.clear();
    const all = [...this.cache];
    return Object.fromEntries(this.isMomentary ? all.filter(([name]) => VOLTAGE.test(name)) : all);
  }

  /** The gateway restarted and has not heard from this device since. */
  forget(): void {
    for (const name of this.cache.keys()) if (unheard.some(({ field }) => field.test(name))) this.forgotten.add(name);
  }

  /** Fields that cannot both be true: motion and the time since motion, closed and the time left open. */
  private settleOpposites(fields: Fields): void {
    if (fields.status === 'motion') this.cache.delete('no_motion');
    if ('no_motion' in fields) this.cache.delete('status');
    if (fields.status === 'close') this.cache.delete('no_close');
  }
}

function unknownOf(protocol: Protocol, name: string): unknown {
  const row = unheard.find(({ field }) => field.test(name));
  return protocol === 1 ? row?.v1 : row?.v2;
}

/** Any 16-bit number that stays the same for a device. */
function shortIdOf(sid: string): number {
  return [...sid].reduce((sum, digit) => (sum * 31 + digit.charCodeAt(0)) % 65_521, 7);
}

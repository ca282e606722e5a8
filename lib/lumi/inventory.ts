/** The devices of one gateway: which there are, what they said, and who hears of it. Knows frames and the catalogue, no sockets. */

import { read } from '../devices';
import type { Dialect, Source } from '../devices/definition';
import type { Clock } from '../home/clock';
import { type Action, emptyValues, type Origin, type Update, type Values } from '../home/device';
import { normalizeSid } from '../home/ids';
import { type Hearers, Subscriptions } from '../home/subscriptions';
import { DeviceRecord, type DeviceSettings, NO_SETTINGS } from './device-record';
import type { Log } from './environment';
import type { Frame, List } from './frame';
import { MotionFall } from './motion-fall';

/** One device said something. */
export interface DeviceEvent {
  readonly device: DeviceRecord;
  /** The values of this datagram. */
  readonly values: Values;
  readonly actions: readonly Action[];
  /** Which of the values are news. */
  readonly changed: readonly string[];
  /** What the changed values were before; unknown ones are absent. */
  readonly previous: Values;
  readonly origin: Origin;
  /** True for the first answer after a start: news to us, not to the home. */
  readonly isInitial: boolean;
  /** Every value known at this moment. */
  readonly state: Values;
  /** The datagram as received, parsed. */
  readonly raw: unknown;
}

export interface InventoryOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** A device was seen for the first time, stands in the gateway's list, or is gone. */
  readonly onAdded: (device: DeviceRecord) => void;
  readonly onListed: (device: DeviceRecord) => void;
  readonly onRemoved: (device: DeviceRecord) => void;
  /** After every datagram that was merged, with what it said. */
  readonly onMerged: (device: DeviceRecord, said: Values, origin: Origin) => void;
}

/** A redeploy takes less; a node that has not returned by then is not coming. */
const HOLD_MS = 10_000;
const HOLD_LIMIT = 1_000;
/** One list may be truncated, or made just after a reboot (lumi-lan.md §8.3): so many in a row without a device, and silence, mean that it is gone. */
const MISSING_LISTS = 3;
/** Many times what a gateway can hold: a list that is longer was made up, and must not fill the memory. */
const MOST_DEVICES = 1_000;

export class Inventory {
  readonly subscriptions: Subscriptions<DeviceEvent>;
  readonly #options: InventoryOptions;
  readonly #devices = new Map<string, DeviceRecord>();
  readonly #motionFall: MotionFall;
  readonly #complained = new Set<string>();
  #settings: ReadonlyMap<string, DeviceSettings> = new Map();
  #rejected = 0;

  constructor(options: InventoryOptions) {
    this.#options = options;
    this.subscriptions = new Subscriptions<DeviceEvent>({
      clock: options.clock,
      holdMs: HOLD_MS,
      holdLimit: HOLD_LIMIT,
      snapshot: (event) => ({ ...event, state: copy(event.state) }),
      onError: (error) => options.log.error(`A node failed on a report: ${error instanceof Error ? error.message : String(error)}`),
    });
    this.#motionFall = new MotionFall(options.clock, (sid) => this.#fall(sid));
  }

  get devices(): Iterable<DeviceRecord> {
    return this.#devices.values();
  }

  get size(): number {
    return this.#devices.size;
  }

  /** Values that made no sense, since the start. */
  get rejected(): number {
    return this.#rejected;
  }

  get(sid: string): DeviceRecord | undefined {
    return this.#devices.get(sid);
  }

  configure(settings: ReadonlyMap<string, DeviceSettings>): void {
    this.#settings = settings;
    for (const device of this.#devices.values()) device.configure(settings.get(device.sid) ?? NO_SETTINGS);
  }

  /** The device of a sid, made on the first mention. */
  ensure(sid: string, wireSid: string, model = ''): DeviceRecord {
    const existing = this.#devices.get(sid);
    if (existing !== undefined) {
      if (model !== '') existing.learnModel(model);
      return existing;
    }
    const device = new DeviceRecord(sid, wireSid, this.#settings.get(sid) ?? NO_SETTINGS);
    device.learnModel(model);
    this.#devices.set(sid, device);
    this.#options.onAdded(device);
    return device;
  }

  /** Takes a list answer: returns the devices that are new. What is missing from list after list, and silent, is removed. */
  takeList({ devices, isWhole }: Pick<List, 'devices' | 'isWhole'>, gatewaySid: string): DeviceRecord[] {
    const added: DeviceRecord[] = [];
    const listed = new Set<DeviceRecord>();
    for (const { sid, wireSid, model } of devices) {
      const isNew = !this.#devices.has(sid);
      if (isNew && this.#devices.size >= MOST_DEVICES) {
        this.#complainOnce(
          `${gatewaySid} lists`,
          `Gateway ${gatewaySid} lists more than ${MOST_DEVICES} devices. The others were left out.`,
        );
        continue;
      }
      const device = this.ensure(sid, wireSid, model);
      if (isNew) added.push(device);
      listed.add(device);
      device.missingLists = 0;
      this.#options.onListed(device);
    }
    if (!isWhole) return added;
    for (const device of this.#devices.values()) {
      if (device.sid === gatewaySid || listed.has(device)) continue;
      device.missingLists++;
      if (device.missingLists >= MISSING_LISTS) this.remove(device.sid);
    }
    return added;
  }

  /** It is another gateway than the one remembered: none of the devices is its own. */
  clear(): void {
    for (const sid of [...this.#devices.keys()]) this.remove(sid);
  }

  remove(sid: string): void {
    const device = this.#devices.get(sid);
    if (device === undefined) return;
    this.#devices.delete(sid);
    this.#options.onRemoved(device);
  }

  /**
   * A datagram about a device, decoded, merged and told to its subscribers. `known`: the device, where the caller has it at hand.
   * `now`: monotonic.
   */
  take(
    frame: Frame,
    source: Source,
    origin: Origin,
    dialect: Dialect,
    known: DeviceRecord | undefined = this.#devices.get(frame.sid),
    now = this.#options.clock.monotonic(),
  ): DeviceRecord {
    const device = known ?? this.ensure(frame.sid, frame.wireSid, frame.model);
    device.learnModel(frame.model, frame.fields);
    const isInitial = source === 'read' && device.readAt === undefined;
    if (source === 'read') device.readAt = now;
    else {
      device.heardAt = now;
      device.lastSeen = this.#options.clock.now();
    }
    const update = read(device.compiled, frame.fields, source);
    if (update.rejected.length > 0) this.#reject(device, update, frame);
    this.#motionFall.see(device.sid, update.values, dialect);
    this.#merge(device, update, origin, isInitial, frame.raw);
    device.isFresh = true;
    device.missingLists = 0;
    return device;
  }

  /** Puts back what the state file remembered. Says nothing to anybody. */
  restore(saved: { sid: string; wireSid: string; model: string; values: Values; lastSeen: number | undefined }): void {
    const device = this.ensure(normalizeSid(saved.sid), saved.wireSid, saved.model);
    if (device.isFresh) return;
    Object.assign(device.values, saved.values);
    // Whatever moved then has long stopped.
    if (device.values.motion === true) device.values.motion = false;
    device.lastSeen = saved.lastSeen;
  }

  close(): void {
    this.#motionFall.close();
    this.subscriptions.clear();
  }

  #fall(sid: string): void {
    const device = this.#devices.get(sid);
    if (device === undefined) return;
    const values = emptyValues();
    values.motion = false;
    this.#merge(device, { values, actions: [], rejected: [] }, 'timer', false, undefined);
  }

  #merge(device: DeviceRecord, update: Update, origin: Origin, isInitial: boolean, raw: unknown): void {
    const { changed, previous } = device.merge(update);
    this.#options.onMerged(device, update.values, origin);
    const hearers = this.#hearersOf(device);
    if (hearers === undefined) return;
    const { values, actions } = update;
    this.subscriptions.tell(hearers, { device, values, actions, changed, previous, origin, isInitial, state: device.values, raw });
  }

  /** Looked up once, and again when somebody came or went. */
  #hearersOf(device: DeviceRecord): Hearers<DeviceEvent> {
    const { revision } = this.subscriptions;
    if (device.hearersAt !== revision) {
      device.hearers = this.subscriptions.hearersOf(device.sid);
      device.hearersAt = revision;
    }
    return device.hearers;
  }

  #reject(device: DeviceRecord, update: Update, frame: Frame): void {
    this.#rejected += update.rejected.length;
    const problem = `${device.sid} ${update.rejected.join()}`;
    const shown = update.rejected.map((field) => `${field} = ${shortText(frame.fields[field])}`).join(', ');
    this.#complainOnce(
      problem,
      `${device.name} (${device.model || device.sid}) sent a value that makes no sense: ${shown}. It was ignored.`,
    );
  }

  #complainOnce(problem: string, sentence: string): void {
    if (this.#complained.has(problem) || this.#complained.size > 1_000) return;
    this.#complained.add(problem);
    this.#options.log.warn(sentence);
  }
}

/** A value from the network for a log line. An object is only named: turning one into text can throw. */
function shortText(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 40);
}

function copy(values: Values): Values {
  return Object.assign(emptyValues(), values);
}

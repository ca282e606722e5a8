/** What a gateway knows of one device: model, values, when it last spoke. */

import { type Compiled, compiled, type Definition, resolveDefinition, unknownDefinition } from '../devices';
import type { Fields } from '../devices/definition';
import { type DeviceInfo, emptyRecord, emptyValues, type Update, type Value, type Values } from '../home/device';
import { names } from '../home/names';
import type { Hearers } from '../home/subscriptions';
import { isoTime } from '../home/times';
import type { DeviceEvent } from './inventory';

/** Set by the user for one device in the gateway's dialog. */
export interface DeviceSettings {
  readonly name?: string;
  readonly room?: string;
  readonly model?: string;
}

/** Silence after which a device counts as lost (lumi-lan.md §2.6: 2.5 times its heartbeat). */
export const SILENT_AFTER_MS = { mains: 25 * 60_000, battery: 150 * 60_000 } as const;

const MOST_PROPERTIES = 100;

/** Of a device for which the user set nothing: one for all. */
export const NO_SETTINGS: DeviceSettings = Object.freeze({});

export class DeviceRecord {
  readonly sid: string;
  /** The gateway's own spelling: what goes on the wire. */
  readonly wireSid: string;
  /** As the gateway says it; '' while unknown. */
  wireModel = '';
  readonly values: Values = emptyValues();
  /** Monotonic time of the last report or heartbeat; undefined before. */
  heardAt: number | undefined;
  /** Wall clock of the same, for people; survives a restart. */
  lastSeen: number | undefined;
  /** Monotonic time of the last answered read. */
  readAt: number | undefined;
  /** How many lists in a row did not name it, while it was silent. */
  missingLists = 0;
  /** False until values came from the gateway and not from the state file. */
  isFresh = false;
  settings: DeviceSettings;
  /** Who hears of it, and the revision of the subscriptions of which that is true. */
  hearers: Hearers<DeviceEvent>;
  hearersAt = -1;
  #definition: Definition = unknownDefinition;
  /** How its datagrams are read: the tables of its definition. */
  #compiled: Compiled = compiled(unknownDefinition);
  #properties = 0;
  /** Made for a device without a model; the others need none. */
  #fieldsSeen: Record<string, unknown> | undefined;

  constructor(sid: string, wireSid: string, settings = NO_SETTINGS) {
    this.sid = sid;
    this.wireSid = wireSid;
    this.settings = settings;
  }

  get definition(): Definition {
    return this.#definition;
  }

  get compiled(): Compiled {
    return this.#compiled;
  }

  /** The user's word goes before the gateway's (lumi-lan.md §3.1: old firmware sends an empty model). */
  get model(): string {
    return this.settings.model || this.wireModel;
  }

  get name(): string {
    return this.settings.name || names.find(this.sid)?.name || this.sid;
  }

  get room(): string {
    return this.settings.room || names.find(this.sid)?.room || '';
  }

  /** Takes the model a datagram names, or guesses from its fields while none is known. */
  learnModel(model: string, fields?: Fields): void {
    const isNews = model !== '' && model !== this.wireModel;
    if (isNews) this.wireModel = model;
    if (!isNews && this.#definition.models.length > 0) return;
    if (this.model.trim() !== '') {
      this.#fieldsSeen = undefined;
      this.#define(resolveDefinition(this.model));
    } else {
      // A device without a model shows itself piece by piece: guess again from everything it has said.
      this.#fieldsSeen ??= emptyRecord();
      Object.assign(this.#fieldsSeen, fields);
      this.#define(resolveDefinition(this.model, this.#fieldsSeen));
    }
  }

  #define(definition: Definition): void {
    if (definition === this.#definition) return;
    this.#definition = definition;
    this.#compiled = compiled(definition);
  }

  /** Applies what the user set; true when the model changed with it. */
  configure(settings: DeviceSettings): boolean {
    const before = this.model;
    this.settings = settings;
    if (this.model === before) return false;
    this.#define(resolveDefinition(this.model));
    return true;
  }

  /**
   * Merges an update into the values; returns the properties that changed, and what they were.
   */
  merge(update: Update): { changed: string[]; previous: Values } {
    const changed: string[] = [];
    const previous = emptyValues();
    for (const property in update.values) {
      const value = update.values[property] as Value;
      const before = this.values[property];
      if (before !== undefined) previous[property] = before;
      if (isSame(before, value)) continue;
      // A device of unknown model names its fields itself: a liar must not fill the memory.
      if (before === undefined && this.#properties >= MOST_PROPERTIES) continue;
      if (before === undefined) this.#properties++;
      changed.push(property);
      this.values[property] = value;
    }
    return { changed, previous };
  }

  /**
   * `null` where it cannot be known: a battery device whose only sign of life is the gateway's cache, or a gateway that is still
   * being found (`isGatewayOnline` null). A device is silent only while its gateway is heard: that one was away says nothing of its
   * devices.
   * @param hearingSince monotonic time since when the gateway is heard without a break
   */
  isOnline(now: number, isGatewayOnline: boolean | null, hearingSince = Number.NEGATIVE_INFINITY): boolean | null {
    if (isGatewayOnline !== true) return isGatewayOnline;
    const { power } = this.#definition;
    if (this.isHeard(now)) return true;
    if (this.heardAt !== undefined) return now - hearingSince >= SILENT_AFTER_MS[power] ? false : null;
    if (power === 'mains' && this.readAt !== undefined) return true;
    return null;
  }

  /** Whether its last word is not too long ago. */
  isHeard(now: number): boolean {
    return this.heardAt !== undefined && now - this.heardAt < SILENT_AFTER_MS[this.#definition.power];
  }

  info(gateway: string, online: boolean | null): DeviceInfo {
    const { battery } = this.values;
    return {
      id: this.sid,
      name: this.name,
      model: this.model,
      family: this.#definition.family,
      room: this.room,
      gateway,
      transport: 'lumi',
      online,
      battery: typeof battery === 'number' ? battery : null,
      lastSeen: this.lastSeen === undefined ? null : isoTime(this.lastSeen),
    };
  }
}

function isSame(before: Value | undefined, after: Value): boolean {
  if (before === after) return true;
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return false;
  return JSON.stringify(before) === JSON.stringify(after);
}

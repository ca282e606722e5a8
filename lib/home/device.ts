/** What every source of devices shares: values, updates, and the description of a device that a message carries. */

export type Family =
  | 'environment'
  | 'motion'
  | 'contact'
  | 'button'
  | 'cube'
  | 'smoke'
  | 'gas'
  | 'leak'
  | 'vibration'
  | 'plug'
  | 'switch'
  | 'curtain'
  | 'lock'
  | 'light'
  | 'thermostat'
  | 'gateway'
  | 'unknown';

/** A value of the vocabulary. `null` is "known to have no reading"; objects are `acceleration` and `user`. */
export type Value = boolean | number | string | null | Readonly<Record<string, number | string>>;

/** Values by property name. Inherits nothing, so that a name from the network is only ever data. */
export type Values = Record<string, Value>;

/** Where a value came from; `msg.origin`. */
export type Origin = 'report' | 'heartbeat' | 'read' | 'restored' | 'timer' | 'push' | 'poll' | 'command';

/** Something that happened, as opposed to something that is: a click, a turn, an unlock. */
export interface Action {
  readonly name: string;
  /** 'left', 'right' or 'both', where the device has several keys. */
  readonly button?: string;
  /** Degrees, clockwise positive. */
  readonly angle?: number;
  readonly durationMs?: number;
}

/** What one datagram said, in the vocabulary. */
export interface Update {
  readonly values: Values;
  readonly actions: readonly Action[];
  /** Fields whose value made no sense (text for a number, outside the physical range): counted, never passed on. */
  readonly rejected: readonly string[];
}

/** What of a device travels in `msg.device`. */
export interface DeviceInfo {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly family: Family;
  readonly room: string;
  /** Gateway sid. */
  readonly gateway: string;
  readonly transport: 'lumi' | 'miio' | 'miot';
  /** `null` where it cannot be known: a battery device that has not spoken yet. */
  readonly online: boolean | null;
  /** Percent; `null` while unknown or on mains. */
  readonly battery: number | null;
  /** ISO 8601; `null` before the first datagram. */
  readonly lastSeen: string | null;
}

/** Objects made here inherit from an object that has nothing, not even a prototype. */
const Bare = function Bare() {} as unknown as new () => Record<string, unknown>;
Bare.prototype = Object.freeze(Object.create(null));

/**
 * An empty object that inherits nothing, for names that come from the network. Not `Object.create(null)` itself: V8 makes that a hash
 * table from the start, which costs several times as much to fill, to walk and to copy (docs/performance.md).
 */
export function emptyRecord(): Record<string, unknown> {
  return new Bare();
}

/** The same for values. */
export function emptyValues(): Values {
  return new ValuesShape();
}

/** A constructor of its own, so that V8 tells the two apart. */
const ValuesShape = function ValuesShape() {} as unknown as new () => Values;
ValuesShape.prototype = Bare.prototype;

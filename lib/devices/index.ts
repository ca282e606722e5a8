/** The catalogue of devices as the rest of the package uses it. */

export { batteryPercent, isBatteryLow } from './battery';
export { definitions, findDefinition, unknownDefinition } from './catalogue';
export { packRgb, parseColor, unpackRgb } from './color';
export { type Compiled, compiled } from './compile';
export { decode, emptyUpdate, read } from './decode';
export type {
  Confirmation,
  Definition,
  Dialect,
  Draft,
  Evidence,
  Fields,
  Power,
  PropertyDescription,
  Source,
  WireFields,
} from './definition';
export { buttonsOf, channelsOf, confirmationOf, describe, isWritable } from './describe';
export { encode } from './encode';
export { joinPermission, playTone, removeDevice, stopTone, type Tone } from './gateway-commands';
export { type CurtainCommand, curtainCommand } from './properties/switching';
export { resolveDefinition } from './resolve';
export { findRingtone, type Ringtone, ringtones } from './ringtones';

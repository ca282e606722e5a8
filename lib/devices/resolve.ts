/** The entry for a device whose gateway may be too old to know its model: by name, else by the shape of its fields. */

import { definitions, findDefinition, unknownDefinition } from './catalogue';
import type { Definition, Fields } from './definition';
import { toNumber } from './wire';

interface Guess {
  /** The entry whose fields these are. */
  readonly like: string;
  readonly name: string;
  /** True only for fields that no other kind of device has. */
  readonly fits: (fields: Fields) => boolean;
}

/** The first that fits wins. `status` open or close alone may be a door or a curtain, and says nothing. */
const guesses: readonly Guess[] = [
  { like: 'switch.n3acn3', name: 'Triple switch', fits: (fields) => isSwitched(fields.channel_2) },
  { like: 'relay.c2acn01', name: 'Double switch', fits: (fields) => isSwitched(fields.channel_1) },
  { like: 'plug', name: 'Plug', fits: (fields) => 'inuse' in fields },
  { like: 'ctrl_neutral1', name: 'Single switch', fits: (fields) => isSwitched(fields.channel_0) },
  { like: 'weather', name: 'Climate sensor', fits: (fields) => isNumber(fields.pressure) },
  { like: 'sensor_ht', name: 'Climate sensor', fits: (fields) => isNumber(fields.temperature) || isNumber(fields.humidity) },
  { like: 'sensor_motion.aq2', name: 'Motion sensor', fits: (fields) => isNumber(fields.no_motion) || isNumber(fields.lux) },
  { like: 'magnet', name: 'Contact sensor', fits: (fields) => isNumber(fields.no_close) || 'window_status' in fields },
  { like: 'sensor_wleak.aq1', name: 'Leak sensor', fits: (fields) => 'wleak_status' in fields },
  { like: 'smoke', name: 'Smoke alarm', fits: (fields) => 'smoke_status' in fields },
  { like: 'natgas', name: 'Gas alarm', fits: (fields) => 'natgas_status' in fields },
  { like: 'sensor_motion', name: 'Motion sensor', fits: ({ status }) => status === 'motion' || status === 'no_motion' },
  { like: 'sensor_wleak.aq1', name: 'Leak sensor', fits: ({ status }) => status === 'leak' || status === 'no_leak' },
  { like: 'remote.b286acn01', name: 'Double button', fits: (fields) => 'dual_channel' in fields || 'button_1' in fields },
  { like: 'switch', name: 'Button', fits: ({ status }) => status === 'click' || status === 'double_click' },
  { like: 'cube', name: 'Cube', fits: (fields) => 'cube_status' in fields },
  { like: 'vibration', name: 'Vibration sensor', fits: (fields) => 'final_tilt_angle' in fields || 'coordination' in fields },
  { like: 'curtain', name: 'Curtain motor', fits: (fields) => isNumber(fields.curtain_level) },
  { like: 'lock.acn02', name: 'Door lock', fits: isLock },
  { like: 'gateway', name: 'Gateway', fits: (fields) => isNumber(fields.rgb) && isNumber(fields.illumination) },
];

/** Entries of guesses: the fields of the model they are like, without its name and hardware. */
const guessed: readonly (readonly [fits: Guess['fits'], definition: Definition])[] = guesses.flatMap(({ like, name, fits }) => {
  const definition = definitions.find(({ models }) => models.includes(like));
  return definition === undefined ? [] : [[fits, guessFrom(definition, name)] as const];
});

/**
 * The entry of a known model; for an empty model (gateway firmware older than the device, lumi-lan.md §3.1) a guess from the
 * fields where they can mean one thing only; else `unknownDefinition`. A model that is named but unknown is never guessed:
 * its fields pass through unchanged (lumi-lan.md §10).
 * Pass every field known of the device, not just those of the last datagram, so that the guess does not change its mind.
 */
export function resolveDefinition(model: string, fields?: Fields): Definition {
  const known = findDefinition(model);
  if (known !== undefined) return known;
  if (fields === undefined || model.trim() !== '') return unknownDefinition;
  for (const [fits, definition] of guessed) if (fits(fields)) return definition;
  return unknownDefinition;
}

function guessFrom(definition: Definition, name: string): Definition {
  return { ...definition, models: [], name: `${name} of unknown model`, hardware: '', source: 'lumi-lan.md §3.1', uncertain: true };
}

function isSwitched(value: unknown): boolean {
  return value === 'on' || value === 'off';
}

function isNumber(value: unknown): boolean {
  return toNumber(value) !== undefined;
}

function isLock(fields: Fields): boolean {
  return 'fing_verified' in fields || 'psw_verified' in fields || 'card_verified' in fields || 'verified_wrong' in fields;
}

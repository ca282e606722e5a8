/** The light of an account's device as one entity, as far as its description goes: brightness, white in kelvin, colour. */

import type { DeviceSpec, SpecProperty } from '../../miot';
import { type Claim, command, entity, type Members, type Place } from './component';
import { brightnessTemplate, stateTemplate } from './light';
import { serviceOf } from './spec-names';
import { take } from './templates';

export function specLightClaim(place: Place, spec: DeviceSpec): Claim {
  const service = spec.type === 'light' && spec.main !== undefined ? serviceOf(spec.main) : undefined;
  const find = (member: string): SpecProperty | undefined =>
    spec.properties.find(({ name, canRead, canWrite }) => name === `${service}:${member}` && canRead && canWrite);
  const on = find('on');
  if (service === undefined || on?.format !== 'boolean') return { parts: [], takes: [] };
  const brightness = ranged(find('brightness'));
  const white = ranged(find('color-temperature'), 'K');
  const color = ranged(find('color'), 'rgb');
  const light = entity(place, 'light', 'light', null, {
    schema: 'template',
    state_topic: place.state,
    command_topic: place.set,
    state_template: stateTemplate(on.name),
    ...(brightness === undefined ? {} : { brightness_template: brightnessTemplate(brightness.name, brightness.range.max) }),
    ...(white === undefined ? {} : whiteMembers(white)),
    ...(color === undefined ? {} : colorMembers(color.name)),
    command_on_template: onTemplate(on.name, { brightness, white, color }),
    command_off_template: command({ [on.name]: false }),
  });
  const taken = [on, brightness, white, color].flatMap((property) => (property === undefined ? [] : [property.name]));
  return { parts: [light], takes: taken };
}

type Ranged = SpecProperty & { readonly range: NonNullable<SpecProperty['range']> };

function ranged(property: SpecProperty | undefined, unit?: string): Ranged | undefined {
  const { range, values } = property ?? {};
  if (property === undefined || range === undefined || values !== undefined || range.max <= range.min || range.max <= 0) return undefined;
  return unit === undefined || property.unit === unit ? { ...property, range } : undefined;
}

/** In kelvin 'None' would be a mistake: nothing is passed over. */
function whiteMembers({ name, range }: Ranged): Members {
  return {
    color_temp_kelvin: true,
    min_kelvin: range.min,
    max_kelvin: range.max,
    color_temp_template: `${take(name)}{{ v | int if v is number else '' }}`,
  };
}

/** The wire packs red, green and blue into one number. */
function colorMembers(name: string): Members {
  const part = (divisor: number): string => `${take(name)}{{ (v // ${divisor}) % 256 if v is number else 'None' }}`;
  return { red_template: part(65_536), green_template: part(256), blue_template: part(1) };
}

interface Abilities {
  readonly brightness: Ranged | undefined;
  readonly white: Ranged | undefined;
  readonly color: Ranged | undefined;
}

function onTemplate(on: string, { brightness, white, color }: Abilities): string {
  const part = (variable: string, property: Ranged | undefined, value: string): string =>
    property === undefined ? '' : `{% if ${variable} is defined %}, ${JSON.stringify(property.name)}: {{ ${value} }}{% endif %}`;
  return [
    `{${JSON.stringify(on)}: true`,
    brightness === undefined ? '' : part('brightness', brightness, atLeast(brightness.range)),
    part('color_temp', white, 'color_temp'),
    part('red', color, 'red * 65536 + green * 256 + blue'),
    '}',
  ].join('');
}

/** Rounded up, so that the lowest brightness there is no darkness here; never below what the device takes. */
function atLeast({ min, max }: Ranged['range']): string {
  const level = `(brightness * ${max} + 254) // 255`;
  return min > 1 ? `${level} if ${level} > ${min} else ${min}` : level;
}

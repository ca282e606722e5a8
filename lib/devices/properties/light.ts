/** Lights: the packed colour of a gateway, and the levels of bulbs. */

import type { Value, Values } from '../../home/device';
import { packRgb, parseColor, unpackRgb } from '../color';
import type { Draft, Property, Reader, Writer } from '../definition';
import { asNumber, refuse, toNumber, wireNumber } from '../wire';
import { describeProperty, under } from './describe';

const FULL = 100;
const WHITE = '#ffffff';

/**
 * A light that lives in one field: on, brightness and colour together, 0 is off (lumi-lan.md §4.2). Off says nothing of the
 * colour, so that the remembered one stays; a partial command takes the rest from the remembered state.
 */
export function rgbLight({ field }: { readonly field: string }): readonly Property[] {
  const reader: Reader = (value, draft) => {
    const light = readPacked(value, draft, field, 'on');
    if (light === undefined) return;
    draft.values.on = light.brightness > 0;
    if (light.brightness > 0) setLight(draft, light);
  };
  // Each of the three writes the same whole, so that it does not matter which of them are asked for.
  const write: Writer = (_value, fields, { values, state }) => {
    fields[field] = isOff(values) ? 0 : packRgb(brightnessOf(values, state), colorOf(values, state));
  };
  return [
    { description: describeProperty('on', { writable: true }), reads: under(field, reader), write },
    { description: describeProperty('brightness', { writable: true }), reads: {}, write },
    { description: describeProperty('color', { writable: true }), reads: {}, write },
  ];
}

/**
 * A dimmer with a switch, a level and a packed colour of their own (lumi-lan.md §3.13). Colour carries the brightness along;
 * brightness alone goes to the level.
 */
export function rgbDimmer(): readonly Property[] {
  const readColor: Reader = (value, draft, field) => {
    const light = readPacked(value, draft, field, 'color');
    if (light !== undefined && light.brightness > 0) setLight(draft, light);
  };
  const writeColor: Writer = (_value, fields, { values, state }) => {
    if (!isOff(values)) fields.light_rgb = packRgb(brightnessOf(values, state), colorOf(values, state));
  };
  return [
    ...levelLight({ power: 'power_status', level: 'light_level', full: FULL }),
    { description: describeProperty('color', { writable: true }), reads: under('light_rgb', readColor), write: writeColor },
  ];
}

interface Level {
  /** Field of the switch. */
  readonly power: string;
  /** Field of the level. */
  readonly level: string;
  /** Wire level of 100 %: 100, or 254 in the raw form of Zigbee. */
  readonly full: number;
  readonly uncertain?: boolean;
}

/** A light with a switch and a level. Level 0 is written as off. */
export function levelLight({ power, level, full, uncertain }: Level): readonly Property[] {
  const readPower: Reader = (value, draft, field) => {
    if (value === 'on' || value === 'off') draft.values.on = value === 'on';
    else refuse(value, draft, field, 'on');
  };
  const readLevel: Reader = (value, draft, field) => {
    const number = toNumber(value);
    if (number === undefined) return refuse(value, draft, field, 'brightness');
    const isPhysical = number >= 0 && number <= full;
    draft.values.brightness = isPhysical ? Math.round((number / full) * FULL) : null;
    if (!isPhysical) draft.rejected.push(field);
  };
  const writePower: Writer = (_value, fields, { values }) => {
    fields[power] = isOff(values) ? 'off' : 'on';
  };
  const writeLevel: Writer = (value, fields, command) => {
    if (isOff(command.values)) fields[power] = 'off';
    else fields[level] = wireNumber(Math.round(((asNumber(value) ?? FULL) / FULL) * full), command.dialect);
  };
  return [
    { description: describeProperty('on', { writable: true, uncertain }), reads: under(power, readPower), write: writePower },
    { description: describeProperty('brightness', { writable: true, uncertain }), reads: under(level, readLevel), write: writeLevel },
  ];
}

const KELVIN_MIRED = 1_000_000;
const WARMEST_K = 1_000;
const COLDEST_K = 20_000;

/** Colour temperature in mired on the wire, kelvin for people. Read only: no document says how it is written. */
export function colorTemperature({ from }: { readonly from: string }): Property {
  const reader: Reader = (value, draft, field) => {
    const mired = toNumber(value);
    if (mired === undefined) return refuse(value, draft, field, 'colorTemperature');
    const kelvin = Math.round(KELVIN_MIRED / mired);
    const isPhysical = kelvin >= WARMEST_K && kelvin <= COLDEST_K;
    draft.values.colorTemperature = isPhysical ? kelvin : null;
    if (!isPhysical) draft.rejected.push(field);
  };
  return { description: describeProperty('colorTemperature', { uncertain: true }), reads: under(from, reader) };
}

function readPacked(value: unknown, draft: Draft, field: string, property: string): ReturnType<typeof unpackRgb> {
  const number = toNumber(value);
  const light = number === undefined ? undefined : unpackRgb(number);
  if (light === undefined) refuse(value, draft, field, property);
  return light;
}

function setLight(draft: Draft, light: { readonly brightness: number; readonly color: string }): void {
  draft.values.brightness = light.brightness;
  draft.values.color = light.color;
}

function isOff(values: Values): boolean {
  return values.on === false || (values.on !== true && asNumber(values.brightness) === 0);
}

/** The brightness asked for, else the remembered one, else full; a light that is on has at least 1 %. */
function brightnessOf(values: Values, state: Values): number {
  const wanted = asNumber(values.brightness) ?? asNumber(state.brightness) ?? 0;
  return wanted > 0 ? Math.max(1, wanted) : FULL;
}

function colorOf(values: Values, state: Values): string {
  return asColor(values.color) ?? asColor(state.color) ?? WHITE;
}

function asColor(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? parseColor(value) : undefined;
}

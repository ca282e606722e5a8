/** What a person sends to a light → the values to write, and the effect to play. */

import { emptyValues, type Values } from '../../home/device';
import { parseColor } from '../color';
import { badInput, fieldsByName, isPlainObject, type OnOffToggle, parseNumber, parseOnOff } from './parse';

export interface LightCommand {
  /** What the light is to be; for an effect, what it shows meanwhile. */
  readonly values: Values;
  readonly effect?: { readonly name: LightEffect; readonly times: number };
}

export type LightEffect = 'flash' | 'pulse';

const TAKES =
  "true, false, 'on', 'off', 'toggle', a brightness from 0 to 100, a colour name or '#rrggbb', or {on, brightness, color, effect, times}";
const MOST_TIMES = 50;
const USUAL_TIMES = 3;

/** Throws `BAD_INPUT`. A number is always brightness in per cent, 0 is off. Toggles are resolved with `state`. */
export function parseLight(payload: unknown, state: Values): LightCommand {
  if (isPlainObject(payload)) return parseObject(payload, state);
  const brightness = parseNumber(payload);
  if (brightness !== undefined) return { values: withBrightness(emptyValues(), brightness) };
  const on = parseOnOff(payload);
  if (on !== undefined) return { values: withOn(emptyValues(), on, state) };
  const color = typeof payload === 'string' ? parseColor(payload) : undefined;
  if (color === undefined) throw badInput('The payload', payload, TAKES);
  return { values: withColor(emptyValues(), color) };
}

function parseObject(payload: Readonly<Record<string, unknown>>, state: Values): LightCommand {
  const { on, brightness, color, effect, times } = fieldsByName(payload, ['on', 'brightness', 'color', 'effect', 'times'], TAKES);
  const values = emptyValues();
  if (color !== undefined) {
    const known = typeof color === 'string' ? parseColor(color) : undefined;
    if (known === undefined) throw badInput('The colour', color, "a colour name or '#rrggbb'");
    withColor(values, known);
  }
  if (brightness !== undefined) {
    const percent = parseNumber(brightness);
    if (percent === undefined) throw badInput('The brightness', brightness, 'a number from 0 to 100');
    withBrightness(values, percent);
  }
  if (on !== undefined) {
    const wanted = parseOnOff(on);
    if (wanted === undefined) throw badInput('The value of "on"', on, "true, false, 'on', 'off' or 'toggle'");
    withOn(values, wanted, state);
  }
  // On and no brightness, dark and an effect: nobody can tell what is meant.
  const isDark = values.on === false || parseNumber(brightness) === 0;
  if (isDark && (values.on === true || effect !== undefined)) throw badInput('The payload', payload, TAKES);
  forgetWhenOff(values);
  if (effect !== undefined) return { values, effect: { name: parseEffect(effect), times: parseTimes(times) } };
  if (Object.keys(values).length === 0) throw badInput('The payload', payload, TAKES);
  return { values };
}

function withBrightness(values: Values, percent: number): Values {
  if (percent < 0 || percent > 100) throw badInput('The brightness', percent, 'a number from 0 to 100');
  values.on = percent > 0;
  if (percent > 0) values.brightness = Math.max(1, Math.round(percent));
  return values;
}

function withColor(values: Values, color: string): Values {
  values.on = true;
  values.color = color;
  return values;
}

function withOn(values: Values, wanted: OnOffToggle, state: Values): Values {
  values.on = wanted === 'toggle' ? state.on !== true : wanted;
  return values;
}

/** Off is only off: the remembered colour and brightness stay for the next time it is on. */
function forgetWhenOff(values: Values): void {
  if (values.on !== false) return;
  delete values.brightness;
  delete values.color;
}

function parseEffect(effect: unknown): LightEffect {
  const name = typeof effect === 'string' ? effect.trim().toLowerCase() : '';
  if (name === 'flash' || name === 'pulse') return name;
  throw badInput('The effect', effect, "'flash' or 'pulse'");
}

function parseTimes(times: unknown): number {
  const number = times === undefined ? USUAL_TIMES : parseNumber(times);
  if (number === undefined || !Number.isInteger(number) || number < 1 || number > MOST_TIMES) {
    throw badInput('The value of "times"', times, `a whole number from 1 to ${MOST_TIMES}`);
  }
  return number;
}

/** Values between people and the wire: forgiving with what a flow sends, strict with what a device says. */

import type { Value } from '../home/device';
import { LumiotError } from '../home/errors';
import type { CloudValue } from './cloud-device';
import { numberOf } from './spec-json';
import { isPlainValue } from './spec-numbers';
import { decimalsOf } from './spec-property';
import type { SpecProperty } from './spec-types';

const words: ReadonlyMap<string, boolean> = new Map([
  ['on', true],
  ['off', false],
  ['true', true],
  ['false', false],
  ['yes', true],
  ['no', false],
  ['1', true],
  ['0', false],
]);

/** As many names of a list as an error can show. */
const MOST_NAMES = 20;
const MOST_SHOWN = 60;
/** Digits that a number of 32 bits holds: what follows them came with the conversion. */
const SINGLE_PRECISION_DIGITS = 7;
const DIGITS = /^\s*-?\d+\s*$/;
const COLOR = /^#([0-9a-f]{6})$/i;
const MAX_COLOR = 0xffffff;

/**
 * What the wire gets for what a flow sent. Booleans take 'on', 'off', 'true', 1 …; numbers may be text, with their unit or without,
 * and are rounded to the property's step; lists take a number, a name or a label; colours take '#rrggbb'. Throws `BAD_INPUT`
 * with what would be right.
 */
export function toWire(property: SpecProperty, value: unknown): CloudValue {
  if (!property.canWrite)
    throw new LumiotError('BAD_INPUT', `${property.name} cannot be set: the device only tells it. Choose another property.`);
  return toArgument(property, value);
}

/** The same for an input of an action, which need not be writable by itself. */
export function toArgument(property: SpecProperty, value: unknown): CloudValue {
  if (property.isUndescribed === true)
    return isPlainValue(value) ? value : refuse(property, value, 'it takes true or false, a number or text');
  if (property.values !== undefined) return listed(property, property.values, value);
  switch (property.format) {
    case 'boolean':
      return toBoolean(property, value);
    case 'integer':
    case 'number':
      return toNumber(property, value);
    case 'text':
      if (typeof value === 'string') return value;
      if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
      return refuse(property, value, 'it takes text');
  }
}

/**
 * What a flow gets for what a device said; undefined where it makes no sense. A number outside of the described range is kept:
 * descriptions err. A whole number above 2^53 is text, digit by digit.
 */
export function fromWire(property: SpecProperty, value: unknown): Value | undefined {
  if (property.isUndescribed === true) return isPlainValue(value) ? value : undefined;
  switch (property.format) {
    case 'boolean':
      if (value === 0 || value === 1) return value === 1;
      if (typeof value === 'string') return words.get(value.toLowerCase());
      return typeof value === 'boolean' ? value : undefined;
    case 'text':
      return typeof value === 'string' ? value : undefined;
    case 'integer':
    case 'number': {
      const number = numberOf(value);
      if (property.format === 'integer' && typeof value === 'string' && isBeyondNumbers(number) && DIGITS.test(value)) return value.trim();
      return number === undefined ? undefined : positiveZero(readable(property, number));
    }
  }
}

/** Name of a value of a list; undefined where the property has no list, or the list no such value. */
export function valueName(property: SpecProperty, value: unknown): string | undefined {
  return property.values?.find((listed) => listed.value === value)?.name;
}

function toBoolean(property: SpecProperty, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const known = typeof value === 'string' || typeof value === 'number' ? words.get(String(value).trim().toLowerCase()) : undefined;
  return known ?? refuse(property, value, 'it takes true or false, "on" or "off"');
}

function listed(property: SpecProperty, values: NonNullable<SpecProperty['values']>, value: unknown): number {
  const number = numberOf(value);
  const typed = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
  const found =
    values.find((one) => one.value === number) ??
    (typed === undefined
      ? undefined
      : (values.find(({ name }) => name === typed) ?? values.find(({ label }) => label.toLowerCase() === typed)));
  if (found !== undefined) return found.value;
  const shown = values.slice(0, MOST_NAMES).map((one) => `${one.name} (${one.value})`);
  return refuse(property, value, `it takes one of ${shown.join(', ')}${values.length > MOST_NAMES ? ', …' : ''}`);
}

function toNumber(property: SpecProperty, value: unknown): number {
  const { range, unit } = property;
  const number = typed(property, value);
  const suffix = unit === undefined || unit === 'rgb' ? '' : ` ${unit}`;
  const limits = range === undefined ? '' : ` from ${range.min} to ${range.max}${suffix} in steps of ${range.step}`;
  if (number === undefined) return refuse(property, value, `it takes a number${limits || suffix}`);
  if (range !== undefined && (number < range.min || number > range.max)) return refuse(property, value, `it takes a number${limits}`);
  if (property.format === 'integer' && isBeyondNumbers(number))
    return refuse(property, value, `it takes a whole number from ${Number.MIN_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}`);
  if (range === undefined) return positiveZero(property.format === 'integer' ? Math.round(number) : number);
  const { min, max, step } = range;
  // The last step may end short of the maximum; a hair's breadth is not a step.
  const steps = Math.min(Math.round((number - min) / step), Math.floor((max - min) / step + 1e-9));
  return positiveZero(rounded(min + steps * step, Math.max(decimalsOf(step), decimalsOf(min))));
}

function typed({ unit }: SpecProperty, value: unknown): number | undefined {
  if (typeof value !== 'string') return typeof value === 'number' ? numberOf(value) : undefined;
  const text = value.trim();
  const [, color] = (unit === 'rgb' && COLOR.exec(text)) || [];
  if (color !== undefined) return Math.min(Number.parseInt(color, 16), MAX_COLOR);
  return numberOf(unit !== undefined && text.endsWith(unit) ? text.slice(0, -unit.length) : text);
}

/** 22.700000762939453 is 22.7: devices count in single precision. */
function readable({ format, range }: SpecProperty, number: number): number {
  if (format === 'integer') return Math.round(number);
  if (range !== undefined) return rounded(number, Math.max(decimalsOf(range.step), decimalsOf(range.min)));
  return Math.fround(number) === number ? Number(number.toPrecision(SINGLE_PRECISION_DIGITS)) : number;
}

/** Whole numbers there are told apart by their digits only. */
function isBeyondNumbers(number: number | undefined): boolean {
  return number !== undefined && Math.abs(number) > Number.MAX_SAFE_INTEGER;
}

function rounded(number: number, decimals: number): number {
  return Number(number.toFixed(Math.min(decimals, 20)));
}

/** Nobody wants to read −0. */
function positiveZero(number: number): number {
  return number === 0 ? 0 : number;
}

function refuse(property: SpecProperty, value: unknown, takes: string): never {
  throw new LumiotError('BAD_INPUT', `${property.name} cannot be ${shownValue(value)}: ${takes}.`);
}

function shownValue(value: unknown): string {
  if (typeof value === 'string') return value.length > MOST_SHOWN ? `"${value.slice(0, MOST_SHOWN)}…"` : `"${value}"`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}

/** The words people use for commands, read forgivingly: any case, numbers as text. Anything else is `undefined`, and the caller says what it takes. */

import { LumiotError } from '../../home/errors';

export type OnOffToggle = boolean | 'toggle';

const onWords = new Set(['on', 'true', '1']);
const offWords = new Set(['off', 'false', '0']);

/** `true`, 'on', 1, '1' … → true; `false`, 'off', 0 … → false; 'toggle'. */
export function parseOnOff(value: unknown): OnOffToggle | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 1) return true;
  if (value === 0) return false;
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  if (word === 'toggle') return 'toggle';
  if (onWords.has(word)) return true;
  return offWords.has(word) ? false : undefined;
}

/** A finite number, also as text; undefined for anything else. */
export function parseNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined;
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** A plain object: no array, no Buffer, no Date. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects out of a function node have the prototype of its sandbox, not ours.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * The fields of an object by their known names, whatever their case. Throws `BAD_INPUT` for a field that is not known: what was
 * meant by it would not be done.
 */
export function fieldsByName<Name extends string>(
  object: Readonly<Record<string, unknown>>,
  names: readonly Name[],
  takes: string,
): Partial<Record<Name, unknown>> {
  const fields: Partial<Record<Name, unknown>> = {};
  for (const [key, value] of Object.entries(object)) {
    const name = names.find((one) => one.toLowerCase() === key.trim().toLowerCase());
    if (name === undefined) throw badInput(`The field "${key}"`, value, takes);
    fields[name] = value;
  }
  return fields;
}

/** `BAD_INPUT` that shows what came and says what is taken. */
export function badInput(what: string, got: unknown, takes: string): LumiotError {
  return new LumiotError('BAD_INPUT', `${what} ${shown(got)} is not understood. Send ${takes}.`);
}

function shown(value: unknown): string {
  if (value === undefined) return '(nothing)';
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined; // a circular object, a BigInt
  }
  const words = text ?? String(typeof value);
  return words.length > 60 ? `${words.slice(0, 60)}…` : words;
}

/** What a person sends to any device: values of the vocabulary, raw fields of the wire, or the wish to read. */

import type { Value, Values } from '../../home/device';
import { emptyValues } from '../../home/device';
import { word } from '../../home/vocabulary';
import { badInput, fieldsByName, isPlainObject, parseNumber, parseOnOff } from './parse';

export type DeviceCommand =
  | { readonly set: Values }
  | { readonly write: Readonly<Record<string, string | number | boolean>> }
  | { readonly read: true };

const TAKES = '{set: {property: value}}, {write: {field: value}} or {read: true}';
const MOST_FIELDS = 20;
const wishes = ['set', 'write', 'read'] as const;

/** Throws `BAD_INPUT`. */
export function parseDevice(payload: unknown): DeviceCommand {
  if (!isPlainObject(payload)) throw badInput('The payload', payload, TAKES);
  const { set, write, read } = fieldsByName(payload, wishes, TAKES);
  if (Object.keys(payload).length !== 1) throw badInput('The payload', payload, TAKES);
  if (isPlainObject(set)) {
    const values = emptyValues();
    for (const [property, value] of fieldsOf(set, 'set')) values[property] = asValue(property, value);
    return { set: values };
  }
  if (isPlainObject(write)) {
    const fields: Record<string, string | number | boolean> = Object.create(null) as Record<string, string | number | boolean>;
    for (const [field, value] of fieldsOf(write, 'write')) {
      if (field === 'key') throw badInput('The field "key"', '…', 'the other fields only: the key is added by the gateway');
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
        throw badInput(`The field "${field}"`, value, 'a text or a number');
      fields[field] = value;
    }
    return { write: fields };
  }
  if (read === true) return { read: true };
  throw badInput('The payload', payload, TAKES);
}

/** The device a message means: an id, or an object with one. '' where it names none. */
export function targetId(target: unknown): string {
  if (typeof target === 'string') return target.trim();
  if (!isPlainObject(target)) return '';
  return typeof target.id === 'string' ? target.id.trim() : '';
}

/** A value as the vocabulary has it, where it was written another way: '40', 'on'. What does not fit, the catalogue refuses. */
function asValue(property: string, value: unknown): Value {
  const type = word(property)?.type;
  const on = type === 'boolean' ? parseOnOff(value) : undefined;
  if (typeof on === 'boolean') return on;
  return (type === 'number' ? parseNumber(value) : undefined) ?? (value as Value);
}

function fieldsOf(object: Readonly<Record<string, unknown>>, name: string): [string, unknown][] {
  const entries = Object.entries(object);
  if (entries.length === 0 || entries.length > MOST_FIELDS) throw badInput(`"${name}"`, object, `an object of 1 to ${MOST_FIELDS} fields`);
  return entries;
}

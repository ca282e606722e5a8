/** The vocabulary → wire fields, checked before anything is written. */

import { emptyValues, type Value, type Values } from '../home/device';
import { LumiotError } from '../home/errors';
import { vocabulary, type Word } from '../home/vocabulary';
import { parseColor } from './color';
import { compiled } from './compile';
import type { Definition, Dialect, Property, PropertyDescription, WireFields } from './definition';

/**
 * The fields that make a device take on `values`: texts for dialect 1, typed for 2. All values go into one write.
 * @param state what is known of the device; a partial light command takes the remembered `color` and `brightness` from it
 * @throws LumiotError 'UNSUPPORTED' for a property this model does not take, 'BAD_INPUT' for a value outside its type, range or list
 */
export function encode(definition: Definition, dialect: Dialect, values: Values, state: Values = emptyValues()): WireFields {
  const fields: WireFields = {};
  const { properties } = compiled(definition);
  const command = { dialect, values, state };
  for (const name in values) {
    const value = values[name] as Value;
    const property = properties.get(name);
    if (property?.write === undefined) throw notWritable(definition, name);
    check(property.description, value);
    property.write(value, fields, command);
  }
  return fields;
}

function notWritable(definition: Definition, name: string): LumiotError {
  const writable = definition.properties.filter(isWritableProperty).map(({ description }) => description.property);
  const model = definition.models[0] === undefined ? definition.name : `${definition.name} (${definition.models[0]})`;
  const choice = writable.length === 0 ? 'It takes no commands.' : `It takes ${writable.join(', ')}.`;
  return new LumiotError('UNSUPPORTED', `The ${model} does not take "${name}". ${choice}`);
}

function isWritableProperty({ write }: Property): boolean {
  return write !== undefined;
}

function check(description: PropertyDescription, value: Value | undefined): void {
  const word: Word = vocabulary[description.property];
  if (isAcceptable(description, word, value)) return;
  throw new LumiotError('BAD_INPUT', `"${description.property}" takes ${expectation(description, word)}, not ${JSON.stringify(value)}.`);
}

function isAcceptable({ min, max, values }: PropertyDescription, { type }: Word, value: Value | undefined): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number' && value >= (min ?? Number.NEGATIVE_INFINITY) && value <= (max ?? Number.POSITIVE_INFINITY);
    case 'text':
      return typeof value === 'string' && (values === undefined || values.includes(value));
    case 'color':
      return typeof value === 'string' && parseColor(value) !== undefined;
    case 'object':
      return false;
  }
}

function expectation({ min, max, values, unit }: PropertyDescription, { type }: Word): string {
  switch (type) {
    case 'boolean':
      return 'true or false';
    case 'number':
      return `a number from ${min} to ${max}${unit === undefined ? '' : ` ${unit}`}`;
    case 'text':
      return values === undefined ? 'a text' : `one of ${values.join(', ')}`;
    case 'color':
      return "a colour name or '#rrggbb'";
    case 'object':
      return 'no value';
  }
}

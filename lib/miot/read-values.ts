/** What a read of several properties came to: the values that make sense, and one error that tells the rest. */

import { emptyValues, type Values } from '../home/device';
import { LumiotError } from '../home/errors';
import type { CloudRecord } from './account-types';
import type { PropertyResult } from './cloud-device';
import { nameOf } from './named-errors';
import type { SpecProperty } from './spec-types';
import { fromWire } from './spec-values';

export interface ReadValues {
  readonly values: Values;
  /** Undefined where every property has its value. Names the first that has none, and what the others are. */
  readonly error: LumiotError | undefined;
}

const MOST_SHOWN = 12;
const MOST_CHARACTERS = 60;

/** Results in the order of the properties. */
export function readValues(record: CloudRecord, properties: readonly SpecProperty[], results: readonly PropertyResult[]): ReadValues {
  const values = emptyValues();
  let first: LumiotError | undefined;
  for (const [index, property] of properties.entries()) {
    const value = understood(record, property, results[index]);
    if (value instanceof LumiotError) first ??= value;
    else values[property.name] = value;
  }
  return { values, error: first && withOthers(first, record, values) };
}

function understood(record: CloudRecord, property: SpecProperty, result: PropertyResult | undefined): Values[string] | LumiotError {
  const details = { device: record.did };
  if (result === undefined)
    return new LumiotError('TIMEOUT', `Device ${nameOf(record)} did not answer for ${property.name}. Read it again later.`, details);
  if (!result.ok) return result.error;
  const value = fromWire(property, result.value);
  if (value !== undefined) return value;
  return new LumiotError(
    'UNSUPPORTED',
    `Device ${nameOf(record)} says ${shown(result.value)} for ${property.name}, which is no ${property.format}. Its description is wrong there: leave the property out, or put a corrected description into the folder "overrides".`,
    details,
  );
}

function withOthers(error: LumiotError, record: CloudRecord, values: Values): LumiotError {
  const others = Object.entries(values).map(([name, value]) => `${name} is ${shown(value)}`);
  if (others.length === 0) return error;
  const sentence = `What could be read: ${others.slice(0, MOST_SHOWN).join(', ')}${others.length > MOST_SHOWN ? ', …' : ''}.`;
  return new LumiotError(error.code, `${error.message} ${sentence}`, { device: record.did, cause: error });
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

/** What somebody is told once values were read or set: one value by itself, or an object of several. */

import type { Value, Values } from '../home/device';
import { LumiotError } from '../home/errors';
import type { CloudRecord, GetOutcome } from './account-types';
import { nameOf } from './named-errors';

export interface ToldValues {
  readonly device: CloudRecord;
  readonly payload: Value | Values;
  /** Absent for an object. */
  readonly property?: string;
  readonly previous?: Value | Values;
  /** What was known of them before. */
  readonly before: Values;
}

/** Throws `UNSUPPORTED` where there is no value at all. */
export function toldValues({ device, values, previous }: GetOutcome, isSeveral: boolean): ToldValues {
  const names = Object.keys(values);
  const [only] = names;
  if (only === undefined)
    throw new LumiotError('UNSUPPORTED', `Device ${nameOf(device)} gave no value that its description knows.`, { device: device.did });
  const before: Values = Object.fromEntries(names.flatMap((name) => (name in previous ? [[name, previous[name] ?? null]] : [])));
  if (isSeveral) return { device, payload: { ...values }, previous: before, before };
  const previously = before[only];
  return { device, payload: values[only] ?? null, property: only, ...(previously === undefined ? {} : { previous: previously }), before };
}

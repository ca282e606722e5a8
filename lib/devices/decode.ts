/** Wire fields → the vocabulary. The inner loop of the package: one look-up per field and nothing allocated but the result. */

import { emptyValues, type Update } from '../home/device';
import { type Compiled, compiled } from './compile';
import type { Definition, Draft, Fields, Source } from './definition';

/**
 * What one datagram says. Never throws, whatever the fields hold. Fields a known model does not have are passed over; of an
 * unknown device every number, text and boolean passes under its own name.
 * @param out an update to add to, where several datagrams are read as one
 */
export function decode(definition: Definition, fields: Fields, source: Source, out: Draft = emptyUpdate()): Update {
  return read(compiled(definition), fields, source, out);
}

/** The same with the tables of the definition at hand. */
export function read({ isUnknown, readers }: Compiled, fields: Fields, source: Source, out: Draft = emptyUpdate()): Update {
  if (isUnknown) return passThrough(fields, out);
  for (const field in fields) readers.get(field)?.(fields[field], out, field, source, fields);
  return out;
}

/** An update that says nothing yet. */
export function emptyUpdate(): Draft {
  return { values: emptyValues(), actions: [], rejected: [] };
}

function passThrough(fields: Fields, out: Draft): Update {
  for (const field in fields) {
    const value = fields[field];
    // `values` has no prototype, so that even a field named __proto__ is only data.
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') out.values[field] = value;
  }
  return out;
}

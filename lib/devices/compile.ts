/** An entry turned into look-up tables, once, so that a datagram costs one Map look-up per field. */

import { unknownDefinition } from './catalogue';
import type { Definition, Property, Reader, Reads } from './definition';

export interface Compiled {
  readonly readers: ReadonlyMap<string, Reader>;
  readonly properties: ReadonlyMap<string, Property>;
  /** A device nobody has described: every field passes through under its own name. */
  readonly isUnknown: boolean;
}

const tables = new WeakMap<Definition, Compiled>();

/** The tables of a definition. Whoever decodes one datagram after the other keeps them. */
export function compiled(definition: Definition): Compiled {
  const known = tables.get(definition);
  if (known !== undefined) return known;
  const readers = new Map<string, Reader>();
  for (const { reads } of definition.properties) addReaders(readers, reads);
  if (definition.actions !== undefined) addReaders(readers, definition.actions.reads);
  const properties = new Map(definition.properties.map((property) => [property.description.property, property]));
  const table: Compiled = { readers, properties, isUnknown: definition === unknownDefinition };
  tables.set(definition, table);
  return table;
}

/** A field may say several things: a lock's tells the user and the opening. */
function addReaders(readers: Map<string, Reader>, reads: Reads): void {
  for (const [field, reader] of Object.entries(reads)) {
    const other = readers.get(field);
    readers.set(field, other === undefined ? reader : both(other, reader));
  }
}

function both(first: Reader, second: Reader): Reader {
  return (value, draft, field, source, fields) => {
    first(value, draft, field, source, fields);
    second(value, draft, field, source, fields);
  };
}

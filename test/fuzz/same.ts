/** Compares what came out with what the oracle says, and tells where they part. */

import { isDeepStrictEqual } from 'node:util';

/** The first property in which two objects differ, both values shown; absent and undefined are the same. */
export function difference(actual: object, expected: object): string | undefined {
  const one = actual as Record<string, unknown>;
  const other = expected as Record<string, unknown>;
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    if (!isDeepStrictEqual(unsigned(one[name]), unsigned(other[name])))
      return `${name}: ${shown(one[name])}, expected ${shown(other[name])}`;
  }
  return undefined;
}

/** Without the sign of nought, which nobody can see. */
function unsigned(value: unknown): unknown {
  if (value === 0) return 0;
  if (Array.isArray(value)) return value.map(unsigned);
  if (typeof value !== 'object' || value === null) return value;
  // A plain list of pairs: the prototype of an object is not compared, its names are.
  return Object.entries(value)
    .map(([name, one]) => [name, unsigned(one)])
    .sort(([first], [second]) => (String(first) < String(second) ? -1 : 1));
}

export function shown(value: unknown): string {
  const text = JSON.stringify(value, (_name, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one)) ?? String(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

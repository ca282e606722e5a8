/** Whether a value may stand under a name: type, range and words as README and docs/devices.md promise them. */

import { vocabulary } from '../../lib/home/vocabulary';

export type Value = unknown;

interface Meaning {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
}

/** What is wrong with a value, or undefined. */
export function word(name: string, value: Value): string | undefined {
  const meaning = (Object.hasOwn(vocabulary, name) ? vocabulary[name as keyof typeof vocabulary] : undefined) as Meaning | undefined;
  if (meaning === undefined) return `"${name}" is no word`;
  if (value === null || isFitting(meaning, value)) return undefined;
  return `${name} = ${JSON.stringify(value)} is no ${meaning.type} in its range`;
}

function isFitting({ type, min, max, values }: Meaning, value: Value): boolean {
  switch (type) {
    case 'boolean':
      return value === true || value === false;
    case 'number':
      return Number.isFinite(value) && !(Number(value) < Number(min ?? value)) && !(Number(value) > Number(max ?? value));
    case 'text':
      return typeof value === 'string' && (values?.includes(value) ?? true);
    case 'color':
      return typeof value === 'string' && /^#[0-9a-f]{6}$/.test(value);
    default:
      return typeof value === 'object' && Object.values(value as object).every((one) => ['number', 'string'].includes(typeof one));
  }
}

/** Descriptions of properties, filled in from the vocabulary so that no factory repeats a unit. */

import { type PropertyName, vocabulary, type Word } from '../../home/vocabulary';
import type { Confirmation, PropertyDescription } from '../definition';

interface Traits {
  readonly readable?: boolean;
  readonly writable?: boolean;
  readonly confirmation?: Confirmation;
  /** Range of a writable number; the word's own range where absent. */
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
  readonly uncertain?: boolean | undefined;
}

/** What can be said about a property: readable and confirmed by report unless `traits` say otherwise. */
export function describeProperty(property: PropertyName, traits: Traits = {}): PropertyDescription {
  const word: Word = vocabulary[property];
  const { readable = true, writable = false, confirmation = 'report', uncertain } = traits;
  const values = traits.values ?? word.values;
  const min = writable ? (traits.min ?? word.min) : undefined;
  const max = writable ? (traits.max ?? word.max) : undefined;
  return {
    property,
    readable,
    writable,
    confirmation,
    ...(word.unit ? { unit: word.unit } : {}),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(values === undefined ? {} : { values }),
    ...(uncertain ? { uncertain } : {}),
  };
}

/** The same reader under each of several wire names. */
export function under<T>(fields: string | readonly string[], reader: T): Readonly<Record<string, T>> {
  const names = typeof fields === 'string' ? [fields] : fields;
  return Object.fromEntries(names.map((name) => [name, reader]));
}

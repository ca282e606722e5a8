/** Properties whose wire values are words: 'open', 'leak', 'on'. One table per property says what each word means. */

import type { PropertyName } from '../../home/vocabulary';
import type { Property, Reader, Source, Writer } from '../definition';
import { refuse } from '../wire';
import { describeProperty, under } from './describe';
import type { From } from './measure';

/** What a word means; undefined for a word that is no state. */
type Meaning = boolean | string | undefined;

/** Reads a word by its table. Words of the table that mean `undefined` are passed over, words outside it are counted. */
export function readWord(property: PropertyName, words: Readonly<Record<string, Meaning>>, only?: Source): Reader {
  const table = new Map(Object.entries(words));
  return (value, draft, field, source) => {
    if (only !== undefined && source !== only) return;
    const meaning = typeof value === 'string' ? table.get(value) : undefined;
    if (meaning !== undefined) draft.values[property] = meaning;
    else if (typeof value !== 'string' || !table.has(value)) refuse(value, draft, field, property);
  };
}

/** A read-only property told by words. */
export function told(property: PropertyName, { from, uncertain }: From, words: Readonly<Record<string, Meaning>>): Property {
  return { description: describeProperty(property, { uncertain }), reads: under(from, readWord(property, words)) };
}

/** Plain text such as a firmware version. */
export function text(property: PropertyName, { from }: From): Property {
  const reader: Reader = (value, draft, field) => {
    if (typeof value === 'string' && value !== '' && value !== 'unknown' && value !== 'invalid') draft.values[property] = value;
    else if (typeof value === 'number') draft.values[property] = String(value);
    else refuse(value, draft, field, property);
  };
  return { description: describeProperty(property), reads: under(from, reader) };
}

/** Where each dialect writes a value. */
export interface To {
  readonly v1: string;
  readonly v2: string;
}

interface Choice extends From {
  readonly to: To;
  /** Wire word by vocabulary value, for a writable text; these are also the words that are read. */
  readonly words: readonly string[];
  /** Words that are commands or pass by, and say nothing of the state. */
  readonly passing?: readonly string[];
}

/** A writable text whose words are the same on the wire and in the vocabulary. */
export function choice(property: PropertyName, { from, to, words, passing = [], uncertain }: Choice): Property {
  const table = Object.fromEntries([...words.map((word) => [word, word]), ...passing.map((word) => [word, undefined])]);
  const write: Writer = (value, fields, { dialect }) => {
    fields[dialect === 1 ? to.v1 : to.v2] = String(value);
  };
  return {
    description: describeProperty(property, { writable: true, values: words, uncertain }),
    reads: under(from, readWord(property, table)),
    write,
  };
}

interface Toggle extends From {
  readonly to: To;
  readonly yes?: string;
  readonly no?: string;
  readonly passing?: readonly string[];
}

/** A writable yes or no; 'on' and 'off' on the wire unless said otherwise. */
export function toggle(property: PropertyName, { from, to, yes = 'on', no = 'off', passing = [], uncertain }: Toggle): Property {
  const table = Object.fromEntries([[yes, true], [no, false], ...passing.map((word) => [word, undefined])]);
  const write: Writer = (value, fields, { dialect }) => {
    fields[dialect === 1 ? to.v1 : to.v2] = value === true ? yes : no;
  };
  return {
    description: describeProperty(property, { writable: true, uncertain }),
    reads: under(from, readWord(property, table)),
    write,
  };
}

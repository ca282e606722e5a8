/**
 * What a payload says, whatever an "mqtt in" was set to: text, bytes or parsed JSON become plain data, copied, of bounded size and depth.
 * Text that is not JSON is itself: `on`, `toggle`. Names such as `__proto__` are only data.
 */

import { LumiotError } from '../home/errors';

export type Data = null | boolean | number | string | readonly Data[] | { readonly [name: string]: Data };

/** A command is some hundred bytes; more is a mistake, or somebody who means harm. */
const MOST_BYTES = 65_536;
const DEEPEST = 16;
const BEGINS_AS_JSON = /^[{["]/;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Undefined for a payload that is empty. Throws a `LumiotError` for what is no payload of a command. */
export function dataOf(payload: unknown): Data | undefined {
  if (payload === undefined) return undefined;
  if (payload instanceof Uint8Array) return parsed(decoded(payload));
  if (typeof payload === 'string') return parsed(payload);
  return new Copy().of(payload, 0);
}

/** An object, as opposed to a list. */
export function isRecord(data: Data | undefined): data is { readonly [name: string]: Data } {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function decoded(bytes: Uint8Array): string {
  if (bytes.byteLength > MOST_BYTES) throw tooLong();
  try {
    return utf8.decode(bytes);
  } catch {
    throw unusable('is not UTF-8 text');
  }
}

function parsed(text: string): Data | undefined {
  // The length in characters first: counting bytes of megabytes takes its time.
  if (text.length > MOST_BYTES || Buffer.byteLength(text) > MOST_BYTES) throw tooLong();
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch {
    if (BEGINS_AS_JSON.test(trimmed)) throw unusable('begins like JSON, but is none');
    return trimmed;
  }
  return new Copy().of(value, 0);
}

/** Copies what others may still hold, and what may be no data at all: cycles, functions, getters that throw. */
class Copy {
  #size = 0;

  of(value: unknown, depth: number): Data {
    this.#count(8);
    if (depth > DEEPEST) throw unusable(`is nested more than ${DEEPEST} levels deep`);
    switch (typeof value) {
      case 'boolean':
        return value;
      case 'number':
        if (!Number.isFinite(value)) throw unusable('holds a number that is not finite');
        return value;
      case 'string':
        this.#count(value.length);
        return value;
      case 'object':
        if (value === null) return null;
        return Array.isArray(value) ? this.#list(value, depth) : this.#record(value, depth);
      default:
        throw unusable(`holds a ${typeof value}`);
    }
  }

  #list(list: readonly unknown[], depth: number): Data[] {
    this.#count(list.length);
    return Array.from(list, (one) => this.of(one, depth + 1));
  }

  #record(record: object, depth: number): Data {
    const entries: [string, Data][] = [];
    try {
      for (const name of Object.keys(record)) {
        this.#count(name.length);
        entries.push([name, this.of((record as Readonly<Record<string, unknown>>)[name], depth + 1)]);
      }
    } catch (error) {
      if (error instanceof LumiotError) throw error;
      throw unusable('cannot be read');
    }
    // Defines properties instead of assigning them: `__proto__` stays a name like any other.
    return Object.fromEntries(entries);
  }

  #count(bytes: number): void {
    this.#size += bytes;
    // What was parsed takes more room than its text: the text was measured, and this only ends what has no end.
    if (this.#size > 8 * MOST_BYTES) throw tooLong();
  }
}

function tooLong(): LumiotError {
  return unusable(`is longer than ${MOST_BYTES / 1024} kB`);
}

function unusable(why: string): LumiotError {
  return new LumiotError('BAD_INPUT', `The payload ${why}. Send JSON, or plain text such as on, toggle or 65.`);
}

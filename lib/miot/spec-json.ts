/** Looking at JSON from outside: each function gives what it was asked for or nothing, and never more than was agreed. */

const MOST_CHARACTERS = 200;

export function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}

/** At most so many elements; an empty list for what is none. */
export function listOf(value: unknown, most: number): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}

/** An own field: `constructor` and the like are no field of anything. */
export function fieldOf(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Without blanks around it and of a length that a dialog can show; '' for what is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim().slice(0, MOST_CHARACTERS) : '';
}

/** Finite numbers, also written as text. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value.trim())) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** The number of a service, property, action or event: a whole one from 1 on. */
export function idOf(value: unknown): number | undefined {
  const id = numberOf(value);
  return id !== undefined && Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

/** How the wire spells numbers and the absence of a reading, and back. Knows no device. */

import type { Value } from '../home/device';
import type { Dialect, Draft } from './definition';

const ZERO = 48;
const NINE = 57;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;

/** A number or the decimal text of one; v1 sends texts, v2 numbers (lumi-lan.md §3.1). Anything else is undefined. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length === 0) return undefined;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if ((code < ZERO || code > NINE) && code !== DOT && code !== MINUS && code !== PLUS) return undefined;
  }
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : undefined;
}

/** The words with which a gateway says that it has no reading (lumi-lan.md §3.1). */
export function isNoReading(value: unknown): boolean {
  return value === 'unknown' || value === 'invalid';
}

/** Takes note of a value that could not be read: `null` where the gateway says it has none, else a rejection. */
export function refuse(value: unknown, draft: Draft, field: string, property: string): void {
  if (isNoReading(value)) draft.values[property] = null;
  else draft.rejected.push(field);
}

/** A number as the dialect writes it: text for v1, JSON number for v2. */
export function wireNumber(value: number, dialect: Dialect): string | number {
  return dialect === 1 ? String(value) : value;
}

/** Whether a checked number was meant; a writer is only ever called with a value that fits its description. */
export function asNumber(value: Value | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

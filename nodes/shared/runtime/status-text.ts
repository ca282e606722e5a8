/** The last value of a node as the short text under it: a bare value with its unit, or a key of the catalogue. */

import type { Values } from '../../../lib/home/device';
import { unitOf } from '../../../lib/home/vocabulary';

/** Booleans by their property: what true and false are called. */
const words: Readonly<Record<string, readonly [string, string]>> = {
  open: ['status.open', 'status.closed'],
  motion: ['status.motion', 'status.no-motion'],
  leak: ['status.alarm', 'status.clear'],
  smoke: ['status.alarm', 'status.clear'],
  gas: ['status.alarm', 'status.clear'],
};

const MOST_CHARACTERS = 40;

/** What is kept of a payload for the text to come: the message belongs to the flow from now on, the values of its names to the device. */
export function keptOf(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null ? Object.keys(payload) : payload;
}

/** The text of what was kept; `state` has the values of names. */
export function keptText(told: string | undefined, kept: unknown, state: Values, property: string): string {
  const about = told === undefined ? {} : { property: told };
  if (!Array.isArray(kept)) return statusText({ ...about, payload: kept }, state, property);
  const names = kept.filter((name: string) => name in state);
  return statusText({ ...about, payload: Object.fromEntries(names.map((name: string) => [name, state[name]])) }, state, property);
}

/** `shown` is what was sent last; with `property`, that property's own value is preferred. */
export function statusText(shown: { readonly property?: string; readonly payload?: unknown }, state: Values, property: string): string {
  const value = property === '' ? undefined : state[property];
  if (value !== undefined && value !== null && shown.property !== 'action') return valueText(property, value);
  if (shown.property !== undefined) return valueText(shown.property, shown.payload);
  if (typeof shown.payload !== 'object' || shown.payload === null) return valueText('', shown.payload);
  return valuesText(shown.payload);
}

/** Several values in few words; `textOf` says how one of them looks. */
export function valuesText(values: object, textOf: (property: string, value: unknown) => string = valueText): string {
  const said = Object.entries(values).filter(([name, one]) => one !== null && typeof one !== 'object' && !name.endsWith('Raw'));
  return said
    .slice(0, 3)
    .map(([name, one]) => (typeof one === 'boolean' ? `${name}: ${one ? '●' : '○'}` : textOf(name, one)))
    .join(' · ')
    .slice(0, MOST_CHARACTERS);
}

/** `unit` is that of the vocabulary unless told. */
export function valueText(property: string, value: unknown, unit = unitOf(property)): string {
  if (typeof value === 'boolean') {
    const [yes, no] = words[property] ?? ['status.on', 'status.off'];
    return value ? yes : no;
  }
  if (typeof value === 'number') return unit === undefined ? String(value) : `${value} ${unit}`;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value).slice(0, MOST_CHARACTERS);
  return String(value).slice(0, MOST_CHARACTERS);
}

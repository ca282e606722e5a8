/**
 * Fills in templates as Home Assistant does. Everything filled in is remembered, so that the same can be asked of Python's Jinja2, which is
 * what Home Assistant has. The interpreter here knows no `int` of another base and no `format`: those two are put in by name.
 */

import { Template } from '@huggingface/jinja';

export interface Filled {
  readonly template: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const filled = new Map<string, Filled>();

const HEX = /v\[(\d):(\d)\] \| int\(0, 16\)/g;
const COLOR = "'#%02x%02x%02x' | format(red, green, blue)";

/** With a message: `value` and `value_json`. */
export function fromMessage(template: unknown, message: string): string {
  return fill(template, { value: message, value_json: JSON.parse(message) as unknown });
}

export function fill(template: unknown, variables: Readonly<Record<string, unknown>>): string {
  const source = String(template);
  const known = source.replaceAll(HEX, 'fromHex(v[$1:$2])').replaceAll(COLOR, 'toHex(red, green, blue)');
  const text = new Template(known).render({ ...variables, fromHex, toHex });
  filled.set(JSON.stringify([source, variables]), { template: source, variables, text });
  return text;
}

export function allFilled(): readonly Filled[] {
  return [...filled.values()];
}

function fromHex(digits: string): number {
  return Number.parseInt(digits, 16);
}

function toHex(...parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

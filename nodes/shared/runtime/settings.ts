/** Stored settings as the nodes use them: lifted to the present version, environment variables filled in, odd types made right. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { normalizeSid } from '../../../lib/home/ids';

export type Stored = Readonly<Record<string, unknown>>;

/** One step from a version to the next. Pure: takes settings, returns settings. */
export interface Step {
  /** The version this step leads to. */
  readonly version: number;
  readonly up: (stored: Stored) => Stored;
}

/** Lifts settings of any age. Settings without a version are as old as can be. */
export function migrate(stored: Stored, steps: readonly Step[]): Stored {
  let current = stored;
  for (const { version, up } of steps) {
    if (number(current.version, 0) < version) current = { ...up(current), version };
  }
  return current;
}

/** Fills `${NAME}` from the environment of the node: its subflow, its flow, the process; without a node, of the process alone. An unknown name becomes ''. */
export function expand(RED: NodeAPI, node: Node | undefined, value: unknown): unknown {
  if (typeof value === 'string') {
    if (!value.includes('${')) return value;
    const filled: unknown = RED.util.evaluateNodeProperty(value, 'env', node as Node, {});
    return filled ?? '';
  }
  if (Array.isArray(value)) return value.map((one) => expand(RED, node, one));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, expand(RED, node, one)]));
  }
  return value;
}

/** The settings of a node: only its own, expanded. */
export function settingsOf(RED: NodeAPI, node: Node, definition: NodeDef, names: readonly string[], steps: readonly Step[] = []): Stored {
  const stored = migrate(definition as unknown as Stored, steps);
  return Object.fromEntries(names.map((name) => [name, expand(RED, node, stored[name])]));
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' ? String(value) : '';
}

export function flag(value: unknown): boolean {
  return value === true || value === 'true';
}

export function number(value: unknown, otherwise: number): number {
  // Only what is written as a number: what else Number() makes one of ([], true), and what it throws on, nobody has meant.
  if (text(value) === '') return otherwise;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : otherwise;
}

/** A device id in any spelling; '' stays ''. */
export function deviceId(value: unknown): string {
  const id = text(value);
  return id === '' ? '' : normalizeSid(id);
}

/** What the catalogue makes of some fields, in a form that `deepEqual` can compare. */

import type { Source } from '../../../lib/devices';
import { decode, resolveDefinition } from '../../../lib/devices';
import type { Action, Values } from '../../../lib/home/device';

export interface Said {
  readonly values: Values;
  readonly actions: readonly Action[];
  readonly rejected: readonly string[];
}

export function said(model: string, fields: Record<string, unknown>, source: Source = 'report'): Said {
  const { values, actions, rejected } = decode(resolveDefinition(model, fields), fields, source);
  return { values: { ...values }, actions, rejected };
}

export const values = (model: string, fields: Record<string, unknown>, source: Source = 'report'): Values =>
  said(model, fields, source).values;

export const actions = (model: string, fields: Record<string, unknown>, source: Source = 'report'): readonly Action[] =>
  said(model, fields, source).actions;

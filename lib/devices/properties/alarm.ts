/** Smoke and gas alarms: codes in v1, two words in v2 (lumi-lan.md §3.6, §5.1). */

import type { alarmValues } from '../../home/vocabulary';
import type { Draft, Property, Reader } from '../definition';
import { refuse, toNumber } from '../wire';
import { describeProperty, under } from './describe';
import { measure } from './measure';

type Alarm = (typeof alarmValues)[number];

/** The codes that are known. They look like bits, but no combination was ever seen, and only the plain alarm is an alarm. */
const CODES: ReadonlyMap<number, Alarm> = new Map([
  [0, 'clear'],
  [1, 'alarm'],
  [2, 'test'],
  [8, 'battery-fault'],
  [64, 'sensitivity-fault'],
  [32_768, 'communication-fault'],
]);

/** The alarm text of a v1 code; 'fault' for a code nobody has described, undefined for what is no code. */
function alarmOfCode(code: number): Alarm | undefined {
  if (!Number.isInteger(code) || code < 0) return undefined;
  return CODES.get(code) ?? 'fault';
}

/** `smoke` or `gas`, true for a real alarm only (a self-test or an empty battery is not a fire), and what else the alarm says. */
export function alarm(property: 'smoke' | 'gas', { status }: { readonly status: string }): readonly Property[] {
  const set = (draft: Draft, state: Alarm): void => {
    draft.values[property] = state === 'alarm';
    draft.values.alarm = state;
  };
  const readCode: Reader = (value, draft, field) => {
    const number = toNumber(value);
    const state = number === undefined ? undefined : alarmOfCode(number);
    if (state !== undefined) return set(draft, state);
    refuse(value, draft, field, property);
    if (draft.values[property] === null) draft.values.alarm = null;
  };
  const readStatus: Reader = (value, draft, field) => {
    if (value === 'alarm') return set(draft, 'alarm');
    if (value === 'normal') return set(draft, 'clear');
    refuse(value, draft, field, property);
    if (draft.values[property] === null) draft.values.alarm = null;
  };
  return [
    { description: describeProperty(property), reads: { ...under('alarm', readCode), ...under(status, readStatus) } },
    { description: describeProperty('alarm'), reads: {} },
    measure('density', { from: 'density' }),
  ];
}

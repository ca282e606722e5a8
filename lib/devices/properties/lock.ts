/** Door locks: who opened, and how often somebody failed. Read only; the protocol has no lock command (lumi-lan.md §3.12). */

import type { Actions, Property, Reader } from '../definition';
import { refuse, toNumber } from '../wire';
import { describeProperty, under } from './describe';
import { measure } from './measure';

const FIELDS = ['fing_verified', 'psw_verified', 'card_verified'];
/** By the number in the upper half, which the field's name repeats. */
const METHODS: readonly (string | undefined)[] = [undefined, 'finger', 'password', 'card'];
const ID_MASK = 0xff_ff;
const HIGHEST = 0xff_ff_ff_ff;

/** The last person who opened: how, and which of the stored users. */
export function lockUser(): Property {
  const reader: Reader = (value, draft, field) => {
    const number = toNumber(value);
    const method = number === undefined ? undefined : methodOf(number, field);
    if (number === undefined || method === undefined) refuse(value, draft, field, 'user');
    else draft.values.user = { method, id: number & ID_MASK };
  };
  return { description: describeProperty('user'), reads: under(FIELDS, reader) };
}

export const failedAttempts = (): Property => measure('failedAttempts', { from: 'verified_wrong' });

/** An opening, told by the same fields; a read repeats the last one and is none. */
export function unlocking(): Actions {
  const reader: Reader = (value, draft, field, source) => {
    const number = toNumber(value);
    const isOpening = source === 'report' && number !== undefined && methodOf(number, field) !== undefined;
    if (isOpening) draft.actions.push({ name: 'unlock' });
  };
  return { names: ['unlock'], buttons: [], reads: under(FIELDS, reader) };
}

/** `type << 16 | user`; a number without a type goes by the name of its field. */
function methodOf(number: number, field: string): string | undefined {
  if (!Number.isInteger(number) || number < 0 || number > HIGHEST) return undefined;
  return METHODS[number >>> 16] ?? METHODS[FIELDS.indexOf(field) + 1];
}

/** The border of the control's commands for the cloud's devices. Each throws `BAD_INPUT` with a sentence that says what to send. */

import { fail, list, object, whole } from '../check';
import type { Value } from './specs/definition';

export interface ChangeCommand {
  readonly siid: number;
  readonly piid: number;
  readonly value: Value;
}

export interface EventCommand {
  readonly siid: number;
  readonly eiid: number;
  readonly arguments: readonly { readonly piid: number; readonly value: Value }[];
}

const MAX_ID = 65_535;

export function parseChange(json: unknown): ChangeCommand {
  const { siid, piid, value } = object(json, 'A change', 'is an object such as {"siid": 2, "piid": 1, "value": true}');
  return { siid: id(siid, '"siid"'), piid: id(piid, '"piid"'), value: scalar(value, '"value"') };
}

export function parseEvent(json: unknown): EventCommand {
  const body = object(json, 'An event', 'is an object such as {"siid": 2, "eiid": 1, "arguments": [{"piid": 1, "value": 2}]}');
  const args = list(body.arguments, '"arguments"').map((entry, index) => {
    const where = `"arguments", entry ${index + 1}`;
    const { piid, value } = object(entry, where, 'must be an object such as {"piid": 1, "value": 2}');
    return { piid: id(piid, `${where}: "piid"`), value: scalar(value, `${where}: "value"`) };
  });
  return { siid: id(body.siid, '"siid"'), eiid: id(body.eiid, '"eiid"'), arguments: args };
}

export function parseOnline(json: unknown): { readonly online: boolean } {
  const { online } = object(json, 'The body', 'is an object such as {"online": false}');
  return typeof online === 'boolean' ? { online } : fail('"online" must be true or false.');
}

function id(value: unknown, where: string): number {
  if (value === undefined) fail(`${where} is missing; send a whole number.`);
  return whole(value, where, 0, 1, MAX_ID);
}

function scalar(value: unknown, where: string): Value {
  if (typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number') return value;
  return fail(`${where} must be true, false, a number or text.`);
}

/**
 * Carries out what is sent to a device of an account.
 *
 * | payload                                           | what happens | answer |
 * |---------------------------------------------------|--------------|--------|
 * | {action: 'vacuum:start-sweep', inputs: …}; `inputs` as miot-action takes them, or left out | the action | its outputs by name |
 * | any other object: {'light:on': true, …}           | these properties, as miot-set | the same |
 * | a text, a number or a boolean                     | the main property of the device, as miot-set | the value |
 */

import { fieldsByName, isPlainObject } from '../devices/commands/parse';
import { LumiotError } from '../home/errors';
import type { Account, DeviceSpec } from '../miot';
import { actionInputs } from '../miot/action-inputs';
import { toldValues } from '../miot/told-values';
import type { HomeAnswer } from './types';

const TAKES = "{action: 'service:action', inputs: [...] or {name: value}}";
const MOST_SHOWN = 12;

/** Rejects with a `LumiotError`. */
export async function commandMiot(account: Account, id: string, payload: unknown): Promise<HomeAnswer> {
  if (isPlainObject(payload)) return 'action' in payload ? act(account, id, payload) : setSeveral(account, id, payload);
  return setMain(account, id, payload);
}

/** Asks for these properties; without any, for everything that can be read. */
export async function readMiot(account: Account, id: string, properties: readonly string[]): Promise<HomeAnswer> {
  const { payload } = toldValues(await account.get(id, properties), properties.length !== 1);
  return { payload };
}

async function act(account: Account, id: string, payload: Readonly<Record<string, unknown>>): Promise<HomeAnswer> {
  const { action, inputs } = fieldsByName(payload, ['action', 'inputs'], TAKES);
  if (typeof action !== 'string' || action.trim() === '')
    throw new LumiotError('BAD_INPUT', `The action must be a text such as 'vacuum:start-sweep'. Send ${TAKES}.`);
  const { outputs, ack } = await account.action(id, action, actionInputs(inputs));
  return { payload: { ...outputs }, ack };
}

async function setSeveral(account: Account, id: string, values: Readonly<Record<string, unknown>>): Promise<HomeAnswer> {
  const outcome = await account.set(id, values);
  return { payload: toldValues(outcome, true).payload, ack: outcome.ack };
}

async function setMain(account: Account, id: string, value: unknown): Promise<HomeAnswer> {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw new LumiotError(
      'BAD_INPUT',
      `The payload is neither a value nor an object. Send a value for the main property, {property: value} or ${TAKES}.`,
    );
  const spec = await account.spec(id);
  const outcome = await account.set(id, { [mainOf(spec)]: value });
  return { payload: toldValues(outcome, false).payload, ack: outcome.ack };
}

function mainOf({ main, properties }: DeviceSpec): string {
  if (main !== undefined && properties.some(({ name, canWrite }) => name === main && canWrite)) return main;
  const settable = properties.filter(({ canWrite }) => canWrite).map(({ name }) => name);
  const known = settable.slice(0, MOST_SHOWN).join(', ') + (settable.length > MOST_SHOWN ? ', …' : '');
  throw new LumiotError(
    'UNSUPPORTED',
    `A bare value sets the main property of a device, and this one has none that can be set. Send {property: value}; it takes: ${known || 'nothing'}.`,
  );
}

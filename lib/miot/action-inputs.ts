/** What a flow gives to an action, as the list of bare values the cloud wants: in the order of the description. */

import { LumiotError } from '../home/errors';
import type { ActionInputs } from './account-types';
import type { CloudValue } from './cloud-device';
import { shortName } from './spec-names';
import type { SpecAction, SpecProperty } from './spec-types';
import { toArgument } from './spec-values';

/** A list in order, or an object by name ('count' or 'feeder:count'); nothing for an action without inputs. Throws `BAD_INPUT`. */
export function inputsOf(action: SpecAction, given: ActionInputs | undefined, device: string): readonly CloudValue[] {
  const { inputs } = action;
  if (given === undefined)
    return collect(
      action,
      inputs.map(() => undefined),
      device,
    );
  if (isList(given)) {
    if (given.length !== inputs.length) throw wrongCount(action, given.length, device);
    return collect(action, given, device);
  }
  const left = new Map(Object.entries(given).map(([name, value]) => [name.trim().toLowerCase(), value]));
  const values = inputs.map((input) => {
    for (const name of namesOf(input)) {
      if (!left.has(name)) continue;
      const value = left.get(name);
      left.delete(name);
      return value;
    }
    return undefined;
  });
  const [unknown] = left.keys();
  if (unknown !== undefined)
    throw new LumiotError('BAD_INPUT', `The action ${action.name} of ${device} has no input "${unknown}". It takes ${words(inputs)}.`);
  return collect(action, values, device);
}

/** What a person sends as inputs: a list, an object by name, or nothing. Throws `BAD_INPUT`. */
export function actionInputs(payload: unknown): ActionInputs | undefined {
  if (payload === undefined || payload === null || payload === '') return undefined;
  if (typeof payload === 'object') return payload as ActionInputs;
  throw new LumiotError(
    'BAD_INPUT',
    `The payload is ${JSON.stringify(payload)}, but an action takes the list of its inputs, an object by name, or nothing (an empty text).`,
  );
}

function collect(action: SpecAction, values: readonly unknown[], device: string): CloudValue[] {
  return action.inputs.map((input, index) => {
    const value = values[index];
    if (value === undefined)
      throw new LumiotError('BAD_INPUT', `The action ${action.name} of ${device} needs ${words(action.inputs)}; ${input.name} is missing.`);
    return toArgument(input, value);
  });
}

function namesOf({ name, piid }: SpecProperty): string[] {
  return [name.toLowerCase(), shortName(name).toLowerCase(), String(piid)];
}

function wrongCount(action: SpecAction, count: number, device: string): LumiotError {
  return new LumiotError(
    'BAD_INPUT',
    `The action ${action.name} of ${device} takes ${words(action.inputs)}, but the list has ${count} values.`,
  );
}

function words(inputs: readonly SpecProperty[]): string {
  return inputs.length === 0 ? 'no inputs' : inputs.map(({ name }) => shortName(name)).join(', ');
}

function isList(given: ActionInputs): given is Extract<ActionInputs, readonly unknown[]> {
  return Array.isArray(given);
}

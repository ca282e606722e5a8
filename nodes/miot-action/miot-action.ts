/** Makes a device of an account do something that is no value: start, dispense, play. */

import type { NodeAPI } from 'node-red';
import { LumiotError } from '../../lib/home/errors';
import type { ActionInputs } from '../../lib/miot';
import { type AccountCall, type AccountReply, registerAccountControl } from '../shared/runtime/account-control';
import { text } from '../shared/runtime/settings';

interface ActionSettings {
  readonly action: string;
}

export default function register(RED: NodeAPI): void {
  registerAccountControl<ActionSettings>(RED, {
    type: 'miot-action',
    own: ['action'],
    quiet: 'online',
    parse: ({ action }) => ({ action: text(action) }),
    perform,
  });
}

async function perform({ account, did, message, settings }: AccountCall<ActionSettings>): Promise<AccountReply> {
  if (settings.action === '') throw new LumiotError('NOT_CONFIGURED', 'The node has no action. Open it, choose an action and deploy.');
  const { device, action, outputs, ack } = await account.action(did, settings.action, inputsIn(message.payload));
  return { device, ack, payload: { ...outputs }, property: action, event: 'action' };
}

/** Throws `BAD_INPUT`. */
function inputsIn(payload: unknown): ActionInputs | undefined {
  if (payload === undefined || payload === null || payload === '') return undefined;
  if (typeof payload === 'object') return payload as ActionInputs;
  throw new LumiotError(
    'BAD_INPUT',
    `The payload is ${JSON.stringify(payload)}, but an action takes the list of its inputs, an object by name, or nothing (an empty text).`,
  );
}

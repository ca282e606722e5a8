/** Makes a device of an account do something that is no value: start, dispense, play. */

import type { NodeAPI } from 'node-red';
import { LumiotError } from '../../lib/home/errors';
import type { CloudRecord } from '../../lib/miot';
import { actionInputs } from '../../lib/miot/action-inputs';
import { type AccountCall, type AccountReply, registerAccountControl } from '../shared/runtime/account-control';
import { shownText } from '../shared/runtime/account-words';
import { text } from '../shared/runtime/settings';
import { valuesText } from '../shared/runtime/status-text';

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
  const { device, action, outputs, ack } = await account.action(did, settings.action, actionInputs(message.payload));
  const shown = Object.keys(outputs).length === 0 ? action : valuesText(outputs, (name, value) => outputText(device, action, name, value));
  return { device, ack, payload: { ...outputs }, property: action, event: 'action', shown };
}

/** An output has the short name of a property, which knows its unit. */
function outputText(device: CloudRecord, action: string, name: string, value: unknown): string {
  const outputs = device.spec?.actions.find((one) => one.name === action)?.outputs ?? [];
  const output = outputs.find((one) => one.name.endsWith(`:${name}`));
  return shownText(device, output?.name ?? name, value);
}

/** Asks a device of an account for values: one property gives the value, several an object. */

import type { NodeAPI } from 'node-red';
import { LumiotError } from '../../lib/home/errors';
import { toldValues } from '../../lib/miot/told-values';
import { type AccountCall, type AccountReply, registerAccountControl } from '../shared/runtime/account-control';

interface GetSettings {
  /** Empty = from the message. */
  readonly properties: readonly string[];
}

export default function register(RED: NodeAPI): void {
  registerAccountControl<GetSettings>(RED, {
    type: 'miot-get',
    own: ['properties'],
    quiet: 'online',
    parse: ({ properties }) => ({ properties: namesIn(properties) }),
    perform,
  });
}

async function perform({ account, did, message, settings }: AccountCall<GetSettings>): Promise<AccountReply> {
  const names = settings.properties.length > 0 ? settings.properties : namesIn(message.payload);
  if (names.length === 0)
    throw new LumiotError('BAD_INPUT', 'No property: choose some in the node, or send their names as the payload, for example "light:on".');
  return toldValues(await account.get(did, names), names.length > 1);
}

/** A list of names, or one by itself; several in a text stand one a line or between commas. */
function namesIn(given: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : typeof given === 'string' ? given.split(/[\s,]+/) : [];
  return [...new Set(list.filter((name): name is string => typeof name === 'string').map((name) => name.trim()))].filter(
    (name) => name !== '',
  );
}

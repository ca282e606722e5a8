/** Sets values of a device of an account, and tells when they were changed elsewhere. */

import type { NodeAPI } from 'node-red';
import type { Values } from '../../lib/home/device';
import { LumiotError } from '../../lib/home/errors';
import type { CloudRecord } from '../../lib/miot';
import { toldValues } from '../../lib/miot/told-values';
import { type AccountCall, type AccountReply, registerAccountControl } from '../shared/runtime/account-control';
import { isProperty, propertyOf } from '../shared/runtime/account-words';
import type { Told } from '../shared/runtime/answer';
import { text } from '../shared/runtime/settings';

interface SetSettings {
  /** '' = from the message. */
  readonly property: string;
}

export default function register(RED: NodeAPI): void {
  registerAccountControl<SetSettings>(RED, {
    type: 'miot-set',
    own: ['property'],
    quiet: 'not-heard',
    parse: ({ property }) => ({ property: text(property) }),
    perform,
    observe,
  });
}

async function perform({ account, did, message, settings }: AccountCall<SetSettings>): Promise<AccountReply> {
  const { payload } = message;
  const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
  // An object names its properties itself. What a miot-in node said of one device can be set at another as it is.
  const property = isObject ? '' : settings.property || text(message.property);
  if (property === '' && !isObject)
    throw new LumiotError('BAD_INPUT', 'The payload must be an object such as {"light:on": true}: the node has no property of its own.');
  const outcome = await account.set(did, isObject ? (payload as Record<string, unknown>) : { [property]: payload });
  return { ...toldValues(outcome, isObject), ack: outcome.ack, written: outcome.values };
}

/** The property of the node; without one, everything that could have been set. */
function observe(device: CloudRecord, news: Values, { property }: SetSettings): Told | undefined {
  if (property !== '') {
    const name = Object.keys(news).find((one) => isProperty(device, one, property));
    return name === undefined ? undefined : { property: name, payload: news[name] };
  }
  const settable = Object.entries(news).filter(([name]) => propertyOf(device, name)?.canWrite === true);
  return settable.length === 0 ? undefined : { payload: Object.fromEntries(settable) };
}

/** Tells the values of a device, or of several: temperature, humidity, power, whatever they say. */

import type { NodeAPI } from 'node-red';
import { actionMessage, hasAny, type Message, readings, valueMessage, valuesMessage } from '../../lib/home/message';
import { type InputEvent, registerInput } from '../shared/runtime/input';
import { text } from '../shared/runtime/settings';

interface SensorSettings {
  /** '' = all. */
  readonly property: string;
}

export default function register(RED: NodeAPI): void {
  registerInput<SensorSettings>(RED, {
    type: 'lumi-sensor',
    families: 'every',
    own: ['property'],
    parse: (stored) => ({ property: text(stored.property) }),
    messages,
    statusProperty: ({ property }) => property,
  });
}

/** One value as it is, or all values of the report in one object; actions after the values. */
function messages(event: InputEvent, { property }: SensorSettings): Message[] {
  const values = readings(event.values, property === '' ? event.isSendable : (name) => name === property && event.isSendable(name));
  const sent: Message[] = [];
  if (hasAny(values)) {
    sent.push(
      property === ''
        ? valuesMessage(event.context, values, event.previous)
        : valueMessage(event.context, property, values[property], event.previous[property]),
    );
  }
  if (property !== '' && property !== 'action') return sent;
  for (const action of event.actions) sent.push(actionMessage(event.context, action));
  return sent;
}

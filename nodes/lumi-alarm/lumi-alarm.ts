/** Tells smoke, gas and water, and keeps a test or an empty battery apart from a fire. */

import type { NodeAPI } from 'node-red';
import { type Message, valueMessage } from '../../lib/home/message';
import { type InputEvent, registerInput } from '../shared/runtime/input';
import type { Stored } from '../shared/runtime/settings';

const kinds = ['smoke', 'gas', 'leak'] as const;
type Kind = (typeof kinds)[number];

interface AlarmSettings {
  readonly alarms: readonly Kind[];
}

export default function register(RED: NodeAPI): void {
  registerInput<AlarmSettings>(RED, {
    type: 'lumi-alarm',
    families: ['smoke', 'gas', 'leak'],
    own: ['alarms'],
    parse,
    messages,
    statusProperty: () => '',
  });
}

function parse({ alarms }: Stored): AlarmSettings {
  return { alarms: Array.isArray(alarms) ? kinds.filter((kind) => alarms.includes(kind)) : kinds };
}

function messages(event: InputEvent, { alarms }: AlarmSettings): Message[] {
  // A heartbeat repeats what is known: only news is told then.
  const isTold = (property: string): boolean =>
    event.isSendable(property) && (event.origin === 'report' || event.isInitial || event.changed.includes(property));
  const { alarm } = event.values;
  // A test that begins is no "all clear".
  const isTestOrFault = typeof alarm === 'string' && alarm !== 'alarm' && alarm !== 'clear';
  const sent: Message[] = [];
  for (const kind of alarms) {
    const value = event.values[kind];
    if (typeof value !== 'boolean' || !isTold(kind) || (isTestOrFault && !event.isInitial && !event.changed.includes(kind))) continue;
    sent.push(valueMessage(event.context, kind, value, event.previous[kind]));
  }
  const isOfKind = alarms.some((kind) => kind === event.device.definition.family);
  if (typeof alarm === 'string' && isOfKind && isTold('alarm') && isFault(alarm, event.previous.alarm)) {
    sent.push(valueMessage(event.context, 'alarm', alarm, event.previous.alarm));
  }
  return sent;
}

/** A test or a fault, or the end of one; the alarm itself is told as smoke, gas or leak. */
function isFault(alarm: string, previous: unknown): boolean {
  if (alarm !== 'alarm' && alarm !== 'clear') return true;
  return alarm === 'clear' && typeof previous === 'string' && previous !== 'alarm' && previous !== 'clear';
}

/** The messages every node sends: one place that knows their shape (docs: "Messages"). Always new objects; nothing sent is kept. */

import type { Action, DeviceInfo, Origin, Values } from './device';
import { emptyValues } from './device';
import { unitOf } from './vocabulary';

/** What a message is about; `msg.event`. */
export type MessageEvent = 'state' | 'action' | 'online' | 'offline' | 'event';

export interface Message {
  payload: unknown;
  topic?: string;
  event: MessageEvent;
  property?: string;
  unit?: string;
  device: DeviceInfo;
  state: Values;
  previous?: unknown;
  origin: Origin;
  raw?: unknown;
  [more: string]: unknown;
}

/** What all messages about one event share. */
export interface Context {
  readonly device: DeviceInfo;
  /** Every value known; copied for each message. */
  readonly state: Values;
  readonly origin: Origin;
  /** Setting of the node: '' = made from the name. */
  readonly topic: string;
  /** Present only where the user asked for it. */
  readonly raw?: unknown;
  /** Units of a source whose properties have names of their own; those of the vocabulary unless told. */
  readonly unitOf?: (property: string) => string | undefined;
}

/** One value: `payload` is the value itself. */
export function valueMessage(context: Context, property: string, value: unknown, previous: unknown): Message {
  const message = base(context, 'state', property, value);
  const unit = (context.unitOf ?? unitOf)(property);
  if (unit !== undefined) message.unit = unit;
  if (previous !== undefined) message.previous = copyValue(previous);
  return message;
}

/** Several values of one datagram: `payload` is an object. */
export function valuesMessage(context: Context, values: Values, previous: Values): Message {
  const message = base(context, 'state', undefined, copyState(values));
  message.previous = copyState(previous);
  return message;
}

/** Something that happened: `payload` is its name, `button`, `angle`, `durationMs` stand beside it. */
export function actionMessage(context: Context, action: Action): Message {
  const { name, ...details } = action;
  return Object.assign(base(context, 'action', 'action', name), details);
}

/** An event of a device with its arguments by name. */
export function eventMessage(context: Context, event: string, args: Values): Message {
  return base(context, 'event', event, copyState(args));
}

/** Whether a device can be reached. */
export function onlineMessage(context: Context, isOnline: boolean): Message {
  return base(context, isOnline ? 'online' : 'offline', undefined, isOnline);
}

/** "<device name>/<property>", "<device name>" for an object, or what the user set. */
export function topicOf(topic: string, device: DeviceInfo, property: string | undefined): string {
  if (topic !== '') return topic;
  return property === undefined ? device.name : `${device.name}/${property}`;
}

/** A plain copy: messages travel through code that expects ordinary objects. */
export function copyState(state: Values): Values {
  const copy: Values = { ...state };
  for (const property in copy) {
    const value = copy[property];
    if (typeof value === 'object' && value !== null) copy[property] = { ...value };
  }
  return copy;
}

/** `acceleration` and `user` are objects, which a flow must not reach into. */
function copyValue<One>(value: One): One {
  return typeof value === 'object' && value !== null ? { ...value } : value;
}

/** The values that are a reading: `null` is known to have none and is never sent. */
export function readings(values: Values, wanted: (property: string) => boolean): Values {
  const found = emptyValues();
  for (const property in values) {
    const value = values[property];
    if (value !== null && value !== undefined && wanted(property)) found[property] = value;
  }
  return found;
}

/** False for an object that says nothing. */
export function hasAny(values: Values): boolean {
  for (const _property in values) return true;
  return false;
}

function base(context: Context, event: MessageEvent, property: string | undefined, payload: unknown): Message {
  const message: Message = {
    payload: copyValue(payload),
    topic: topicOf(context.topic, context.device, property),
    event,
    device: { ...context.device },
    state: copyState(context.state),
    origin: context.origin,
  };
  if (property !== undefined) message.property = property;
  if (context.raw !== undefined) message.raw = structuredClone(context.raw);
  return message;
}

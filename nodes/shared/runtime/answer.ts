/** How a control answers: the message that came in goes on with what happened, or a message of the node's own says what changed elsewhere. */

import type { NodeMessage } from 'node-red';
import { type Context, copyState, topicOf } from '../../../lib/home/message';
import { unitOf } from '../../../lib/home/vocabulary';

/** What a node tells: as an answer, or because something changed elsewhere. */
export interface Told {
  readonly payload: unknown;
  /** Absent for an object of several values. */
  readonly property?: string;
  readonly previous?: unknown;
  /** `msg.event`; 'state' unless told. */
  readonly event?: string;
  /** Further properties of the message. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface Answer extends Told {
  /** `msg.ack`; absent where nothing was written. */
  readonly ack?: unknown;
}

/** Foreign properties and the topic of the message are kept, ours are replaced. */
export function answerMessage(message: Record<string, unknown>, answer: Answer, context: Context): NodeMessage {
  const { property } = answer;
  message.payload = answer.payload;
  if (message.topic === undefined || message.topic === '') message.topic = topicOf(context.topic, context.device, property);
  message.event = answer.event ?? 'state';
  message.device = context.device;
  message.state = copyState(context.state);
  message.origin = context.origin;
  setOrDelete(message, 'ack', answer.ack);
  setOrDelete(message, 'property', property);
  setOrDelete(message, 'unit', property === undefined ? undefined : (context.unitOf ?? unitOf)(property));
  setOrDelete(message, 'previous', answer.previous);
  // These may come from the node before and would say something untrue about this device.
  delete message.raw;
  for (const [name, value] of Object.entries(answer.more ?? {})) setOrDelete(message, name, value);
  return message as unknown as NodeMessage;
}

function setOrDelete(message: Record<string, unknown>, name: string, value: unknown): void {
  if (value === undefined) delete message[name];
  else message[name] = value;
}

/** The way out of the node. While flows stop and start it keeps what is to be published: those behind the node may be replaced just then. */

import type { NodeMessage } from 'node-red';
import type { MqttMessage } from '../../lib/mqtt';
import type { FlowsFollower } from '../shared/runtime/flows-started';

/** A deploy takes a moment. Beyond this the oldest are let go; whatever is retained is published again with the next connection. */
const MOST_KEPT = 10_000;

export class Outlet implements FlowsFollower {
  readonly #send: (message: NodeMessage) => void;
  #kept: MqttMessage[] | undefined = [];

  constructor(send: (message: NodeMessage) => void) {
    this.#send = send;
  }

  publish(message: MqttMessage): void {
    if (this.#kept === undefined) this.#send(coreMessage(message));
    else if (this.#kept.push(message) > MOST_KEPT) this.#kept.shift();
  }

  flowsStarted(): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const message of kept) this.#send(coreMessage(message));
  }

  flowsStop(): void {
    this.#kept ??= [];
  }

  /** The node closes: what it says now is said at once. */
  last(): void {
    this.#kept = undefined;
  }
}

/** What Node-RED's own "mqtt out" takes. */
function coreMessage({ topic, payload, qos, retain, contentType, correlationData }: MqttMessage): NodeMessage {
  const message = {
    ...{ topic, payload, qos, retain },
    ...(contentType === undefined ? {} : { contentType }),
    ...(correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData) }),
  };
  return message as unknown as NodeMessage;
}

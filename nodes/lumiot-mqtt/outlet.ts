/**
 * The way out of the node. While flows stop and start it keeps what is to be published: those behind the node may be replaced just then.
 * Where the node itself is replaced, its successor publishes what happened only once; all that is retained it publishes anew by itself.
 */

import type { NodeMessage } from 'node-red';
import type { Clock } from '../../lib/home/clock';
import type { MqttMessage } from '../../lib/mqtt';
import type { FlowsFollower } from '../shared/runtime/flows-started';

/** A deploy takes a moment. Beyond this the oldest are let go. */
const MOST_KEPT = 10_000;
/** What happened longer ago is no news to anybody. */
const INHERITED_MS = 10_000;

export interface OutletOptions {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly send: (message: NodeMessage) => void;
}

/** By node id: who publishes for it. */
const outlets = new Map<string, Outlet>();
/** By node id: what nodes could not publish before they were replaced. */
const inheritances = new Map<string, { readonly messages: readonly MqttMessage[]; readonly at: number }>();

export class Outlet implements FlowsFollower {
  readonly #options: OutletOptions;
  /** Undefined while the flows are up. */
  #kept: MqttMessage[] | undefined;
  #isReplaced = false;

  constructor(options: OutletOptions) {
    const { nodeId, clock } = options;
    this.#options = options;
    const { messages = [], at = 0 } = inheritances.get(nodeId) ?? {};
    inheritances.delete(nodeId);
    this.#kept = clock.monotonic() - at < INHERITED_MS ? [...messages] : [];
    outlets.set(nodeId, this);
  }

  publish(message: MqttMessage): void {
    if (this.#isReplaced) this.#leave(message);
    else if (this.#kept === undefined) this.#options.send(coreMessage(message));
    else if (this.#kept.push(message) > MOST_KEPT) this.#kept.shift();
  }

  flowsStarted(): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const message of kept) this.#options.send(coreMessage(message));
  }

  flowsStop(): void {
    this.#kept ??= [];
  }

  /** The node ends. `isGone`: nobody comes after it, and those behind it may still be there: what it says now is said at once. */
  close(isGone: boolean): void {
    const { nodeId, clock } = this.#options;
    if (isGone) {
      this.#kept = undefined;
      outlets.delete(nodeId);
      return;
    }
    this.#isReplaced = true;
    if (outlets.get(nodeId) === this) outlets.delete(nodeId);
    const messages = this.#kept?.filter(({ retain }) => !retain) ?? [];
    if (messages.length > 0) inheritances.set(nodeId, { messages, at: clock.monotonic() });
  }

  /** A command that was under way has ended: its answer goes to whoever is there now, or comes within a moment. */
  #leave(message: MqttMessage): void {
    const { nodeId, clock } = this.#options;
    const successor = outlets.get(nodeId);
    if (successor !== undefined) {
      successor.publish(message);
      return;
    }
    const { messages = [] } = inheritances.get(nodeId) ?? {};
    inheritances.set(nodeId, { messages: [...messages, message], at: clock.monotonic() });
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

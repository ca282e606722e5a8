/** Tells who follows when flows stop and once they are up: in between, a message would meet nodes that do not exist, and be lost. */

import type { NodeAPI } from 'node-red';

export interface FlowsFollower {
  /** Flows have started: after every deploy, also where nothing of the follower's was touched. */
  flowsStarted(): void;
  /** Flows are about to stop, before the first node closes. `removed`: ids of the nodes, flows and subflow instances that will not come back. */
  flowsStop?(removed: readonly string[]): void;
}

const followers = new Set<FlowsFollower>();
const listening = new WeakSet<object>();

export function followFlows(RED: NodeAPI, follower: FlowsFollower): void {
  listen(RED);
  followers.add(follower);
}

export function leaveFlows(follower: FlowsFollower): void {
  followers.delete(follower);
}

/** Runs `work` whenever flows have started. Returns the way to cancel. */
export function wheneverFlowsStarted(RED: NodeAPI, work: () => void): () => void {
  const follower: FlowsFollower = { flowsStarted: work };
  followFlows(RED, follower);
  return () => leaveFlows(follower);
}

function listen(RED: NodeAPI): void {
  if (listening.has(RED.events)) return;
  listening.add(RED.events);
  RED.events.on('flows:started', () => {
    for (const follower of [...followers]) follower.flowsStarted();
  });
  RED.events.on('flows:stopping', (event: unknown) => {
    const removed = removedIn(event);
    for (const follower of [...followers]) follower.flowsStop?.(removed);
  });
}

/** What Node-RED tells of a deploy: deleted or disabled, alone or with its flow. */
function removedIn(event: unknown): readonly string[] {
  const diff: unknown = isObject(event) ? event.diff : undefined;
  const removed: unknown = isObject(diff) ? diff.removed : undefined;
  return Array.isArray(removed) ? removed.filter((id) => typeof id === 'string') : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

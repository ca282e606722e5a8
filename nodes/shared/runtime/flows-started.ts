/** Runs work once the flows are up: before that, a message would meet nodes that do not exist yet, and be lost. */

import type { NodeAPI } from 'node-red';

const waiting = new Set<() => void>();
const listening = new WeakSet<object>();

/** Runs `work` when the flows have started. Returns the way to cancel. */
export function whenFlowsStarted(RED: NodeAPI, work: () => void): () => void {
  if (!listening.has(RED.events)) {
    listening.add(RED.events);
    RED.events.on('flows:started', runAll);
  }
  waiting.add(work);
  return () => waiting.delete(work);
}

function runAll(): void {
  const all = [...waiting];
  waiting.clear();
  for (const work of all) work();
}

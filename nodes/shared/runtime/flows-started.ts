/** Runs work when flows stop and once they are up: in between, a message would meet nodes that do not exist, and be lost. */

import type { NodeAPI } from 'node-red';

const waiting = new Set<() => void>();
const always = new Set<() => void>();
const stopping = new Set<() => void>();
const listening = new WeakSet<object>();

/** Runs `work` when the flows have started. Returns the way to cancel. */
export function whenFlowsStarted(RED: NodeAPI, work: () => void): () => void {
  listen(RED);
  waiting.add(work);
  return () => waiting.delete(work);
}

/** Runs `work` whenever flows have started: after every deploy, also where the node itself was left alone. Returns the way to cancel. */
export function wheneverFlowsStarted(RED: NodeAPI, work: () => void): () => void {
  listen(RED);
  always.add(work);
  return () => always.delete(work);
}

/** Runs `work` whenever flows are about to stop, before the first node closes: also where the node itself is left alone. */
export function wheneverFlowsStop(RED: NodeAPI, work: () => void): () => void {
  listen(RED);
  stopping.add(work);
  return () => stopping.delete(work);
}

function listen(RED: NodeAPI): void {
  if (listening.has(RED.events)) return;
  listening.add(RED.events);
  RED.events.on('flows:started', runAll);
  RED.events.on('flows:stopping', () => {
    for (const work of [...stopping]) work();
  });
}

function runAll(): void {
  const all = [...waiting, ...always];
  waiting.clear();
  for (const work of all) work();
}

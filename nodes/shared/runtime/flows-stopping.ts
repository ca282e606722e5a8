/** Whether flows stop for something other than changes that were deployed: at the end of the process, or when they are restarted. */

import type { NodeAPI } from 'node-red';

const changes = ['added', 'changed', 'removed', 'rewired', 'linked', 'flowChanged'] as const;
const stopping = new WeakMap<object, boolean>();

/** Begins to listen; call it when a node type is registered. */
export function noticeStopping(RED: NodeAPI): void {
  if (stopping.has(RED.events)) return;
  stopping.set(RED.events, false);
  RED.events.on('flows:stopping', (event: unknown) => stopping.set(RED.events, !hasChanges(event)));
  RED.events.on('flows:started', () => stopping.set(RED.events, false));
}

export function isStopping(RED: NodeAPI): boolean {
  return stopping.get(RED.events) ?? false;
}

function hasChanges(event: unknown): boolean {
  const diff = typeof event === 'object' && event !== null && 'diff' in event ? event.diff : undefined;
  if (typeof diff !== 'object' || diff === null) return false;
  return changes.some((name) => {
    const ids = (diff as Record<string, unknown>)[name];
    return Array.isArray(ids) && ids.length > 0;
  });
}

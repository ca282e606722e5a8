/**
 * Sign-ins that outlived their config node. One that was disabled when it was deleted is never told so: it is wiped when a deploy
 * says that it was removed. Of any other file without a node nobody can know whether it is wanted; it is named in the log, once.
 * This only listens, from the start of Node-RED on: what it takes to wipe and to name is loaded where there is something to do.
 */

import type { NodeAPI } from 'node-red';

const TYPE = 'miot-cloud';

/** Who registered last, by the events that all share. */
const listening = new WeakMap<object, NodeAPI>();

/** Begins to look after every deploy; call it when the node type is registered. */
export function noticeLeftovers(first: NodeAPI): void {
  const { events } = first;
  const isListening = listening.has(events);
  listening.set(events, first);
  if (isListening) return;
  /** Accounts in the flows of the start before, those included that are disabled. */
  let before: ReadonlySet<string> = new Set();
  const named = new Set<string>();
  events.on('flows:started', (event: unknown) => {
    const RED = listening.get(events) ?? first;
    const stored = storedNodes(RED);
    const accounts = [...stored].filter(([, type]) => type === TYPE).map(([id]) => id);
    // Flows that were loaded from elsewhere, those of another project for instance, have no changes: nobody deleted anything.
    const removed = removedIn(event).filter((id) => before.has(id) && !stored.has(id));
    before = new Set(accounts);
    settle(RED, removed, [...stored.keys()], accounts, named).catch((error: unknown) => RED.log.warn(`[lumiot] ${error}`));
  });
}

async function settle(
  RED: NodeAPI,
  removed: readonly string[],
  stored: readonly string[],
  accounts: readonly string[],
  named: Set<string>,
): Promise<void> {
  const { hasTokens } = await import('./folder.js');
  if (removed.length === 0 && !(await hasTokens(RED))) return;
  const { forgetAccounts, nameOrphans } = await import('./account-orphans.js');
  await forgetAccounts(RED, removed);
  await nameOrphans(RED, stored, accounts, named);
}

/** Types by id of everything in the flows that were deployed, also of what is disabled or could not be loaded. */
function storedNodes(RED: NodeAPI): Map<string, string> {
  const stored = new Map<string, string>();
  RED.nodes.eachNode(({ id, type }) => stored.set(id, type));
  return stored;
}

/** What a deploy removed; nothing where flows were only started or loaded. */
function removedIn(event: unknown): string[] {
  const diff = typeof event === 'object' && event !== null && 'diff' in event ? event.diff : undefined;
  const removed = typeof diff === 'object' && diff !== null && 'removed' in diff ? diff.removed : undefined;
  return Array.isArray(removed) ? removed.filter((id): id is string => typeof id === 'string') : [];
}

/**
 * Sign-ins that outlived their config node. One that was disabled when it was deleted is never told so: it is wiped when a deploy
 * says that it was removed. Of any other file without a node nobody can know whether it is wanted; it is named in the log, once.
 */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { allAccounts, forgetAccount } from './account-host';
import { fileNameOf, folderOf, network } from './environment';

const TYPE = 'miot-cloud';
const TOKENS = /^(.+)\.tokens(?:\.bak)?$/;

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
    const { log } = network(RED).environment;
    Promise.all(removed.map((id) => forgetAccount(RED, id)))
      .then(() => nameOrphans(RED, [...stored.keys()], accounts, named))
      .catch((error: unknown) => log.warn(String(error)));
  });
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

async function nameOrphans(RED: NodeAPI, stored: readonly string[], accounts: readonly string[], named: Set<string>): Promise<void> {
  const folder = folderOf(RED);
  if (folder === undefined) return;
  const files = await readdir(folder).catch(() => []);
  const owners = new Set([...stored, ...allAccounts().keys()].map(fileNameOf));
  // A node of a subflow has the id of the instance before its own.
  const isOwned = (name: string): boolean => owners.has(name) || accounts.some((id) => name.endsWith(`-${id}`));
  for (const file of files) {
    const name = TOKENS.exec(file)?.[1];
    if (name === undefined || isOwned(name) || named.has(join(folder, name))) continue;
    named.add(join(folder, name));
    network(RED).environment.log.warn(
      `The file ${file} in ${folder} holds the sign-in of an account that is in none of these flows. If no other project and no copy of them needs it, delete it, and ${name}.tokens.bak and ${name}.json beside it.`,
    );
  }
}

/** Wipes sign-ins whose config node is gone, and names files of sign-ins that nobody in the flows owns. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { allAccounts, forgetAccount } from './account-host';
import { fileNameOf, network } from './environment';
import { folderOf } from './folder';

const TOKENS = /^(.+)\.tokens(?:\.bak)?$/;

export async function forgetAccounts(RED: NodeAPI, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => forgetAccount(RED, id)));
}

/** `stored`: ids of everything in the flows; `accounts`: those of accounts; `named`: what was said already. */
export async function nameOrphans(RED: NodeAPI, stored: readonly string[], accounts: readonly string[], named: Set<string>): Promise<void> {
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

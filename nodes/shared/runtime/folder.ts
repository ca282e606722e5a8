/** Where this package keeps its files. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';

/** `<userDir>/lumiot`; undefined where Node-RED has no user directory. */
export function folderOf(RED: NodeAPI): string | undefined {
  const { userDir } = RED.settings;
  return typeof userDir !== 'string' || userDir === '' ? undefined : join(userDir, 'lumiot');
}

/** Whether an account was ever signed in here. */
export async function hasTokens(RED: NodeAPI): Promise<boolean> {
  const folder = folderOf(RED);
  const files = folder === undefined ? [] : await readdir(folder).catch(() => []);
  return files.some((file) => file.includes('.tokens'));
}

/** Files of the token store: written beside themselves, flushed with their folder, readable by their owner alone. */

import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What is needed of `node:fs/promises`; tests put a full disk or the end of the process in its place. */
export type Files = Pick<typeof fs, 'chmod' | 'mkdir' | 'open' | 'readFile' | 'readdir' | 'rename' | 'rm'>;

export const systemFiles: Files = fs;

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** What systems answer that cannot flush a folder: there the rename alone has to do. */
const noFolderFlush = new Set(['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP', 'EACCES']);

export async function prepareFolder(folder: string, files: Files): Promise<void> {
  await files.mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  // It may have been made for other files before.
  await files.chmod(folder, FOLDER_MODE).catch(() => {});
}

/** Undefined where there is none. */
export async function readText(path: string, files: Files): Promise<string | undefined> {
  try {
    return await files.readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Resolves once the file would survive a power cut. */
export async function writeDurably(path: string, text: string, files: Files): Promise<void> {
  const fresh = `${path}.new`;
  const file = await files.open(fresh, 'w', FILE_MODE);
  try {
    await file.chmod(FILE_MODE);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(fresh, path);
  await syncFolder(dirname(path), files);
}

/** Gives a file another name that nothing else has: it is kept for whoever wants to look into it. */
export async function setAside(path: string, stamp: number, files: Files): Promise<string> {
  const taken = new Set(await files.readdir(dirname(path)));
  const name = `${basename(path)}.set-aside-${new Date(stamp).toISOString().replace(/[:.]/g, '-')}`;
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  const aside = join(dirname(path), free);
  await files.rename(path, aside);
  return aside;
}

export async function removeFile(path: string, files: Files): Promise<void> {
  await files.rm(path, { force: true });
}

async function syncFolder(folder: string, files: Files): Promise<void> {
  try {
    const handle = await files.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (process.platform === 'win32' && noFolderFlush.has((error as NodeJS.ErrnoException).code ?? '')) return;
    throw error;
  }
}

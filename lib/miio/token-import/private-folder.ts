/** A folder that only this user can read, for as long as one task needs it: what is put there is gone afterwards, whatever happens. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LumiotError } from '../../home/errors';

const FILE_MODE = 0o600;

export interface PrivateFolder {
  /** Gives the path. */
  write(name: string, bytes: Uint8Array): Promise<string>;
}

export async function inPrivateFolder<T>(parent: string, task: (folder: PrivateFolder) => Promise<T>): Promise<T> {
  // mkdtemp makes it with mode 0700.
  const path = await mkdtemp(join(parent, 'lumiot-tokens-')).catch((error: unknown) => {
    throw cannotWrite(parent, error);
  });
  const write = async (name: string, bytes: Uint8Array): Promise<string> => {
    const file = join(path, name);
    await writeFile(file, bytes, { flag: 'wx', mode: FILE_MODE }).catch((error: unknown) => {
      throw cannotWrite(path, error);
    });
    return file;
  };
  try {
    return await task({ write });
  } finally {
    await remove(path);
  }
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    throw new LumiotError(
      'STORE_FAILED',
      `The folder ${path} holds a copy of the file with tokens and cannot be deleted. Delete it by hand.`,
      {
        cause: error,
      },
    );
  }
}

function cannotWrite(folder: string, cause: unknown): LumiotError {
  const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
  return new LumiotError('STORE_FAILED', `Nothing can be written to ${folder} (${code}). Make room there, or correct its permissions.`, {
    cause,
  });
}

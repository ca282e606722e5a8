/** What the tests of the import share: a folder in which nothing may be left, and failures by their sentence. */

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LumiotError } from '../../../../lib/home/errors';
import { type ImportOptions, importTokens } from '../../../../lib/miio/token-import';
import type { TokenImport } from '../../../../lib/miio/types';

/** Imports with temporary files in a folder of this run, and looks whether they are gone. */
export async function importing(file: string | Uint8Array, options: ImportOptions = {}): Promise<TokenImport> {
  const folder = mkdtempSync(join(tmpdir(), 'lumiot-import-'));
  try {
    return await importTokens(typeof file === 'string' ? Buffer.from(file) : file, { folder, ...options });
  } finally {
    const left = readdirSync(folder);
    rmSync(folder, { recursive: true });
    assert.deepEqual(left, []);
  }
}

/** The error of an import that must fail. */
export async function refusing(file: string | Uint8Array, options: ImportOptions = {}): Promise<LumiotError> {
  try {
    await importing(file, options);
  } catch (error) {
    assert.ok(error instanceof LumiotError, String(error));
    assert.match(error.message, /^[A-Z].*\.$/s);
    return error;
  }
  return assert.fail('the file was taken');
}

export async function refused(file: string | Uint8Array, sentence: RegExp, options: ImportOptions = {}): Promise<void> {
  const error = await refusing(file, options);
  assert.equal(error.code, 'BAD_INPUT');
  assert.match(error.message, sentence);
}

/** What an Android backup holds of the apps that keep tokens: Mi Home's database, or the list of the Yeelight app (miio-lan.md §8.1, §8.2). */

import type { Clock, Timer } from '../../home/clock';
import { LumiotError } from '../../home/errors';
import { openArchive } from './backup-data';
import type { DatabaseFiles } from './database';
import type { ImportLimits } from './limits';
import { BackupPasswordError, backupTroubles, refusal } from './refusals';
import { takeMembers, type Wanted } from './tar-members';

const DATABASE = 'apps/com.xiaomi.smarthome/db/miio2.db';
const YEELIGHT = 'apps/com.yeelight.cherry/sp/miot.xml';

export type BackupContent = { readonly database: DatabaseFiles } | { readonly yeelight: Uint8Array };

const companions = ['-wal', '-journal'];
const wantedPaths = new Set([DATABASE, ...companions.map((suffix) => DATABASE + suffix), YEELIGHT]);
const folder = DATABASE.slice(0, DATABASE.lastIndexOf('/') + 1);

const wanted: Wanted = {
  isWanted: (path) => wantedPaths.has(path),
  // The files of a folder stand together, in any order.
  isEnough: (taken, nextPath) => taken.has(DATABASE) && !nextPath.startsWith(folder),
};

export async function readBackup(
  bytes: Uint8Array,
  { password, limits, clock }: { password: string | undefined; limits: ImportLimits; clock: Clock },
): Promise<BackupContent> {
  const { archive, header } = await openArchive(bytes, password);
  const isEncrypted = header.encryption !== undefined;
  const late = timeLimit(clock, limits.durationMs);
  try {
    const taken = takeMembers(archive, wanted, limits);
    return contentOf(await Promise.race([taken, late.expired]));
  } catch (error) {
    throw explain(error, isEncrypted);
  } finally {
    late.stop();
    archive.destroy();
  }
}

function contentOf(taken: ReadonlyMap<string, Uint8Array>): BackupContent {
  const main = taken.get(DATABASE);
  if (main !== undefined) return { database: { main, wal: taken.get(`${DATABASE}-wal`), journal: taken.get(`${DATABASE}-journal`) } };
  const yeelight = taken.get(YEELIGHT);
  if (yeelight !== undefined) return { yeelight };
  throw refusal(
    `This Android backup holds neither ${DATABASE} nor ${YEELIGHT}. Mi Home keeps tokens up to version 5.0.19, and Android 12 and newer leave most apps' data out: back up an older app on an older phone, or take the tokens from another source.`,
  );
}

function timeLimit(clock: Clock, durationMs: number): { expired: Promise<never>; stop(): void } {
  const late = `This Android backup was not read within ${Math.round(durationMs / 1000)} seconds. Make a backup of the app alone.`;
  let timer: Timer;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = clock.setTimeout(() => reject(refusal(late)), durationMs);
  });
  return { expired, stop: () => clock.clearTimeout(timer) };
}

/** What the streams say of a file that they cannot read, in words for its owner. */
function explain(error: unknown, isEncrypted: boolean): LumiotError {
  if (error instanceof LumiotError) return error;
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: '', message: '' };
  if (code === 'Z_BUF_ERROR' || code === 'ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH' || /truncated/i.test(message)) {
    return refusal(backupTroubles.truncated);
  }
  // The master key's padding and lengths were right by chance: once in four thousand million times.
  if (isEncrypted && /incorrect header check/.test(message)) return new BackupPasswordError('wrong');
  // A block that is missing at the end of encrypted data looks like wrong padding.
  if (code === 'ERR_OSSL_BAD_DECRYPT') return refusal(backupTroubles.truncated);
  return refusal(backupTroubles.damaged);
}

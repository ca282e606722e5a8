/** Tokens out of whatever file people have. What a file is, its content says; its name may be anything (miio-lan.md §8). */

import { tmpdir } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { type Clock, systemClock } from '../../home/clock';
import type { TokenImport, TokenSource } from '../types';
import { readBackup } from './android-backup';
import { isBackup } from './backup-header';
import { Collection } from './collection';
import { type DatabaseFiles, isDatabase, readDatabase, type SqliteLoader, systemSqlite } from './database';
import { devicesInText } from './device-text';
import type { FoundRow } from './found-row';
import { type ImportLimits, megabytes, standardLimits } from './limits';
import { refusal } from './refusals';
import { textOf } from './text';
import { devicesInYeelight, isXml } from './yeelight';

const ROWS_PER_TURN = 500;

export interface ImportOptions {
  /** Of an encrypted Android backup. */
  readonly password?: string | undefined;
  /** Where a private folder may be made for a moment. */
  readonly folder?: string | undefined;
  readonly limits?: Partial<ImportLimits> | undefined;
  readonly clock?: Clock | undefined;
  readonly loadSqlite?: SqliteLoader | undefined;
}

interface Reading {
  readonly limits: ImportLimits;
  readonly collection: Collection;
  readonly options: ImportOptions;
}

/**
 * Rejects with `BAD_INPUT` for a file that cannot be used (`BackupPasswordError` where its password is missing or wrong), `UNSUPPORTED` where
 * this Node.js reads no databases, `STORE_FAILED` where no temporary file can be written or deleted.
 */
export async function importTokens(bytes: Uint8Array, options: ImportOptions = {}): Promise<TokenImport> {
  const limits = { ...standardLimits, ...options.limits };
  if (bytes.length === 0) throw refusal('This file is empty. Choose another, or copy it once more.');
  if (bytes.length > limits.inputBytes) {
    throw refusal(`This file is larger than ${megabytes(limits.inputBytes)}. Make a backup of the app alone, or choose a smaller file.`);
  }
  const reading = { limits, collection: new Collection(limits.devices), options };
  const source = await readAny(bytes, reading);
  if (reading.collection.size === 0) throw refusal(emptySentences[source]);
  return reading.collection.result(source);
}

const emptySentences: Readonly<Record<TokenSource, string>> = {
  'android-backup':
    'The database in this backup lists no device. Sign in to Mi Home on that phone, open the list of devices, and make the backup again.',
  'android-database': 'This database lists no device. Sign in to Mi Home on that phone, open the list of devices, and copy the file again.',
  'ios-database': 'This database lists no device. Sign in to Mi Home on that phone, open the list of devices, and make the backup again.',
  yeelight: 'The list of the Yeelight app is empty. Sign in to the app, open the list of devices, and make the backup again.',
  text: 'No device was found in this text. Each must be a JSON object with at least "did" and "token", as in the list of the cloud or the log of Mi Home 5.4.49. Other files that can be read are an Android backup (backup.ab), miio2.db, the _mihome.sqlite of an iPhone, and miot.xml of the Yeelight app.',
};

async function readAny(bytes: Uint8Array, reading: Reading): Promise<TokenSource> {
  if (isBackup(bytes)) return readAndroidBackup(bytes, reading);
  if (isDatabase(bytes)) return readTables({ main: bytes }, reading);
  const text = textOf(bytes, reading.limits.textBytes);
  if (isXml(text)) return addAll(devicesInYeelight(text), 'yeelight', reading);
  return addAll(devicesInText(text), 'text', reading);
}

async function readAndroidBackup(bytes: Uint8Array, reading: Reading): Promise<TokenSource> {
  const { password, clock = systemClock } = reading.options;
  const content = await readBackup(bytes, { password, limits: reading.limits, clock });
  if ('yeelight' in content) return addAll(devicesInYeelight(textOf(content.yeelight, reading.limits.textBytes)), 'yeelight', reading);
  await readTables(content.database, reading);
  return 'android-backup';
}

async function readTables(files: DatabaseFiles, reading: Reading): Promise<TokenSource> {
  const { folder = tmpdir(), loadSqlite = systemSqlite } = reading.options;
  const { source, rows } = await readDatabase(files, { folder, loadSqlite, most: reading.limits.devices });
  return addAll(rows, source, reading);
}

/** `undefined` among the rows is time for something else. */
async function addAll(rows: Iterable<FoundRow | undefined>, source: TokenSource, { collection }: Reading): Promise<TokenSource> {
  let count = 0;
  for (const row of rows) {
    if (row !== undefined) {
      collection.add(row);
      count++;
    }
    // A long log repeats its devices thousands of times: everybody else in this process gets a turn.
    if (row === undefined || count % ROWS_PER_TURN === 0) await setImmediate();
  }
  return source;
}

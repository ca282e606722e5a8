/** Devices in the databases of the apps, Android's `miio2.db` and Apple's `_mihome.sqlite` (miio-lan.md §8.1, §8.3). */

import { LumiotError } from '../../home/errors';
import type { TokenSource } from '../types';
import { type FoundRow, fieldName, foundRow, knownFields } from './found-row';
import { inPrivateFolder } from './private-folder';
import { refusal } from './refusals';

type Sqlite = typeof import('node:sqlite');
type Database = InstanceType<Sqlite['DatabaseSync']>;

/** How `node:sqlite` is got at: Node.js before 22.5 has none, before 22.13 hides it. */
export type SqliteLoader = () => Promise<Sqlite>;

export const systemSqlite: SqliteLoader = () => import('node:sqlite');

const MAGIC = 'SQLite format 3\0';
/** Behind the path in a journal that names another; also the beginning of every journal. */
const JOURNAL_MAGIC = Buffer.from('d9d505f920a163d7', 'hex');
/** What is looked at of a value; no field of a device is longer. */
const LONGEST_VALUE = 1024;
/** Longer values are not even loaded: a crafted file can have one of megabytes stand in each of its rows. */
const MOST_VALUE_BYTES = 16_384;

const layouts: readonly { readonly table: string; readonly source: TokenSource }[] = [
  { table: 'devicerecord', source: 'android-database' },
  { table: 'ZDEVICE', source: 'ios-database' },
];

const noDatabase =
  'This is not a database of Mi Home: it has neither the table devicerecord (miio2.db on Android) nor ZDEVICE (a file that ends in _mihome.sqlite in the backup of an iPhone). Choose one of these files.';
const brokenDatabase =
  'This database is damaged or was cut short. Close the app, and copy the file once more, with those beside it whose names begin alike.';
const foreignJournal =
  'The journal beside this database names another file, which no phone does. Make the backup again, and do not use this one: it may be meant to do harm.';

export function isDatabase(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
}

/** A database and what lies beside it. The index of its log (`-shm`) is left out: SQLite makes it anew, and a stale one misleads it. */
export interface DatabaseFiles {
  readonly main: Uint8Array;
  readonly wal?: Uint8Array | undefined;
  readonly journal?: Uint8Array | undefined;
}

export interface DatabaseContent {
  readonly source: TokenSource;
  readonly rows: readonly FoundRow[];
}

/** Reads at most `most` rows. */
export async function readDatabase(
  files: DatabaseFiles,
  { folder, loadSqlite, most }: { folder: string; loadSqlite: SqliteLoader; most: number },
): Promise<DatabaseContent> {
  const { DatabaseSync } = await loadSqlite().catch(() => {
    throw new LumiotError(
      'UNSUPPORTED',
      `Databases can be read from Node.js 22.13 on (from 22.5 on with --experimental-sqlite); this is ${process.version}. Update Node.js, or paste the devices as text.`,
    );
  });
  const { journal } = files;
  const hasJournal = journal !== undefined && journal.length > 0;
  if (hasJournal && namesAnotherFile(journal)) throw refusal(foreignJournal);
  return inPrivateFolder(folder, async ({ write }) => {
    const path = await write('tokens.db', files.main);
    if (files.wal !== undefined) await write('tokens.db-wal', files.wal);
    if (hasJournal) await write('tokens.db-journal', journal);
    let database: Database | undefined;
    try {
      // What a journal holds has to be undone first, in this copy; a database without one is only read.
      database = new DatabaseSync(path, { readOnly: !hasJournal });
      database.exec('PRAGMA trusted_schema = OFF');
      return readDevices(database, most);
    } catch (error) {
      if (error instanceof LumiotError) throw error;
      throw refusal(brokenDatabase);
    } finally {
      database?.close();
    }
  });
}

/**
 * A journal may end with the path of a journal above it, and SQLite up to 3.51 at least (Node.js 22) deletes whatever file that is. No app
 * with one database writes such an end; somebody who wants a file of this host gone might.
 */
function namesAnotherFile(journal: Uint8Array): boolean {
  return Buffer.from(journal.subarray(-JOURNAL_MAGIC.length)).equals(JOURNAL_MAGIC);
}

function readDevices(database: Database, most: number): DatabaseContent {
  for (const { table, source } of layouts) {
    const spelled = nameOf(database, table);
    if (spelled !== undefined) return { source, rows: rowsOf(database, spelled, source === 'ios-database', most) };
  }
  throw refusal(noDatabase);
}

/** All that may name a table without being a view or a virtual table of that name, as SQLite itself writes it. */
const harmlessSql = ['TABLE', 'INDEX', 'UNIQUE INDEX', 'TRIGGER'].map((kind) => `sql NOT LIKE 'CREATE ${kind} %'`).join(' AND ');

/**
 * Only real tables: a view or a virtual table would compute its rows, for as long as its author likes. `pragma_table_list` knows which is
 * which, but looks into every view of the file for that, and views of views take for ever.
 */
function nameOf(database: Database, table: string): string | undefined {
  const found = database
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND sql LIKE 'CREATE TABLE %' AND name = ?1 COLLATE NOCASE
        AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE instr(lower(sql), lower(?1)) > 0 AND ${harmlessSql})`,
    )
    .get(table);
  return typeof found?.name === 'string' ? found.name : undefined;
}

function rowsOf(database: Database, table: string, isApple: boolean, most: number): FoundRow[] {
  // Columns that are computed are not in this list.
  const columns = database
    .prepare(`PRAGMA table_info(${quoted(table)})`)
    .all()
    .map(({ name }) => String(name))
    .filter((name) => knownFields.has(fieldName(name, isApple)));
  const fields = columns.map((name) => fieldName(name, isApple));
  if (!fields.includes('token'))
    throw refusal(`The table ${table} of this database has no column for tokens: its app is too new or too old.`);
  const parts = columns.map(quoted).map((name, index) => {
    return `CASE WHEN octet_length(${name}) <= ${MOST_VALUE_BYTES} THEN substr(${name}, 1, ${LONGEST_VALUE}) END AS f${index}`;
  });
  const rows = database.prepare(`SELECT ${parts.join(', ')} FROM ${quoted(table)} LIMIT ${most + 1}`).all();
  return rows.map((row) => foundRow(new Map(fields.map((field, index) => [field, row[`f${index}`]]))));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The archive inside an Android backup: names of all kinds, what lies beside a database, and bounds (miio-lan.md §8.1). */

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, createDeflate, deflateSync } from 'node:zlib';
import { ManualClock } from '../../../support/clock';
import { workedMs } from '../../../support/work';
import { importing, refused, refusing } from './rig';
import * as sample from './samples';

const row = ['68332340', 'Desk lamp', sample.TOKEN] as const;
const sql = sample.androidSql([row]);
const content = sample.database(sql);

async function names(archive: Uint8Array): Promise<readonly string[]> {
  const { devices } = await importing(sample.backup(archive));
  return devices.map(({ name }) => name);
}

describe('the archive in an Android backup', () => {
  it('may split a name, or tell it before', async () => {
    const [folder, file] = ['apps/com.xiaomi.smarthome/db', 'miio2.db'];
    assert.deepEqual(await names(sample.tar([{ name: file, prefix: folder, content }])), ['Desk lamp']);
    const gnu = [
      { name: '././@LongLink', type: 'L', content: Buffer.from(`${sample.DATABASE}\0`) },
      { name: 'cut', content },
    ];
    assert.deepEqual(await names(sample.tar(gnu)), ['Desk lamp']);
    const record = `path=${sample.DATABASE}\n`;
    const pax = [
      { name: 'PaxHeaders/x', type: 'x', content: Buffer.from(`${record.length + 3} ${record}`) },
      { name: 'cut', content },
    ];
    assert.deepEqual(await names(sample.tar(pax)), ['Desk lamp']);
  });

  it('may hold many files before the database, of any size', async () => {
    const others = Array.from({ length: 500 }, (_, index) => ({
      name: `apps/com.xiaomi.smarthome/f/${index}`,
      content: Buffer.alloc((index * 97) % 1200, index),
    }));
    const big = { name: 'apps/com.xiaomi.smarthome/f/big', content: Buffer.alloc(3_000_000, 7) };
    assert.deepEqual(await names(sample.tar([...others, big, ...others, { name: sample.DATABASE, content }])), ['Desk lamp']);
  });

  it('is not read further once the folder of the database is behind', async () => {
    const file = sample.backup(
      sample.tar([
        { name: sample.DATABASE, content },
        { name: 'apps/com.xiaomi.smarthome/sp/x', content: Buffer.alloc(100) },
      ]),
      { isCompressed: false },
    );
    assert.equal((await importing(file.subarray(0, file.length - 1100))).devices.length, 1);
  });

  it('gives the log beside a database, before or behind it, whose pages are newer', async () => {
    const files = sample.databaseFiles(
      `PRAGMA journal_mode = WAL; ${sql}; PRAGMA wal_checkpoint(TRUNCATE); UPDATE devicerecord SET name = 'Renamed'`,
      true,
    );
    const member = (suffix: string): sample.Member => ({
      name: sample.DATABASE + suffix,
      content: files.get(suffix) ?? assert.fail(suffix),
    });
    assert.deepEqual(await names(sample.tar([member('')])), ['Desk lamp']);
    assert.deepEqual(await names(sample.tar([member('-wal'), member('')])), ['Renamed']);
    assert.deepEqual(await names(sample.tar([member(''), member('-shm'), member('-wal')])), ['Renamed']);
  });

  it('gives the journal beside a database, which undoes what was half written', async () => {
    const [main, journal] = halfWritten();
    assert.deepEqual(await names(sample.tar([main, journal])), ['Desk lamp']);
    assert.deepEqual(await names(sample.tar([main, { ...journal, content: Buffer.alloc(0) }])), ['Half written']);
  });

  it('cannot have a file of this host deleted by a journal', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lumiot-victim-'));
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'x\0');
    try {
      const [main, journal] = halfWritten();
      const path = Buffer.from(victim);
      const numbers = Buffer.alloc(8);
      numbers.writeUInt32BE(path.length, 0);
      numbers.writeUInt32BE(
        path.reduce((sum, byte) => sum + byte, 0),
        4,
      );
      const end = [Buffer.alloc(4), path, numbers, Buffer.from('d9d505f920a163d7', 'hex')];
      const crafted = { ...journal, content: Buffer.concat([journal.content ?? Buffer.alloc(0), ...end]) };
      await refused(sample.backup(sample.tar([main, crafted])), /names another file/);
      assert.ok(existsSync(victim));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is refused where it holds too much', async () => {
    const archive = sample.tar([{ name: sample.DATABASE, content }]);
    await refused(sample.backup(archive), /database.*larger than 4 kB|stored.*larger than 4 kB/, { limits: { memberBytes: 4096 } });
    await refused(sample.backup(archive), /unpacks to more than 9 kB/, { limits: { inflatedBytes: 9000 } });
    const many = sample.tar(Array.from({ length: 30 }, (_, index) => ({ name: `f/${index}` })));
    await refused(sample.backup(many), /more than 20 files/, { limits: { members: 20 } });
    await refused(sample.backup(archive), /larger than 1 kB/, { limits: { inputBytes: 300 } });
  });

  it('is refused for the size that it claims, before that is read', async () => {
    const claims = Buffer.concat([sample.tarHeader({ name: sample.DATABASE, size: 2 ** 31 }), Buffer.alloc(2048)]);
    await refused(sample.backup(claims), /more than 256 MB/);
    const wanted = Buffer.concat([sample.tarHeader({ name: sample.DATABASE, size: 100 * 2 ** 20 }), Buffer.alloc(2048)]);
    await refused(sample.backup(wanted), /larger than 64 MB/);
  });

  it('is refused after a time', async () => {
    const clock = new ManualClock();
    const zeros = deflateSync(Buffer.concat([sample.tarHeader({ name: 'f/big', size: 200 * 2 ** 20 }), Buffer.alloc(150 * 2 ** 20)]));
    const file = Buffer.concat([Buffer.from('ANDROID BACKUP\n5\n1\nnone\n'), zeros]);
    const late = refused(file, /within 60 seconds/, { clock });
    await clock.advance(61_000);
    await late;
  });

  for (const [name, head] of [
    ['zeros', Buffer.alloc(0)],
    ['one file', sample.tarHeader({ name: 'apps/com.xiaomi.smarthome/f/big', size: 250 * 2 ** 20 })],
    [
      'two files',
      Buffer.concat([
        sample.tarHeader({ name: 'f/a', size: 200 * 2 ** 20 }),
        Buffer.alloc(200 * 2 ** 20),
        sample.tarHeader({ name: 'f/b', size: 200 * 2 ** 20 }),
      ]),
    ],
  ] as const) {
    it(`is refused within bounds where it inflates to two gibibytes: ${name}`, async () => {
      const file = Buffer.concat([Buffer.from('ANDROID BACKUP\n5\n1\nnone\n'), await deflatedZeros(head, 2 ** 31)]);
      assert.ok(file.length < 16_000_000);
      globalThis.gc?.();
      const before = process.memoryUsage.rss();
      let most = before;
      const watch = setInterval(() => {
        most = Math.max(most, process.memoryUsage.rss());
      }, 5);
      const started = workedMs();
      const error = await refusing(file);
      clearInterval(watch);
      assert.match(error.message, /unpacks to more than 256 MB/);
      assert.ok(workedMs() - started < 10_000, `${workedMs() - started} ms`);
      assert.ok(most - before < 100 * 2 ** 20, `${Math.round((most - before) / 2 ** 20)} MB`);
    }).timeout(60_000);
  }
});

/** A database and its journal in the middle of a transaction. */
function halfWritten(): [sample.Member, sample.Member] {
  const files = sample.databaseFiles(
    `PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; ${sql}; BEGIN; UPDATE devicerecord SET name = 'Half written';
     CREATE TABLE filler (a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO filler SELECT randomblob(2000) FROM n`,
    true,
  );
  const member = (suffix: string): sample.Member => ({ name: sample.DATABASE + suffix, content: files.get(suffix) ?? assert.fail(suffix) });
  return [member(''), member('-journal')];
}

/** Packed in pieces, so that the two gibibytes never exist here either. */
async function deflatedZeros(head: Uint8Array, bytes: number): Promise<Buffer> {
  const deflate = createDeflate({ level: constants.Z_BEST_SPEED });
  const packed: Buffer[] = [];
  deflate.on('data', (piece: Buffer) => packed.push(piece));
  const zeros = Buffer.alloc(2 ** 22);
  deflate.write(head);
  for (let written = 0; written < bytes; written += zeros.length) {
    if (!deflate.write(zeros)) await new Promise((resolve) => deflate.once('drain', resolve));
  }
  await new Promise((resolve) => deflate.end(resolve));
  return Buffer.concat(packed);
}

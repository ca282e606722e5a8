/** Databases of Mi Home: both kinds, columns that come and go, files that are something else, and a Node.js without SQLite (miio-lan.md §8). */

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as sqlite from 'node:sqlite';
import { LumiotError } from '../../../../lib/home/errors';
import { importTokens } from '../../../../lib/miio/token-import';
import { importing, refused, refusing } from './rig';
import * as sample from './samples';

const lamp = sample.database(sample.androidSql([['68332340', 'Desk lamp', sample.TOKEN]]));

describe('the import of an Android database', () => {
  it('gives devices, and why others are left out', async () => {
    const file = sample.database(
      sample.androidSql([
        ['68332340', 'Desk lamp', ` ${sample.TOKEN.toUpperCase()} `],
        ['2', 'Empty', ''],
        ['3', 'Null', null],
        ['4', 'Zeros', '0'.repeat(32)],
        ['5', 'Fs', 'F'.repeat(32)],
        ['6', 'Short', '00112233'],
        ['blt.3.abc', 'Button', sample.TOKEN],
        ['lumi.158d0001a2b3c4', 'Door', sample.TOKEN],
        ['virtual', 'Scene', sample.TOKEN],
        ['7', 'Characters', 'AbCdEfGhIjKlMnOp'],
        ['8', 'Looks like text', '476e6b70476e6b70476e6b70476e6b70'],
      ]),
    );
    const { source, devices, skipped } = await importing(file);
    assert.equal(source, 'android-database');
    assert.deepEqual(
      devices.map(({ did, token }) => [did, token]),
      [
        ['68332340', sample.TOKEN],
        ['7', '4162436445664768496a4b6c4d6e4f70'],
        ['8', '476e6b70476e6b70476e6b70476e6b70'],
      ],
    );
    assert.deepEqual(
      skipped.map(({ name, reason }) => [name, reason.split(/[,.]/, 1)[0]]),
      [
        ['Empty', 'It has no token'],
        ['Null', 'It has no token'],
        ['Zeros', 'Its token is hidden (all zeros or all f)'],
        ['Fs', 'Its token is hidden (all zeros or all f)'],
        ['Short', 'Its token is not 32 hexadecimal digits'],
        ['Button', 'It is reached over Bluetooth'],
        ['Door', 'It is reached over a gateway'],
        ['Scene', 'Its id is not a number'],
      ],
    );
    assert.ok(!JSON.stringify(skipped).includes('00112233'));
  });

  it('does without columns that this version does not have', async () => {
    const file = sample.database(
      `CREATE TABLE DeviceRecord (NAME TEXT, token BLOB); INSERT INTO DeviceRecord VALUES ('A', x'${sample.TOKEN}')`,
    );
    assert.deepEqual((await importing(file)).devices, [{ did: '', name: 'A', host: '', mac: '', model: '', token: sample.TOKEN }]);
    await refused(sample.database('CREATE TABLE devicerecord (name TEXT)'), /no column for tokens/);
  });

  it('takes a did that is stored as a number', async () => {
    const file = sample.database(
      `CREATE TABLE devicerecord (did INTEGER, token TEXT); INSERT INTO devicerecord VALUES (1082939475968, '${sample.TOKEN}')`,
    );
    assert.equal((await importing(file)).devices[0]?.did, '1082939475968');
    const huge = sample.database(
      `CREATE TABLE devicerecord (did INTEGER, token TEXT); INSERT INTO devicerecord VALUES (9223372036854775807, '${sample.TOKEN}')`,
    );
    assert.equal((await importing(huge)).devices[0]?.did, '9223372036854775807');
  });

  it('bounds and cleans what it takes over', async () => {
    const file = sample.database(`CREATE TABLE devicerecord (did TEXT, name TEXT, localIP TEXT, mac TEXT, model TEXT, token TEXT);
      INSERT INTO devicerecord VALUES ('1', '${'x'.repeat(5000)}', '999.1.1.1', 'not a mac', 'a b', '${sample.TOKEN}'),
        ('2', 'Lamp' || char(7) || char(0x202e) || 'pmal' || char(10), 'example.org', 'aabbcc001122', '${'m'.repeat(100)}.x', '${sample.TOKEN}'),
        ('${'9'.repeat(30)}', 'Number', '', '', '', '${sample.TOKEN}')`);
    const { devices, skipped } = await importing(file);
    assert.deepEqual(devices, [
      { did: '1', name: 'x'.repeat(128), host: '', mac: '', model: '', token: sample.TOKEN },
      { did: '2', name: 'Lamp pmal', host: '', mac: 'AA:BB:CC:00:11:22', model: '', token: sample.TOKEN },
    ]);
    assert.equal(skipped.length, 1);
  });

  it('keeps the newest of a device that stands in it twice', async () => {
    const file = sample.database(
      sample.androidSql([
        ['1', 'Old', '1'.repeat(32)],
        ['1', 'New', '2'.repeat(32)],
        ['1', 'Newest, reset', ''],
      ]),
    );
    const { devices, skipped } = await importing(file);
    assert.deepEqual([devices.length, devices[0]?.name, devices[0]?.token, skipped], [1, 'New', '2'.repeat(32), []]);
  });

  it('reads no more rows than a home can have', async () => {
    const rows = Array.from({ length: 21 }, (_, index) => [String(index + 1), `Lamp ${index}`, sample.TOKEN] as const);
    assert.equal((await importing(sample.database(sample.androidSql(rows.slice(1))), { limits: { devices: 20 } })).devices.length, 20);
    await refused(sample.database(sample.androidSql(rows)), /more than 20 devices/, { limits: { devices: 20 } });
  });

  it('does not run what poses as a table', async () => {
    const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i AS did, i AS token FROM n WHERE i > 1';
    await refused(sample.database(`CREATE VIEW devicerecord AS ${endless}`), /neither the table devicerecord/);
    const computed = `CREATE TABLE devicerecord (did TEXT, token TEXT, name TEXT AS (hex(zeroblob(1000))));
      INSERT INTO devicerecord VALUES ('1', '${sample.TOKEN}')`;
    assert.equal((await importing(sample.database(computed))).devices[0]?.name, '');
  });

  it('says that it is empty', async () => {
    await refused(sample.database(sample.androidSql([])), /lists no device/);
  });
});

describe('the import of an iPhone’s database', () => {
  it('decrypts tokens', async () => {
    const file = sample.database(
      sample.appleSql([
        ['96', sample.ZTOKEN],
        ['64', sample.ZTOKEN.slice(0, 64).toUpperCase()],
        ['32', sample.TOKEN],
      ]),
    );
    const { source, devices } = await importing(file);
    assert.equal(source, 'ios-database');
    assert.deepEqual(
      devices.map(({ name, host, mac, model, token }) => [name, host, mac, model, token]),
      [
        ['96', '192.168.1.0', 'AA:BB:CC:00:11:20', 'a.b.c', sample.TOKEN],
        ['64', '192.168.1.1', 'AA:BB:CC:00:11:21', 'a.b.c', sample.TOKEN],
        ['32', '192.168.1.2', 'AA:BB:CC:00:11:22', 'a.b.c', sample.TOKEN],
      ],
    );
  });

  it('leaves out tokens that do not decrypt to one', async () => {
    const otherPadding = `${sample.ZTOKEN.slice(0, 64)}${'0'.repeat(32)}`;
    const rows = [
      otherPadding,
      `${'0'.repeat(64)}${sample.ZTOKEN.slice(64)}`,
      sample.ZTOKEN.slice(1),
      sample.ZTOKEN.slice(0, 80),
      null,
      '',
    ].map((token, index) => [`Row ${index}`, token] as const);
    const { devices, skipped } = await importing(sample.database(sample.appleSql(rows)));
    assert.deepEqual(devices, []);
    assert.deepEqual(
      skipped.map(({ reason }) => reason.split('.', 1)[0]),
      [
        'Its encrypted token cannot be read',
        'Its encrypted token cannot be read',
        'Its token is not 32 hexadecimal digits',
        'Its token is not 32 hexadecimal digits',
        'It has no token',
        'It has no token',
      ],
    );
  });
});

describe('the import of any database', () => {
  it('says which tables it looked for', async () => {
    await refused(sample.database('CREATE TABLE Files (fileID TEXT)'), /devicerecord.*ZDEVICE/);
  });

  it('says that a broken one is broken', async () => {
    await refused(lamp.subarray(0, 100), /damaged or was cut short/);
    await refused(lamp.subarray(0, 4096), /damaged or was cut short/);
    await refused(Buffer.concat([lamp.subarray(0, 100), Buffer.alloc(8092, 0xff)]), /damaged or was cut short/);
  });

  it('names the Node.js that is needed where this one has no SQLite', async () => {
    const loadSqlite = async (): Promise<typeof sqlite> => {
      throw Object.assign(new Error('No such built-in module: node:sqlite'), { code: 'ERR_UNKNOWN_BUILTIN_MODULE' });
    };
    for (const file of [lamp, sample.workedBackup]) {
      const error = await refusing(file, { loadSqlite });
      assert.equal(error.code, 'UNSUPPORTED');
      assert.match(error.message, /Node\.js 22\.13/);
      assert.ok(error.message.includes(process.version));
    }
    // Everything else is read all the same.
    assert.equal((await importing(sample.logLine([{ did: '1', token: sample.TOKEN }]), { loadSqlite })).devices.length, 1);
  });

  it('keeps its copy to itself, and only for that time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lumiot-import-'));
    const seen: string[] = [];
    class Watching extends sqlite.DatabaseSync {
      constructor(path: string, options: sqlite.DatabaseSyncOptions) {
        super(path, options);
        for (const part of [folder, join(path, '..'), path]) seen.push((statSync(part).mode & 0o777).toString(8));
        seen.push(String(options.readOnly));
      }
    }
    try {
      await importTokens(lamp, { folder, loadSqlite: async () => ({ ...sqlite, DatabaseSync: Watching }) });
      assert.deepEqual(seen, ['700', '700', '600', 'true']);
      assert.deepEqual(readdirSync(folder), []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('leaves nothing behind when reading fails', async () => {
    class Failing extends sqlite.DatabaseSync {
      override prepare(): never {
        throw new Error(`disk I/O error near ${sample.TOKEN}`);
      }
    }
    const error = await refusing(lamp, { loadSqlite: async () => ({ ...sqlite, DatabaseSync: Failing }) });
    assert.equal(error.code, 'BAD_INPUT');
    assert.ok(!error.message.includes(sample.TOKEN));
    assert.equal(error.cause, undefined);
  });

  it('says where it cannot write', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lumiot-import-'));
    try {
      const missing = join(folder, 'missing');
      await assert.rejects(importTokens(lamp, { folder: missing }), (error) => {
        assert.ok(error instanceof LumiotError);
        assert.equal(error.code, 'STORE_FAILED');
        assert.ok(error.message.includes(missing));
        return true;
      });
      // A folder that is another's: nothing is followed, and nothing of it deleted.
      writeFileSync(join(folder, 'kept'), 'x');
      symlinkSync(folder, join(folder, 'link'));
      await importTokens(lamp, { folder: join(folder, 'link') });
      assert.deepEqual(readdirSync(folder).sort(), ['kept', 'link']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

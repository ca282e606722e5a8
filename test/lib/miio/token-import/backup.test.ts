/** Android backups: every version, plain and encrypted, and what goes wrong with them (miio-lan.md §8.1, §8.6). */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { BackupPasswordError } from '../../../../lib/miio/token-import';
import { importing, refused, refusing } from './rig';
import * as sample from './samples';

const database = sample.database(sample.androidSql([['68332340', 'Desk lamp', sample.TOKEN]]));
const archive = sample.tar([
  { name: 'apps/com.xiaomi.smarthome/_manifest', content: Buffer.from('1\n') },
  { name: sample.DATABASE, content: database },
]);
const lamp = {
  did: '68332340',
  name: 'Desk lamp',
  host: '192.168.1.50',
  mac: 'AA:BB:CC:00:11:22',
  model: 'yeelink.light.lamp1',
  token: sample.TOKEN,
};

describe('the import of an Android backup', () => {
  it('reads the worked example', async () => {
    const digest = createHash('sha256').update(sample.workedBackup).digest('hex');
    assert.equal(digest, '684f2eff3d80041c5347f2ff67b02c68af5fcff10b5dd3575402915f7713627f');
    const { source, devices, skipped } = await importing(sample.workedBackup);
    assert.equal(source, 'android-backup');
    assert.deepEqual(devices, [lamp]);
    assert.equal(skipped.length, 1);
    assert.match(skipped[0]?.reason ?? '', /Bluetooth/);
  });

  for (const version of [1, 2, 3, 4, 5]) {
    for (const isCompressed of [true, false]) {
      for (const password of [undefined, 'secret', 'Schlüssel 鑰']) {
        it(`reads version ${version}, ${isCompressed ? '' : 'not '}compressed, ${password === undefined ? 'plain' : `under "${password}"`}`, async () => {
          const file = sample.backup(archive, { version, isCompressed, ...(password !== undefined && { password, rounds: 1000 }) });
          assert.deepEqual((await importing(file, { password })).devices, [lamp]);
        });
      }
    }
  }

  it('opens the vector of a master key', async () => {
    const file = sample.backup(archive, { password: 'secret' });
    const blob =
      '6CCBDF47A4935AD4C7BCC785719529BDBB2B3EC17293F70CFBF802F38AED835DBB0C1EE231E04530CE01899610D9B33A25ABC0B072E6D040C195029572DFBD4366604ABF76B717D3050F59E63AAB5ADB5CF440771D536970912BC0B1060C96D1';
    const lines = file.toString('latin1').split('\n', 9);
    // The checksum inside is no one's business, and the samples' own may differ: the vector's line takes its place.
    const withVector = Buffer.concat([
      Buffer.from(`${[...lines.slice(0, 8), blob].join('\n')}\n`),
      file.subarray(lines.reduce((length, line) => length + line.length + 1, 0)),
    ]);
    assert.deepEqual((await importing(withVector, { password: 'secret' })).devices, [lamp]);
  });

  it('tells a missing password from a wrong one', async () => {
    const file = sample.backup(archive, { password: 'secret', rounds: 10 });
    for (const [password, expected] of [
      [undefined, 'missing'],
      ['', 'missing'],
      ['Secret', 'wrong'],
      ['secret ', 'wrong'],
    ] as const) {
      const error = await refusing(file, { password });
      assert.ok(error instanceof BackupPasswordError);
      assert.equal(error.code, 'BAD_INPUT');
      assert.equal(error.password, expected);
    }
    const [missing, wrong] = await Promise.all([refusing(file), refusing(file, { password: 'wrong horse' })]);
    assert.notEqual(missing.message, wrong.message);
    assert.ok(!wrong.message.includes('horse'));
  });

  for (const password of [undefined, 'secret']) {
    for (const isCompressed of [true, false]) {
      const name = `${isCompressed ? '' : 'not '}compressed, ${password === undefined ? 'plain' : 'encrypted'}`;
      it(`says of one that was cut short that it was: ${name}`, async () => {
        const file = sample.backup(archive, { isCompressed, ...(password !== undefined && { password, rounds: 10 }) });
        const start = file.length - (isCompressed ? 200 : 10_000);
        for (const length of [15, 20, start, start + 3, start + 16, file.length - 16, file.length - 5, file.length - 1]) {
          const error = await refusing(file.subarray(0, length), { password });
          assert.match(error.message, /cut short/, `${length} of ${file.length}`);
        }
      });
    }
  }

  it('says of changed line ends that they are', async () => {
    await refused(sample.backup(archive, { lineEnd: '\r\n' }), /LF became CRLF/);
    await refused(sample.backup(archive, { lineEnd: '\r\n', password: 'secret', rounds: 10 }), /LF became CRLF/, { password: 'secret' });
    await refused(Buffer.from(sample.backup(archive).toString('latin1').replaceAll('\n', '\r\n'), 'latin1'), /LF became CRLF/);
  });

  it('says of damaged data that it is', async () => {
    const file = sample.backup(archive);
    file.fill(0xff, 200, 260);
    await refused(file, /damaged/);
    const notCompressed = sample.backup(archive, { isCompressed: false });
    notCompressed.write('garbage', 24 + 3);
    await refused(notCompressed, /damaged/);
  });

  it('refuses versions, methods and headers that it does not know', async () => {
    await refused('ANDROID BACKUP\n6\n1\nnone\nx', /version/);
    await refused('ANDROID BACKUP\n\n1\nnone\nx', /version/);
    await refused('ANDROID BACKUP\n5\n2\nnone\nx', /damaged/);
    await refused('ANDROID BACKUP\n5\n1\nAES-512\nx', /AES-256 is/);
    await refused(`ANDROID BACKUP\n5\n1\nAES-256\n${'0'.repeat(2000)}`, /damaged/, { password: 'secret' });
    for (const rounds of ['0', '-1', '1e3', '1000001', '9999999999', 'many']) {
      const lines = ['00', '00', rounds, '00'.repeat(16), '00'.repeat(96), ''].join('\n');
      await refused(`ANDROID BACKUP\n5\n1\nAES-256\n${lines}`, /^This Android backup is damaged/, { password: 'secret' });
    }
    for (const [iv, blob] of [
      ['00', '00'.repeat(96)],
      ['00'.repeat(16), '00'.repeat(95)],
      ['zz'.repeat(16), '00'.repeat(96)],
      ['00'.repeat(16), '000'],
    ]) {
      await refused(`ANDROID BACKUP\n5\n1\nAES-256\n00\n00\n10\n${iv}\n${blob}\n`, /^This Android backup is damaged/, {
        password: 'secret',
      });
    }
  });

  it('says which files are missing', async () => {
    const file = sample.backup(sample.tar([{ name: 'apps/com.xiaomi.smarthome/db/other.db', content: database }]));
    await refused(file, /miio2\.db.*miot\.xml.*5\.0\.19/);
    await refused(sample.backup(sample.tar([])), /miio2\.db/);
  });

  it('does not take a folder or a link for the database', async () => {
    for (const type of ['1', '2', '5']) {
      await refused(sample.backup(sample.tar([{ name: sample.DATABASE, type }])), /neither/);
    }
  });

  it('reads the list of the Yeelight app', async () => {
    const xml = Buffer.from(
      sample.yeelightXml([{ localip: '192.168.1.7', mac: '', model: 'yeelink.light.lamp4', name: 'Bed', token: sample.TOKEN }]),
    );
    const { source, devices } = await importing(sample.backup(sample.tar([{ name: sample.YEELIGHT, content: xml }])));
    assert.equal(source, 'yeelight');
    assert.deepEqual(devices, [{ did: '', name: 'Bed', host: '192.168.1.7', mac: '', model: 'yeelink.light.lamp4', token: sample.TOKEN }]);
    const both = sample.tar([
      { name: sample.YEELIGHT, content: xml },
      { name: sample.DATABASE, content: database },
    ]);
    assert.deepEqual((await importing(sample.backup(both))).devices, [lamp]);
  });
});

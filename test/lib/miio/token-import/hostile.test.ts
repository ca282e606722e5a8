/** Files that are made to do harm: small ones that take hours, long ones that give nobody else a turn, words that mean something to JavaScript. */

import assert from 'node:assert/strict';
import { workedMs } from '../../../support/work';
import { importing, refused } from './rig';
import * as sample from './samples';

/** Many times what is needed, a small part of what it would take. */
const SOON_MS = 2_000;
const LONGEST_TURN_MS = 1_000;

async function soon(task: () => Promise<unknown>): Promise<void> {
  const started = workedMs();
  await task();
  const tookMs = workedMs() - started;
  assert.ok(tookMs < SOON_MS, `${Math.round(tookMs)} ms`);
}

/** How often others had a turn meanwhile. */
async function turnsDuring(task: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let last = performance.now();
  let longestMs = 0;
  const watch = setInterval(() => {
    turns++;
    longestMs = Math.max(longestMs, performance.now() - last);
    last = performance.now();
  }, 1);
  await task().finally(() => clearInterval(watch));
  assert.ok(longestMs < LONGEST_TURN_MS, `${Math.round(longestMs)} ms`);
  return turns;
}

describe('the import of hostile files', () => {
  for (const type of ['x', 'g', 'L'])
    it(`refuses a header of type ${type} that is longer than any path`, async () => {
      const content = Buffer.from(`${'2x'.repeat(150_000)} `);
      for (const isCompressed of [true, false]) {
        // Behind a file whose end is not on the edge of a piece, and inside of one.
        const archive = sample.tar([{ name: 'f/a', content: Buffer.alloc(70_001, 1) }, { name: 'long', type, content }, { name: 'f/b' }]);
        await soon(() => refused(sample.backup(archive, { isCompressed }), /is damaged/));
      }
    });

  it('takes the longest path there is', async () => {
    const path = `path=${'a/'.repeat(2_048)}\n`;
    const content = sample.database(sample.androidSql([['1', 'Lamp', sample.TOKEN]]));
    const archive = sample.tar([
      { name: 'long', type: 'x', content: Buffer.from(`${path.length + 5} ${path}`) },
      { name: 'f/a' },
      { name: sample.DATABASE, content },
    ]);
    assert.equal((await importing(sample.backup(archive))).devices.length, 1);
  });

  it('does not look into views of views', async () => {
    const views = Array.from({ length: 30 }, (_, index) => {
      return `CREATE VIEW v${index + 1} AS SELECT DISTINCT x.a FROM v${index} x, v${index} y;`;
    });
    const file = sample.database(`${sample.androidSql([['1', 'Lamp', sample.TOKEN]])} CREATE VIEW v0 AS SELECT 1 AS a; ${views.join('')}`);
    await soon(async () => assert.equal((await importing(file)).devices.length, 1));
  });

  it('does not take a view for the table whose name its schema claims', async () => {
    const sql = `CREATE TABLE aaaaaaaaaaaa (did TEXT, token TEXT);
      CREATE VIEW bbbbbbbbbbbb AS SELECT '1' AS did, '${sample.TOKEN}' AS token`;
    const claimed = sample
      .database(sql)
      .toString('latin1')
      .replace('tableaaaaaaaaaaaa', 'tabledevicerecord')
      .replace('VIEW bbbbbbbbbbbb', 'VIEW devicerecord');
    await refused(Buffer.from(claimed, 'latin1'), /neither the table devicerecord|damaged/);
  });

  it('does not load a value of megabytes that stands in each row', async () => {
    // So long that little of it is on the page of its row.
    const [rows, bytes] = [600, 460 + 4_092 * 7_686];
    const file = sample.database(
      `CREATE TABLE devicerecord (did TEXT, token TEXT, name TEXT); INSERT INTO devicerecord VALUES ('1', '${sample.TOKEN}', printf('%.*c', ${bytes}, 'x'))`,
    );
    // The second page has the one row; now it has it six hundred times.
    const page = 4_096;
    const cell = file.readUInt16BE(page + 8);
    file.writeUInt16BE(rows, page + 3);
    for (let row = 0; row < rows; row++) file.writeUInt16BE(cell, page + 8 + 2 * row);
    await soon(() => importing(file));
  });

  for (const [name, text] of [
    ['braces', '{'.repeat(4_000_000)],
    ['escaped devices', `"${'{\\"did\\"\n'.repeat(400_000)}`],
    ['settings without a device', `<?xml <set name="deviceList">${'<string>{'.repeat(400_000)}</set>`],
  ] as const)
    it(`gives others a turn while it reads ${name}`, async () => {
      const turns = await turnsDuring(() => refused(text, /No device|is empty/));
      assert.ok(turns > 10, String(turns));
    }).timeout(20_000);

  it('knows no kind of connection that is only a word of JavaScript', async () => {
    const pids = ['constructor', 'toString', '__proto__'];
    const text = pids.map((pid, index) => `{"did":"${index + 1}","token":"${sample.TOKEN}","pid":"${pid}"}`).join();
    const { devices, skipped } = await importing(`[${text}]`);
    assert.deepEqual([devices.length, skipped], [3, []]);
  });

  it('keeps devices apart that have one name, or none, and neither number nor address', async () => {
    const tokens = ['1', '2', '3', '4'].map((digit) => digit.repeat(32));
    const names = ['Lamp', 'Lamp', '', ''];
    const rows = tokens.map((token, index) => `('${names[index]}', '${token}')`);
    const file = sample.database(`CREATE TABLE ZDEVICE (ZNAME TEXT, ZTOKEN TEXT); INSERT INTO ZDEVICE VALUES ${rows.join()}`);
    assert.deepEqual(
      (await importing(file)).devices.map(({ token }) => token),
      tokens,
    );
  });
});

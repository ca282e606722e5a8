/** Every kind of file, cut and with bits turned: an import gives devices or one of our errors, soon, and leaves nothing behind. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../../lib/home/errors';
import { workedMs } from '../../../support/work';
import { importing } from './rig';
import * as sample from './samples';

const ROUNDS = Number(process.env.LUMIOT_FUZZ_ROUNDS ?? 150);
const SLOWEST_MS = 5000;

const android = sample.database(
  sample.androidSql([
    ['68332340', 'Desk lamp', sample.TOKEN],
    ['blt.3.abc', 'Button', ''],
  ]),
);
const archive = sample.tar([
  { name: 'apps/com.xiaomi.smarthome/_manifest', content: Buffer.from('1\n') },
  { name: '././@LongLink', type: 'L', content: Buffer.from(`${sample.DATABASE}\0`) },
  { name: 'long', content: android },
]);
const files: Readonly<Record<string, Buffer>> = {
  'the worked example': sample.workedBackup,
  'a plain backup': sample.backup(archive, { isCompressed: false }),
  'an encrypted backup': sample.backup(archive, { password: 'secret', rounds: 10 }),
  'an encrypted backup that is not compressed': sample.backup(archive, { password: 'secret', rounds: 10, isCompressed: false }),
  'an Android database': android,
  'an iPhone’s database': sample.database(sample.appleSql([['Lamp', sample.ZTOKEN]])),
  'settings of the Yeelight app': Buffer.from(sample.yeelightXml([{ name: 'Lamp', token: sample.TOKEN }])),
  'a log': Buffer.from(`${sample.logLine([{ did: '1', name: 'Lamp', token: sample.TOKEN }])}\n`.repeat(3)),
};

describe('the import of damaged files', () => {
  for (const [name, file] of Object.entries(files)) {
    it(`survives ${name}`, async () => {
      const random = generator(file.length);
      for (let round = 0; round < ROUNDS; round++) {
        const damaged = round % 3 === 0 ? file.subarray(0, Math.floor(random() * file.length)) : flipped(file, random);
        const started = workedMs();
        await importing(damaged, { password: 'secret' }).then(checkDevices, checkError);
        assert.ok(workedMs() - started < SLOWEST_MS);
      }
    }).timeout(120_000);
  }
});

function checkDevices({ devices }: { devices: readonly { did: string; token: string }[] }): void {
  for (const { did, token } of devices) {
    assert.match(token, /^[0-9a-f]{32}$/);
    assert.match(did, /^\d{0,20}$/);
  }
}

function checkError(error: unknown): void {
  assert.ok(error instanceof LumiotError, error instanceof Error ? error.stack : String(error));
  assert.equal(error.code, 'BAD_INPUT');
  assert.ok(!error.message.includes(sample.TOKEN));
}

function flipped(file: Buffer, random: () => number): Buffer {
  const damaged = Buffer.from(file);
  // Half of the damage where the formats say what they are.
  const reach = random() < 0.5 ? Math.min(file.length, 400) : file.length;
  for (let flips = 1 + Math.floor(random() * 4); flips > 0; flips--) {
    const place = Math.floor(random() * reach);
    damaged[place] = (damaged[place] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  return damaged;
}

/** Pseudo-random numbers, the same in every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Every tone by its number and its names, as lumi-lan.md §4.4 has them: a table against a table. */

import assert from 'node:assert/strict';
import { findRingtone, ringtones } from '../../../lib/devices';

const NAMES: Readonly<Record<number, readonly string[]>> = {
  0: ['Police car 1', 'police', 'police1', 'siren'],
  1: ['Police car 2', 'police2'],
  2: ['Safety accident', 'accident', 'safety'],
  3: ['Missile countdown', 'missile', 'countdown'],
  4: ['Ghost'],
  5: ['Sniper', 'gunshot'],
  6: ['Battle'],
  7: ['Air raid', 'airraid'],
  8: ['Dog barking', 'dog', 'bark', 'barking', 'dogbark'],
  10: ['Doorbell', 'bell', 'door', 'ring'],
  11: ['Knock', 'knocking'],
  12: ['Funny', 'joke'],
  13: ['Alarm clock', 'alarm', 'clock'],
  20: ['MiMix'],
  21: ['Enthusiastic'],
  22: ['Guitar Classic', 'guitar'],
  23: ['Ice World Piano', 'piano'],
  24: ['Leisure Time', 'leisure'],
  25: ['Childhood'],
  26: ['Morning Streamlet', 'morning'],
  27: ['Music Box'],
  28: ['Orange'],
  29: ['Thinker'],
};

describe('every ringtone', () => {
  for (const [id, names] of Object.entries(NAMES))
    it(`${id} is ${names.join(', ')}`, () =>
      assert.deepEqual(
        names.map(findRingtone),
        names.map(() => Number(id)),
      ));

  it('is in the table', () =>
    assert.deepEqual(
      ringtones.map(({ id }) => id),
      Object.keys(NAMES).map(Number),
    ));

  it('ends where the own ones do', () => {
    assert.deepEqual([10_000, 10_001, 19_999, 20_000, 10_001.5].map(findRingtone), [undefined, 10_001, 19_999, undefined, undefined]);
  });
});

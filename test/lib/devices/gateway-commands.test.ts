/** Tones, pairing and removal (lumi-lan.md §4.1, §4.4). */

import assert from 'node:assert/strict';
import { findRingtone, joinPermission, playTone, removeDevice, ringtones, stopTone } from '../../../lib/devices';
import { LumiotError } from '../../../lib/home/errors';

const isBadInput = (error: unknown): boolean => error instanceof LumiotError && error.code === 'BAD_INPUT';

describe('ringtones', () => {
  it('are found by number, by text and by every name they have', () => {
    for (const { id, key, name } of ringtones) {
      for (const tone of [id, String(id), key, name, name.toUpperCase(), key.replaceAll('-', ' ')]) assert.equal(findRingtone(tone), id);
    }
  });

  it('are 23 with unique names', () => {
    assert.equal(ringtones.length, 23);
    assert.equal(new Set(ringtones.map(({ key }) => key)).size, 23);
  });

  it('go by aliases', () => {
    for (const alias of ['bark', 'dog', 'Dog Barking', 'DOG-BARKING']) assert.equal(findRingtone(alias), 8);
  });

  it('may be uploaded by the owner', () => {
    assert.equal(findRingtone(10001), 10001);
    assert.equal(findRingtone('19999'), 19999);
  });

  it('do not exist between and beyond', () => {
    const none = [9, 14, 19, 30, 999, 1000, 10000, 20000, -1, 1.5, Number.NaN, '', ' ', 'stop', 'nothing', '__proto__', 'constructor'];
    for (const tone of none) assert.equal(findRingtone(tone), undefined, String(tone));
  });
});

describe('gateway commands', () => {
  it('play and stop a tone', () => {
    assert.deepEqual(playTone({ tone: 'doorbell' }), { mid: 10 });
    assert.deepEqual(playTone({ tone: 2, volume: 30 }), { mid: 2, vol: 30 });
    assert.deepEqual(stopTone(), { mid: 10000 });
  });

  it('refuse a tone or a volume that does not exist', () => {
    assert.throws(() => playTone({ tone: 9 }), isBadInput);
    for (const volume of [-1, 101, Number.NaN]) assert.throws(() => playTone({ tone: 2, volume }), isBadInput);
  });

  it('let devices join and remove them', () => {
    assert.deepEqual(joinPermission(true), { join_permission: 'yes' });
    assert.deepEqual(joinPermission(false), { join_permission: 'no' });
    assert.deepEqual(removeDevice('158d0000f12345'), { remove_device: '158d0000f12345' });
    assert.throws(() => removeDevice('hall lamp'), isBadInput);
  });
});

/** What people send to the gateway's speaker → a tone or a stop. */

import assert from 'node:assert/strict';
import { parseRingtone, type RingtoneDefaults } from '../../../../lib/devices/commands/ringtone';
import { LumiotError } from '../../../../lib/home/errors';

const none: RingtoneDefaults = { tone: undefined, volume: undefined, duration: '' };
const chosen: RingtoneDefaults = { tone: 'doorbell', volume: '40', duration: '10' };
const isBadInput = (error: unknown): boolean => error instanceof LumiotError && error.code === 'BAD_INPUT';
const plays = (tone: number, volume?: number, duration = 0) => ({ stop: false, tone, volume, duration });

describe('a ringtone', () => {
  it('with a field in any case is understood, with a field nobody knows refused', () => {
    assert.deepEqual(parseRingtone({ tone: 'Doorbell', Volume: 20 }, none), plays(10, 20));
    assert.deepEqual(parseRingtone({ stop: true }, chosen), { stop: true });
    assert.throws(() => parseRingtone({ tone: 8, loudness: 20 }, none), isBadInput);
  });

  it('of a node whose volume is no number is refused, and not played without a sound', () => {
    assert.throws(() => parseRingtone(true, { ...chosen, volume: 'loud' }), isBadInput);
  });

  it('is a number, a number as text, or a name', () => {
    for (const payload of [8, '8', ' 8 ', 'dog', 'Dog Barking']) assert.deepEqual(parseRingtone(payload, none), plays(8));
    assert.deepEqual(parseRingtone(0, none), plays(0));
    assert.deepEqual(parseRingtone('10001', none), plays(10_001));
  });

  it('has a volume and a duration of its own', () => {
    assert.deepEqual(parseRingtone({ tone: 'knock', volume: '29.6', duration: '2.5' }, none), plays(11, 30, 2.5));
    assert.deepEqual(parseRingtone({ tone: 2, volume: 0 }, chosen), plays(2, 0, 10));
    assert.deepEqual(parseRingtone({ tone: 2, volume: '', duration: '' }, none), plays(2));
  });

  it('is the one of the settings whatever comes, unless an object names another', () => {
    for (const payload of [true, 5, 'anything', null, undefined, [], 1_700_000_000_000])
      assert.deepEqual(parseRingtone(payload, chosen), plays(10, 40, 10));
    assert.deepEqual(parseRingtone({}, chosen), plays(10, 40, 10));
    assert.deepEqual(parseRingtone({ tone: 0, duration: 0 }, chosen), plays(0, 40, 0));
  });

  it('stops, whatever the settings say', () => {
    for (const payload of ['stop', ' STOP ', 'off', 'false', false, { tone: null }, { tone: false }, { tone: 'stop' }]) {
      for (const defaults of [none, chosen]) assert.deepEqual(parseRingtone(payload, defaults), { stop: true });
    }
  });

  it('is refused where there is none', () => {
    for (const payload of [
      9,
      14,
      30,
      10_000,
      20_000,
      -1,
      1.5,
      Number.NaN,
      '',
      'polka',
      true,
      null,
      undefined,
      [],
      [8],
      {},
      { volume: 5 },
      { tone: {} },
      { tone: true },
    ])
      assert.throws(() => parseRingtone(payload, none), isBadInput, JSON.stringify(payload));
    assert.throws(() => parseRingtone(true, { ...none, tone: 'polka' }), isBadInput);
  });

  it('is refused with a volume or a duration that cannot be', () => {
    for (const more of [
      { volume: -1 },
      { volume: 101 },
      { volume: 'loud' },
      { volume: true },
      { duration: -1 },
      { duration: 3_601 },
      { duration: 'long' },
      { duration: Number.NaN },
    ])
      assert.throws(() => parseRingtone({ tone: 8, ...more }, none), isBadInput, JSON.stringify(more));
  });
});

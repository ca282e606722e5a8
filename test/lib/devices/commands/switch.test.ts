/** What people send to switches → the values to write. */

import assert from 'node:assert/strict';
import { channelProperties, channelProperty, needsState, parseSwitch } from '../../../../lib/devices/commands/switch';
import type { Values } from '../../../../lib/home/device';
import { LumiotError } from '../../../../lib/home/errors';

const one = (state: Values = {}, channel = 0) => ({ channels: 1, channel, state });
const two = (state: Values = {}, channel = 0) => ({ channels: 2, channel, state });
const three = (state: Values = {}, channel = 0) => ({ channels: 3, channel, state });
const parsed = (...args: Parameters<typeof parseSwitch>): Values => ({ ...parseSwitch(...args) });
const fails =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof LumiotError && error.code === code;

describe('the channels of a switch', () => {
  it('are "on" where there is one, and numbered where there are several', () => {
    assert.deepEqual([channelProperty(1, 1), channelProperty(2, 1), channelProperty(3, 3)], ['on', 'channel1', 'channel3']);
    assert.deepEqual(channelProperties(one()), ['on']);
    assert.deepEqual(channelProperties(two()), ['channel1', 'channel2']);
    assert.deepEqual(channelProperties(three({}, 2)), ['channel2']);
  });

  it('are refused where the device has none, or not that one', () => {
    assert.throws(() => channelProperties({ channels: 0, channel: 0 }), fails('UNSUPPORTED'));
    assert.throws(() => channelProperties(one({}, 2)), /only one channel/);
    assert.throws(() => channelProperties(two({}, 3)), /only 2 channels/);
  });
});

describe('a command to a switch', () => {
  it('switches every channel, or the one that was chosen', () => {
    assert.deepEqual(parsed('on', one()), { on: true });
    assert.deepEqual(parsed(0, two()), { channel1: false, channel2: false });
    assert.deepEqual(parsed('ON', three({}, 3)), { channel3: true });
  });

  it('names its channel', () => {
    assert.deepEqual(parsed({ on: 'off', channel: '2' }, three()), { channel2: false });
    assert.deepEqual(parsed({ on: true, channel: 0 }, two({}, 1)), { channel1: true, channel2: true });
    assert.deepEqual(parsed({ ON: true, Channel: 1 }, two()), { channel1: true });
  });

  it('is refused with a field nobody knows: what was meant by it would not be done', () => {
    assert.throws(() => parsed({ on: true, chanel: 1 }, two()), /chanel/);
  });

  it('says what each channel shall be', () => {
    assert.deepEqual(parsed({ channel1: true, CHANNEL3: 'off' }, three()), { channel1: true, channel3: false });
    assert.deepEqual(parsed({ channel1: 1 }, one()), { on: true });
  });

  it('toggles together: off when any is on', () => {
    assert.deepEqual(parsed('toggle', two({ channel1: true, channel2: false })), { channel1: false, channel2: false });
    assert.deepEqual(parsed('toggle', two({ channel1: false, channel2: false })), { channel1: true, channel2: true });
    assert.deepEqual(parsed({ channel1: 'toggle', channel2: 'toggle' }, two({ channel1: true, channel2: false })), {
      channel1: false,
      channel2: true,
    });
  });

  it('is refused where nobody can tell what is meant', () => {
    for (const payload of [
      '',
      'maybe',
      2,
      null,
      undefined,
      [],
      {},
      { channel: 1 },
      { on: 'maybe' },
      { on: true, channel: 4 },
      { on: true, channel: 1.5 },
      { on: true, channel: -1 },
      { on: true, channel: 'left' },
      { channel1: 'maybe' },
      { channel1: true, on: false },
      { channel1: true, note: 'foreign' },
      { channel4: true },
    ])
      assert.throws(() => parseSwitch(payload, three()), fails('BAD_INPUT'), JSON.stringify(payload));
  });
});

describe('a toggle', () => {
  it('needs the state of what it toggles, and of nothing else', () => {
    assert.equal(needsState('toggle', one()), true);
    assert.equal(needsState('toggle', one({ on: null })), true);
    assert.equal(needsState('toggle', one({ on: false })), false);
    assert.equal(needsState('toggle', two({ channel1: true })), true);
    assert.equal(needsState('toggle', two({ channel1: true }, 1)), false);
    assert.equal(needsState({ channel1: 'toggle' }, two({ channel2: true }, 2)), true);
    assert.equal(needsState({ channel1: 'toggle', channel2: true }, two({ channel1: true })), false);
    assert.equal(needsState({ on: 'toggle', channel: 2 }, two({ channel2: true })), false);
  });

  it('is the only one that does', () => {
    for (const payload of [true, 'off', { on: true }, { channel1: false }]) assert.equal(needsState(payload, two()), false);
  });
});

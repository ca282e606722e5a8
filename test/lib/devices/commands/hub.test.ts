/** Radio and alarm as people send them; lists, pairing and removal are tested with their node. */

import assert from 'node:assert/strict';
import { parseHub } from '../../../../lib/devices/commands/hub';
import { LumiotError } from '../../../../lib/home/errors';

const url = 'http://127.0.0.1:8000/radio.m3u8';

describe('an order for the radio', () => {
  it('is to play, with an address and a volume or without', () => {
    assert.deepEqual(parseHub({ radio: 'play', url, volume: 20 }), { do: 'radio', play: true, url, volume: 20 });
    assert.deepEqual(parseHub({ Radio: ' PLAY ', URL: ` ${url} `, volume: '20.4' }), { do: 'radio', play: true, url, volume: 20 });
    assert.deepEqual(parseHub({ radio: 'play', volume: 0 }), { do: 'radio', play: true, volume: 0 });
    assert.deepEqual(parseHub({ radio: 'play', url: 'HTTPS://example.org' }), { do: 'radio', play: true, url: 'HTTPS://example.org' });
    assert.deepEqual(parseHub({ radio: 'play' }), { do: 'radio', play: true });
  });

  it('is to stop', () => {
    assert.deepEqual(parseHub({ radio: 'stop' }), { do: 'radio', play: false });
  });

  for (const payload of [
    { radio: 'pause' },
    { radio: true },
    { radio: 'stop', volume: 3 },
    { radio: 'stop', url },
    { radio: 'play', volume: 101 },
    { radio: 'play', volume: -1 },
    { radio: 'play', volume: 'loud' },
    { radio: 'play', volume: null },
    { radio: 'play', url: 'ftp://example.org/a' },
    { radio: 'play', url: 'file:///etc/passwd' },
    { radio: 'play', url: 'http://' },
    { radio: 'play', url: 'example.org' },
    { radio: 'play', url: 7 },
    { radio: 'play', url: `http://example.org/${'a'.repeat(800)}` },
    { radio: 'play', station: 5 },
    { radio: 'play', arm: true },
    { url },
    { volume: 20 },
    { volume: 20, pair: 30 },
  ]) {
    it(`is not ${JSON.stringify(payload).slice(0, 60)}`, () => assert.throws(() => parseHub(payload), isBadInput));
  }
});

describe('an order for the alarm', () => {
  it('is true or false in every usual form', () => {
    for (const arm of [true, 'on', 1, ' TRUE ']) assert.deepEqual(parseHub({ arm }), { do: 'arm', isArmed: true });
    for (const arm of [false, 'off', 0, 'false']) assert.deepEqual(parseHub({ ARM: arm }), { do: 'arm', isArmed: false });
  });

  // Whether it is armed now is not known here: what a toggle would do is not what anybody expects of an alarm.
  for (const arm of ['toggle', 'armed', 2, null, undefined, {}, []]) {
    it(`is not ${JSON.stringify(arm)}`, () => assert.throws(() => parseHub({ arm }), isBadInput));
  }
});

function isBadInput(error: unknown): boolean {
  return error instanceof LumiotError && error.code === 'BAD_INPUT' && /\.$/.test(error.message) && error.message.length < 600;
}

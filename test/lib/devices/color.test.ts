/** Colours and their packed number (lumi-lan.md §4.2). */

import assert from 'node:assert/strict';
import { packRgb, parseColor, unpackRgb } from '../../../lib/devices';

describe('colours', () => {
  it('are names or hexadecimal, in any case', () => {
    assert.equal(parseColor('Red'), '#ff0000');
    assert.equal(parseColor(' #F80 '), '#ff8800');
    assert.equal(parseColor('#FF8800'), '#ff8800');
    assert.equal(parseColor('orange'), '#ffa500');
  });

  it('are nothing else', () => {
    for (const text of ['', 'reddish', 'ff8800', '#ff88', '#gg0000', '__proto__', 'constructor']) assert.equal(parseColor(text), undefined);
  });

  const table: readonly (readonly [brightness: number, color: string, packed: number])[] = [
    [100, '#ffffff', 1694498815],
    [100, '#00ff00', 1677786880],
    [50, '#ff0000', 855572480],
    [1, '#000001', 16777217],
    [100, '#ff0000', 1694433280],
  ];
  for (const [brightness, color, packed] of table) {
    it(`${brightness} % of ${color} is ${packed} and back`, () => {
      assert.equal(packRgb(brightness, color), packed);
      assert.deepEqual(unpackRgb(packed), { brightness, color });
    });
  }

  it('with more than 100 % are full, in both directions', () => {
    assert.deepEqual(unpackRgb(4278255360), { brightness: 100, color: '#00ff00' });
    assert.equal(packRgb(255, '#00ff00'), 1677786880);
    assert.equal(packRgb(-5, '#00ff00'), 0x00ff00);
  });

  it('are no number beyond 32 bits', () => {
    for (const packed of [-1, 2 ** 32, 0.5, Number.NaN]) assert.equal(unpackRgb(packed), undefined);
  });
});

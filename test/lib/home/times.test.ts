import assert from 'node:assert/strict';
import { isoTime } from '../../../lib/home/times';

describe('a moment', () => {
  for (const ms of [0, 7, 999, 1_000, 1_763_710_000_042, 1_763_710_000_999, 1_763_710_001_000, 1_763_709_999_500.75, -1])
    it(`is spelled as everywhere: ${new Date(ms).toISOString()}`, () => assert.equal(isoTime(ms), new Date(Math.floor(ms)).toISOString()));

  it('that goes back and forth is spelled right each time', () => {
    for (const ms of [5_000, 4_000, 5_001, 4_999, 5_000]) assert.equal(isoTime(ms), new Date(ms).toISOString());
  });
});

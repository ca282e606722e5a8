import assert from 'node:assert/strict';
import { rawNumber } from '../../../../lib/simulator/cloud/raw-number';

describe('the digits of a number as they were written', () => {
  for (const [text, digits] of [
    ['{"client_id":1234567890123456789}', '1234567890123456789'],
    ['{ "a" : [1, {"client_id": 2}], "client_id" : 3 }', '3'],
    ['{"a":"\\"client_id\\":4","client_id":5,"b":6}', '5'],
    ['{"client\\u005fid":7}', '7'],
    ['{"a":"client_id","b":8}', undefined],
    ['{"client_id":"9"}', undefined],
    ['{"client_id":-1}', undefined],
    ['{"client_id":1.0}', undefined],
    ['{"client_id":{"client_id":1}}', undefined],
    ['{"client_id":null}', undefined],
    ['{}', undefined],
  ] as const)
    it(`are ${digits} in ${text}`, () => {
      assert.equal(rawNumber(text, 'client_id'), digits);
    });
});

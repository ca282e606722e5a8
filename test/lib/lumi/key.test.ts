import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { isLanKey, ReadyKey, writeKey } from '../../../lib/lumi/key';

/** lumi-lan.md §2.7 */
const vectors: readonly [string, string, string][] = [
  ['0987654321qwerty', '1234567890abcdef', '3EB43E37C20AFF4C5872CC0D04D81314'],
  ['0987654321qwerty', 'TahkC7dalbIhXG22', '284E2D7E5E98FA6476864D4DE63DCCF5'],
  ['29p9i40jeypwck38', 'TahkC7dalbIhXG22', 'C1293B87B2F0036827C39208F4CFAB73'],
  ['91bg8zfkf9vd6uw7', '1234567890abcdef', '4A44337B5453D1BEF4FEBFF90DD08F6E'],
  ['A4D81977ED8A4177', 'TahkC7dalbIhXG22', '88AA9CB21F309990B99F1F36F997DE5A'],
  ['0123456789abcdef', 'fedcba9876543210', '52D607FCC1C701C2DAD5F2CBFFA94318'],
];

describe('the write key', () => {
  for (const [key, token, expected] of vectors) {
    it(`of ${key} and ${token} is ${expected}`, () => assert.equal(writeKey(key, token), expected));
  }

  for (const key of ['', 'short', '12345678901234567', '0987654321qwertä', '0987654321qwer y']) {
    it(`is refused for "${key}", which is no LAN key`, () => {
      assert.equal(isLanKey(key), false);
      assert.throws(
        () => writeKey(key, '1234567890abcdef'),
        (error: unknown) => error instanceof LumiotError && error.code === 'KEY_INVALID',
      );
    });
  }

  it('is refused for a token of another length', () => {
    assert.throws(
      () => writeKey('0987654321qwerty', '7'),
      (error: unknown) => error instanceof LumiotError && error.code === 'KEY_INVALID',
    );
  });
});

describe('the key that is ready before it is needed', () => {
  const KEY = '0987654321qwerty';
  const [first, second] = ['1234567890abcdef', 'fedcba0987654321'];

  it('is that of the token and the LAN key, whatever was prepared', () => {
    const ready = new ReadyKey();
    ready.prepare(first);
    assert.equal(ready.of(KEY, first), writeKey(KEY, first));
    ready.prepare(second);
    assert.equal(ready.of(KEY, first), writeKey(KEY, first));
    assert.equal(ready.of(KEY, second), writeKey(KEY, second));
    assert.equal(ready.of('qwerty0987654321', second), writeKey('qwerty0987654321', second));
  });

  it('refuses what no key can be made from, and is none afterwards', () => {
    const ready = new ReadyKey();
    assert.throws(() => ready.of('short', first), { code: 'KEY_INVALID' });
    ready.prepare(first);
    assert.equal(ready.of(KEY, first), writeKey(KEY, first));
    assert.throws(() => ready.of(KEY, ''), { code: 'KEY_INVALID' });
    assert.equal(ready.of(KEY, first), writeKey(KEY, first));
  });
});

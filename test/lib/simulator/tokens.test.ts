import assert from 'node:assert/strict';
import { decryptWriteKey, Tokens } from '../../../lib/simulator/tokens';
import { ManualClock, password, writeKey } from './bench';

/** lumi-lan.md §2.7 */
const vectors = [
  ['0987654321qwerty', '1234567890abcdef', '3EB43E37C20AFF4C5872CC0D04D81314'],
  ['0987654321qwerty', 'TahkC7dalbIhXG22', '284E2D7E5E98FA6476864D4DE63DCCF5'],
  ['29p9i40jeypwck38', 'TahkC7dalbIhXG22', 'C1293B87B2F0036827C39208F4CFAB73'],
  ['91bg8zfkf9vd6uw7', '1234567890abcdef', '4A44337B5453D1BEF4FEBFF90DD08F6E'],
  ['A4D81977ED8A4177', 'TahkC7dalbIhXG22', '88AA9CB21F309990B99F1F36F997DE5A'],
  ['0123456789abcdef', 'fedcba9876543210', '52D607FCC1C701C2DAD5F2CBFFA94318'],
] as const;

describe('the tokens of a simulated gateway', () => {
  for (const [lanPassword, token, key] of vectors)
    it(`finds ${token} in the key made with ${lanPassword}, in both hex cases`, () => {
      assert.equal(decryptWriteKey(lanPassword, key), token);
      assert.equal(decryptWriteKey(lanPassword, key.toLowerCase()), token);
    });

  it('takes nothing but 32 hexadecimal digits for a key', () => {
    for (const text of ['', 'key', '3EB43E37C20AFF4C5872CC0D04D813', `${vectors[0][2]}b8f32e11195f4715ef104cc69c739cab`, 'Z'.repeat(32)])
      assert.equal(decryptWriteKey(password, text), undefined);
  });

  it('accepts an old token until its time is over and the newest one always', () => {
    const clock = new ManualClock();
    const tokens = new Tokens({ password, lifetimeMs: 20_000, clock });
    const first = writeKey(password, tokens.current);
    void clock.advance(15_000);
    tokens.rotate();
    assert.equal(tokens.accepts(first), true);
    void clock.advance(5_001);
    assert.equal(tokens.accepts(first), false);
    void clock.advance(3_600_000);
    assert.equal(tokens.accepts(writeKey(password, tokens.current)), true);
  });

  it('forgets every older token when it is told to', () => {
    const tokens = new Tokens({ password, lifetimeMs: 20_000, clock: new ManualClock() });
    const first = writeKey(password, tokens.current);
    tokens.revoke();
    assert.equal(tokens.accepts(first), false);
    assert.equal(tokens.accepts(writeKey(password, tokens.current)), true);
  });

  it('refuses a key of another password and no key', () => {
    const tokens = new Tokens({ password, lifetimeMs: 20_000, clock: new ManualClock() });
    assert.equal(tokens.accepts(writeKey('A4D81977ED8A4177', tokens.current)), false);
    assert.equal(tokens.accepts(undefined), false);
  });
});

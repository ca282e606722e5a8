/** What may be read of a text with secrets in it: everything but those. */

import assert from 'node:assert/strict';
import { redact } from '../../../lib/miot/redact';

const R = 'R3_planted-refresh.token~+/=';
const V = 'V3_planted-access';

const texts: readonly (readonly [string, string])[] = [
  ['a URL of the token endpoint', `GET https://host.example/app/get_token?data=${encodeURIComponent(`{"refresh_token":"${R}"}`)} failed`],
  ['its path alone', `"GET /app/get_token?data=${encodeURIComponent(`{"refresh_token":"planted-unlike"}`)} HTTP/1.1" 500`],
  ['its path, not encoded', `/app/get_token?data={"refresh_token":"planted-unlike"} 500`],
  ['a callback that was pasted', 'http://127.0.0.1:1880/lumiot/miot/callback?code=planted-code&state=planted-state'],
  ['a callback without its host', '/callback?code=planted-code&state=1'],
  ['a header', `Authorization: Bearer${V}`],
  ['a header with a space', 'authorization: Bearer planted-token, next'],
  ['JSON', `{"access_token":"${V}","refresh_token": "${R}","mac_key":"planted-mac","expires_in":259200}`],
  ['JSON inside JSON', JSON.stringify({ message: JSON.stringify({ access_token: 'planted-a', code: 'planted-c' }) })],
  ['JSON inside JSON inside JSON', JSON.stringify({ a: JSON.stringify({ message: JSON.stringify({ token: 'planted-t' }) }) })],
  ['an object as Node.js prints it', "{ refresh_token: 'planted-r', token: 'planted-t', storeKey: 'planted-s' }"],
  ['a name without quotes', 'refresh_token: planted-r; access_token = planted-a, storeKey:planted-s'],
  ['JSON cut short', '{"refresh_token":"planted-r'],
  ['a form', 'client_id=1&refresh_token=planted-r&code=planted-c'],
  ['a row of the device list', '{"did":"1","token":"00112233445566778899aabbccddeeff-planted"}'],
  ['a token with percent signs', 'cannot use R3_plan%2Bted%3D now'],
  ['a token directly behind other text', '%22V3_planted%22 xR3_planted'],
  ['a proxy with a password', 'connect http://planted-user:planted-word@proxy.example:3128 failed'],
];

describe('redaction', () => {
  for (const [name, text] of texts) {
    it(`hides secrets in ${name}`, () => {
      const clean = redact(text);
      assert.doesNotMatch(clean, /plan%?\w*ted|R3_|V3_|001122/, clean);
      assert.match(clean, /…/);
    });
  }

  it('knows secrets in every spelling, and does without one that a secret cannot have', () => {
    assert.equal(redact('a plant"ed/1 b plant\\"ed/1 c plant%22ed%2F1 d', ['plant"ed/1']), 'a … b … c … d');
    assert.equal(redact('undefined stays, planted\ud800 does not', ['planted\ud800']), 'undefined stays, … does not');
  });

  it('leaves what people need', () => {
    assert.equal(redact(texts[0]?.[1] ?? ''), 'GET https://host.example/app/get_token?… failed');
    assert.equal(redact('connect http://u:p@proxy.example:3128 failed'), 'connect http://…@proxy.example:3128 failed');
    const plain = [
      '{"code":-6,"message":"parse json error","result":null}',
      'The access token: renewed. Device 68332340 is offline (code -704042011).',
      'code: 96013, expires_in=259200',
      'https://host.example:8883/path#part',
      'mail to someone@example.org',
      '',
    ];
    for (const text of plain) assert.equal(redact(text), text);
  });

  it('hides values that are known to be secret, also percent-encoded', () => {
    const secret = 'plain words/with=signs';
    assert.equal(redact(`a ${secret} b ${encodeURIComponent(secret)} c`, [secret]), 'a … b … c');
  });

  it('hides the longer of two secrets wholly where it begins with the other', () => {
    assert.equal(redact('abcdef abcdefghij', ['abcdef', 'abcdefghij']), '… …');
  });

  it('does not hide ordinary words because a secret is short', () => {
    assert.equal(redact('the cat', ['', 'the', 'cat']), 'the cat');
  });

  it('takes any text and any secret', () => {
    assert.equal(redact('x \ud800secret y', ['\ud800secret']), 'x … y');
    assert.equal(redact('x', ['\ud800secret']), 'x');
    assert.equal(redact('$& secret-$1', ['secret-$1']), '$& …');
  });

  it('comes to an end with megabytes of nonsense', () => {
    // A pattern that tries every pair of places would need minutes, and end in the time limit of the test.
    for (const piece of ['\\', '"', 'token=', 'token:"', 'http://', 'Bearer ', 'data={', 'a:', '%7B']) redact(piece.repeat(200_000));
  }).timeout(60_000);
});

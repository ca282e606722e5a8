/** What each answer of the token endpoint means. */

import assert from 'node:assert/strict';
import type { HttpReply } from '../../../lib/miot/http';
import { readOAuthReply } from '../../../lib/miot/oauth-reply';
import { glitch, oauthError } from './token-server';

const NOW = 1_700_000_000_000;

function reply(body: unknown, status = 200, headers: Record<string, string> = {}): HttpReply {
  return { status, headers, text: typeof body === 'string' ? body : JSON.stringify(body) };
}

describe('an answer of the token endpoint', () => {
  const read = (body: unknown, status = 200, headers: Record<string, string> = {}) => readOAuthReply(reply(body, status, headers), [], NOW);
  const kinds: readonly (readonly [number, string])[] = [
    [96001, 'misconfigured'],
    [96002, 'misconfigured'],
    [96003, 'misconfigured'],
    [96004, 'misconfigured'],
    [96005, 'misconfigured'],
    [96006, 'misconfigured'],
    [96007, 'misconfigured'],
    [96010, 'misconfigured'],
    [96011, 'misconfigured'],
    [96008, 'unauthorized'],
    [96009, 'ended'],
    [96012, 'ended'],
    [96013, 'code-spent'],
    [96000, 'transient'],
    [96014, 'transient'],
    [97000, 'transient'],
  ];
  for (const [inner, kind] of kinds)
    it(`with the inner code ${inner} is ${kind}, wherever the code stands`, () => {
      assert.equal(read(oauthError(inner).body).kind, kind);
      assert.equal(read({ code: -6, message: JSON.stringify({ error: inner }), result: null }).kind, kind);
      assert.equal(read({ code: -6, message: 'no', result: { error: String(inner) } }, 400).kind, kind);
    });

  it('with -6 and nothing inside decides nothing', () => {
    const verdict = read(glitch.body);
    assert.ok(verdict.kind === 'transient' && verdict.isGlitch && !verdict.mayHaveArrived);
    assert.match(verdict.error.message, /"parse json error.*" \(-6\)\.$/);
    // What stands in the message may be a number of anything.
    for (const message of ['96009', '{"error":""}', '{"error":96009.5}', '{"error":null}', 96009, { error: 96009 }])
      assert.equal(read({ code: -6, message, result: null }).kind, 'transient', JSON.stringify(message));
  });

  it('from something in front of the cloud is never the cloud’s word', () => {
    for (const status of [429, 500, 502, 503, 504]) assert.equal(read(oauthError(96009).body, status).kind, 'transient', String(status));
    for (const status of [200, 302, 403, 404, 511])
      assert.equal(read('<html>Please log in</html>', status).kind, 'transient', String(status));
    for (const [body, status] of [
      [oauthError(96009).body, 500],
      [{ code: 0, result: { access_token: 'V3_a' } }, 302],
      ['<html>', 200],
    ] as const) {
      const verdict = read(body, status);
      assert.ok(verdict.kind === 'transient' && !verdict.isGlitch && !verdict.mayHaveArrived, String(status));
    }
    assert.equal(read(oauthError(96009).body, 499).kind, 'ended');
  });

  it('with 401 and no reason is unauthorized, if it is the cloud that says so', () => {
    for (const body of ['{}', '{"code":401}', glitch.body]) assert.equal(read(body, 401).kind, 'unauthorized', body);
    for (const body of ['', '<html>Please log in</html>', 'Unauthorized', '[]', '401', 'null'])
      assert.equal(read(body, 401).kind, 'transient', body);
  });

  it('says when to come again, in seconds or as a date', () => {
    const wait = (header: string) => {
      const verdict = read('', 429, { 'retry-after': header });
      return verdict.kind === 'transient' ? verdict.retryAfterMs : undefined;
    };
    assert.equal(wait('120'), 120_000);
    assert.equal(wait(new Date(NOW + 90_000).toUTCString()), 90_000);
    assert.equal(wait(new Date(NOW - 90_000).toUTCString()), 0);
    assert.equal(wait('soon'), undefined);
    assert.equal(wait('99999999'), 86_400_000);
    assert.equal(wait('86400'), 86_400_000);
    assert.equal(wait(' 0 '), 0);
    const silent = read('', 429);
    assert.ok(silent.kind === 'transient' && silent.retryAfterMs === undefined);
  });

  it('F19: is read whatever it leaves out or writes in another way', () => {
    const granted = (result: Record<string, unknown>) => {
      const verdict = read({ code: 0, message: 'ok', result });
      assert.equal(verdict.kind, 'granted', JSON.stringify(result));
      return verdict.kind === 'granted' ? verdict.tokens : undefined;
    };
    const tokens = { access_token: 'V3_a', refresh_token: 'R3_a' };
    assert.deepEqual(granted({ ...tokens, expires_in: 259200 }), { access: 'V3_a', refresh: 'R3_a', expiresInMs: 259_200_000 });
    assert.equal(granted({ ...tokens, expires_in: '7200' })?.expiresInMs, 7_200_000);
    for (const expires_in of [undefined, null, 0, -1, '', 'soon', true, {}, [], Number.NaN])
      assert.equal(granted({ ...tokens, expires_in })?.expiresInMs, 3_600_000, String(expires_in));
    for (const expires_in of [1, 0.001, '3', 59]) assert.equal(granted({ ...tokens, expires_in })?.expiresInMs, 60_000, String(expires_in));
    for (const seconds of [60, 61, 120]) assert.equal(granted({ ...tokens, expires_in: seconds })?.expiresInMs, seconds * 1000);
    assert.equal(granted({ ...tokens, expires_in: 1e300 })?.expiresInMs, 3_650 * 86_400_000);
    for (const code of [1, '0', null, true]) assert.equal(read({ code, result: tokens }).kind, 'transient', String(code));
    for (const refresh_token of [undefined, null, '', 5]) assert.equal(granted({ ...tokens, refresh_token })?.refresh, undefined);
    for (const result of [null, [], 'x', {}, { access_token: '' }, { access_token: 7 }, { refresh_token: 'R3_a' }])
      assert.equal(read({ code: 0, message: 'ok', result }).kind, 'transient', JSON.stringify(result));
    for (const body of ['', '[]', 'null', '1', '"x"', '{', '{"code":0}', '{"result":5}']) assert.equal(read(body).kind, 'transient', body);
  });

  it('keeps the time of the cloud where it is a time', () => {
    const at = (date: string) => {
      const verdict = read({ code: 0, result: { access_token: 'V3_a' } }, 200, { date });
      return verdict.kind === 'granted' ? verdict.serverTime : undefined;
    };
    assert.equal(at(new Date(NOW).toUTCString()), NOW);
    assert.equal(at('Thu, 01 Jan 1970 00:00:00 GMT'), undefined);
    assert.equal(at('Tue, 31 Dec 2019 23:59:59 GMT'), undefined);
    assert.equal(at('Wed, 01 Jan 2020 00:00:00 GMT'), Date.UTC(2020, 0));
    assert.equal(at('today'), undefined);
  });

  it('F21: hides a secret before it cuts what was said', () => {
    const secret = `planted-"${'secret'.repeat(40)}`;
    for (const [message, secrets] of [
      [`cannot parse {"code":${JSON.stringify(secret)}}`, [secret]],
      [`cannot parse "${'x'.repeat(170)}" ${secret}`, [secret]],
      [`{"refresh_token":"planted-${'secret'.repeat(40)}"}`, []],
      ['bad {"refresh_token":"planted-secret-without-its-e', []],
    ] as const) {
      const verdict = readOAuthReply(reply({ code: -6, message, result: null }), secrets, NOW);
      assert.ok(verdict.kind === 'transient');
      assert.doesNotMatch(verdict.error.message, /planted|secret/);
    }
  });

  it('F21: never repeats what the request carried', () => {
    const echo = reply({ code: -6, message: 'bad token AbC-secret-123 in {"refresh_token":"R3_other"}', result: null });
    const verdict = readOAuthReply(echo, ['AbC-secret-123'], NOW);
    assert.ok(verdict.kind === 'transient');
    assert.doesNotMatch(verdict.error.message, /AbC-secret|R3_other/);
  });
});

/** The OAuth requests as they go over the wire, and what each answer means. */

import assert from 'node:assert/strict';
import { createHttp, type HttpReply } from '../../../lib/miot/http';
import { authorizeUrl, exchangeCode, refreshTokens } from '../../../lib/miot/oauth';
import { readOAuthReply } from '../../../lib/miot/oauth-reply';
import { ManualClock } from '../../support/clock';
import { CLIENT_ID, glitch, oauthError, REDIRECT, TokenServer } from './token-server';

const DEVICE = 'ha.0123456789abcdef0123456789abcdef';
const NOW = 1_700_000_000_000;

function reply(body: unknown, status = 200, headers: Record<string, string> = {}): HttpReply {
  return { status, headers, text: typeof body === 'string' ? body : JSON.stringify(body) };
}

describe('OAuth requests', () => {
  const clock = new ManualClock();
  const by = { http: createHttp({ env: {} }), now: () => clock.now() };
  let server: TokenServer;
  const client = () => ({ api: server.url, clientId: CLIENT_ID, redirectUrl: REDIRECT });

  beforeEach(async () => {
    server = await TokenServer.open(clock);
  });
  afterEach(() => server.close());

  it('lead to the authorise page with every parameter that belongs there', () => {
    const url = new URL(
      authorizeUrl('https://account.example/oauth2/authorize', {
        clientId: CLIENT_ID,
        redirectUrl: REDIRECT,
        deviceId: DEVICE,
        state: 's1',
      }),
    );
    assert.equal(url.origin + url.pathname, 'https://account.example/oauth2/authorize');
    assert.deepEqual(Object.fromEntries(url.searchParams), {
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT,
      response_type: 'code',
      device_id: DEVICE,
      state: 's1',
      skip_confirm: 'false',
    });
  });

  it('carry the client id digit by digit, as a number', async () => {
    await refreshTokens(client(), 'R3_x', by);
    // The worked example of miot-cloud.md §1.3.
    assert.equal(
      server.urls[0],
      '/app/v2/ha/oauth/get_token?data=%7B%22client_id%22%3A1234567890123456789%2C%22redirect_uri%22%3A%22http%3A%2F%2Fhomeassistant.local%3A8123%2Fapi%2Fwebhook%2F123%22%2C%22refresh_token%22%3A%22R3_x%22%7D',
    );
  });

  it('name the device at the exchange', async () => {
    await exchangeCode(client(), { code: 'C1', deviceId: DEVICE }, by);
    assert.equal(server.data[0], `{"client_id":${CLIENT_ID},"redirect_uri":"${REDIRECT}","code":"C1","device_id":"${DEVICE}"}`);
  });

  it('refuse to send a client id that is not made of digits', async () => {
    const verdict = await refreshTokens({ ...client(), clientId: '1,"x":1' }, 'R3_x', by);
    assert.equal(verdict.kind, 'misconfigured');
    assert.equal((await refreshTokens({ ...client(), clientId: '0123' }, 'R3_x', by)).kind, 'misconfigured');
    assert.equal(server.requests, 0);
  });

  it('tell a lost answer from a refused connection', async () => {
    server.always = 'lose-reply';
    const lost = await refreshTokens(client(), 'R3_x', by);
    assert.ok(lost.kind === 'transient' && lost.mayHaveArrived);
    const refused = await refreshTokens({ ...client(), api: 'http://127.0.0.1:1' }, 'R3_x', by);
    assert.ok(refused.kind === 'transient' && !refused.mayHaveArrived);
  });
});

describe('an answer of the token endpoint', () => {
  const read = (body: unknown, status = 200, headers: Record<string, string> = {}) => readOAuthReply(reply(body, status, headers), [], NOW);
  const kinds: readonly (readonly [number, string])[] = [
    [96001, 'misconfigured'],
    [96002, 'misconfigured'],
    [96003, 'misconfigured'],
    [96004, 'misconfigured'],
    [96007, 'misconfigured'],
    [96010, 'misconfigured'],
    [96011, 'misconfigured'],
    [96008, 'unauthorized'],
    [96009, 'ended'],
    [96012, 'ended'],
    [96013, 'code-spent'],
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
    assert.ok(verdict.kind === 'transient' && verdict.isGlitch);
  });

  it('from something in front of the cloud is never the cloud’s word', () => {
    for (const status of [429, 500, 502, 503, 504]) assert.equal(read(oauthError(96009).body, status).kind, 'transient', String(status));
    for (const status of [200, 302, 403, 404, 511])
      assert.equal(read('<html>Please log in</html>', status).kind, 'transient', String(status));
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
    assert.equal(granted({ ...tokens, expires_in: 120 })?.expiresInMs, 120_000);
    assert.ok((granted({ ...tokens, expires_in: 1e300 })?.expiresInMs ?? 0) < 1e12);
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

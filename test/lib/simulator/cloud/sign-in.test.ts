import assert from 'node:assert/strict';
import { ManualClock } from '../../../support/clock';
import { type Answer, CloudBench, clientId, deviceId, innerOf, type Json, redirectUrl, tokensOf } from './bench';

const DAY_MS = 86_400_000;

describe('signing in to the pretend cloud', () => {
  let bench: CloudBench;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = new ManualClock();
    bench = await CloudBench.open({}, { clock });
  });
  afterEach(() => bench.close());

  const pathOf = (url: string): string => url.slice(bench.cloud.addresses.http.length);
  const press = (answer: string, fields = {}): Promise<Answer> =>
    bench.send('POST', pathOf(bench.authorizeUrl(fields)), { 'content-type': 'application/x-www-form-urlencoded' }, `answer=${answer}`);

  it('shows a page with two buttons', async () => {
    const { status, headers, text } = await bench.send('GET', pathOf(bench.authorizeUrl({ skip_confirm: 'false' })));
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /text\/html/);
    assert.match(text, /<form method="post">.*value="agree">Agree<.*value="deny">Deny</);
  });

  it('sends the user back with a code and the state unchanged', async () => {
    const state = 'a b&c=ü"<>';
    const { status, headers } = await press('agree', { state });
    const back = new URL(headers.location ?? '');
    assert.equal(status, 302);
    assert.equal(back.origin + back.pathname, redirectUrl);
    assert.equal(back.searchParams.get('state'), state);
    assert.notEqual(back.searchParams.get('code'), null);
  });

  it('sends the user back with an error when they deny', async () => {
    const back = new URL((await press('deny')).headers.location ?? '');
    assert.equal(back.searchParams.get('error'), '96012');
    assert.notEqual(back.searchParams.get('error_description'), null);
    assert.equal(back.searchParams.get('state'), 'abc');
    assert.equal(back.searchParams.get('code'), null);
  });

  for (const [what, fields, message] of [
    ['another redirect uri', { redirect_uri: 'http://elsewhere.example/' }, /invalid redirect uri/],
    ['a redirect uri with another path', { redirect_uri: `${redirectUrl}/x` }, /invalid redirect uri/],
    ['another client', { client_id: '1234567890123456800' }, /invalid client/],
  ] as const)
    it(`stays on its own page for ${what}`, async () => {
      const { status, headers, text } = await press('agree', fields);
      assert.equal(status, 400);
      assert.equal(headers.location, undefined);
      assert.match(text, message);
      await assert.rejects(bench.cloud.approve(bench.authorizeUrl(fields)), { code: 'MISCONFIGURED', message });
    });

  it('approves silently only what was approved before', async () => {
    const ask = (): Promise<Answer> => bench.send('GET', pathOf(bench.authorizeUrl({ skip_confirm: 'true' })));
    assert.equal((await ask()).status, 200);
    await bench.signIn();
    assert.equal((await ask()).status, 302);
    bench.cloud.fault({ fault: 'revoke' });
    assert.equal((await ask()).status, 200);
  });

  it('gives tokens for a code, once', async () => {
    const code = await bench.code();
    const first = await bench.exchange(code);
    assert.equal(first.status, 200);
    assert.match(first.headers['content-type'] ?? '', /^text\/plain/);
    const result = first.json.result as Json;
    assert.equal(first.json.code, 0);
    assert.match(String(result.access_token), /^V3_/);
    assert.match(String(result.refresh_token), /^R3_/);
    assert.equal(result.expires_in, 259_200);
    for (const field of ['token_type', 'mac_key', 'mac_algorithm', 'scope', 'openId']) assert.equal(typeof result[field], 'string', field);
    assert.equal(innerOf(await bench.exchange(code)), 96013);
  });

  it('answers a refusal as the vendor does: HTTP 200, code -6, the inner code twice', async () => {
    const { status, headers, text } = await bench.exchange('never issued');
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /^text\/plain/);
    assert.equal(
      text,
      '{"code":-6,"message":"{\\"error\\":96013,\\"error_description\\":\\"invalid authorization code\\"}","result":{"error":96013,"error_description":"invalid authorization code"}}',
    );
  });

  it('lets a code grow old in ten minutes', async () => {
    const young = await bench.code();
    const old = await bench.code();
    await clock.advance(599_000);
    assert.equal(innerOf(await bench.exchange(young)), undefined);
    await clock.advance(1_000);
    assert.equal(innerOf(await bench.exchange(old)), 96013);
  });

  it('wants the device id and redirect uri of the authorisation, and leaves the code usable', async () => {
    const code = await bench.code();
    assert.equal(innerOf(await bench.exchange(code, 'ha.other')), 96002);
    assert.equal(innerOf(await bench.exchange(code, deviceId, 'http://elsewhere.example/')), 96002);
    assert.equal(innerOf(await bench.exchange(code)), undefined);
  });

  for (const [what, id] of [
    ['text', `"${clientId}"`],
    ['rounded by JSON', JSON.stringify(Number(clientId))],
    ['with an exponent', '1.234567890123456789e18'],
    ['next to it', '1234567890123456788'],
    ['absent', 'null'],
  ] as const)
    it(`refuses a client id that is ${what}`, async () => {
      const code = await bench.code();
      const data = `{"client_id":${id},"redirect_uri":"${redirectUrl}","code":"${code}","device_id":"${deviceId}"}`;
      assert.equal(innerOf(await bench.token(data)), 96003);
    });

  it('is not misled by a client id inside something else', async () => {
    const code = await bench.code();
    const data = `{"x":{"client_id":${clientId}},"y":"\\"client_id\\":${clientId}","client_id":1,"redirect_uri":"${redirectUrl}","code":"${code}","device_id":"${deviceId}"}`;
    assert.equal(innerOf(await bench.token(data)), 96003);
  });

  it('wants its parameters in one JSON text', async () => {
    const flat = await bench.send('GET', `/app/v2/ha/oauth/get_token?client_id=${clientId}&code=x`);
    assert.match(flat.text, /invalid params/);
    assert.match((await bench.token('{"client_id":')).text, /invalid params/);
    assert.match((await bench.token('[]')).text, /invalid params/);
  });

  it('rotates: each refresh token works once', async () => {
    const first = await bench.signIn();
    const second = tokensOf(await bench.refresh(first.refresh));
    assert.notEqual(second.refresh, first.refresh);
    assert.notEqual(second.access, first.access);
    assert.equal(innerOf(await bench.refresh(first.refresh)), 96009);
    assert.equal(innerOf(await bench.refresh(second.refresh)), undefined);
    assert.deepEqual(bench.cloud.tokens(), { valid: 3, refreshable: 1, refreshes: 2 });
  });

  it('refreshes only with the redirect uri of the authorisation, and leaves the token usable', async () => {
    const { refresh } = await bench.signIn();
    assert.equal(innerOf(await bench.refresh(refresh, 'http://elsewhere.example/')), 96002);
    assert.equal(innerOf(await bench.refresh(refresh)), undefined);
  });

  it('keeps installations apart by their device ids', async () => {
    const one = await bench.signIn('ha.one');
    const two = await bench.signIn('ha.two');
    assert.equal(innerOf(await bench.refresh(one.refresh)), undefined);
    const again = await bench.signIn('ha.two');
    assert.equal(innerOf(await bench.refresh(two.refresh)), 96009);
    assert.equal(innerOf(await bench.refresh(again.refresh)), undefined);
  });

  it('lets access tokens expire after their time, and refresh tokens after three months', async () => {
    const { access, refresh } = await bench.signIn();
    const homes = (token: string): Promise<Answer> => bench.api('/app/v2/homeroom/gethome', { limit: 150 }, token);
    await clock.advance(259_199_000);
    assert.equal((await homes(access)).status, 200);
    await clock.advance(1_000);
    assert.equal((await homes(access)).status, 401);
    const next = tokensOf(await bench.refresh(refresh));
    assert.equal((await homes(next.access)).status, 200);
    await clock.advance(90 * DAY_MS);
    assert.equal(innerOf(await bench.refresh(next.refresh)), 96009);
  });

  it('lets the access token before a refresh live on until its own end', async () => {
    const first = await bench.signIn();
    await bench.refresh(first.refresh);
    assert.equal((await bench.api('/app/v2/homeroom/gethome', {}, first.access)).status, 200);
  });

  it('ends everything when the user takes the permission back, until they agree again', async () => {
    const { access, refresh } = await bench.signIn();
    bench.cloud.fault({ fault: 'revoke' });
    assert.equal((await bench.api('/app/v2/homeroom/gethome', {}, access)).status, 401);
    assert.equal(innerOf(await bench.refresh(refresh)), 96012);
    assert.deepEqual(bench.cloud.tokens(), { valid: 0, refreshable: 0, refreshes: 0 });
    assert.equal(innerOf(await bench.refresh((await bench.signIn()).refresh)), undefined);
  });

  it('tells the time of its own clock', async () => {
    assert.equal((await bench.exchange('x')).headers.date, new Date(clock.now()).toUTCString());
  });

  it('gives no two tokens alike, whatever chance says', async () => {
    const dull = await CloudBench.open({}, { random: () => 0.5 });
    const first = await dull.signIn();
    assert.equal(new Set([...Object.values(first), ...Object.values(tokensOf(await dull.refresh(first.refresh)))]).size, 4);
    await dull.close();
  });
});

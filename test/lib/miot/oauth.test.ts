/** The OAuth requests as they go over the wire. */

import assert from 'node:assert/strict';
import { createHttp } from '../../../lib/miot/http';
import { authorizeUrl, exchangeCode, refreshTokens } from '../../../lib/miot/oauth';
import { ManualClock } from '../../support/clock';
import { CLIENT_ID, REDIRECT, TokenServer } from './token-server';

const DEVICE = 'ha.0123456789abcdef0123456789abcdef';

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

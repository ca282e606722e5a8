/** The HTTP API against the pretend cloud, which was written without it: both follow the protocol, neither follows the other. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import type { CloudApi } from '../../../lib/miot/api';
import { createHttp, type Http } from '../../../lib/miot/http';
import type { AccessToken, Tokens } from '../../../lib/miot/tokens';
import { type CloudConfig, type PretendCloud, startPretendCloud } from '../../../lib/simulator/cloud';
import { apiAt, CLIENT_ID } from './cloud-server';

const LAMP = '68332340';
const VACUUM = '300100200';
const SHARED = '300100300';
const DEVICE_ID = 'ha.0123456789abcdef0123456789abcdef';

const household: CloudConfig = {
  clientId: CLIENT_ID,
  pageSize: 2,
  devices: [
    { did: LAMP, name: 'Desk lamp', model: 'lumiot.light.lamp1', home: 'Home', room: 'Study', values: { '2.1': false, '2.2': 40 } },
    { did: VACUUM, name: 'Vacuum', model: 'lumiot.vacuum.vacuum1', home: 'Home', room: 'Hall' },
    { did: 'blt.3.1abcdefghi00', name: 'Thermometer', model: 'lumiot.temperature-humidity-sensor.th1', home: 'Home', room: 'Hall' },
    { did: 'lumi.158d0001a2b3c4', name: 'Window', model: 'lumiot.magnet-sensor.magnet1', home: 'Cabin' },
    { did: SHARED, name: 'Lent lamp', model: 'lumiot.light.lamp1', shared: true },
  ],
};

/** Signs in and refreshes with the bytes of miot-cloud.md §1.3, so that nothing of the session is needed here. */
class WireTokens implements Tokens {
  readonly #cloud: PretendCloud;
  readonly #http = createHttp({ env: {} });
  #refreshToken = '';
  #current: AccessToken = { value: '', generation: 0 };
  #renewing: Promise<AccessToken> | undefined;

  constructor(cloud: PretendCloud) {
    this.#cloud = cloud;
  }

  async signIn(): Promise<void> {
    const { http, redirectUrl } = this.#cloud.addresses;
    const query = new URLSearchParams({
      client_id: CLIENT_ID,
      redirect_uri: redirectUrl,
      response_type: 'code',
      device_id: DEVICE_ID,
      state: 's',
    });
    const callback = new URL(await this.#cloud.approve(`${http}/oauth2/authorize?${query}`));
    await this.#ask(`"code":"${callback.searchParams.get('code')}","device_id":"${DEVICE_ID}"`);
  }

  current(): Promise<AccessToken> {
    return Promise.resolve(this.#current);
  }

  async renew(refused: AccessToken): Promise<AccessToken> {
    if (refused.generation !== this.#current.generation) return this.#current;
    this.#renewing ??= this.#ask(`"refresh_token":"${this.#refreshToken}"`).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #ask(rest: string): Promise<AccessToken> {
    const { http, redirectUrl } = this.#cloud.addresses;
    const data = `{"client_id":${CLIENT_ID},"redirect_uri":"${redirectUrl}",${rest}}`;
    const url = `${http}/app/v2/ha/oauth/get_token?data=${encodeURIComponent(data)}`;
    const reply = await this.#http.send({ method: 'GET', url, timeoutMs: 5_000 });
    const { result } = JSON.parse(reply.text) as { result: { access_token: string; refresh_token: string } };
    this.#refreshToken = result.refresh_token;
    this.#current = { value: result.access_token, generation: this.#current.generation + 1 };
    return this.#current;
  }
}

const isCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof LumiotError && error.code === code;

describe('the HTTP API against the pretend cloud', () => {
  let cloud: PretendCloud;
  let api: CloudApi;
  /** Shorter than the API's own time limits where the cloud hangs. */
  let patienceMs: number | undefined;

  beforeEach(async () => {
    cloud = await startPretendCloud(household);
    const tokens = new WireTokens(cloud);
    await tokens.signIn();
    const real = createHttp({ env: {} });
    patienceMs = undefined;
    const http: Http = { send: (request) => real.send({ ...request, timeoutMs: patienceMs ?? request.timeoutMs }) };
    api = apiAt(cloud.addresses.http, { tokens, http });
  });
  afterEach(async () => {
    api.close();
    await cloud.close();
  });

  it('lists homes, rooms and devices, two to a page', async () => {
    const { uid, homes, devices } = await api.homes();
    assert.match(uid, /^\d+$/);
    assert.deepEqual(homes.map(({ name }) => name).sort(), ['Cabin', 'Home']);
    assert.deepEqual(devices.map(({ did, home, room, isShared }) => [did, home, room, isShared]).sort(), [
      [VACUUM, 'Home', 'Hall', false],
      [SHARED, '', '', true],
      [LAMP, 'Home', 'Study', false],
      ['blt.3.1abcdefghi00', 'Home', 'Hall', false],
      ['lumi.158d0001a2b3c4', 'Cabin', '', false],
    ]);
    assert.ok(devices.every(({ urn, model, isOnline }) => urn.startsWith('urn:miot-spec-v2:device:') && model !== '' && isOnline));
    assert.doesNotMatch(JSON.stringify({ homes, devices }), /Planted|12\.3456|planted-network/);
  });

  it('reads, sets and reads again', async () => {
    const power = { did: LAMP, siid: 2, piid: 1 };
    const brightness = { did: LAMP, siid: 2, piid: 2 };
    assert.deepEqual(await api.get([power, brightness]), [
      { ...power, ok: true, value: false, isAccepted: false },
      { ...brightness, ok: true, value: 40, isAccepted: false },
    ]);
    assert.deepEqual(await api.set([{ ...power, value: true }]), [{ ...power, ok: true, value: true, isAccepted: false }]);
    assert.equal(cloud.value(LAMP, 2, 1), true);
    const [read] = await api.get([power]);
    assert.ok(read?.ok && read.value === true);
  });

  it('tells what is wrong item by item', async () => {
    cloud.online(VACUUM, false);
    const results = await api.get([
      { did: LAMP, siid: 2, piid: 1 },
      { did: LAMP, siid: 2, piid: 99 },
      { did: LAMP, siid: 99, piid: 1 },
      { did: VACUUM, siid: 2, piid: 1 },
      { did: '1', siid: 2, piid: 1 },
      { did: `${LAMP}.s2`, siid: 2, piid: 1 },
    ]);
    assert.deepEqual(
      results.map((result) => (result.ok ? 'ok' : result.error.code)),
      ['ok', 'UNSUPPORTED', 'UNSUPPORTED', 'DEVICE_OFFLINE', 'NO_DEVICE', 'TIMEOUT'],
    );
    const [tooBright] = await api.set([{ did: LAMP, siid: 2, piid: 2, value: 101 }]);
    assert.equal(tooBright?.ok === false && tooBright.error.code, 'BAD_INPUT');
  });

  it('carries out an action with inputs, and gives its outputs', async () => {
    const target = { did: VACUUM, siid: 2, aiid: 6 };
    assert.deepEqual(await api.action(target, ['1,2']), { outputs: [25], isAccepted: false });
    assert.equal(cloud.actions().get(`${VACUUM}.2.6`), 1);
    await assert.rejects(api.action(target, []), isCode('BAD_INPUT'));
  });

  it('carries out an action once although its answer is lost', async () => {
    for (const fault of ['lose-reply', 'hang', 'status-500', 'bad-json'] as const) {
      const before = cloud.requests().length;
      patienceMs = fault === 'hang' ? 200 : undefined;
      cloud.fault({ fault, count: 1, on: 'api' });
      await assert.rejects(api.action({ did: VACUUM, siid: 2, aiid: 1 }, []), isCode('UNKNOWN_OUTCOME'), fault);
      assert.equal(cloud.requests().length, before + 1, fault);
    }
    assert.equal(cloud.actions().get(`${VACUUM}.2.1`), 1);
  });

  it('reads in spite of faults that pass', async () => {
    for (const fault of ['lose-reply', 'hang', 'status-500', 'bad-json', 'refuse', 'status-429'] as const) {
      cloud.fault({ fault, count: 1, on: 'api' });
      patienceMs = fault === 'hang' ? 400 : undefined;
      const [result] = await api.get([{ did: LAMP, siid: 2, piid: 1 }]);
      assert.equal(result?.ok, true, fault);
    }
  });

  it('F11: refreshes once for two hundred calls in two queues that meet 401', async () => {
    // One under way for each of the two devices: both meet it, and the others come after the refresh.
    cloud.fault({ fault: 'status-401', count: 2, on: 'api' });
    const calls = Array.from({ length: 100 }, () => api.action({ did: VACUUM, siid: 2, aiid: 1 }, []));
    const sets = Array.from({ length: 100 }, (_, index) => api.set([{ did: LAMP, siid: 2, piid: 2, value: index + 1 }]));
    await Promise.all([...calls, ...sets]);
    assert.equal(cloud.actions().get(`${VACUUM}.2.1`), 100);
    assert.equal(cloud.value(LAMP, 2, 2), 100);
    assert.equal(cloud.tokens().refreshes, 1);
  });
});

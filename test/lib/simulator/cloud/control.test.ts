import assert from 'node:assert/strict';
import { type PretendCloud, type Simulator, startSimulator } from '../../../../lib/simulator';
import { ManualClock } from '../../../support/clock';
import { ports } from '../bench';
import { clientId, type Json, lamp } from './bench';

const remote = { did: 'blt.3.abc', model: 'lumiot.remote-control.remote2', name: 'Remote' };

describe('the control of a simulated home with a cloud', () => {
  let simulator: Simulator;
  let cloud: PretendCloud;
  let url: string;

  before(async () => {
    simulator = await startSimulator({
      ...ports,
      whoisPort: 24_331,
      eventPort: 29_831,
      cloud: { devices: [lamp, remote] },
      control: { port: 0 },
    });
    assert.ok(simulator.cloud);
    cloud = simulator.cloud;
    url = `http://127.0.0.1:${simulator.addresses.control?.port}`;
  });
  after(() => simulator.close());

  const post = async (path: string, body: unknown): Promise<{ status: number; json: Json }> => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    return { status: answer.status, json: (await answer.json()) as Json };
  };
  const home = async (): Promise<{ addresses: { cloud: Json }; cloud: { devices: Json[]; faults: string[] } }> =>
    (await (await fetch(`${url}/home`)).json()) as never;

  it('shows addresses and devices, and no token', async () => {
    const { http, mqtt } = cloud.addresses;
    const query = new URLSearchParams({
      client_id: clientId,
      redirect_uri: cloud.addresses.redirectUrl,
      response_type: 'code',
      device_id: 'ha.x',
      state: 's',
    });
    const back = new URL(await cloud.approve(`${http}/oauth2/authorize?${query.toString()}`));
    const data = `{"client_id":${clientId},"redirect_uri":"${cloud.addresses.redirectUrl}","code":"${back.searchParams.get('code')}","device_id":"ha.x"}`;
    await fetch(`${http}/app/v2/ha/oauth/get_token?data=${encodeURIComponent(data)}`);
    const text = await (await fetch(`${url}/home`)).text();
    const shown = JSON.parse(text) as Awaited<ReturnType<typeof home>>;
    assert.deepEqual(shown.addresses.cloud, { http, mqtt, clientId, redirectUrl: 'http://127.0.0.1:1880/lumiot/miot/callback' });
    const [first] = shown.cloud.devices;
    assert.deepEqual([first?.did, first?.name, first?.room, first?.isOnline], [lamp.did, 'Lamp', 'Hall', true]);
    assert.deepEqual(Object.entries(first?.state ?? {})[1], ['light:brightness', 60]);
    assert.doesNotMatch(text, /V3_|R3_|C3_|[0-9a-f]{32}/);
  });

  it('changes a value', async () => {
    assert.equal((await post(`/cloud/devices/${lamp.did}/change`, { siid: 2, piid: 2, value: 33 })).status, 200);
    assert.equal(cloud.value(lamp.did, 2, 2), 33);
  });

  it('lets an event happen', async () => {
    const body = { siid: 2, eiid: 2, arguments: [{ piid: 1, value: 2 }] };
    assert.equal((await post(`/cloud/devices/${remote.did}/event`, body)).status, 200);
    assert.equal(cloud.value(remote.did, 2, 1), 2);
  });

  it('takes a device offline', async () => {
    assert.equal((await post(`/cloud/devices/${lamp.did}/online`, { online: false })).status, 200);
    assert.equal((await home()).cloud.devices[0]?.isOnline, false);
  });

  it('begins and ends faults, and waits for the broker', async () => {
    assert.equal((await post('/cloud/faults', { fault: 'broker-down' })).status, 200);
    assert.deepEqual((await home()).cloud.faults, ['broker-down']);
    await post('/cloud/faults', { fault: 'clear' });
    assert.deepEqual((await home()).cloud.faults, []);
  });

  for (const [what, path, body, status, message] of [
    ['an unknown device', '/cloud/devices/99/change', { siid: 2, piid: 1, value: 1 }, 404, /no device 99/],
    ['an unknown property', `/cloud/devices/${lamp.did}/change`, { siid: 9, piid: 1, value: 1 }, 400, /no property 9\.1/],
    ['a change without value', `/cloud/devices/${lamp.did}/change`, { siid: 2, piid: 1 }, 400, /"value" must be/],
    ['a change without piid', `/cloud/devices/${lamp.did}/change`, { siid: 2, value: 1 }, 400, /"piid" is missing/],
    ['an event with bare values', `/cloud/devices/${remote.did}/event`, { siid: 2, eiid: 1, arguments: [2] }, 400, /entry 1 must be/],
    ['online in words', `/cloud/devices/${lamp.did}/online`, { online: 'yes' }, 400, /true or false/],
    ['an unknown fault', '/cloud/faults', { fault: 'fire' }, 400, /send one of/],
    ['an unknown path', `/cloud/devices/${lamp.did}/explode`, {}, 404, /change,event,online/],
    ['a broken path', '/cloud/devices/%E0%A4%A/change', {}, 404, /GET \/home/],
  ] as const)
    it(`answers ${what} with ${status} and a sentence`, async () => {
      const answer = await post(path, body);
      assert.equal(answer.status, status);
      assert.match(String(answer.json.error), message);
    });

  it('offers on its page what a person could do', () => {
    const devices = simulator.snapshot().cloud?.devices ?? [];
    const labels = devices.map(({ presses }) => presses.map(({ label }) => label));
    assert.deepEqual(labels, [
      ['on', 'off'],
      ['click', 'double-click', 'long-press'],
    ]);
    assert.deepEqual(devices[1]?.presses[0], { label: 'click', event: { siid: 2, eiid: 1, arguments: [{ piid: 1, value: 1 }] } });
  });
});

describe('a lively cloud', () => {
  it('drifts, presses keys, leaves what is off alone, and stops with the home', async () => {
    const clock = new ManualClock();
    let seed = 1;
    const random = (): number => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const devices = [
      { did: '1', model: 'lumiot.temperature-humidity-sensor.th1' },
      { did: '2', model: 'lumiot.outlet.plug1', values: { '3.2': 0 } },
      { did: '3', model: 'lumiot.air-purifier.purifier1', online: false },
      { did: '4', model: 'lumiot.air-purifier.purifier1' },
    ];
    const simulator = await startSimulator(
      { ...ports, whoisPort: 24_332, eventPort: 29_832, cloud: { devices }, lively: true },
      { clock, random },
    );
    await clock.advance(600_000);
    const value = (did: string, siid: number, piid: number): unknown => simulator.cloud?.value(did, siid, piid);
    assert.notEqual(value('1', 2, 1), 21.5);
    assert.ok(Number(value('1', 2, 1)) >= 16 && Number(value('1', 2, 1)) <= 29);
    assert.equal(value('2', 3, 2), 0);
    assert.equal(value('3', 3, 1), 18);
    assert.notEqual(value('4', 3, 1), 18);
    await simulator.close();
    assert.equal(clock.openTimers, 0);
  });
});

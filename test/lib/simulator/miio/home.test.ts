import assert from 'node:assert/strict';
import { parseHome, type Simulator, startSimulator } from '../../../../lib/simulator';
import { until } from '../../../support/wait';
import { hall, password, writeKey } from '../bench';
import { CloudBench, type Json } from '../cloud/bench';
import { listen } from '../cloud/mqtt-client';
import { clientOf, closeBench, did, token } from './bench';

const clientId = '1234567890123456789';
const redirectUrl = 'http://homeassistant.local:8123/api/webhook/123';
const lamp = { did, model: 'lumiot.light.lamp1', name: 'Lamp', room: 'Hall' };
const wifiLamp = { did, model: lamp.model, token, port: 0 };
const hub = { did: '70000001', model: 'lumi.gateway.v3', token: 'ab'.repeat(16), port: 0, sid: hall };
const gateway = { sid: hall, key: password, address: '127.0.61.10', port: 0 };

describe('Wi-Fi devices in a home file', () => {
  it('get every default that they leave out', () => {
    const [only] = parseHome({ wifi: [{ did, model: 'yeelink.light.lamp1', token }] }).wifi;
    assert.deepEqual([only?.address, only?.port, only?.name, only?.maxProperties], ['127.0.0.1', 54_321, 'yeelink.light.lamp1', 15]);
    assert.equal(only?.definition.type, 'light');
    assert.equal(parseHome({ wifi: [] }).broadcast, undefined);
    assert.deepEqual(parseHome({ broadcast: true }).broadcast, { address: '127.255.255.255', port: 54_321, mdnsPort: 5353 });
  });

  for (const [what, home, message] of [
    ['no list', { wifi: {} }, /"wifi" must be a list/],
    ['a did twice', { wifi: [wifiLamp, wifiLamp] }, /the did 68332340 stands twice/],
    [
      'two in one place',
      {
        wifi: [
          { ...wifiLamp, port: 7 },
          { ...hub, sid: undefined, port: 7 },
        ],
      },
      /both use 127\.0\.0\.1:7/,
    ],
    ['a number for a did', { wifi: [{ ...wifiLamp, did: 5 }] }, /"wifi", device 1: "did" must be text/],
    [
      'another model than in the account',
      { cloud: { devices: [lamp] }, wifi: [{ ...wifiLamp, model: 'a.light.b' }] },
      /both the same model/,
    ],
    ['a gateway that is not there', { wifi: [hub] }, /"sid" is "34ce00fb61a9"; it must be the sid of one of the home's gateways/],
    ['a broadcast that is text', { broadcast: 'yes' }, /"broadcast" must be true, false/],
  ] as const)
    it(`with ${what} are refused with a sentence`, () => {
      assert.throws(() => parseHome(home), { code: 'BAD_INPUT', message });
    });
});

describe('a simulated home with Wi-Fi devices', () => {
  let simulator: Simulator;
  let cloud: CloudBench;
  let url: string;

  before(async () => {
    simulator = await startSimulator({
      whoisPort: 24_341,
      eventPort: 29_841,
      gateways: [gateway],
      cloud: { clientId, redirectUrl, devices: [lamp] },
      wifi: [{ ...wifiLamp, values: { '2.2': 30 } }, hub],
      control: { port: 0 },
    });
    assert.ok(simulator.cloud);
    cloud = CloudBench.around(simulator.cloud);
    url = `http://127.0.0.1:${simulator.addresses.control?.port}`;
  });
  afterEach(closeBench);
  after(() => simulator.close());

  const post = async (path: string, body: unknown): Promise<{ status: number; json: Json }> => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    return { status: answer.status, json: (await answer.json()) as Json };
  };
  const row = async (access: string): Promise<Json> => {
    const { json } = await cloud.api('/app/v2/home/device_list_page', { dids: [did] }, access);
    return ((json.result as Json).list as Json[])[0] ?? {};
  };

  it('says where they are', () => {
    const [first, second] = simulator.addresses.wifi ?? [];
    assert.deepEqual([first?.did, first?.address, second?.did], [did, '127.0.0.1', hub.did]);
    assert.equal(`127.0.0.1:${first?.port}`, simulator.wifi(did).host);
    assert.equal(simulator.addresses.broadcast, undefined);
  });

  it('is one home: what is switched in the LAN is pushed by the cloud, and what the cloud switches is read in the LAN', async () => {
    const { access } = await cloud.signIn();
    const listener = await listen(cloud, access);
    await listener.subscribe(`device/${did}/up/properties_changed/#`);
    const client = await clientOf(simulator.wifi(did));
    assert.equal(simulator.cloud?.value(did, 2, 2), 30, 'the value of the Wi-Fi device is in force');
    await client.call('set_properties', [{ did, siid: 2, piid: 1, value: true }]);
    await until(() => listener.heard.length === 1, 'a push');
    assert.deepEqual(listener.heard[0]?.json.params, { did, siid: 2, piid: 1, value: true });
    await cloud.api('/app/v2/miotspec/prop/set', { params: [{ did, siid: 2, piid: 1, value: false }] }, access);
    const read = await client.call('get_properties', [{ did, siid: 2, piid: 1 }]);
    assert.deepEqual(read.result, [{ did, siid: 2, piid: 1, code: 0, value: false }]);
    await listener.end();
  });

  it('tells the account where a device is and what opens it', async () => {
    const { access } = await cloud.signIn();
    const device = simulator.wifi(did);
    assert.deepEqual([(await row(access)).token, (await row(access)).local_ip], [token, device.host]);
    await device.fault({ fault: 'new-token' });
    await device.fault({ fault: 'move', to: '127.0.61.11:54321' });
    assert.deepEqual([(await row(access)).token, (await row(access)).local_ip], [device.token, '127.0.61.11']);
  });

  it('lets the token of a gateway read and set the key of its LAN protocol', async () => {
    const client = await clientOf(simulator.wifi(hub.did));
    assert.deepEqual((await client.call('get_lumi_dpf_aes_key')).result, [password]);
    simulator.fault(hall, { fault: 'closed-port' });
    assert.deepEqual((await client.call('set_lumi_dpf_aes_key', ['A4D81977ED8A4177'])).result, ['ok']);
    assert.deepEqual((await client.call('get_lumi_dpf_aes_key')).result, ['A4D81977ED8A4177']);
    assert.deepEqual(simulator.snapshot().gateways[0]?.faults, []);
    const { port } = simulator.addresses.gateways[0] ?? { port: 0 };
    const write = async (key: string): Promise<string> => {
      const data = { rgb: 1, key: writeKey(key, simulator.token(hall)) };
      client.raw(
        Buffer.from(JSON.stringify({ cmd: 'write', model: 'gateway', sid: hall, data: JSON.stringify(data) })),
        `${gateway.address}:${port}`,
      );
      return String(await client.next());
    };
    assert.match(await write(password), /Invalid key/);
    assert.doesNotMatch(await write('A4D81977ED8A4177'), /error/);
  });

  it('is scripted by its control', async () => {
    assert.equal((await post(`/wifi/${did}/properties`, { siid: 2, piid: 2, value: 77 })).status, 200);
    assert.equal(simulator.cloud?.value(did, 2, 2), 77);
    assert.equal((await post(`/wifi/${did}/faults`, { fault: 'busy', count: 1 })).status, 200);
    assert.deepEqual(simulator.wifi(did).faults(), ['busy']);
    assert.equal((await post(`/wifi/${did}/faults`, { fault: 'clear' })).status, 200);
    assert.deepEqual(simulator.wifi(did).faults(), []);
    for (const [path, body, status, sentence] of [
      [`/wifi/${did}/faults`, { fault: 'rain' }, 400, /send one of/],
      [`/wifi/${did}/faults`, { fault: 'move', to: '203.0.113.5:1' }, 400, /no address 203\.0\.113\.5/],
      [`/wifi/${did}/properties`, { siid: 2, piid: 99, value: 1 }, 400, /no property 2\.99/],
      ['/wifi/99/faults', { fault: 'drop' }, 404, /no Wi-Fi device 99/],
    ] as const) {
      const answer = await post(path, body);
      assert.equal(answer.status, status, path);
      assert.match(String(answer.json.error), sentence);
    }
  });

  it('shows them with their last commands, and nothing that opens anything', async () => {
    const client = await clientOf(simulator.wifi(hub.did));
    await client.call('set_lumi_dpf_aes_key', ['QQQQQQQQQQQQQQQQ']);
    await client.call('set_arming', ['on']);
    const text = await (await fetch(`${url}/home`)).text();
    const { wifi } = JSON.parse(text) as { wifi: { devices: Json[]; commands: Json[] } };
    assert.deepEqual(
      wifi.devices.map(({ did: id, name }) => [id, name]),
      [
        [did, 'Lamp'],
        [hub.did, hub.model],
      ],
    );
    const [key, arming] = wifi.commands.slice(-2);
    assert.deepEqual([key?.method, key?.params], ['set_lumi_dpf_aes_key', '(hidden)']);
    assert.deepEqual([arming?.did, arming?.method, arming?.params], [hub.did, 'set_arming', ['on']]);
    assert.doesNotMatch(text, /QQQQ|[0-9a-f]{32}/);
  });
});

it('a simulated home without Wi-Fi devices says so', async () => {
  const simulator = await startSimulator({ whoisPort: 24_342, eventPort: 29_842 });
  assert.throws(() => simulator.wifi(did), { code: 'NO_DEVICE', message: /add a "wifi"/ });
  assert.equal('wifi' in simulator.snapshot(), false);
  await simulator.close();
});

/** What a hub does with the gateway's device token: its radio and its alarm, over miIO and whatever the LAN protocol does. */

import assert from 'node:assert/strict';
import { type PretendWifiDevice, startPretendWifiDevice } from '../../lib/simulator/miio';
import hubNode from '../../nodes/lumi-hub/lumi-hub';
import { type FlowNode, HALL, hall, hallConfig, KEY, type Received, type Stage, sink, stage, until } from './support';

const address = '127.0.46.2';
const TOKEN = '00112233445566778899aabbccddeeff';
/** The same as the iOS app keeps it (miio-lan.md §8.3). */
const OF_IOS = '33990d1a77737e5f93337b7f60880f7711a8e945937ce8136da08d4c9a0793fe0143db63ee66b0cdff9f69917680151e';
const url = 'http://127.0.0.1/radio.m3u8';

const flow = (more: Record<string, unknown> = {}): FlowNode[] => [
  hallConfig(more),
  { id: 'n', type: 'lumi-hub', gateway: 'hall', alerts: false, onlyReplies: true, wires: [['out']] },
  { id: 'failures', type: 'catch', scope: null, uncaught: false, wires: [['errors']] },
  sink('out'),
  sink('errors'),
];

interface Failure {
  readonly code?: string;
  readonly message?: string;
}

describe('lumi-hub with a device token', () => {
  let home: Stage;
  let gateway: PretendWifiDevice;

  const open = async (credentials: Record<string, string>, settings: Record<string, unknown> = {}): Promise<void> => {
    await home.load(flow(settings), { hall: { key: KEY, ...credentials } });
    await home.online('hall');
  };
  const answer = (payload: unknown): Promise<Received> => {
    const next = home.next('out', undefined, 8_000);
    home.send('n', { payload });
    return next;
  };
  const failure = async (payload: unknown): Promise<Failure> => {
    const next = home.next('errors', undefined, 15_000);
    home.send('n', { payload });
    return (await next).error as Failure;
  };
  const orders = (): unknown[] => gateway.requests().flatMap(({ method, params }) => (method === 'miIO.info' ? [] : [[method, params]]));

  beforeEach(async () => {
    home = await stage({ gateways: [hall({ address, devices: [] })] }, { nodes: [hubNode] });
    gateway = await startPretendWifiDevice({ did: '68332340', model: 'lumi.gateway.v3', token: TOKEN, address, port: 54_321 });
  });
  afterEach(async () => {
    await home.close();
    await gateway.close();
  });

  it('plays a stream at a volume, and stops', async () => {
    await open({ token: TOKEN });
    const { payload, ack, device, event } = await answer({ radio: 'play', url, volume: '20' });
    assert.deepEqual(payload, { radio: 'play', url, volume: 20 });
    const { ok, attempts, confirmed } = ack as Record<string, unknown>;
    assert.deepEqual([ok, attempts, confirmed, event], [true, 2, 'ack', 'state']);
    assert.equal((device as Received).id, HALL);
    assert.deepEqual((await answer({ radio: 'stop' })).payload, { radio: 'stop' });
    assert.deepEqual((await answer({ radio: 'play' })).payload, { radio: 'play' });
    assert.deepEqual(orders(), [
      ['play_specify_fm', { id: 0, type: 0, url }],
      ['volume_ctrl_fm', ['20']],
      ['play_fm', ['off']],
      ['play_fm', ['on']],
    ]);
  });

  it('arms and disarms, and reads that it did', async () => {
    await open({ token: OF_IOS });
    const armed = await answer({ arm: true });
    assert.deepEqual([armed.payload, (armed.ack as Received).confirmed], [{ armed: true }, 'read']);
    assert.deepEqual((await answer({ arm: 'off' })).payload, { armed: false });
    assert.deepEqual(
      orders().filter((one) => (one as unknown[])[0] === 'set_arming'),
      [
        ['set_arming', ['on']],
        ['set_arming', ['off']],
      ],
    );
  });

  it('takes the token from the environment', async () => {
    process.env.LUMIOT_TEST_TOKEN = TOKEN;
    try {
      await open({ token: `\${${'LUMIOT_TEST_TOKEN'}}` });
      assert.deepEqual((await answer({ arm: true })).payload, { armed: true });
    } finally {
      delete process.env.LUMIOT_TEST_TOKEN;
    }
  });

  it('does so with a LAN protocol that is switched off, at the host that was entered', async () => {
    home.simulator.fault(HALL, { fault: 'closed-port' });
    await home.load(flow({ host: address }), { hall: { token: TOKEN } });
    assert.deepEqual((await answer({ arm: true })).payload, { armed: true });
  });

  it('says where a token is entered when there is none', async () => {
    await open({});
    const { code, message = '' } = await failure({ arm: true });
    assert.equal(code, 'NOT_CONFIGURED');
    assert.match(message, /Hall.*no device token.*"Read key with the device token".*docs\/tokens\.md/);
    assert.deepEqual(gateway.requests(), []);
  });

  it('tells of a token that is none, at the gateway, and does not repeat it', async () => {
    await open({ token: 'deadbeef-not-a-token' });
    assert.match(home.log(), /device token of the gateway is not usable.*32 hexadecimal digits/);
    assert.doesNotMatch(home.log(), /deadbeef/);
    assert.equal((await failure({ radio: 'stop' })).code, 'NOT_CONFIGURED');
    // The gateway is of use without it.
    assert.ok(Array.isArray((await answer('list')).payload));
  });

  it('tells a wrong token from a gateway that is gone', async () => {
    await open({ token: TOKEN });
    await gateway.fault({ fault: 'new-token' });
    const rejected = failure({ arm: true });
    await until(
      () => gateway.ignored > 0,
      'it was asked',
      () => home.clock.skipGap(),
    );
    const pass = setInterval(() => void home.clock.skip(500), 5);
    try {
      const { code, message = '' } = await rejected;
      assert.equal(code, 'TOKEN_REJECTED');
      assert.match(message, /Hall.*new one after a reset.*gateway's dialog/);
      assert.doesNotMatch(message, new RegExp(TOKEN));
      await gateway.fault({ fault: 'offline' });
      assert.equal((await failure({ arm: true })).code, 'DEVICE_OFFLINE');
    } finally {
      clearInterval(pass);
    }
  }).timeout(20_000);

  it('sends nothing to a device that is no gateway', async () => {
    await gateway.close();
    gateway = await startPretendWifiDevice({
      did: '68332341',
      model: 'yeelink.light.lamp1',
      token: TOKEN,
      address,
      port: 54_321,
      values: { '2.1': true },
    });
    await open({ token: TOKEN });
    const { code, message = '' } = await failure({ radio: 'stop' });
    assert.equal(code, 'UNSUPPORTED');
    assert.match(message, /yeelink\.light\.lamp1, not a lumi gateway/);
    assert.deepEqual(orders(), []);
  });

  for (const payload of [{ radio: 'play', url: 'ftp://example.org' }, { radio: 'play', volume: 101 }, { arm: 'toggle' }, { radio: 'on' }]) {
    it(`refuses ${JSON.stringify(payload)}`, async () => {
      await open({ token: TOKEN });
      assert.equal((await failure(payload)).code, 'BAD_INPUT');
      assert.deepEqual(gateway.requests(), []);
    });
  }
});

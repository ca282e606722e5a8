import assert from 'node:assert/strict';
import { type PretendWifiDevice, startPretendWifiDevice } from '../../lib/simulator/miio';
import { CloudBench, cloudDevices, LAMP } from './cloud-bench';
import { until } from './support';

const TOKEN = '00112233445566778899aabbccddeeff';
const OTHER_TOKEN = '0123456789abcdef0123456789abcdef';
const MODEL = 'lumiot.light.lamp1';

describe('nodes of a device on the LAN', () => {
  let bench: CloudBench;
  let lamp: PretendWifiDevice;

  const open = async (): Promise<void> => {
    lamp = await startPretendWifiDevice({
      did: LAMP,
      model: MODEL,
      token: TOKEN,
      address: '127.0.84.1',
      port: 0,
      values: { '2.1': false, '2.2': 40 },
    });
    const devices = cloudDevices.map((device) => (device.did === LAMP ? { ...device, token: TOKEN, address: lamp.host } : device));
    bench = await CloudBench.open({ cloud: { devices } });
  };
  afterEach(async () => {
    await bench.close();
    await lamp.close();
  });

  const alone = (): Record<string, unknown> => ({
    clientId: '',
    redirectUrl: '',
    localDevices: [{ did: LAMP, name: 'Desk lamp', host: lamp.host, model: MODEL }],
  });
  const get = { id: 'n', type: 'miot-get', device: LAMP, properties: ['light:brightness'], onlyReplies: true };
  const set = { id: 'n', type: 'miot-set', device: LAMP, property: 'light:on' };
  const input = { id: 'n', type: 'miot-in', device: LAMP, what: 'property', property: 'light:on', sendOnStart: true };
  const transportOf = (message: Record<string, unknown>): unknown => (message.device as { transport?: unknown }).transport;

  it('say which way was used', async () => {
    await open();
    await bench.start(get);
    const first = await bench.answer('');
    assert.deepEqual([first.payload, transportOf(first)], [40, 'miio']);
    const { devices } = (await bench.ok('get', 'devices')) as { devices: { id: string; transport: string }[] };
    assert.equal(devices.find(({ id }) => id === LAMP)?.transport, 'miio');
    const { local } = (await bench.ok('get')) as { local: unknown };
    assert.deepEqual(local, { devices: 1, reachable: 1 });
    await lamp.fault({ fault: 'new-token', token: OTHER_TOKEN });
    const next = bench.next(({ origin }) => origin === 'command', 20_000);
    bench.stage.send('n', { payload: '' });
    await until(
      () => bench.account.localStanding(LAMP) === 'token-rejected',
      'its token is refused',
      () => bench.stage.clock.skip(250),
    );
    const second = await next;
    assert.deepEqual([second.payload, transportOf(second)], [40, 'miot']);
  });

  it('say of what was pushed that it came through the cloud', async () => {
    await open();
    await bench.start({ ...input, sendOnStart: false });
    await bench.account.get(LAMP, ['light:on']);
    assert.equal(bench.account.device(LAMP)?.transport, 'miio');
    bench.cloud.change(LAMP, 2, 1, true);
    const pushed = await bench.next(({ origin }) => origin === 'push', 5_000);
    assert.deepEqual([pushed.payload, transportOf(pushed)], [true, 'miot']);
  });

  it('work without any sign-in, and show the device itself', async () => {
    await open();
    await bench.load([set], alone());
    await bench.shows('status.not-configured', 'grey');
    await bench.account.setLocalTokens(new Map([[LAMP, TOKEN]]));
    const { payload, device, ack } = await bench.answer(true);
    assert.deepEqual([payload, transportOf({ device }), (ack as { ok: boolean }).ok], [true, 'miio', true]);
    assert.equal(lamp.value(2, 1), true);
    await bench.shows('status.on', 'green').catch(() => bench.shows('●', 'green'));
    await lamp.fault({ fault: 'new-token', token: OTHER_TOKEN });
    bench.stage.send('n', { payload: false });
    await until(
      () => bench.stage.received('errors').length > 0,
      'it fails',
      () => bench.stage.clock.skip(250),
    );
    assert.equal((bench.stage.received('errors')[0]?.error as { code?: string } | undefined)?.code, 'TOKEN_REJECTED');
    await bench.shows('status.token-rejected', 'red');
  });

  it('tell what is read of it, again and again', async () => {
    await open();
    await bench.load([input], alone());
    await bench.account.setLocalTokens(new Map([[LAMP, TOKEN]]));
    await until(
      () => bench.payloads.length === 1,
      'it is read',
      () => bench.stage.clock.skip(1_000),
    );
    lamp.change(2, 1, true);
    await until(
      () => bench.payloads.length === 2,
      'it is polled',
      () => bench.stage.clock.skip(5_000),
    );
    const [, second] = bench.received;
    assert.deepEqual([second?.payload, second?.origin, second && transportOf(second)], [true, 'poll', 'miio']);
    assert.equal(bench.stage.log().includes(TOKEN), false);
    assert.equal(JSON.stringify(bench.received).includes(TOKEN), false);
  });
});

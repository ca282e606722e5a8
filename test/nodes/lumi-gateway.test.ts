import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ATTIC,
  ATTIC_KEY,
  ATTIC_PLUG,
  ATTIC_WEATHER,
  attic,
  CLIMATE,
  type FlowNode,
  gatewayConfig,
  HALL,
  hall,
  hallConfig,
  hallKey,
  KEY,
  ONE_GANG,
  PLUG,
  type Received,
  type Stage,
  sink,
  stage,
  until,
} from './support';

/** As people write it in Node-RED. */
const env = (name: string): string => `\${${name}}`;

const small = () => hall({ devices: hall().devices?.filter(({ sid }) => [CLIMATE, PLUG, ONE_GANG].includes(sid)) ?? [] });
const sensor = (more: Record<string, unknown> = {}): FlowNode => ({
  id: 's',
  type: 'lumi-sensor',
  gateway: 'hall',
  device: CLIMATE,
  property: 'temperature',
  wires: [['out']],
  ...more,
});
const plug = (more: Record<string, unknown> = {}): FlowNode => ({
  id: 'p',
  type: 'lumi-switch',
  gateway: 'hall',
  device: PLUG,
  channel: 0,
  wires: [['out']],
  ...more,
});

describe('lumi-gateway', () => {
  let home: Stage;
  const set: string[] = [];
  afterEach(async () => {
    await home.close();
    for (const name of set.splice(0)) delete process.env[name];
  });
  const environment = (name: string, value: string): void => {
    process.env[name] = value;
    set.push(name);
  };
  const reported = async (id: string, gateway: string, device: string, fields: Record<string, unknown>): Promise<Received> => {
    const next = home.next(id);
    await home.simulator.report(gateway, device, fields);
    return next;
  };

  describe('beside another one of another dialect', () => {
    beforeEach(async () => {
      home = await stage({
        gateways: [
          small(),
          attic(),
          {
            sid: '286c0785aaaa',
            key: KEY,
            address: '127.0.1.4',
            port: 0,
            devices: [{ sid: '158d0003aaaaaa', model: 'sensor_ht', fields: {} }],
          },
        ],
      });
      const config = gatewayConfig('attic', ATTIC);
      const own = [
        sensor({ device: '', property: '' }),
        sensor({ id: 'a', gateway: 'attic', device: '', property: '', wires: [['attic-out']] }),
      ];
      await home.load(
        [
          hallConfig(),
          config,
          ...own,
          plug({ wires: [['answers']] }),
          plug({ id: 'q', gateway: 'attic', device: ATTIC_PLUG, wires: [['answers']] }),
          sink('out'),
          sink('attic-out'),
          sink('answers'),
        ],
        { hall: { key: KEY }, attic: { key: ATTIC_KEY } },
      );
      await home.online('hall', 'attic');
    });

    it('knows its own devices only', () => {
      const of = (id: string): string[] => [...home.gateway(id).inventory.devices].map(({ sid }) => sid).sort();
      assert.deepEqual(of('hall'), [CLIMATE, PLUG, ONE_GANG, HALL].sort());
      assert.ok(of('attic').includes(ATTIC_WEATHER) && !of('attic').includes(CLIMATE));
    });

    it('is told apart in what is reported', async () => {
      const { payload, device } = await reported('attic-out', ATTIC, ATTIC_WEATHER, { temperature: 1900 });
      assert.deepEqual([payload, (device as Received).gateway], [{ temperature: 19 }, ATTIC]);
      assert.equal(home.received('out').length, 0);
    });

    it('is written to with its own key', async () => {
      for (const id of ['p', 'q']) {
        const answer = home.next('answers');
        home.send(id, { payload: true });
        assert.equal((await answer).payload, true);
      }
      assert.deepEqual(home.writes(), [{ status: 'on' }, { channel_0: 'on' }]);
    });

    it('ignores a gateway that nobody has configured', async () => {
      await home.simulator.report('286c0785aaaa', '158d0003aaaaaa', { temperature: '2000' });
      await home.simulator.heartbeat('286c0785aaaa');
      await reported('out', HALL, CLIMATE, { temperature: '2275' });
      assert.deepEqual([home.received('out').length, home.received('attic-out').length], [1, 0]);
    });
  });

  describe('with environment variables', () => {
    beforeEach(async () => {
      home = await stage({ gateways: [small()] });
    });

    it('takes key, sid, interface and names from the environment, and so does a device', async () => {
      environment('LUMIOT_TEST_KEY', KEY);
      environment('LUMIOT_TEST_SID', HALL);
      environment('LUMIOT_TEST_HOST', '127.0.1.2');
      environment('LUMIOT_TEST_INTERFACE', '127.0.0.1');
      environment('LUMIOT_TEST_DEVICE', PLUG);
      environment('LUMIOT_TEST_FLOOR', 'first');
      const devices = [{ sid: env('LUMIOT_TEST_DEVICE'), name: `Lamp on the ${env('LUMIOT_TEST_FLOOR')} floor`, room: '', model: '' }];
      const config = gatewayConfig('hall', env('LUMIOT_TEST_SID'), {
        host: env('LUMIOT_TEST_HOST'),
        interface: env('LUMIOT_TEST_INTERFACE'),
        devices,
      });
      await home.load([config, plug({ device: env('LUMIOT_TEST_DEVICE') }), sink('out')], { hall: { key: env('LUMIOT_TEST_KEY') } });
      await home.online('hall');
      const answer = home.next('out');
      home.send('p', { payload: true });
      assert.equal((await answer).topic, 'Lamp on the first floor/on');
    });

    it('takes the device of each instance of a subflow from its environment', async () => {
      const template: FlowNode[] = [
        {
          id: 'sub',
          type: 'subflow',
          name: 'Sensor',
          in: [],
          out: [{ x: 1, y: 1, wires: [{ id: 's', port: 0 }] }],
          env: [{ name: 'DEVICE', type: 'str', value: '' }],
        },
        { ...sensor({ device: env('DEVICE'), property: '', topic: `from ${env('PLACE')}` }), z: 'sub', wires: [] },
      ];
      const instance = (id: string, device: string): FlowNode => ({
        id,
        type: 'subflow:sub',
        env: [
          { name: 'DEVICE', type: 'str', value: device },
          { name: 'PLACE', type: 'str', value: id },
        ],
        wires: [['out']],
      });
      const flow = [hallConfig(), ...template, instance('one', CLIMATE), instance('two', PLUG), sink('out')];
      await home.load(flow, hallKey);
      await home.online('hall');
      const first = await reported('out', HALL, CLIMATE, { temperature: '2275' });
      assert.deepEqual([first.payload, first.topic], [{ temperature: 22.75 }, 'from one']);
      const second = await reported('out', HALL, PLUG, { load_power: '5.00' });
      assert.deepEqual([second.payload, second.topic], [{ power: 5 }, 'from two']);
      await home.deploy(
        flow.filter(({ id }) => id !== 'two'),
        'full',
      );
      // Node-RED does not say that a node in a subflow is gone for good: its place is kept for as long as a redeploy may take.
      await home.clock.skip(10_500);
      await until(() => home.gateway('hall').subscriptions.size === 1, 'the place of the deleted one is given up');
      await home.simulator.report(HALL, PLUG, { load_power: '6.00' });
      assert.deepEqual((await reported('out', HALL, CLIMATE, { temperature: '2280' })).payload, { temperature: 22.8 });
      assert.equal(home.received('out').length, 3);
    });
  });

  it('takes defaults for what a flow of an older version does not say', async () => {
    home = await stage({ gateways: [small()] });
    await home.load(
      [
        { id: 'hall', type: 'lumi-gateway', sid: HALL, interface: '127.0.0.1' },
        { id: 's', type: 'lumi-sensor', gateway: 'hall', wires: [['out']] },
        { id: 'p', type: 'lumi-switch', gateway: 'hall', device: PLUG, wires: [['out']] },
        sink('out'),
      ],
      hallKey,
    );
    await home.online('hall');
    const { payload, topic } = await reported('out', HALL, CLIMATE, { temperature: '2275' });
    assert.deepEqual([payload, topic], [{ temperature: 22.75 }, CLIMATE]);
    const answer = home.next('out', ({ ack }) => ack !== undefined);
    home.send('p', { payload: 'on' });
    assert.equal((await answer).payload, true);
  });

  it('finds the only gateway without a sid', async () => {
    home = await stage({ gateways: [small()] });
    await home.load([hallConfig({ sid: '' }), sensor(), sink('out')], hallKey);
    await home.online('hall');
    assert.equal(home.gateway('hall').sid, HALL);
  });

  it('knows its gateway in any spelling of the sid', async () => {
    home = await stage({ gateways: [small()] });
    await home.load([hallConfig({ sid: '34:CE:00:FB:61:A9' }), sensor(), sink('out')], hallKey);
    await home.online('hall');
    assert.equal(home.gateway('hall').sid, HALL);
  });

  it('says what is wrong with its settings', async () => {
    home = await stage({ gateways: [small()] });
    await home.load([hallConfig(), sensor(), sink('out')], { hall: { key: 'short' } });
    assert.match(home.log(), /LAN key must be exactly 16/);
    assert.doesNotMatch(home.log(), /short/);
  });

  describe('remembers', () => {
    const file = (): string => join(home.userDir, 'lumiot', 'hall.json');

    it('its devices and their values when the flows stop, and no secret', async () => {
      home = await stage({ gateways: [small()] });
      await home.load([hallConfig(), sensor(), sink('out')], hallKey);
      await home.online('hall');
      await home.stop();
      const stored = readFileSync(file(), 'utf8');
      const { devices } = JSON.parse(stored) as { devices: { sid: string; values: Received }[] };
      assert.equal(devices.find(({ sid }) => sid === CLIMATE)?.values.temperature, 22.4);
      assert.doesNotMatch(stored, new RegExp(`${KEY}|key|token`, 'i'));
      assert.deepEqual(readdirSync(join(home.userDir, 'lumiot')), ['hall.json']);
    });

    it('values for the next start, and says that they were restored', async () => {
      home = await stage({ gateways: [small()] });
      await home.load([hallConfig(), sensor(), sink('out')], hallKey);
      await home.online('hall');
      await reported('out', HALL, CLIMATE, { temperature: '2300' });
      await home.stop();
      const remembered = readFileSync(file(), 'utf8');
      await home.close();

      // The gateway has forgotten the temperature, and knows the humidity.
      const forgetful = [{ sid: CLIMATE, model: 'sensor_ht', fields: { humidity: '5100' } }];
      home = await stage({ gateways: [hall({ devices: forgetful })] });
      await home.load([sink('out')]);
      mkdirSync(join(home.userDir, 'lumiot'));
      writeFileSync(file(), remembered);
      const restored = home.next('out', ({ origin }) => origin === 'restored');
      await home.deploy([hallConfig(), sensor({ property: '', sendOnStart: true }), sink('out')], 'full', hallKey);
      assert.deepEqual((await restored).payload, { temperature: 23, voltage: 3005, battery: 76.25, batteryLow: false });
      assert.deepEqual(home.received('out').map(({ origin, payload }) => [origin, payload])[0], ['read', { humidity: 51 }]);
    });

    it('nothing once it was deleted', async () => {
      home = await stage({ gateways: [small()] });
      await home.load([hallConfig(), sensor(), sink('out')], hallKey);
      await home.online('hall');
      await home.deploy([hallConfig(), sensor({ note: 1 }), sink('out')], 'full');
      assert.ok(existsSync(file()));
      await home.deploy([sensor(), sink('out')], 'full');
      await until(() => !existsSync(file()), 'the file is gone');
      assert.deepEqual(readdirSync(join(home.userDir, 'lumiot')), []);
    });
  });
});

import assert from 'node:assert/strict';
import {
  BUTTON,
  CLIMATE,
  type FlowNode,
  HALL,
  hall,
  hallConfig,
  hallKey,
  MOTION,
  ONE_GANG,
  PLUG,
  type Received,
  type Stage,
  sink,
  stage,
  until,
  VIBRATION,
} from './support';

describe('lumi-sensor', () => {
  let home: Stage;
  beforeEach(async () => {
    home = await stage({ gateways: [hall()] });
  });
  afterEach(() => home.close());

  const sensor = (more: Record<string, unknown> = {}): FlowNode => ({
    id: 's',
    type: 'lumi-sensor',
    gateway: 'hall',
    device: CLIMATE,
    property: '',
    version: 1,
    wires: [['out']],
    ...more,
  });
  const start = async (more: Record<string, unknown> = {}): Promise<void> => {
    await home.load([hallConfig(), sensor(more), sink('out')], hallKey);
    await home.online('hall');
  };
  const reported = async (fields: Record<string, unknown>, device = CLIMATE): Promise<Received> => {
    const message = home.next('out');
    await home.simulator.report(HALL, device, fields);
    return message;
  };
  /** Says something that always gives a message, and returns everything that came until then. */
  const allUpTo = async (fields: Record<string, unknown>): Promise<unknown[]> => {
    await reported(fields);
    return home.received('out').map(({ payload }) => payload);
  };

  describe('messages', () => {
    it('hold one value, its unit and everything known of the device', async () => {
      await start({ property: 'temperature' });
      const { _msgid, device, ...message } = await reported({ temperature: '2275' });
      assert.equal(typeof _msgid, 'string');
      assert.deepEqual(message, {
        payload: 22.75,
        topic: 'Bedroom/temperature',
        event: 'state',
        property: 'temperature',
        unit: '°C',
        previous: 22.4,
        origin: 'report',
        state: { temperature: 22.75, humidity: 48.12, voltage: 3005, battery: 76.25, batteryLow: false },
      });
      const { lastSeen, ...rest } = device as Record<string, unknown>;
      assert.deepEqual(rest, {
        id: CLIMATE,
        name: 'Bedroom',
        model: 'sensor_ht',
        family: 'environment',
        room: 'Upstairs',
        gateway: HALL,
        transport: 'lumi',
        online: true,
        battery: 76.25,
      });
      assert.equal(new Date(String(lastSeen)).toISOString(), lastSeen);
    });

    it('hold the values of this report when no property is chosen', async () => {
      await start();
      const message = await reported({ temperature: '2275', humidity: '5000' });
      assert.deepEqual(message.payload, { temperature: 22.75, humidity: 50 });
      assert.deepEqual(message.previous, { temperature: 22.4, humidity: 48.12 });
      assert.equal(message.topic, 'Bedroom');
      assert.equal('property' in message || 'unit' in message, false);
    });

    it('go by the id of a device without a name', async () => {
      await start({ device: MOTION, property: 'motion' });
      assert.equal((await reported({ no_motion: '120' }, MOTION)).topic, `${MOTION}/motion`);
    });

    it('carry the topic of the settings', async () => {
      await start({ topic: 'house/bedroom' });
      assert.equal((await reported({ temperature: '2275' })).topic, 'house/bedroom');
    });

    it('carry the datagram only where it is wanted', async () => {
      await home.load(
        [hallConfig(), sensor({ includeRaw: true }), sensor({ id: 'plain', wires: [['other']] }), sink('out'), sink('other')],
        hallKey,
      );
      await home.online('hall');
      const other = home.next('other');
      const raw = (await reported({ temperature: '2275' })).raw as Record<string, unknown>;
      assert.equal(raw.cmd, 'report');
      assert.equal(raw.sid, CLIMATE);
      assert.equal('raw' in (await other), false);
    });

    it('come for the heartbeat of a device', async () => {
      await start({ property: 'temperature' });
      const message = home.next('out');
      await home.simulator.heartbeat(HALL, CLIMATE);
      assert.equal((await message).origin, 'heartbeat');
      assert.equal((await message).payload, 22.4);
    });

    it('do not come for a heartbeat that only holds the address and token of the gateway', async () => {
      await home.load([hallConfig(), sensor({ device: '' }), sink('out')], hallKey);
      await home.online('hall');
      await home.simulator.heartbeat(HALL);
      assert.deepEqual(await allUpTo({ temperature: '2275' }), [{ temperature: 22.75 }]);
    });

    it('leave out what is no reading', async () => {
      await start();
      await home.simulator.report(HALL, CLIMATE, { temperature: '10000' });
      const message = await reported({ temperature: '10000', humidity: '5000' });
      assert.deepEqual(message.payload, { humidity: 50 });
      assert.equal((message.state as Received).temperature, null);
      assert.equal(home.received('out').length, 1);
    });

    it('tell a change that only a read brings', async () => {
      await start({ property: 'temperature' });
      home.simulator.setDevice(HALL, CLIMATE, { temperature: '1900' });
      const message = home.next('out');
      await home.gateway('hall').read(CLIMATE);
      assert.deepEqual([(await message).payload, (await message).origin], [19, 'read']);
      await home.gateway('hall').read(CLIMATE);
      assert.deepEqual(await allUpTo({ temperature: '1910' }), [19, 19.1]);
    });

    it('tell that motion ended when the sensor forgets to', async () => {
      await start({ device: MOTION, property: 'motion' });
      assert.equal((await reported({ status: 'motion' }, MOTION)).payload, true);
      const fallen = home.next('out');
      await home.clock.skip(181_000);
      const { payload, origin, previous } = await fallen;
      assert.deepEqual({ payload, origin, previous }, { payload: false, origin: 'timer', previous: true });
    });

    it('are two when values and an action come together, the values first', async () => {
      await start({ device: BUTTON });
      const action = home.next('out', ({ event }) => event === 'action');
      await home.simulator.report(HALL, BUTTON, { status: 'click', voltage: 2900 });
      const { payload, property, topic, event, origin } = await action;
      assert.deepEqual(
        { payload, property, topic, event, origin },
        { payload: 'single', property: 'action', topic: `${BUTTON}/action`, event: 'action', origin: 'report' },
      );
      assert.deepEqual(
        home.received('out').map(({ event: one }) => one),
        ['state', 'action'],
      );
    });

    it('tell an action only where it is asked for', async () => {
      await home.load(
        [
          hallConfig(),
          sensor({ device: BUTTON, property: 'voltage' }),
          sensor({ id: 'a', device: BUTTON, property: 'action', wires: [['actions']] }),
          sink('out'),
          sink('actions'),
        ],
        hallKey,
      );
      await home.online('hall');
      const action = home.next('actions');
      await home.simulator.report(HALL, BUTTON, { status: 'click', voltage: 2900 });
      assert.equal((await action).payload, 'single');
      assert.deepEqual([home.received('out').map(({ payload }) => payload), home.received('actions').length], [[2900], 1]);
    });

    it('tell no action of a heartbeat or a read', async () => {
      await start({ device: BUTTON });
      await home.simulator.raw(
        JSON.stringify({ cmd: 'heartbeat', model: 'switch', sid: BUTTON, short_id: 7, data: '{"status":"click"}' }),
        HALL,
      );
      home.simulator.setDevice(HALL, BUTTON, { status: 'click' });
      await home.gateway('hall').read(BUTTON);
      await reported({ voltage: 2900 }, BUTTON);
      assert.deepEqual(
        home.received('out').filter(({ event }) => event === 'action'),
        [],
      );
    });

    it('are new objects: what a flow does to one does not show in the next', async () => {
      await start({ device: BUTTON, includeRaw: true });
      const spoil = (one: unknown): void => {
        if (typeof one !== 'object' || one === null) return;
        for (const key of Object.keys(one)) {
          spoil((one as Received)[key]);
          (one as Received)[key] = 'spoilt';
        }
      };
      home.node('out').on('input', spoil);
      const spoilt = home.next('out', ({ event }) => event !== 'state');
      await home.simulator.report(HALL, BUTTON, { status: 'click', voltage: 2900 });
      await spoilt;
      home.node('out').removeListener('input', spoil);
      const next = home.next('out', ({ event }) => event === 'action');
      await home.simulator.report(HALL, BUTTON, { status: 'double_click', voltage: 2901 });
      await next;
      assert.doesNotMatch(JSON.stringify(home.received('out').slice(-2)), /spoilt/);
    });

    it('share nothing with each other', async () => {
      await home.load(
        [
          hallConfig(),
          sensor({ device: BUTTON, includeRaw: true }),
          sensor({ id: 'again', device: BUTTON, includeRaw: true }),
          sink('out'),
        ],
        hallKey,
      );
      await home.online('hall');
      const last = home.next('out', () => home.received('out').length === 4);
      await home.simulator.report(HALL, BUTTON, { status: 'click', voltage: 2900 });
      await last;
      const objects = home.received('out').flatMap(({ device, state, raw }) => [device, state, raw]);
      assert.equal(objects.length, 12);
      assert.equal(new Set(objects).size, 12);
    });
  });

  describe('with values that are objects', () => {
    it('never lets a flow reach into what is known of a device', async () => {
      await home.close();
      const vibration = { sid: VIBRATION, model: 'vibration', fields: { coordination: '1,2,3', voltage: 3005 } };
      home = await stage({ gateways: [hall({ devices: [vibration] })] });
      await start({ device: VIBRATION });
      const message = await reported({ coordination: '4,5,6' }, VIBRATION);
      const { payload, state, previous } = message as Record<string, Record<string, Received>>;
      for (const values of [payload, state, previous]) Object.assign(values?.acceleration ?? {}, { x: 99 });
      assert.deepEqual(home.gateway('hall').device(VIBRATION)?.values.acceleration, { x: 4, y: 5, z: 6 });
    });
  });

  describe('with onlyChanges', () => {
    it('keeps silent about what was said before', async () => {
      await start({ property: 'temperature', onlyChanges: true });
      await home.simulator.report(HALL, CLIMATE, { temperature: '2240' });
      assert.deepEqual(await allUpTo({ temperature: '2275' }), [22.75]);
    });

    it('leaves the unchanged values out of the object', async () => {
      await start({ onlyChanges: true });
      assert.deepEqual((await reported({ temperature: '2275', humidity: '4812' })).payload, { temperature: 22.75 });
    });

    it('still tells the same action again', async () => {
      await start({ device: BUTTON, onlyChanges: true });
      assert.equal((await reported({ status: 'click' }, BUTTON)).payload, 'single');
      await home.clock.skip(1_000);
      assert.equal((await reported({ status: 'click' }, BUTTON)).payload, 'single');
    });
  });

  describe('at the start', () => {
    it('sends nothing unless it was asked to', async () => {
      await start();
      assert.deepEqual(await allUpTo({ temperature: '2275' }), [{ temperature: 22.75 }]);
    });

    it('sends what the first read brought', async () => {
      await home.load([hallConfig(), sensor({ property: 'temperature', sendOnStart: true }), sink('out')], hallKey);
      const { payload, origin } = await home.next('out');
      assert.deepEqual({ payload, origin }, { payload: 22.4, origin: 'read' });
    });

    it('sends it although a report came before the read', async () => {
      await home.load([hallConfig(), sensor({ device: ONE_GANG, sendOnStart: true }), sink('out')], hallKey);
      await until(() => home.gateway('hall').isOnline, 'the gateway is online');
      const read = home.next('out', ({ origin }) => origin === 'read');
      await home.simulator.report(HALL, ONE_GANG, { channel_0: 'on' });
      assert.deepEqual((await read).payload, { on: true });
      assert.deepEqual(
        home.received('out').map(({ origin }) => origin),
        ['report', 'read'],
      );
    });

    it('never says that somebody moves', async () => {
      await home.load(
        [
          hallConfig(),
          sensor({ device: '', sendOnStart: true, property: 'motion' }),
          sensor({ id: 't', sendOnStart: true, wires: [['out']] }),
          sink('out'),
        ],
        hallKey,
      );
      await home.online('hall');
      assert.deepEqual(
        home.received('out').filter(({ payload }) => payload === true),
        [],
      );
    });

    it('sends what is known to a node that is deployed later', async () => {
      await start();
      const known = home.next('out', ({ origin }) => origin === 'read');
      await home.deploy([hallConfig(), sensor(), sensor({ id: 'late', property: 'humidity', sendOnStart: true }), sink('out')], 'nodes');
      assert.equal((await known).payload, 48.12);
    });
  });

  describe('with several devices', () => {
    const several = async (more: Record<string, unknown>): Promise<unknown[]> => {
      await start({ device: '', ...more });
      await home.simulator.report(HALL, PLUG, { load_power: '5.00' });
      await home.simulator.report(HALL, MOTION, { no_motion: '120' });
      await home.simulator.report(HALL, CLIMATE, { temperature: '2275' });
      const end = home.next(
        'out',
        ({ payload }) => JSON.stringify(payload) === '{"power":6}' || JSON.stringify(payload) === '{"humidity":50}',
      );
      await home.simulator.report(HALL, more.family === 'plug' || more.room === 'living room' ? PLUG : CLIMATE, {
        load_power: '6.00',
        humidity: '5000',
      });
      await end;
      return [...new Set(home.received('out').map(({ device }) => (device as Received).id))];
    };

    it('tells all of them', async () => assert.deepEqual(await several({}), [PLUG, MOTION, CLIMATE]));
    it('can be narrowed to a family', async () => assert.deepEqual(await several({ family: 'plug' }), [PLUG]));
    it('can be narrowed to a room, in any case', async () => assert.deepEqual(await several({ room: 'living room' }), [PLUG]));
    it('can be narrowed to both', async () => assert.deepEqual(await several({ room: 'Upstairs', family: 'environment' }), [CLIMATE]));
  });

  it('knows its device in any spelling of the id', async () => {
    await start({ device: `lumi.${CLIMATE.toUpperCase()}`, property: 'temperature' });
    assert.equal((await reported({ temperature: '2275' })).payload, 22.75);
  });
});

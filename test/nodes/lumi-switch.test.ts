import assert from 'node:assert/strict';
import {
  ATTIC,
  ATTIC_KEY,
  ATTIC_PLUG,
  ATTIC_TWO_GANG,
  attic,
  type Credentials,
  type FlowNode,
  gatewayConfig,
  HALL,
  hall,
  hallConfig,
  hallKey,
  ONE_GANG,
  PLUG,
  type Received,
  type Stage,
  sink,
  stage,
  TWO_GANG,
  until,
  WRONG_KEY,
} from './support';

const switchNode = (more: Record<string, unknown> = {}): FlowNode => ({
  id: 's',
  type: 'lumi-switch',

  gateway: 'hall',
  device: PLUG,
  channel: 0,
  onlyReplies: false,
  version: 1,
  wires: [['out']],
  ...more,
});
/** What reports failures, and what tells when an input is done. */
const watchers: readonly FlowNode[] = [
  { id: 'failures', type: 'catch', scope: null, uncaught: false, wires: [['errors']] },
  { id: 'completions', type: 'complete', scope: ['s'], uncaught: false, wires: [['done']] },
  sink('out'),
  sink('errors'),
  sink('done'),
];

describe('lumi-switch', () => {
  let home: Stage;
  afterEach(() => home.close());

  const flow = (more: Record<string, unknown> = {}, gateway: FlowNode = hallConfig()): FlowNode[] => [
    gateway,
    switchNode(more),
    ...watchers,
  ];
  const start = async (more: Record<string, unknown> = {}, credentials: Credentials = hallKey): Promise<void> => {
    await home.load(flow(more), credentials);
    await home.online('hall');
  };
  const answer = (payload: unknown, message: Received = {}): Promise<Received> => {
    const next = home.next('out');
    home.send('s', { payload, ...message });
    return next;
  };
  const failure = async (payload: unknown): Promise<{ message: string; code: string; source: Received }> => {
    const next = home.next('errors');
    home.send('s', { payload });
    return (await next).error as { message: string; code: string; source: Received };
  };
  const only = (...devices: string[]) => hall({ devices: hall().devices?.filter(({ sid }) => devices.includes(sid)) ?? [] });

  describe('with a plug', () => {
    beforeEach(async () => {
      home = await stage({ gateways: [only(PLUG)] });
    });

    for (const payload of [
      true,
      'on',
      'ON',
      ' true ',
      1,
      '1',
      'toggle',
      { on: true },
      { on: 'On', channel: 1 },
      { channel1: true },
      { CHANNEL1: 'on' },
    ]) {
      it(`is switched on by ${JSON.stringify(payload)}`, async () => {
        await start();
        assert.equal((await answer(payload)).payload, true);
        assert.deepEqual(home.writes(), [{ status: 'on' }]);
      });
    }

    for (const payload of [false, 'off', 'Off', 0, '0', 'TOGGLE', { on: false }, { on: 'toggle' }, { channel1: 'off' }]) {
      it(`is switched off by ${JSON.stringify(payload)}`, async () => {
        home.simulator.setDevice(HALL, PLUG, { status: 'on' });
        await start();
        assert.equal((await answer(payload)).payload, false);
        assert.deepEqual(home.writes(), [{ status: 'off' }]);
      });
    }

    it('answers with the message it got, and what happened', async () => {
      await start();
      const { _msgid, device, state, ack, ...message } = await answer('on', {
        topic: 'mine',
        foreign: 7,
        raw: 'old',
        unit: '°C',
        previous: 3,
      });
      assert.deepEqual(message, {
        payload: true,
        topic: 'mine',
        foreign: 7,
        event: 'state',
        property: 'on',
        previous: false,
        origin: 'command',
      });
      assert.deepEqual([(device as Received).id, (device as Received).name, (device as Received).family], [PLUG, 'Lamp', 'plug']);
      assert.equal((state as Received).on, true);
      const { ms, ...rest } = ack as Received;
      assert.deepEqual(rest, { ok: true, attempts: 1, confirmed: 'report' });
      assert.ok(Number.isInteger(ms) && Number(ms) >= 0);
    });

    it('puts its own topic where there was none', async () => {
      await start();
      assert.equal((await answer('on')).topic, 'Lamp/on');
      assert.equal((await answer('off', { topic: '' })).topic, 'Lamp/on');
    });

    it('answers exactly once, although the plug reports too', async () => {
      home.simulator.fault(HALL, { fault: 'duplicate', direction: 'out' });
      await start();
      await answer('on');
      await answer('off');
      assert.deepEqual(
        home.received('out').map(({ origin }) => origin),
        ['command', 'command'],
      );
    });

    it('counts how often it had to ask', async () => {
      await start();
      home.simulator.fault(HALL, { fault: 'no-ack', count: 1 });
      const next = home.next('out');
      home.send('s', { payload: true });
      assert.equal(((await next).ack as Received).attempts, 2);
      assert.equal(home.received('out').length, 1);
    });

    it('is confirmed by a read where the report got lost', async () => {
      await start();
      home.simulator.fault(HALL, { fault: 'no-report', count: 1 });
      const next = home.next('out');
      home.send('s', { payload: true });
      await until(() => home.simulator.state(HALL, PLUG).status === 'on', 'the plug is on');
      await home.clock.skip(5_000);
      assert.deepEqual([(await next).payload, ((await next).ack as Received).confirmed], [true, 'read']);
    });

    it('says so when the plug stays as it was', async () => {
      await start();
      home.simulator.fault(HALL, { fault: 'no-report', count: 1 });
      const failed = home.next('errors');
      home.send('s', { payload: true });
      await until(() => home.simulator.state(HALL, PLUG).status === 'on', 'the plug is on');
      home.simulator.setDevice(HALL, PLUG, { status: 'off' });
      await home.clock.skip(5_000);
      assert.equal(((await failed).error as Received).code, 'NOT_APPLIED');
    });

    it('tells what was switched elsewhere', async () => {
      await start();
      const next = home.next('out');
      await home.simulator.report(HALL, PLUG, { status: 'on' });
      const { payload, property, topic, previous, origin, event, ...rest } = await next;
      assert.deepEqual(
        { payload, property, topic, previous, origin, event },
        { payload: true, property: 'on', topic: 'Lamp/on', previous: false, origin: 'report', event: 'state' },
      );
      assert.equal('ack' in rest, false);
    });

    it('tells changes only, and only of what it switches', async () => {
      await start();
      await home.simulator.report(HALL, PLUG, { status: 'off' });
      await home.simulator.report(HALL, PLUG, { load_power: '12.00' });
      const next = home.next('out');
      await home.simulator.report(HALL, PLUG, { status: 'on' });
      await next;
      assert.equal(home.received('out').length, 1);
    });

    it('tells nothing but answers with onlyReplies', async () => {
      await start({ onlyReplies: true });
      await home.simulator.report(HALL, PLUG, { status: 'on' });
      await answer('off');
      assert.deepEqual(
        home.received('out').map(({ payload }) => payload),
        [false],
      );
    });

    it('tells a second node what the first one did', async () => {
      await home.load([...flow(), switchNode({ id: 'other', wires: [['elsewhere']] }), sink('elsewhere')], hallKey);
      await home.online('hall');
      const other = home.next('elsewhere');
      await answer('on');
      assert.deepEqual([(await other).payload, (await other).origin], [true, 'report']);
      assert.equal(home.received('out').length, 1);
    });

    for (const payload of [
      'bright',
      '',
      null,
      undefined,
      2,
      -1,
      Number.NaN,
      [],
      [true],
      {},
      { on: 'maybe' },
      { channel: 1 },
      { on: true, channel: 4 },
      { on: true, channel: 'left' },
      { channel1: true, on: false },
      Buffer.from('on'),
    ]) {
      it(`refuses ${String(JSON.stringify(payload))} and writes nothing`, async () => {
        await start();
        const { code, source, message } = await failure(payload);
        assert.equal(code, 'BAD_INPUT');
        assert.equal(source.id, 's');
        assert.match(message, /Lamp/);
        assert.match(message, new RegExp(HALL));
        assert.deepEqual(home.writes(), []);
      });
    }

    it('has no second channel', async () => {
      await start();
      const { code, message } = await failure({ channel2: true });
      assert.equal(code, 'UNSUPPORTED');
      assert.match(message, /only one channel/);
      assert.deepEqual(home.writes(), []);
    });

    it('completes an input that a newer one overtook, without a message', async () => {
      await start();
      const last = home.next('done', () => home.received('done').length === 3);
      for (const id of [1, 2, 3]) home.send('s', { payload: true, id });
      await last;
      assert.deepEqual(
        home
          .received('done')
          .map(({ id }) => id)
          .sort(),
        [1, 2, 3],
      );
      assert.ok(home.received('out').length < 3, 'one of the three was overtaken');
      assert.ok(
        home.received('out').some(({ id }) => id === 3),
        'the last one was answered',
      );
      assert.equal(home.received('errors').length, 0);
    });
  });

  describe('with two gangs', () => {
    beforeEach(async () => {
      home = await stage({ gateways: [only(TWO_GANG, ONE_GANG)] });
    });
    const both = { device: TWO_GANG };

    it('writes both at once', async () => {
      await start(both);
      const { payload, previous, topic, ...rest } = await answer({ channel1: true, channel2: false });
      assert.deepEqual(
        { payload, previous, topic },
        { payload: { channel1: true, channel2: false }, previous: { channel1: false, channel2: true }, topic: 'Stairs' },
      );
      assert.equal('property' in rest, false);
      assert.deepEqual(home.writes(), [{ channel_0: 'on', channel_1: 'off' }]);
    });

    it('answers with both, whichever was switched', async () => {
      await start(both);
      assert.deepEqual((await answer({ on: true, channel: '1' })).payload, { channel1: true, channel2: true });
      assert.deepEqual(home.writes(), [{ channel_0: 'on' }]);
    });

    it('switches all of them with one word', async () => {
      await start(both);
      assert.deepEqual((await answer('on')).payload, { channel1: true, channel2: true });
      assert.deepEqual((await answer('toggle')).payload, { channel1: false, channel2: false });
    });

    it('switches the one that was chosen', async () => {
      await start({ ...both, channel: 2 });
      const { payload, property, topic, previous } = await answer(false);
      assert.deepEqual(
        { payload, property, topic, previous },
        { payload: false, property: 'channel2', topic: 'Stairs/channel2', previous: true },
      );
      assert.deepEqual(home.writes(), [{ channel_1: 'off' }]);
    });

    it('tells everything it wrote, also beside the channel chosen', async () => {
      await start({ ...both, channel: 1 });
      assert.deepEqual((await answer({ channel1: true, channel2: false })).payload, { channel1: true, channel2: false });
    });

    it('tells one message for each channel that was switched elsewhere', async () => {
      await start(both);
      const last = home.next('out', () => home.received('out').length === 2);
      await home.simulator.report(HALL, TWO_GANG, { channel_0: 'on', channel_1: 'off' });
      await last;
      assert.deepEqual(
        home.received('out').map(({ property, payload, topic }) => [property, payload, topic]),
        [
          ['channel1', true, 'Stairs/channel1'],
          ['channel2', false, 'Stairs/channel2'],
        ],
      );
    });

    it('tells of the channel chosen only', async () => {
      await start({ ...both, channel: 2 });
      const next = home.next('out');
      await home.simulator.report(HALL, TWO_GANG, { channel_0: 'on' });
      await home.simulator.report(HALL, TWO_GANG, { channel_1: 'off' });
      assert.equal((await next).property, 'channel2');
      assert.equal(home.received('out').length, 1);
    });

    it('reads before it toggles what is not known', async () => {
      home.simulator.setDevice(HALL, TWO_GANG, { channel_0: 'unknown' });
      await start({ ...both, channel: 2 });
      home.simulator.setDevice(HALL, TWO_GANG, { channel_0: 'on' });
      await answer({ channel1: 'toggle' });
      assert.deepEqual(home.writes(), [{ channel_0: 'off' }]);
    });

    it('has no third channel', async () => {
      await start(both);
      assert.match((await failure({ on: true, channel: 3 })).message, /only 2 channels/);
    });

    it('takes channel 1 for the only one of a single switch', async () => {
      await start({ device: ONE_GANG, channel: 1 });
      const { payload, property } = await answer(true);
      assert.deepEqual({ payload, property }, { payload: true, property: 'on' });
    });
  });

  describe('in the newer dialect', () => {
    beforeEach(async () => {
      home = await stage({ gateways: [attic()] });
      await home.load(
        [
          gatewayConfig('attic', ATTIC),
          switchNode({ gateway: 'attic', device: ATTIC_PLUG }),
          switchNode({ id: 'two', gateway: 'attic', device: ATTIC_TWO_GANG }),
          ...watchers,
        ],
        { attic: { key: ATTIC_KEY } },
      );
      await home.online('attic');
    });

    it('switches a plug', async () => {
      assert.equal((await answer('toggle')).payload, true);
      assert.deepEqual(home.writes(), [{ channel_0: 'on' }]);
    });

    it('writes both channels at once', async () => {
      const next = home.next('out');
      home.send('two', { payload: { channel1: 'on', channel2: 'off' } });
      assert.deepEqual((await next).payload, { channel1: true, channel2: false });
      assert.deepEqual(home.writes(), [{ channel_0: 'on', channel_1: 'off' }]);
    });

    it('tells what was switched elsewhere', async () => {
      const next = home.next('out');
      await home.simulator.report(ATTIC, ATTIC_TWO_GANG, { channel_1: 'on' });
      assert.deepEqual([(await next).property, (await next).payload], ['channel2', true]);
    });
  });

  describe('fails in words', () => {
    beforeEach(async () => {
      home = await stage({ gateways: [only(PLUG)] });
    });
    const names = (message: string): void => {
      assert.match(message, /Lamp|158d0001a2b3c7/);
      assert.match(message, /34ce00fb61a9 \(Hall\)/);
    };

    it('without a key', async () => {
      await start({}, {});
      const { code, message, source } = await failure(true);
      assert.deepEqual([code, source.id, source.type], ['KEY_MISSING', 's', 'lumi-switch']);
      names(message);
      assert.match(message, /Mi Home/);
      assert.equal(home.received('out').length, 0);
    });

    it('with a wrong key, and works once the right one is deployed', async () => {
      await start({}, { hall: { key: WRONG_KEY } });
      const { code, message } = await failure(true);
      assert.equal(code, 'KEY_INVALID');
      names(message);
      await home.deploy(flow(), 'nodes', hallKey);
      await home.online('hall');
      assert.equal((await answer(true)).payload, true);
    });

    it('without a gateway', async () => {
      await home.load(flow({ gateway: '', name: 'My switch' }), hallKey);
      const { code, message } = await failure(true);
      assert.equal(code, 'NOT_CONFIGURED');
      assert.match(message, /"My switch" has no gateway/);
    });

    it('with a gateway node that was deleted', async () => {
      await home.load([switchNode(), ...watchers]);
      assert.equal((await failure(true)).code, 'NOT_CONFIGURED');
    });

    it('without a device', async () => {
      await start({ device: '' });
      const { code, message } = await failure(true);
      assert.equal(code, 'NOT_CONFIGURED');
      assert.match(message, /no device/);
    });

    it('with a device that the gateway does not know', async () => {
      await start({ device: '158d000fffffff' });
      const { code, message } = await failure(true);
      assert.equal(code, 'NO_DEVICE');
      assert.match(message, /158d000fffffff/);
      assert.match(message, /34ce00fb61a9 \(Hall\)/);
    });

    it('with a gateway that is not there', async () => {
      await home.load(flow({}, hallConfig({ sid: '34ce00000000' })), hallKey);
      const failed = failure(true);
      await home.clock.skip(6_000);
      const { code, message } = await failed;
      assert.equal(code, 'GATEWAY_NOT_FOUND');
      assert.match(message, /34ce00000000/);
      assert.match(message, new RegExp(PLUG));
    });

    it('with a device that is nothing to switch', async () => {
      await start({ device: HALL });
      assert.equal((await failure(true)).code, 'UNSUPPORTED');
    });

    it('with a gateway that stopped to answer', async () => {
      await start();
      home.simulator.fault(HALL, { fault: 'closed-port' });
      const failed = failure(true);
      await home.clock.skip(30_000);
      const { message } = await failed;
      names(message);
    });
  });
});

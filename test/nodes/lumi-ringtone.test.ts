import assert from 'node:assert/strict';
import { type FlowNode, HALL, hall, hallConfig, hallKey, type Received, type Stage, sink, stage, until } from './support';

const STOP = { mid: 10_000 };

describe('lumi-ringtone', () => {
  let home: Stage;
  beforeEach(async () => {
    home = await stage({ gateways: [hall({ devices: [] })] });
  });
  afterEach(() => home.close());

  const flow = (more: Record<string, unknown> = {}): FlowNode[] => [
    hallConfig(),
    {
      id: 'r',
      type: 'lumi-ringtone',
      gateway: 'hall',
      tone: '',
      volume: '',
      duration: 0,
      onlyReplies: false,
      version: 1,
      wires: [['out']],
      ...more,
    },
    { id: 'failures', type: 'catch', scope: null, uncaught: false, wires: [['errors']] },
    sink('out'),
    sink('errors'),
  ];
  const start = async (more: Record<string, unknown> = {}): Promise<void> => {
    await home.load(flow(more), hallKey);
    await home.online('hall');
  };
  const answer = (payload: unknown, message: Received = {}): Promise<Received> => {
    const next = home.next('out');
    home.send('r', { payload, ...message });
    return next;
  };
  const written = (count: number): Promise<void> => until(() => home.writes().length >= count, `${count} commands arrived`);

  const inputs: readonly (readonly [unknown, Received])[] = [
    [0, { mid: 0 }],
    [8, { mid: 8 }],
    ['8', { mid: 8 }],
    ['doorbell', { mid: 10 }],
    ['Dog Barking', { mid: 8 }],
    [10_001, { mid: 10_001 }],
    ['19999', { mid: 19_999 }],
    [
      { tone: 8, volume: 30 },
      { mid: 8, vol: 30 },
    ],
    [
      { tone: 'knock', volume: '0' },
      { mid: 11, vol: 0 },
    ],
    ['stop', STOP],
    ['STOP', STOP],
    [false, STOP],
    [{ tone: null }, STOP],
    [{ tone: 'stop' }, STOP],
  ];
  for (const [payload, fields] of inputs) {
    it(`turns ${JSON.stringify(payload)} into ${JSON.stringify(fields)}`, async () => {
      await start();
      await answer(payload);
      assert.deepEqual(home.writes(), [fields]);
    });
  }

  for (const payload of [
    9,
    10_000,
    20_000,
    -1,
    1.5,
    'polka',
    '',
    null,
    true,
    [],
    {},
    { volume: 20 },
    { tone: 8, volume: 101 },
    { tone: 8, volume: 'loud' },
    { tone: 8, duration: -1 },
  ]) {
    it(`refuses ${JSON.stringify(payload)} and writes nothing`, async () => {
      await start();
      const failed = home.next('errors');
      home.send('r', { payload });
      const { code, message } = (await failed).error as { code: string; message: string };
      assert.equal(code, 'BAD_INPUT');
      assert.match(message, /34ce00fb61a9 \(Hall\)/);
      assert.deepEqual(home.writes(), []);
    });
  }

  it('answers with what it plays', async () => {
    await start();
    const { _msgid, device, state, ack, ...message } = await answer({ tone: 8, volume: 30 }, { foreign: 7, topic: 'mine' });
    assert.deepEqual(message, { payload: { tone: 8, volume: 30 }, event: 'state', origin: 'command', topic: 'mine', foreign: 7 });
    assert.equal((device as Received).id, HALL);
    assert.equal((ack as Received).confirmed, 'ack');
  });

  it('answers with no tone after a stop', async () => {
    await start();
    assert.deepEqual((await answer('stop')).payload, { tone: null });
  });

  it('answers with the tone alone where no volume was asked for', async () => {
    await start();
    assert.deepEqual((await answer(8)).payload, { tone: 8 });
  });

  describe('with a tone in its settings', () => {
    it('plays it whatever comes', async () => {
      await start({ tone: '2', volume: '40' });
      for (const payload of [true, 'anything', 1_700_000_000_000]) await answer(payload);
      assert.deepEqual(home.writes(), [
        { mid: 2, vol: 40 },
        { mid: 2, vol: 40 },
        { mid: 2, vol: 40 },
      ]);
    });

    it('still stops', async () => {
      await start({ tone: '2' });
      await answer(false);
      assert.deepEqual(home.writes(), [STOP]);
    });

    it('lets an object say otherwise', async () => {
      await start({ tone: '2', volume: '40' });
      await answer({ tone: 'bell' });
      await answer({ volume: 5 });
      assert.deepEqual(home.writes(), [
        { mid: 10, vol: 40 },
        { mid: 2, vol: 5 },
      ]);
    });
  });

  describe('with a duration', () => {
    it('stops the tone when it is over, and not before', async () => {
      await start();
      await answer({ tone: 8, duration: 30 });
      await home.clock.skip(29_000);
      assert.deepEqual(home.writes(), [{ mid: 8 }]);
      await home.clock.skip(1_500);
      await written(2);
      assert.deepEqual(home.writes(), [{ mid: 8 }, STOP]);
    });

    it('takes it from the settings', async () => {
      await start({ tone: 'bell', duration: 5 });
      await answer(true);
      await home.clock.skip(5_500);
      await written(2);
      assert.deepEqual(home.writes(), [{ mid: 10 }, STOP]);
    });

    it('forgets the stop of the tone before when a new one plays', async () => {
      await start();
      await answer({ tone: 8, duration: 30 });
      await answer({ tone: 2 });
      await home.clock.skip(40_000);
      await answer(3);
      assert.deepEqual(home.writes(), [{ mid: 8 }, { mid: 2 }, { mid: 3 }]);
    });

    it('stops once when it was stopped by hand', async () => {
      await start();
      await answer({ tone: 8, duration: 30 });
      await answer('stop');
      await home.clock.skip(40_000);
      await answer(3);
      assert.deepEqual(home.writes(), [{ mid: 8 }, STOP, { mid: 3 }]);
    });

    it('stops at once when the flows stop', async () => {
      await start();
      await answer({ tone: 8, duration: 30 });
      await home.stop();
      assert.deepEqual(home.writes(), [{ mid: 8 }, STOP]);
    });

    it('stops at once when its gateway is deleted', async () => {
      await start();
      await answer({ tone: 8, duration: 30 });
      await home.deploy(
        flow().filter(({ id }) => id !== 'hall'),
        'full',
      );
      assert.deepEqual(home.writes(), [{ mid: 8 }, STOP]);
    });
  });
});

import assert from 'node:assert/strict';
import { Bench } from './bench';
import { ATTIC, HALL, until } from './support';

const OLD = '158d0001000020';
const NEW = '158d0002000020';
const place = {
  hall: [{ sid: OLD, model: 'curtain', fields: { curtain_level: '20' }, travelMs: 400 }],
  attic: [{ sid: NEW, model: 'curtain', fields: { curtain_level: 20 }, travelMs: 400 }],
};

describe('lumi-curtain', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open(place);
  });
  afterEach(() => bench.close());
  const v1 = (more = {}): Promise<void> => bench.start('lumi-curtain', { device: OLD, ...more });
  const v2 = (more = {}): Promise<void> => bench.start('lumi-curtain', { gateway: 'attic', device: NEW, ...more });
  const arrived = (): Promise<Record<string, unknown>> => bench.next(({ origin }) => origin === 'report');

  for (const [payload, old, young, position] of [
    ['open', { status: 'open' }, { curtain_status: 'open' }, 100],
    ['Close', { status: 'close' }, { curtain_status: 'close' }, 0],
    ['stop', { status: 'stop' }, { curtain_status: 'stop' }, 20],
    ['toggle', { status: 'open' }, { curtain_status: 'open' }, 100],
    [65, { curtain_level: '65' }, { curtain_level: 65 }, 65],
    ['65', { curtain_level: '65' }, { curtain_level: 65 }, 65],
    [0, { curtain_level: '0' }, { curtain_level: 0 }, 0],
  ] as const) {
    it(`understands ${JSON.stringify(payload)} in both dialects`, async () => {
      await v1();
      const message = await bench.answer(payload);
      assert.deepEqual([message.payload, message.property, message.unit, message.previous], [position, 'position', '%', 20]);
      assert.equal((message.ack as { confirmed: string }).confirmed, 'ack');
      await bench.redeploy({ gateway: 'attic', device: NEW }, 'full');
      await bench.stage.online('attic');
      assert.equal((await bench.answer(payload)).payload, position);
      assert.deepEqual(bench.stage.writes(), [old, young]);
    });
  }

  for (const payload of [101, -1, true, 'up', '', null, {}]) {
    it(`refuses ${JSON.stringify(payload)}`, async () => {
      await v1();
      assert.equal((await bench.failure(payload)).code, 'BAD_INPUT');
      assert.deepEqual(bench.stage.writes(), []);
    });
  }

  it('answers at once, and tells where it is when it has arrived', async () => {
    await v1();
    const arrival = arrived();
    await bench.answer('open');
    const { payload, property, previous, state } = await arrival;
    assert.deepEqual([payload, property, previous, (state as { position: number }).position], [100, 'position', 20, 100]);
    assert.equal(bench.received.length, 2);
  });

  it('tells where it stopped', async () => {
    await v2();
    await bench.answer('open');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const arrival = arrived();
    await bench.answer('stop');
    const { payload } = await arrival;
    assert.ok(Number(payload) > 20 && Number(payload) < 100, String(payload));
  });

  it('stops by toggle while it moves, and goes on by the next one', async () => {
    await v1();
    await bench.answer('open');
    await bench.answer('toggle');
    await until(() => Number(bench.stage.gateway('hall').device(OLD)?.values.position) !== 20, 'it says where it stopped');
    await bench.answer('toggle');
    const moves = bench.stage.writes().map(({ status }) => status);
    assert.deepEqual(moves.slice(0, 2), ['open', 'stop']);
    assert.notEqual(moves[2], 'stop');
  });

  it('no longer moves once it has arrived', async () => {
    await v1();
    const arrival = arrived();
    await bench.answer('open');
    await arrival;
    await bench.answer('toggle');
    assert.deepEqual(bench.stage.writes().at(-1), { status: 'close' });
  });

  it('mounted the other way is turned round in everything', async () => {
    await v2({ invert: true });
    const arrival = arrived();
    const answer = await bench.answer('open');
    assert.deepEqual([answer.payload, answer.previous, (answer.state as { position: number }).position], [100, 80, 80]);
    const { payload, previous, state } = await arrival;
    assert.deepEqual([payload, previous, (state as { position: number }).position], [100, 80, 100]);
    assert.equal((await bench.answer(30)).payload, 30);
    assert.deepEqual(bench.stage.writes(), [{ curtain_status: 'close' }, { curtain_level: 70 }]);
  });

  for (const mark of [-1, 255]) {
    it(`that does not know where it is (${mark}) opens by toggle`, async () => {
      bench.stage.simulator.setDevice(ATTIC, NEW, { curtain_level: mark });
      await v2();
      const message = await bench.answer('toggle');
      assert.deepEqual([message.payload, 'previous' in message], [100, false]);
      assert.deepEqual(bench.stage.writes(), [{ curtain_status: 'open' }]);
    });
  }

  it('tells what was moved elsewhere', async () => {
    await v1();
    const message = await bench.told(OLD, { curtain_level: '55' });
    assert.deepEqual([message.payload, message.previous, message.origin], [55, 20, 'report']);
  });

  it('that is no curtain is refused in words', async () => {
    await v1({ device: HALL });
    assert.equal((await bench.failure('open')).code, 'UNSUPPORTED');
    assert.equal((await bench.failure(30)).code, 'UNSUPPORTED');
  });
});

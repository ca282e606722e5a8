import assert from 'node:assert/strict';
import { Bench } from './bench';

const OLD = '158d0001000008';
const NEW = '158d0002000008';
const place = {
  hall: [{ sid: OLD, model: 'cube', fields: { voltage: 3005 } }],
  attic: [{ sid: NEW, model: 'sensor_cube.aqgl01', fields: { battery_voltage: 3005 } }],
};

describe('lumi-cube', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open(place);
  });
  afterEach(() => bench.close());
  const v1 = (more = {}): Promise<void> => bench.start('lumi-cube', { device: OLD, ...more });
  const turn = async (percent: number): Promise<unknown> => (await bench.told(OLD, { rotate: `${percent},500` })).level;

  for (const [word, name] of [
    ['flip90', 'flip90'],
    ['flip180', 'flip180'],
    ['move', 'move'],
    ['tap_twice', 'tap'],
    ['shake_air', 'shake'],
    ['swing', 'swing'],
    ['alert', 'alert'],
    ['free_fall', 'fall'],
  ] as const) {
    it(`tells ${name} in both dialects`, async () => {
      await v1();
      const old = await bench.told(OLD, { status: word });
      await bench.redeploy({ gateway: 'attic', device: NEW }, 'full');
      await bench.stage.online('attic');
      const young = await bench.told(NEW, { cube_status: word });
      assert.deepEqual([old.payload, young.payload, old.property, 'level' in old], [name, name, 'action', false]);
    });
  }

  it('tells a turn in degrees with their sign: dialect 1 says percent of a turn', async () => {
    await v1();
    const right = await bench.told(OLD, { rotate: '25,500' });
    assert.deepEqual([right.payload, right.angle, right.durationMs, right.level], ['rotate', 90, 500, 25]);
    const left = await bench.told(OLD, { rotate: '-10,300' });
    assert.deepEqual([left.angle, left.durationMs, left.level], [-36, 300, 15]);
  });

  it('tells a turn in dialect 2 as it comes', async () => {
    await bench.start('lumi-cube', { gateway: 'attic', device: NEW, levelMin: -100 });
    const message = await bench.told(NEW, { cube_status: 'rotate', rotate_degree: -90, detect_time: 500 });
    assert.deepEqual([message.payload, message.angle, message.durationMs], ['rotate', -90, 500]);
    assert.equal(bench.received.length, 1);
  });

  it('adds turns up within its bounds', async () => {
    await v1({ levelMin: 10, levelMax: 50, levelPerTurn: 100 });
    assert.deepEqual([await turn(25), await turn(30), await turn(-15), await turn(-99)], [35, 50, 35, 10]);
  });

  it('takes bounds that were entered the wrong way round', async () => {
    await v1({ levelMin: 50, levelMax: 10, levelPerTurn: 100 });
    assert.deepEqual([await turn(25), await turn(30)], [35, 50]);
  });

  it('adds as much for a turn as was set', async () => {
    await v1({ levelMin: 0, levelMax: 255, levelPerTurn: 360 });
    assert.equal(await turn(25), 90);
  });

  it('keeps its level over a redeploy', async () => {
    await v1();
    await turn(30);
    await bench.redeploy();
    assert.equal(await turn(10), 40);
  });

  it('can be limited to one kind, and adds up all the same', async () => {
    await v1({ action: 'tap' });
    await bench.report(OLD, { rotate: '25,500' });
    await bench.told(OLD, { status: 'tap_twice' });
    await bench.redeploy({ action: '' });
    assert.equal(await turn(10), 35);
    assert.equal(bench.received.length, 2);
  });

  it('says nothing on a heartbeat', async () => {
    await v1();
    await bench.heartbeat(OLD);
    await bench.told(OLD, { status: 'move' });
    assert.deepEqual(bench.payloads, ['move']);
  });
});

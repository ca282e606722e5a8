import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bench, type Place } from './bench';
import { ATTIC, HALL, until } from './support';

const DIMMER = '158d0002000010';
/** Brightness, red, green, blue. */
const packed = (brightness: number, color: number): number => brightness * 0x1_00_00_00 + color;
const BLUE_40 = packed(40, 0x00_00_ff);
const place: Place = {
  hall: [],
  hallGateway: { fields: { rgb: BLUE_40, illumination: 800 } },
  attic: [{ sid: DIMMER, model: 'dimmer.rgbegl01', fields: { power_status: 'on', light_level: 60, light_rgb: packed(60, 0xff_00_00) } }],
  atticGateway: { fields: { rgb: packed(70, 0x00_ff_00) } },
};

describe('lumi-light', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open(place);
  });
  afterEach(() => bench.close());
  const start = (more = {}): Promise<void> => bench.start('lumi-light', { device: HALL, ...more });
  const rgb = (): unknown => bench.stage.simulator.state(HALL, HALL).rgb;
  const written = (): unknown[] => bench.stage.writes().map((fields) => fields.rgb);

  for (const [payload, number, light] of [
    [false, 0, { on: false, brightness: 40, color: '#0000ff' }],
    ['OFF', 0, { on: false, brightness: 40, color: '#0000ff' }],
    ['toggle', 0, { on: false, brightness: 40, color: '#0000ff' }],
    [0, 0, { on: false, brightness: 40, color: '#0000ff' }],
    [1, packed(1, 0xff), { on: true, brightness: 1, color: '#0000ff' }],
    ['25', packed(25, 0xff), { on: true, brightness: 25, color: '#0000ff' }],
    [100, packed(100, 0xff), { on: true, brightness: 100, color: '#0000ff' }],
    ['Orange', packed(40, 0xff_a5_00), { on: true, brightness: 40, color: '#ffa500' }],
    ['#FF8800', packed(40, 0xff_88_00), { on: true, brightness: 40, color: '#ff8800' }],
    [{ brightness: 10, color: 'red' }, packed(10, 0xff_00_00), { on: true, brightness: 10, color: '#ff0000' }],
    [{ color: 'lime' }, packed(40, 0x00_ff_00), { on: true, brightness: 40, color: '#00ff00' }],
    [{ brightness: 0, color: 'red' }, 0, { on: false, brightness: 40, color: '#0000ff' }],
    [{ on: false, brightness: 80 }, 0, { on: false, brightness: 40, color: '#0000ff' }],
  ] as const) {
    it(`understands ${JSON.stringify(payload)}`, async () => {
      await start();
      const message = await bench.answer(payload, { topic: 'mine', foreign: 7 });
      assert.deepEqual([message.payload, message.topic, message.foreign], [light, 'mine', 7]);
      assert.deepEqual([written(), rgb()], [[number], number]);
      assert.equal(bench.received.length, 1);
    });
  }

  for (const payload of [
    101,
    -1,
    'dusk',
    '',
    null,
    undefined,
    [],
    {},
    { colour: 'red', on: true },
    { brightness: 'bright' },
    { effect: 'disco' },
    { effect: 'flash', times: 0 },
  ]) {
    it(`refuses ${JSON.stringify(payload)}`, async () => {
      await start();
      const { code, message } = await bench.failure(payload);
      assert.equal(code, 'BAD_INPUT');
      assert.match(message, new RegExp(HALL));
      assert.deepEqual([written(), bench.received], [[], []]);
    });
  }

  it('comes back in its colour after it was off', async () => {
    await start();
    await bench.answer('off');
    assert.deepEqual((await bench.answer('on')).payload, { on: true, brightness: 40, color: '#0000ff' });
    assert.equal(rgb(), BLUE_40);
  });

  it('comes back in its colour after the app switched it off, and keeps it when only dimmed', async () => {
    await start();
    const off = await bench.told(HALL, { rgb: 0 });
    assert.deepEqual([off.payload, off.origin], [{ on: false, brightness: 40, color: '#0000ff' }, 'report']);
    await bench.answer(15);
    assert.equal(rgb(), packed(15, 0xff));
  });

  it('keeps its colour over a restart', async () => {
    await start();
    await bench.answer('off');
    await bench.stage.stop();
    const remembered = readFileSync(join(bench.stage.userDir, 'lumiot', 'hall.json'));
    await bench.close();
    bench = await Bench.open({ ...place, hallGateway: { fields: { rgb: 0 } } });
    mkdirSync(join(bench.stage.userDir, 'lumiot'), { recursive: true });
    writeFileSync(join(bench.stage.userDir, 'lumiot', 'hall.json'), remembered);
    await start();
    await bench.answer('on');
    assert.equal(rgb(), BLUE_40);
  });

  it('is never switched on without a look at what it is', async () => {
    await bench.begin('lumi-light', { device: HALL });
    await bench.answer(30);
    assert.equal(rgb(), packed(30, 0xff));
  });

  it('with a switch and a level of its own works alike', async () => {
    await bench.start('lumi-light', { gateway: 'attic', device: DIMMER });
    const state = (): Record<string, unknown> => bench.stage.simulator.state(ATTIC, DIMMER);
    await bench.answer(30);
    assert.deepEqual([state().power_status, state().light_level], ['on', 30]);
    await bench.answer('lime');
    assert.equal(Number(state().light_rgb) % 0x1_00_00_00, 0x00_ff_00);
    await bench.answer('off');
    assert.equal(state().power_status, 'off');
  });

  it('of a gateway of dialect 2 works alike', async () => {
    await bench.start('lumi-light', { gateway: 'attic', device: ATTIC });
    assert.deepEqual((await bench.answer('red')).payload, { on: true, brightness: 70, color: '#ff0000' });
  });

  it('tells what was changed elsewhere, unless it only answers', async () => {
    await start();
    assert.deepEqual((await bench.told(HALL, { rgb: packed(5, 0xff_ff_ff) })).payload, { on: true, brightness: 5, color: '#ffffff' });
    await bench.redeploy({ onlyReplies: true });
    await bench.report(HALL, { rgb: packed(6, 0xff_ff_ff) });
    await bench.answer(20);
    assert.equal(bench.received.length, 2);
  });

  it('says in words what keeps it', async () => {
    await bench.start('lumi-light', { gateway: 'attic', device: DIMMER });
    bench.stage.simulator.removeDevice(ATTIC, DIMMER);
    const { code, message } = await bench.failure('on');
    assert.equal(code, 'NO_DEVICE');
    assert.match(message, /Attic/);
  });

  it('is not flooded by a slider: the last value wins, the overtaken complete without a message', async () => {
    await start();
    for (let brightness = 1; brightness <= 100; brightness++) {
      bench.stage.send('n', { payload: brightness });
      if (brightness % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await until(() => bench.stage.received('done').length === 100, 'every input is done');
    assert.equal(rgb(), packed(100, 0xff));
    assert.ok(written().length <= 15, `${written().length} writes`);
    assert.ok(bench.received.length <= written().length, `${bench.received.length} messages for ${written().length} writes`);
    assert.deepEqual(bench.received.at(-1)?.payload, { on: true, brightness: 100, color: '#0000ff' });
    assert.deepEqual(bench.stage.received('errors'), []);
  });

  describe('plays effects', () => {
    it('flashes, and is as it was', async () => {
      await start();
      const message = await bench.answer({ effect: 'flash', color: 'red', times: 1 });
      assert.deepEqual(written(), [packed(100, 0xff_00_00), 0, BLUE_40]);
      assert.deepEqual(message.payload, { on: true, brightness: 40, color: '#0000ff' });
      assert.deepEqual([rgb(), bench.received.length], [BLUE_40, 1]);
    });

    it('pulses, and is as it was', async () => {
      await start();
      await bench.answer({ effect: 'PULSE', times: '1' }, {}, 6_000);
      assert.ok(written().length >= 8);
      assert.ok(written().every((number) => Number(number) % 0x1_00_00_00 === 0xff));
      assert.deepEqual([rgb(), bench.received.length], [BLUE_40, 1]);
    });

    it('while it is off, stays off, and comes on in its own colour', async () => {
      await start();
      await bench.answer('off');
      await bench.answer({ effect: 'flash', color: 'red', times: 1 });
      assert.equal(rgb(), 0);
      await bench.answer('on');
      assert.equal(rgb(), BLUE_40);
    });

    it('until a newer command: that begins with what was before the effect, and is the only one answered', async () => {
      await start();
      bench.stage.send('n', { payload: { effect: 'flash', color: 'red', times: 9 } });
      await until(() => written().length > 0, 'it flashes');
      await bench.answer(20);
      assert.equal(rgb(), packed(20, 0xff));
      assert.equal(bench.received.length, 1);
      await until(() => bench.stage.received('done').length === 2, 'both inputs are done');
    });

    it('until the flows stop', async () => {
      await start();
      bench.stage.send('n', { payload: { effect: 'flash', color: 'red', times: 9 } });
      await until(() => written().length > 0, 'it flashes');
      await bench.stage.stop();
      await until(() => rgb() === BLUE_40, 'the light is as it was');
    });

    it('over a redeploy of the node to their end', async () => {
      await start();
      bench.stage.send('n', { payload: { effect: 'flash', color: 'red', times: 1 } });
      await until(() => written().length > 0, 'it flashes');
      await bench.redeploy();
      await until(() => rgb() === BLUE_40, 'the light is as it was');
      assert.deepEqual(bench.received, []);
    });
  });
});

import assert from 'node:assert/strict';
import { Bench, essence } from './bench';
import { HALL } from './support';

const HALLWAY = '158d0001000001';
const LANDING = '158d0002000001';
const place = {
  hall: [{ sid: HALLWAY, model: 'sensor_motion.aq2', fields: { status: 'motion', lux: '12', voltage: 3005 } }],
  attic: [{ sid: LANDING, model: 'sensor_motion.aq2', fields: { lux: 40, battery_voltage: 3005 } }],
};
const moves = { event: 'state', property: 'motion', payload: true, origin: 'report' };
const still = { ...moves, payload: false };

describe('lumi-motion', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open(place);
  });
  afterEach(() => bench.close());
  const v1 = (more = {}): Promise<void> => bench.start('lumi-motion', { device: HALLWAY, ...more });
  const v2 = (more = {}): Promise<void> => bench.start('lumi-motion', { gateway: 'attic', device: LANDING, ...more });

  it('tells motion at once, with the light beside it', async () => {
    await v1();
    const message = await bench.told(HALLWAY, { status: 'motion', lux: '17' });
    assert.deepEqual(essence(message), moves);
    assert.equal((message.state as { illuminance: number }).illuminance, 17);
    assert.equal(bench.received.length, 1);
  });

  it('tells motion in dialect 2 as well', async () => {
    await v2();
    const message = await bench.told(LANDING, { motion_status: 'motion', lux: 55, illumination: 55 });
    assert.deepEqual([essence(message), (message.state as { illuminance: number }).illuminance], [moves, 55]);
  });

  it('falls silent when the sensor says so, once', async () => {
    await v1();
    await bench.told(HALLWAY, { status: 'motion' });
    assert.deepEqual(essence(await bench.told(HALLWAY, { no_motion: '120' })), still);
    await bench.report(HALLWAY, { no_motion: '180' });
    await bench.told(HALLWAY, { status: 'motion', lux: '18' });
    assert.deepEqual(bench.payloads, [true, false, true]);
  });

  it('falls silent after 120 s where the dialect has no word for it, and each motion begins the time anew', async () => {
    await v2();
    await bench.told(LANDING, { motion_status: 'motion' });
    await bench.pass(100);
    await bench.told(LANDING, { motion_status: 'motion' });
    await bench.pass(100);
    assert.deepEqual(bench.payloads, [true, true]);
    await bench.pass(21);
    assert.deepEqual(bench.received.slice(2).map(essence), [{ ...still, origin: 'timer' }]);
  });

  it("falls silent after 180 s where the sensor's own word got lost", async () => {
    await v1();
    await bench.told(HALLWAY, { status: 'motion' });
    await bench.pass(179);
    assert.deepEqual(bench.payloads, [true]);
    await bench.pass(2);
    assert.deepEqual(bench.payloads, [true, false]);
  });

  describe('with a time of its own', () => {
    it('falls silent then, whatever the sensor says, and each motion begins it anew', async () => {
      await v1({ clearAfter: 30 });
      await bench.told(HALLWAY, { status: 'motion' });
      await bench.pass(20);
      await bench.told(HALLWAY, { status: 'motion' });
      await bench.pass(20);
      assert.deepEqual(bench.payloads, [true, true]);
      await bench.pass(11);
      const [, , last] = bench.received;
      assert.ok(last !== undefined);
      assert.deepEqual(essence(last), { ...still, origin: 'timer' });
      assert.equal((last.state as { motion: boolean }).motion, false);
      await bench.report(HALLWAY, { no_motion: '120' });
      await bench.told(HALLWAY, { status: 'motion' });
      assert.deepEqual(bench.payloads, [true, true, false, true]);
    });

    it('is not ended by a sensor that is quicker', async () => {
      await v1({ clearAfter: 300 });
      await bench.told(HALLWAY, { status: 'motion' });
      await bench.report(HALLWAY, { no_motion: '120' });
      await bench.pass(200);
      assert.deepEqual(bench.payloads, [true]);
    });

    it('goes on over a redeploy', async () => {
      await v1({ clearAfter: 30 });
      await bench.told(HALLWAY, { status: 'motion' });
      await bench.pass(20);
      await bench.redeploy();
      await bench.pass(9);
      assert.deepEqual(bench.payloads, [true]);
      await bench.pass(2);
      assert.deepEqual(bench.payloads, [true, false]);
    });

    it('begins with a redeploy that sets it while somebody moves', async () => {
      await v1();
      await bench.told(HALLWAY, { status: 'motion' });
      await bench.redeploy({ clearAfter: 30 });
      await bench.pass(31);
      assert.deepEqual(bench.payloads, [true, false]);
    });

    it('tells the next motion also where only changes are wanted and the sensor still counts', async () => {
      await v1({ clearAfter: 30, onlyChanges: true });
      await bench.told(HALLWAY, { status: 'motion' });
      await bench.report(HALLWAY, { status: 'motion', lux: '13' });
      await bench.pass(31);
      await bench.told(HALLWAY, { status: 'motion', lux: '14' });
      assert.deepEqual(bench.payloads, [true, false, true]);
    });
  });

  it('is not set off by a heartbeat, a read or the start', async () => {
    await v1({ sendOnStart: true });
    await bench.heartbeat(HALLWAY);
    await bench.stage.gateway('hall').read(HALLWAY);
    await bench.told(HALLWAY, { status: 'motion' });
    assert.deepEqual(bench.received.map(essence), [moves]);
  });

  it('sends what is known at the start, also with a time of its own', async () => {
    bench.stage.simulator.setDevice(HALL, HALLWAY, { no_motion: '300' });
    await v1({ sendOnStart: true, clearAfter: 60 });
    assert.deepEqual(bench.received.map(essence), [{ ...still, origin: 'read' }]);
  });
});

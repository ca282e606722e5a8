import assert from 'node:assert/strict';
import { Bench, essence } from './bench';
import { HALL } from './support';

const DOOR = '158d0001000002';
const BEDROOM = '158d0001000003';
const CELLAR = '158d0001000004';
const SKYLIGHT = '158d0002000002';
const place = {
  hall: [
    { sid: DOOR, model: 'magnet', fields: { status: 'close', voltage: 3005 } },
    { sid: BEDROOM, model: 'sensor_magnet.aq2', fields: { status: 'close', voltage: 3005 } },
    { sid: CELLAR, model: 'sensor_magnet.aq2', fields: { status: 'close', voltage: 3005 } },
  ],
  attic: [{ sid: SKYLIGHT, model: 'sensor_magnet.aq2', fields: { window_status: 'close', battery_voltage: 3005 } }],
  named: [
    { sid: DOOR, name: 'Door', room: 'Hall' },
    { sid: BEDROOM, name: 'Bedroom window', room: 'Upstairs' },
    { sid: CELLAR, name: 'Cellar window', room: 'Cellar' },
  ],
};
const opened = { event: 'state', property: 'open', payload: true, origin: 'report' };
const shut = { ...opened, payload: false };

describe('lumi-contact', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open(place);
  });
  afterEach(() => bench.close());
  const start = (more = {}): Promise<void> => bench.start('lumi-contact', { device: DOOR, ...more });
  const leftOpen = (): unknown[] => bench.received.filter(({ property }) => property === 'openFor').map(({ openFor }) => openFor);

  it('tells that a door opens and closes', async () => {
    await start();
    assert.deepEqual(essence(await bench.told(DOOR, { status: 'open' })), opened);
    assert.deepEqual(essence(await bench.told(DOOR, { status: 'close' })), shut);
    assert.equal(bench.received[1]?.previous, true);
  });

  it('tells it in dialect 2', async () => {
    await start({ gateway: 'attic', device: SKYLIGHT });
    assert.deepEqual(essence(await bench.told(SKYLIGHT, { window_status: 'open' })), opened);
    assert.deepEqual(essence(await bench.told(SKYLIGHT, { window_status: 'close' })), shut);
  });

  it('that is left open says so in a message of its own, with the seconds', async () => {
    await start();
    await bench.told(DOOR, { status: 'open' });
    const message = await bench.told(DOOR, { no_close: '60' });
    assert.deepEqual([essence(message), message.openFor], [{ ...opened, property: 'openFor' }, 60]);
    await bench.told(DOOR, { no_close: '300' });
    assert.deepEqual(leftOpen(), [60, 300]);
    assert.equal(bench.received.length, 3);
  });

  it('whose opening got lost is told as open and as left open', async () => {
    await start();
    await bench.report(DOOR, { no_close: '60' });
    await bench.told(DOOR, { status: 'close' });
    assert.deepEqual(
      bench.received.map(({ property, payload }) => [property, payload]),
      [
        ['open', true],
        ['openFor', true],
        ['open', false],
      ],
    );
  });

  describe('with a time of its own', () => {
    it('is told as left open after it, once, and not before', async () => {
      await start({ leftOpenAfter: 120 });
      await bench.told(DOOR, { status: 'open' });
      await bench.report(DOOR, { no_close: '60' });
      await bench.pass(119);
      assert.deepEqual(leftOpen(), []);
      await bench.pass(2);
      assert.deepEqual(leftOpen(), [120]);
      assert.equal(bench.received.at(-1)?.origin, 'timer');
    });

    it('is not told twice when the sensor says the same', async () => {
      await start({ leftOpenAfter: 60 });
      await bench.told(DOOR, { status: 'open' });
      await bench.told(DOOR, { no_close: '60' });
      await bench.pass(70);
      assert.deepEqual(leftOpen(), [60]);
    });

    it('is not told of a door that closed in time', async () => {
      await start({ leftOpenAfter: 60 });
      await bench.told(DOOR, { status: 'open' });
      await bench.pass(50);
      await bench.told(DOOR, { status: 'close' });
      await bench.pass(60);
      assert.deepEqual(leftOpen(), []);
    });

    it('goes on over a redeploy', async () => {
      await start({ leftOpenAfter: 60 });
      await bench.told(DOOR, { status: 'open' });
      await bench.pass(50);
      await bench.redeploy();
      await bench.pass(12);
      assert.deepEqual(leftOpen(), [60]);
    });

    it('begins with the start for a door that is open then', async () => {
      bench.stage.simulator.setDevice(HALL, DOOR, { status: 'open' });
      await start({ leftOpenAfter: 60 });
      await bench.pass(61);
      assert.deepEqual(leftOpen(), [60]);
    });
  });

  it('is read again every few minutes while it is open, for its close report may get lost', async () => {
    await start();
    await bench.told(DOOR, { status: 'open' });
    bench.stage.simulator.setDevice(HALL, DOOR, { status: 'close' });
    await bench.pass(310);
    assert.deepEqual(bench.received.map(essence), [opened, { ...shut, origin: 'read' }]);
  });

  it('does not seem to open with every heartbeat', async () => {
    await start();
    await bench.told(DOOR, { status: 'open' });
    await bench.heartbeat(DOOR);
    await bench.stage.gateway('hall').read(DOOR);
    await bench.told(DOOR, { status: 'close' });
    assert.deepEqual(bench.payloads, [true, false]);
  });

  it('sends at the start what is known', async () => {
    await start({ sendOnStart: true });
    assert.deepEqual(bench.received.map(essence), [{ ...shut, origin: 'read' }]);
  });

  it('is every window upstairs, by room', async () => {
    await start({ device: '', room: 'upstairs' });
    await bench.report(CELLAR, { status: 'open' });
    await bench.report(DOOR, { status: 'open' });
    const { topic } = await bench.told(BEDROOM, { status: 'open' });
    assert.deepEqual([bench.received.length, topic], [1, 'Bedroom window/open']);
  });
});

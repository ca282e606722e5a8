import assert from 'node:assert/strict';
import { Bench } from './bench';

const SMOKE = '158d0001000009';
const GAS = '158d000100000a';
const LEAK = '158d000100000b';
const SMOKE2 = '158d0002000009';
const LEAK2 = '158d000200000b';
const place = {
  hall: [
    { sid: SMOKE, model: 'smoke', fields: { alarm: '0', density: '0', voltage: 3225 } },
    { sid: GAS, model: 'natgas', fields: { alarm: '0', density: '3' } },
    { sid: LEAK, model: 'sensor_wleak.aq1', fields: { status: 'no_leak', voltage: 3005 } },
  ],
  attic: [
    { sid: SMOKE2, model: 'sensor_smoke', fields: { smoke_status: 'normal', battery_voltage: 3005 } },
    { sid: LEAK2, model: 'sensor_wleak.aq1', fields: { wleak_status: 'normal', battery_voltage: 3005 } },
  ],
};

describe('lumi-alarm', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open(place);
  });
  afterEach(() => bench.close());
  const start = (more = {}): Promise<void> => bench.start('lumi-alarm', more);
  const seen = (): unknown[] => bench.received.map(({ property, payload }) => [property, payload]);

  it('tells smoke, gas and water, each under its name', async () => {
    await start();
    await bench.told(SMOKE, { alarm: '1' });
    await bench.told(GAS, { alarm: '1' });
    await bench.told(LEAK, { status: 'leak' });
    await bench.told(SMOKE, { alarm: '0' });
    await bench.told(LEAK, { status: 'no_leak' });
    assert.deepEqual(seen(), [
      ['smoke', true],
      ['gas', true],
      ['leak', true],
      ['smoke', false],
      ['leak', false],
    ]);
  });

  it('tells them in dialect 2', async () => {
    await start({ gateway: 'attic' });
    await bench.told(SMOKE2, { smoke_status: 'alarm' });
    await bench.told(LEAK2, { wleak_status: 'leak' });
    await bench.told(SMOKE2, { smoke_status: 'normal' });
    await bench.told(LEAK2, { wleak_status: 'normal' });
    assert.deepEqual(seen(), [
      ['smoke', true],
      ['leak', true],
      ['smoke', false],
      ['leak', false],
    ]);
  });

  for (const [code, name] of [
    ['2', 'test'],
    ['8', 'battery-fault'],
    ['64', 'sensitivity-fault'],
    ['32768', 'communication-fault'],
  ] as const) {
    it(`tells ${name} apart from a fire, and its end`, async () => {
      await start({ device: SMOKE });
      await bench.report(SMOKE, { alarm: code });
      await bench.report(SMOKE, { alarm: '0' });
      await bench.told(SMOKE, { alarm: '1' });
      assert.deepEqual(seen(), [
        ['alarm', name],
        ['smoke', false],
        ['alarm', 'clear'],
        ['smoke', true],
      ]);
    });
  }

  it('tells the end of a fire that turns into a fault', async () => {
    await start({ device: SMOKE });
    await bench.told(SMOKE, { alarm: '1' });
    await bench.report(SMOKE, { alarm: '8' });
    await bench.told(SMOKE, { alarm: '1', density: '9' });
    assert.deepEqual(seen(), [
      ['smoke', true],
      ['smoke', false],
      ['alarm', 'battery-fault'],
      ['smoke', true],
    ]);
  });

  it('has the density in its state, and no message for it', async () => {
    await start({ device: SMOKE });
    await bench.report(SMOKE, { density: '17' });
    const { state } = await bench.told(SMOKE, { alarm: '1' });
    assert.deepEqual([(state as { density: number }).density, bench.received.length], [17, 1]);
  });

  it('tells only the alarms that are wanted', async () => {
    await start({ alarms: ['gas'] });
    await bench.report(SMOKE, { alarm: '1' });
    await bench.report(SMOKE, { alarm: '2' });
    await bench.report(LEAK, { status: 'leak' });
    await bench.told(GAS, { alarm: '1' });
    assert.deepEqual(seen(), [['gas', true]]);
  });

  it('takes the test button of a leak sensor for no state', async () => {
    await start({ device: LEAK });
    await bench.report(LEAK, { status: 'iam' });
    await bench.told(LEAK, { status: 'leak' });
    assert.deepEqual(seen(), [['leak', true]]);
  });

  it('does not repeat itself with heartbeats', async () => {
    await start({ device: SMOKE });
    await bench.told(SMOKE, { alarm: '1' });
    await bench.heartbeat(SMOKE);
    await bench.told(SMOKE, { alarm: '0' });
    assert.deepEqual(seen(), [
      ['smoke', true],
      ['smoke', false],
    ]);
  });
});

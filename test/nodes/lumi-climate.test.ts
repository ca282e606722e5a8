import assert from 'node:assert/strict';
import { Bench } from './bench';
import { ATTIC } from './support';

const THERMOSTAT = '158d0002000030';
const cooling = { on_off_cfg: 'off', mode_cfg: 'cool', ws_cfg: 'low', swing_cfg: 'unswing', temp_cfg: 24, relay_status: 'off' };
const place = {
  attic: [
    {
      sid: THERMOSTAT,
      model: 'airrtc.tcpecn01',
      fields: { on_off_cfg: 'on', on_off_status: 'on', mode_cfg: 'heat', ws_cfg: 'auto', temp_cfg: 21, env_temp: 19 },
    },
  ],
  atticGateway: { model: 'acpartner.v3', fields: cooling },
};
const partner = { on: false, mode: 'cool', fan: 'low', swing: false, targetTemperature: 24, relay: false };
const thermostat = { on: true, mode: 'heat', fan: 'auto', targetTemperature: 21 };

describe('lumi-climate', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open(place);
  });
  afterEach(() => bench.close());
  const start = (device = ATTIC, more = {}): Promise<void> => bench.start('lumi-climate', { device, ...more });

  for (const [payload, written, changed] of [
    ['on', { on_off_cfg: 'on' }, { on: true }],
    ['OFF', { on_off_cfg: 'off' }, { on: false }],
    [26, { temp_cfg: 26 }, { targetTemperature: 26 }],
    ['17', { temp_cfg: 17 }, { targetTemperature: 17 }],
    [24.5, { temp_cfg: 25 }, { targetTemperature: 25 }],
    [
      { on: true, mode: 'Heat', fan: 'high', swing: 'on', targetTemperature: '30' },
      { on_off_cfg: 'on', mode_cfg: 'heat', ws_cfg: 'high', swing_cfg: 'swing', temp_cfg: 30 },
      { on: true, mode: 'heat', fan: 'high', swing: true, targetTemperature: 30 },
    ],
    [{ relay: true }, { relay_status: 'on' }, { relay: true }],
  ] as const) {
    it(`understands ${JSON.stringify(payload)}`, async () => {
      await start();
      const message = await bench.answer(payload);
      assert.deepEqual(message.payload, { ...partner, ...changed });
      assert.deepEqual([message.previous, bench.stage.writes()], [partner, [written]]);
      assert.equal(bench.received.length, 1);
    });
  }

  for (const payload of [16, 31, 1, true, 'toggle', 'cold', null, {}, { mode: 'party' }, { mode: 3 }, { tempo: 3 }, { swing: 'left' }]) {
    it(`refuses ${JSON.stringify(payload)}`, async () => {
      await start();
      assert.equal((await bench.failure(payload)).code, 'BAD_INPUT');
      assert.deepEqual(bench.stage.writes(), []);
    });
  }

  it('sets a thermostat as far as it has what is asked for', async () => {
    await start(THERMOSTAT);
    assert.deepEqual((await bench.answer({ mode: 'cool', targetTemperature: 19 })).payload, {
      ...thermostat,
      mode: 'cool',
      targetTemperature: 19,
    });
    assert.deepEqual((await bench.answer('off')).payload, { ...thermostat, on: false, mode: 'cool', targetTemperature: 19 });
    assert.equal((await bench.failure({ swing: true })).code, 'UNSUPPORTED');
    assert.equal((await bench.failure(50)).code, 'BAD_INPUT');
  });

  it('tells what was set elsewhere', async () => {
    await start();
    const message = await bench.told(ATTIC, { temp_cfg: 18 });
    assert.deepEqual([message.payload, message.previous], [{ ...partner, targetTemperature: 18 }, { targetTemperature: 24 }]);
  });

  it('leaves out what the device does not know', async () => {
    bench.stage.simulator.setDevice(ATTIC, ATTIC, { mode_cfg: 'invalid' });
    await start();
    const { mode, ...others } = partner;
    assert.deepEqual((await bench.answer('on')).payload, { ...others, on: true });
    assert.equal(mode, 'cool');
  });
});

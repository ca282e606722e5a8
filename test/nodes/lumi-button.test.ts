import assert from 'node:assert/strict';
import { Bench } from './bench';
import { HALL, until } from './support';

const ROUND = '158d0001000005';
const WALL = '158d0001000006';
const LEAK = '158d0001000007';
const ROUND2 = '158d0002000005';
const WALL2 = '158d0002000006';
const GYRO = '158d0002000007';
const place = {
  hall: [
    { sid: ROUND, model: 'switch', fields: { voltage: 3005 } },
    { sid: WALL, model: '86sw2', fields: { voltage: 3005 } },
    { sid: LEAK, model: 'sensor_wleak.aq1', fields: { status: 'no_leak' } },
  ],
  attic: [
    { sid: ROUND2, model: 'sensor_switch.aq2', fields: { battery_voltage: 3005 } },
    { sid: WALL2, model: 'remote.b286acn01', fields: { battery_voltage: 3005 } },
    { sid: GYRO, model: 'sensor_switch.aq3', fields: { battery_voltage: 3005 } },
  ],
};

const cases: readonly (readonly [device: string, fields: Record<string, string>, action: string, button?: string])[] = [
  [ROUND, { status: 'click' }, 'single'],
  [ROUND, { status: 'double_click' }, 'double'],
  [ROUND, { status: 'long_click_press' }, 'hold'],
  [ROUND, { status: 'long_click_release' }, 'release'],
  [WALL, { channel_0: 'click' }, 'single', 'left'],
  [WALL, { channel_1: 'double_click' }, 'double', 'right'],
  [WALL, { dual_channel: 'both_click' }, 'single', 'both'],
  [ROUND2, { button_0: 'click' }, 'single'],
  [ROUND2, { button_0: 'double_click' }, 'double'],
  [GYRO, { button_0: 'shake' }, 'shake'],
  [WALL2, { button_0: 'long_click' }, 'hold', 'left'],
  [WALL2, { button_1: 'click' }, 'single', 'right'],
  [WALL2, { dual_channel: 'double_both_click' }, 'double', 'both'],
  [WALL2, { dual_channel: 'long_both_click' }, 'hold', 'both'],
];

describe('lumi-button', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open(place);
  });
  afterEach(() => bench.close());
  const start = (device: string, more = {}): Promise<void> =>
    bench.start('lumi-button', { gateway: device.startsWith('158d0001') ? 'hall' : 'attic', device, ...more });

  it('has one vocabulary for every button of both dialects', async () => {
    for (const gateway of ['hall', 'attic']) {
      const ours = cases.filter(([device]) => device.startsWith('158d0001') === (gateway === 'hall'));
      if (gateway === 'hall') await bench.start('lumi-button', { gateway });
      else {
        await bench.redeploy({ gateway }, 'full');
        await bench.stage.online(gateway);
      }
      for (const [device, fields, action, button] of ours) {
        const message = await bench.told(device, fields);
        assert.deepEqual([message.event, message.property, message.origin], ['action', 'action', 'report']);
        assert.deepEqual([message.payload, message.button], [action, button], JSON.stringify(fields));
      }
    }
  });

  it('tells two equal presses as two', async () => {
    await start(ROUND);
    await bench.told(ROUND, { status: 'click' });
    await bench.stage.clock.skip(450);
    await bench.told(ROUND, { status: 'click' });
    assert.deepEqual(bench.payloads, ['single', 'single']);
  });

  it('tells one press that arrives twice as one', async () => {
    await start(ROUND);
    bench.stage.simulator.fault(HALL, { fault: 'duplicate', count: 1 });
    await bench.told(ROUND, { status: 'click' });
    await bench.told(ROUND, { status: 'double_click' });
    assert.deepEqual(bench.payloads, ['single', 'double']);
  });

  it('says nothing on a heartbeat, a read or a redeploy', async () => {
    await start(ROUND, { sendOnStart: true });
    await bench.told(ROUND, { status: 'click' });
    await bench.heartbeat(ROUND);
    await bench.stage.gateway('hall').read(ROUND);
    await bench.redeploy();
    await bench.told(ROUND, { status: 'double_click' });
    assert.deepEqual(bench.payloads, ['single', 'double']);
  });

  it('can be limited to one kind of press, and to one key', async () => {
    await start(WALL2, { action: 'double', button: 'left' });
    await bench.report(WALL2, { button_0: 'click' });
    await bench.report(WALL2, { button_1: 'double_click' });
    const message = await bench.told(WALL2, { button_0: 'double_click' });
    assert.deepEqual([message.payload, message.button, bench.received.length], ['double', 'left', 1]);
  });

  it('hears every button where none is chosen, and nothing else', async () => {
    await start(ROUND, { device: '' });
    await bench.report(LEAK, { status: 'leak' });
    await bench.told(WALL, { channel_0: 'click' });
    await bench.told(ROUND, { status: 'click' });
    assert.deepEqual(bench.payloads, ['single', 'single']);
    await until(() => bench.stage.statuses('n').at(-1)?.text === 'single', 'the status shows the press');
  });
});

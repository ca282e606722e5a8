/** Somebody moves: told when it happens, never because it was read, remembered or there at the start (docs: "Messages"). */

import assert from 'node:assert/strict';
import type { CloudRecord } from '../../lib/miot';
import { saysSomebody } from '../../nodes/shared/runtime/presence';
import { CloudBench, pause } from './cloud-bench';
import { type FlowNode, until } from './support';

const EYE = '68332377';
const STATUS = 'occupancy-sensor:occupancy-status';
const eye = { did: EYE, name: 'Eye', model: 'lumiot.occupancy-sensor.occupancy1', home: 'Home', room: 'Hall', values: { '2.1': 0 } };

describe('a sensor of motion in the cloud', () => {
  let bench: CloudBench;
  afterEach(() => bench.close());

  const start = async (more: Record<string, unknown> = {}, present = 0): Promise<void> => {
    const node: FlowNode = { id: 'n', type: 'miot-in', device: EYE, what: 'property', property: STATUS, ...more };
    bench = await CloudBench.open({ cloud: { devices: [{ ...eye, values: { '2.1': present } }] } });
    await bench.start(node);
    await bench.pushed(EYE);
    await bench.known(EYE, STATUS);
    await pause(100);
  };
  /** What changes while the broker is away is read afterwards. */
  const missed = async (value: number): Promise<void> => {
    bench.cloud.fault({ fault: 'broker-down' });
    await until(() => bench.account.state.push !== 'connected', 'the connection is gone');
    bench.cloud.setSilently(EYE, 2, 1, value);
    bench.cloud.fault({ fault: 'clear' });
    await until(
      () => bench.account.device(EYE)?.values[STATUS] === value,
      'it was read',
      () => bench.stage.clock.skip(500),
    );
    await bench.pushed(EYE);
    await pause(100);
  };

  it('tells what is pushed', async () => {
    await start();
    for (const value of [1, 0]) bench.cloud.change(EYE, 2, 1, value);
    await until(() => bench.received.length === 2, 'both arrived');
    assert.deepEqual(
      bench.received.map(({ payload, valueName }) => [payload, valueName]),
      [
        [1, 'has-one'],
        [0, 'no-one'],
      ],
    );
  });

  it('does not tell that somebody is there because it was read, and tells that nobody is', async () => {
    await start();
    await missed(1);
    assert.deepEqual(bench.payloads, []);
    await missed(0);
    assert.deepEqual(bench.payloads, [0]);
  });

  it('leaves it out of an object, and keeps what was read beside it', async () => {
    await start({ property: '' });
    bench.cloud.setSilently(EYE, 2, 2, 300);
    await missed(1);
    assert.deepEqual(bench.payloads, [{ 'occupancy-sensor:illumination': 300 }]);
  });

  it('does not tell it at the start', async () => {
    await start({ sendOnStart: true, property: '' }, 1);
    assert.deepEqual(bench.payloads, [{ 'occupancy-sensor:illumination': 80 }]);
    await bench.redeploy();
    await pause(100);
    assert.equal(JSON.stringify(bench.payloads).includes(STATUS), false, JSON.stringify(bench.payloads));
  });

  it('tells what is pushed after it was read, once, where only changes are wanted', async () => {
    await start({ onlyChanges: true });
    await missed(1);
    for (let count = 0; count < 3; count++) bench.cloud.change(EYE, 2, 1, 1);
    await until(() => bench.received.length > 0, 'it arrived');
    await pause(200);
    assert.deepEqual(bench.payloads, [1]);
  });
});

describe('of the values of a device, these say that somebody is there:', () => {
  const device = (type = 'camera', main?: string): CloudRecord =>
    ({ spec: { type, main, properties: [], actions: [], events: [] } }) as unknown as CloudRecord;
  const rows: readonly [name: string, value: boolean | number | string, expected: boolean, type?: string][] = [
    ['motion-sensor:motion-state', true, true],
    ['motion-sensor:motion-state', false, false],
    ['motion-sensor.2:motion-state', true, true],
    ['custom:motion-state', true, true],
    ['occupancy-sensor:occupancy-status', 1, true],
    ['occupancy-sensor:occupancy-status', 0, false],
    ['motion-detection:status', true, true],
    ['vacuum:status', 1, false],
    ['light:on', true, false],
    ['motion-sensor:illumination', 12, false],
    ['motion-sensor:no-motion-duration', 12, false],
  ];
  for (const [name, value, expected] of rows)
    it(`${name} ${value}: ${expected ? 'yes' : 'no'}`, () => {
      assert.equal(saysSomebody(device(), name, value), expected);
    });

  it('what a motion sensor is about, whatever its vendor calls it', () => {
    assert.equal(saysSomebody(device('motion-sensor', 'eye:seen'), 'eye:seen', true), true);
    assert.equal(saysSomebody(device('light', 'eye:seen'), 'eye:seen', true), false);
  });
});

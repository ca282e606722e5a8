import assert from 'node:assert/strict';
import { seeded } from '../../support/random';
import { Bench, bedroom, fieldsOf, hall, ManualClock, password } from './bench';

const motion = '158d0001e00001';

describe('a simulated home over time', () => {
  let bench: Bench;
  let clock: ManualClock;

  const open = async (lively: boolean): Promise<void> => {
    clock = new ManualClock();
    const home = {
      lively,
      gateways: [
        {
          sid: hall,
          key: password,
          address: '127.0.3.9',
          port: 0,
          devices: [
            { sid: motion, model: 'motion', fields: { voltage: 3015 } },
            { sid: '158d0001e00002', model: 'plug', fields: { status: 'on', load_power: '40.00', power_consumed: '10' } },
            { sid: '158d0001e00003', model: 'switch', fields: { voltage: 3000 } },
            { sid: '158d0001e00004', model: 'sensor_ht', fields: { temperature: '2275', humidity: '4812' } },
            { sid: '158d0001e00005', model: 'magnet', fields: { status: 'close' } },
          ],
        },
        {
          sid: bedroom,
          key: password,
          address: '127.0.3.9',
          port: 0,
          protocol: 2 as const,
          devices: [
            { sid: '158d0002e00001', model: 'weather', fields: { temperature: 2130, humidity: 5000, pressure: 100_870 } },
            { sid: '158d0002e00002', model: 'sensor_cube.aqgl01', fields: { battery_voltage: 3000 } },
          ],
        },
      ],
    };
    bench = await Bench.open(home, { clock, random: seeded(11) });
    await clock.advance(0);
  };
  afterEach(() => bench.close());

  it('beats every ten seconds with a new token', async () => {
    await open(false);
    for (let beat = 0; beat < 3; beat += 1) await clock.advance(10_000);
    const tokens = bench.events.heard.filter(({ json }) => json.sid === hall && json.cmd === 'heartbeat').map(({ json }) => json.token);
    assert.equal(tokens.length, 4);
    assert.equal(new Set(tokens).size, 4);
    assert.equal(tokens.at(-1), bench.simulator.token(hall));
    const { text } = await bench.events.next(({ json }) => json.sid === hall);
    assert.match(
      text,
      /^\{"cmd":"heartbeat","model":"gateway","sid":"34ce00fb61a9","short_id":"0","token":"\w{16}","data":"\{\\"ip\\":\\"127\.0\.3\.9\\"\}"\}$/,
    );
    const other = await bench.events.next(({ json }) => json.sid === bedroom);
    assert.match(
      other.text,
      /^\{"cmd":"heartbeat","model":"gateway\.v3","sid":"7811dcb2a7d9","token":"\w{16}","params":\[\{"ip":"127\.0\.3\.9"\}\]\}$/,
    );
  });

  it('reports lamp and light of a protocol 1 gateway every minute', async () => {
    await open(false);
    await clock.advance(60_000);
    assert.deepEqual(await bench.reported(hall), { rgb: 0, illumination: 352 });
  });

  it('lets mains devices beat every ten minutes and batteries every hour', async () => {
    await open(false);
    for (let minute = 0; minute < 60; minute += 10) await clock.advance(600_000);
    const beats = (sid: string): number => bench.events.heard.filter(({ json }) => json.sid === sid && json.cmd === 'heartbeat').length;
    assert.equal(beats('158d0001e00002'), 6);
    assert.equal(beats(motion), 1);
  });

  it('lives: values drift, people come and go, in the raw fields of each dialect', async () => {
    await open(true);
    for (let round = 0; round < 120; round += 1) await clock.advance(5_000);
    const reports = bench.events.heard.filter(({ json }) => json.cmd === 'report');
    const of = (sid: string): Record<string, unknown>[] => reports.filter(({ json }) => json.sid === sid).map(({ json }) => fieldsOf(json));
    assert.ok(reports.length > 100, String(reports.length));
    assert.ok(of('158d0001e00004').every(({ temperature }) => typeof temperature === 'string'));
    assert.ok(of('158d0002e00001').every(({ temperature }) => typeof temperature === 'number'));
    assert.ok(new Set(of('158d0001e00004').map(({ temperature }) => temperature)).size > 5);
    assert.ok(of(motion).some(({ status }) => status === 'motion'));
    assert.ok(of(motion).some(({ no_motion: seconds }) => seconds === '120'));
    assert.ok(of('158d0001e00003').every(({ status }) => status === 'click'));
    const door = of('158d0001e00005').map(({ status }) => status);
    assert.deepEqual(door.slice(0, 2), ['open', 'close']);
    assert.ok(of('158d0002e00002').every(({ cube_status: what }) => typeof what === 'string'));
    assert.notEqual(bench.simulator.state(hall, '158d0001e00002').power_consumed, '10');
  }).timeout(20_000);

  it('leaves no timer behind', async () => {
    await open(true);
    bench.simulator.fault(hall, { fault: 'reboot', ms: 60_000 });
    await bench.simulator.close();
    assert.equal(clock.pending, 0);
  });
});

import assert from 'node:assert/strict';
import { Bench, bedroom, fieldsOf, hall, type Json, password, pause, writeKey } from './bench';

const plug = '158d0001b00001';
const wall = '158d0002b00001';

describe('a write to a simulated gateway', () => {
  let bench: Bench;

  before(async () => {
    bench = await Bench.open({
      gateways: [
        {
          sid: hall,
          key: password,
          address: '127.0.3.4',
          port: 0,
          devices: [
            { sid: plug, model: 'plug', fields: { voltage: 3600, status: 'on', inuse: '1', load_power: '91.40' } },
            { sid: '158d0001b00002', model: 'curtain', fields: { curtain_level: '0' }, travelMs: 1_000 },
            { sid: '158d0001b00003', model: 'sensor_ht', fields: { temperature: '2275' } },
            { sid: '158d0001b00004', model: 'vibration', fields: { voltage: 3055 }, hidden: true },
            { sid: '158d0001b00005', model: 'magnet', fields: { status: 'close' } },
          ],
        },
        {
          sid: bedroom,
          key: password,
          address: '127.0.3.5',
          port: 0,
          protocol: 2,
          model: 'acpartner.v3',
          devices: [
            { sid: wall, model: 'lumi.ctrl_dualchn', fields: { channel_0: 'off', channel_1: 'off' } },
            { sid: '158d0002b00002', model: 'curtain', fields: { curtain_level: 50 }, travelMs: 200 },
          ],
        },
      ],
    });
  });
  after(() => bench.close());
  beforeEach(() => {
    bench.events.forget();
    bench.simulator.setDevice(hall, plug, { status: 'on', load_power: '91.40', inuse: '1' });
    bench.simulator.setDevice(bedroom, wall, { channel_0: 'off', channel_1: 'off' });
  });

  const errorOf = (json: Json): unknown => fieldsOf(json).error;

  it('is acknowledged with the state before and followed by a report of what changed', async () => {
    const ack = await bench.write(hall, plug, { status: 'off' });
    assert.equal(ack.json.cmd, 'write_ack');
    assert.equal(ack.json.model, 'plug');
    assert.deepEqual(fieldsOf(ack.json), { voltage: 3600, status: 'on', inuse: '1', load_power: '91.40' });
    assert.equal(bench.simulator.state(hall, plug).status, 'on');
    assert.deepEqual(await bench.reported(plug), { status: 'off' });
    assert.equal(bench.simulator.state(hall, plug).status, 'off');
  });

  it("is reported from the gateway's own address and port 4321", async () => {
    await bench.write(bedroom, wall, { channel_0: 'on' });
    const { from } = await bench.events.next(({ json }) => json.cmd === 'report' && json.sid === wall);
    assert.deepEqual([from.address, from.port], ['127.0.3.5', bench.simulator.addresses.whoisPort]);
  });

  it('works in protocol 2 with one object per value', async () => {
    const ack = await bench.write(bedroom, wall, { channel_0: 'on', channel_1: 'on' });
    assert.equal(ack.json.cmd, 'write_rsp');
    assert.deepEqual(ack.json.params, [{ channel_0: 'off' }, { channel_1: 'off' }]);
    assert.deepEqual(await bench.reported(wall), { channel_0: 'on', channel_1: 'on' });
  });

  it('takes all values in one object in protocol 2, and data as an object in protocol 1', async () => {
    const key = writeKey(password, bench.simulator.token(bedroom));
    await bench.ask(bedroom, { cmd: 'write', sid: wall, key, params: [{ channel_0: 'on', channel_1: 'on' }] });
    assert.deepEqual(await bench.reported(wall), { channel_0: 'on', channel_1: 'on' });
    const data = { status: 'off', key: writeKey(password, bench.simulator.token(hall)).toLowerCase() };
    await bench.ask(hall, { cmd: 'write', sid: plug, data });
    assert.deepEqual(await bench.reported(plug), { status: 'off' });
  });

  it('leaves an outlet that is off without power, and gives it back', async () => {
    await bench.write(hall, plug, { status: 'off' });
    await bench.reported(plug);
    const { load_power: load, inuse } = bench.simulator.state(hall, plug);
    assert.deepEqual({ load, inuse }, { load: '0.00', inuse: '0' });
    bench.events.forget();
    await bench.write(hall, plug, { status: 'on' });
    await bench.reported(plug);
    assert.equal(bench.simulator.state(hall, plug).load_power, '91.40');
  });

  it('toggles only where the wire has toggle', async () => {
    await bench.write(bedroom, wall, { channel_1: 'toggle' });
    assert.deepEqual(await bench.reported(wall), { channel_1: 'on' });
    await bench.write(hall, plug, { status: 'toggle' });
    await pause(150);
    assert.equal(bench.simulator.state(hall, plug).status, 'on');
    assert.equal(bench.simulator.commands().at(-1)?.applied, false);
  });

  it('sets the lamp by a number and ignores text', async () => {
    await bench.write(hall, hall, { rgb: '1694498815' });
    await pause(150);
    assert.equal(bench.simulator.state(hall, hall).rgb, 0);
    const ack = await bench.write(hall, hall, { rgb: 1694498815 });
    assert.deepEqual(fieldsOf(ack.json), { rgb: 0, illumination: 352, proto_version: '1.1.2' });
    assert.deepEqual(await bench.reported(hall), { rgb: 1694498815 });
  });

  it('plays a ringtone without ever reporting it', async () => {
    await bench.write(hall, hall, { mid: 10, vol: 30 });
    await pause(150);
    const { mid, vol } = bench.simulator.state(hall, hall);
    assert.deepEqual({ mid, vol }, { mid: 10, vol: 30 });
    assert.equal(bench.events.heard.filter(({ json }) => json.cmd === 'report').length, 0);
    assert.doesNotMatch((await bench.ask(hall, { cmd: 'read', sid: hall })).text, /mid/);
  });

  it('drives a curtain and reports the level where it ends', async () => {
    const curtain = '158d0001b00002';
    await bench.write(hall, curtain, { status: 'open' });
    await pause(400);
    assert.equal(bench.simulator.state(hall, curtain).status, 'open');
    assert.deepEqual(
      bench.events.heard.filter(({ json }) => json.sid === curtain),
      [],
    );
    await bench.write(hall, curtain, { status: 'stop' });
    const { curtain_level: level } = await bench.reported(curtain);
    assert.equal(typeof level, 'string');
    assert.ok(Number(level) > 15 && Number(level) < 85, String(level));
    bench.events.forget();
    await bench.write(hall, curtain, { curtain_level: '10' });
    assert.deepEqual(await bench.reported(curtain), { curtain_level: '10' });
  });

  it('reports a curtain of protocol 2 as a number and never its direction', async () => {
    const curtain = '158d0002b00002';
    await bench.write(bedroom, curtain, { curtain_status: 'close' });
    assert.deepEqual(await bench.reported(curtain), { curtain_level: 0 });
    assert.deepEqual(bench.simulator.state(bedroom, curtain), { curtain_level: 0 });
  });

  it('pairs a waiting device while the window is open, and removes one', async function () {
    this.timeout(5_000);
    const waiting = '158d0001b00004';
    assert.doesNotMatch((await bench.ask(hall, { cmd: 'get_id_list' })).text, new RegExp(waiting));
    await bench.write(hall, hall, { join_permission: 'yes' });
    assert.deepEqual(await bench.reported(waiting, 3_000), { voltage: 3055 });
    assert.equal(bench.simulator.state(hall, hall).join_permission, 'yes');
    assert.match((await bench.ask(hall, { cmd: 'get_id_list' })).text, new RegExp(waiting));
    await bench.write(hall, hall, { join_permission: 'no' });
    await bench.write(hall, hall, { remove_device: waiting });
    await pause(150);
    assert.equal(bench.simulator.state(hall, hall).join_permission, 'no');
    assert.doesNotMatch((await bench.ask(hall, { cmd: 'get_id_list' })).text, new RegExp(waiting));
  });

  it('is refused with the wrong key, without model and short_id', async () => {
    const key = writeKey('A4D81977ED8A4177', bench.simulator.token(hall));
    const ack = await bench.ask(hall, { cmd: 'write', sid: plug, data: { status: 'off', key } });
    assert.equal(ack.text, `{"cmd":"write_ack","sid":"${plug}","data":"{\\"error\\":\\"Invalid key\\"}"}`);
    await pause(150);
    assert.equal(bench.simulator.state(hall, plug).status, 'on');
    assert.equal(bench.simulator.commands().at(-1)?.error, 'Invalid key');
  });

  it('is refused when the key stands where the other dialect has it', async () => {
    const first = writeKey(password, bench.simulator.token(hall));
    assert.equal(errorOf((await bench.ask(hall, { cmd: 'write', sid: plug, key: first, data: { status: 'off' } })).json), 'Invalid key');
    const second = writeKey(password, bench.simulator.token(bedroom));
    const inside = { cmd: 'write', sid: wall, params: [{ channel_0: 'on' }, { key: second }] };
    assert.equal(errorOf((await bench.ask(bedroom, inside)).json), 'Invalid key');
  });

  it('is refused for strangers and for devices that only tell', async () => {
    assert.equal(errorOf((await bench.write(hall, 'ff', { status: 'on' })).json), 'No device');
    assert.equal(errorOf((await bench.write(hall, '158d0001b00003', { temperature: '1' })).json), 'Unsupported device');
    assert.equal(errorOf((await bench.write(hall, '158d0001b00005', { status: 'open' })).json), 'Unsupported device');
  });

  it('accepts the token before the newest', async () => {
    const old = bench.simulator.token(hall);
    await bench.simulator.heartbeat(hall);
    assert.notEqual(bench.simulator.token(hall), old);
    const ack = await bench.ask(hall, bench.writeRequest(hall, plug, { status: 'off' }, old));
    assert.equal(errorOf(ack.json), undefined);
  });

  it('never shows the key among the commands', () => {
    assert.doesNotMatch(JSON.stringify(bench.simulator.commands()), /"key"|[0-9A-F]{32}/);
  });
});

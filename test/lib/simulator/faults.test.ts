import assert from 'node:assert/strict';
import { FaultBoard, parseFault } from '../../../lib/simulator/faults';
import { seeded } from '../../support/random';
import { Bench, bedroom, fieldsOf, hall, ManualClock, password, pause, ports } from './bench';

const plug = '158d0001c00001';
const climate = '158d0001c00002';
const quietMs = 120;

describe('the faults of a simulated gateway', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await Bench.open({
      gateways: [
        {
          sid: hall,
          key: password,
          address: '127.0.3.6',
          port: 0,
          devices: [
            { sid: plug, model: 'plug', fields: { status: 'on' } },
            { sid: climate, model: 'sensor_ht', fields: { temperature: '2275', humidity: '4812' } },
          ],
        },
        {
          sid: bedroom,
          key: password,
          address: '127.0.3.6',
          port: 0,
          protocol: 2,
          devices: [{ sid: '158d0002c00001', model: 'weather', fields: { temperature: 2130 } }],
        },
      ],
    });
    await pause(20);
    bench.events.forget();
  });
  afterEach(() => bench.close());

  const isSilent = async (request: unknown): Promise<boolean> => {
    bench.asker.forget();
    bench.tell(hall, request);
    await pause(quietMs);
    return bench.asker.heard.length === 0;
  };
  const read = { cmd: 'read', sid: plug };

  it('drop loses both ways until its count is used up', async () => {
    bench.simulator.fault(hall, { fault: 'drop', count: 2 });
    assert.equal(await isSilent(read), true);
    await bench.simulator.report(hall, plug, { status: 'off' });
    await pause(quietMs);
    assert.deepEqual(bench.events.heard, []);
    assert.equal(await isSilent(read), false);
  });

  it('drop in one direction lets the other through', async () => {
    bench.simulator.fault(hall, { fault: 'drop', direction: 'in' });
    assert.equal(await isSilent(read), true);
    await bench.simulator.report(hall, plug, { status: 'off' });
    assert.deepEqual(await bench.reported(plug), { status: 'off' });
  });

  it('delay makes an answer late', async () => {
    bench.simulator.fault(hall, { fault: 'delay', ms: 200 });
    assert.equal(await isSilent(read), true);
    await bench.asker.next(({ json }) => json.cmd === 'read_ack');
  });

  it('duplicate sends a datagram twice', async () => {
    bench.simulator.fault(hall, { fault: 'duplicate', count: 1 });
    await bench.simulator.report(hall, plug, { status: 'off' });
    await pause(quietMs);
    assert.equal(bench.events.heard.length, 2);
    assert.equal(bench.events.heard[0]?.text, bench.events.heard[1]?.text);
  });

  it('reboot is silent for a while, then has a new token and knows nothing of its devices', async () => {
    const old = bench.simulator.token(hall);
    bench.simulator.fault(hall, { fault: 'reboot', ms: 200 });
    assert.equal(await isSilent(read), true);
    bench.asker.socket.send('{"cmd":"whois"}', ports.whoisPort, '127.0.3.6');
    await bench.asker.next(({ json }) => json.sid === bedroom);
    assert.equal(bench.asker.heard.length, 1);
    const { json } = await bench.events.next((heard) => heard.json.cmd === 'heartbeat' && heard.json.sid === hall);
    assert.equal(json.token, bench.simulator.token(hall));
    assert.notEqual(json.token, old);
    assert.deepEqual(fieldsOf((await bench.ask(hall, read)).json), { status: 'unknown' });
    const reading = { cmd: 'read', sid: climate };
    assert.deepEqual(fieldsOf((await bench.ask(hall, reading)).json), { temperature: '10000', humidity: '0' });
    assert.equal(fieldsOf((await bench.ask(hall, bench.writeRequest(hall, plug, { status: 'off' }, old))).json).error, 'Invalid key');
    await bench.simulator.heartbeat(hall, climate);
    assert.deepEqual(fieldsOf((await bench.ask(hall, reading)).json), { temperature: '2275', humidity: '4812' });
  });

  it('new-token kills every older token without a word', async () => {
    const old = bench.simulator.token(hall);
    bench.simulator.fault(hall, { fault: 'new-token' });
    const refused = await bench.ask(hall, bench.writeRequest(hall, plug, { status: 'off' }, old));
    assert.equal(fieldsOf(refused.json).error, 'Invalid key');
    await pause(quietMs);
    assert.deepEqual(bench.events.heard, []);
    assert.equal(fieldsOf((await bench.write(hall, plug, { status: 'off' })).json).error, undefined);
  });

  it('move takes the gateway to another address, and leaves the others where they are', async () => {
    const { port } = bench.place(hall);
    bench.simulator.fault(hall, { fault: 'move', address: '127.0.3.7' });
    await bench.simulator.settled();
    assert.deepEqual(bench.place(hall), { sid: hall, address: '127.0.3.7', port, protocol: 1 });
    const { json, from } = await bench.events.next((heard) => heard.json.cmd === 'heartbeat');
    assert.deepEqual([from.address, json.data], ['127.0.3.7', '{"ip":"127.0.3.7"}']);
    assert.equal((await bench.ask(hall, read)).json.cmd, 'read_ack');
    bench.asker.forget();
    bench.asker.socket.send('{"cmd":"whois"}', ports.whoisPort, '127.0.3.6');
    await pause(quietMs);
    assert.deepEqual(
      bench.asker.heard.map((heard) => heard.json.sid),
      [bedroom],
    );
  });

  it('silent multicasts nothing and goes on answering', async () => {
    bench.simulator.fault(hall, { fault: 'silent' });
    await bench.simulator.heartbeat(hall);
    await bench.simulator.report(hall, plug, { status: 'off' });
    await pause(quietMs);
    assert.deepEqual(bench.events.heard, []);
    assert.equal(await isSilent(read), false);
  });

  it('no-ack applies a write and does not say so', async () => {
    bench.simulator.fault(hall, { fault: 'no-ack', count: 1 });
    const write = (status: string): unknown => bench.writeRequest(hall, plug, { status });
    assert.equal(await isSilent(write('off')), true);
    assert.deepEqual(await bench.reported(plug), { status: 'off' });
    assert.equal(await isSilent(write('on')), false);
  });

  it('closed-port answers whois and nothing else', async () => {
    bench.simulator.fault(hall, { fault: 'closed-port' });
    assert.equal(await isSilent(read), true);
    bench.asker.socket.send('{"cmd":"whois"}', ports.whoisPort, '127.0.3.6');
    await bench.asker.next(({ json }) => json.cmd === 'iam' && json.sid === hall);
  });

  it('no-report applies a write, acknowledges it and reports nothing', async () => {
    bench.simulator.fault(hall, { fault: 'no-report', count: 1 });
    await bench.write(hall, plug, { status: 'off' });
    await pause(quietMs + 50);
    assert.deepEqual(bench.events.heard, []);
    assert.equal(bench.simulator.state(hall, plug).status, 'off');
  });

  it('wrong-key-error refuses a right key as often as it was told', async () => {
    bench.simulator.fault(hall, { fault: 'wrong-key-error', count: 1 });
    const error = async (): Promise<unknown> => fieldsOf((await bench.write(hall, plug, { status: 'off' })).json).error;
    assert.equal(await error(), 'Invalid key');
    assert.equal(await error(), undefined);
  });

  it('clear ends all of them, a reboot as well', async () => {
    for (const fault of ['silent', 'closed-port', 'drop'] as const) bench.simulator.fault(hall, { fault });
    bench.simulator.fault(hall, { fault: 'reboot', ms: 60_000 });
    assert.equal(bench.simulator.snapshot().gateways[0]?.faults.length, 4);
    bench.simulator.fault(hall, { fault: 'clear' });
    assert.deepEqual(bench.simulator.snapshot().gateways[0]?.faults, []);
    await bench.events.next(({ json }) => json.cmd === 'heartbeat' && json.sid === hall);
    assert.equal(await isSilent(read), false);
  });

  it('belong to one gateway', async () => {
    bench.simulator.fault(hall, { fault: 'closed-port' });
    assert.equal((await bench.ask(bedroom, { cmd: 'discovery' })).json.cmd, 'discovery_rsp');
  });
});

describe('the board of faults', () => {
  it('strikes with its ratio, the same in every run', () => {
    const board = new FaultBoard(new ManualClock(), seeded(7));
    board.add({ fault: 'drop', ratio: 0.3 });
    const lost = Array.from({ length: 1_000 }, () => board.copies('in')).filter(({ length }) => length === 0).length;
    assert.ok(lost > 250 && lost < 350, String(lost));
  });

  it('ends a fault when its time is over', async () => {
    const clock = new ManualClock();
    const board = new FaultBoard(clock, Math.random);
    board.add({ fault: 'silent', ms: 1_000 });
    assert.deepEqual(board.names(), ['silent']);
    await clock.advance(1_000);
    assert.deepEqual(board.names(), []);
  });

  for (const [what, json, message] of [
    ['an unknown fault', { fault: 'fire' }, /send one of drop, delay/],
    ['something else than an object', 7, /JSON object/],
    ['a ratio above 1', { fault: 'drop', ratio: 2 }, /"ratio" must be a number from 0 to 1/],
    ['a direction nobody knows', { fault: 'drop', direction: 'up' }, /"direction"/],
    ['a move to nowhere', { fault: 'move' }, /needs an "address"/],
    ['a move to a name', { fault: 'move', address: 'home' }, /IPv4/],
  ] as const)
    it(`refuses ${what} with a sentence`, () => {
      assert.throws(() => parseFault(json), { code: 'BAD_INPUT', message });
    });
});

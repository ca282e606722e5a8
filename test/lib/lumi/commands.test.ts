/** Commands over real UDP: whatever happens on the way, each ends in success or in the code that says why. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { type Ack, checkSettings, type Gateway, OVERTAKEN, type Overtaken } from '../../../lib/lumi';
import { ManualClock } from '../../support/clock';
import { ATTIC, ATTIC_KEY, ATTIC_SWITCH, attic, DOOR, HALL, hall, KEY, PLUG, Rig } from '../../support/home';
import { until } from '../../support/wait';

function acked(result: Ack | Overtaken): Ack {
  assert.ok(result !== OVERTAKEN);
  return result;
}

const withCode = (code: string) => (error: unknown) => error instanceof LumiotError && error.code === code;

/** Time passes only while something is awaited with `rig.during`. */
const clock = new ManualClock();

describe('a command', () => {
  let rig: Rig;
  let gateway: Gateway;

  beforeEach(async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    gateway = await rig.online();
  });
  afterEach(() => rig.close());

  it('takes effect and is confirmed by the report', async () => {
    const ack = acked(await rig.during(gateway.write(PLUG, { on: true })));
    assert.equal(ack.confirmed, 'report');
    assert.equal(ack.attempts, 1);
    assert.equal(rig.simulator.state(HALL, PLUG).status, 'on');
    assert.equal(gateway.device(PLUG)?.values.on, true);
  });

  it('is confirmed by a read where the report gets lost', async () => {
    rig.simulator.fault(HALL, { fault: 'no-report' });
    rig.simulator.setDevice(HALL, PLUG, { status: 'on' });
    // What we know says off and the device is on: the command changes nothing, so nobody waits long for a report.
    const ack = acked(await rig.during(gateway.write(PLUG, { on: false })));
    assert.equal(ack.confirmed, 'read');
    assert.equal(gateway.device(PLUG)?.values.on, false);
  });

  it('never takes the acknowledgement, which holds the old state, for the new state', async () => {
    const seen: unknown[] = [];
    gateway.subscriptions.subscribe('test', PLUG, ({ values }) => seen.push(values.on));
    gateway.subscriptions.open('test');
    await rig.during(gateway.write(PLUG, { on: true }));
    assert.deepEqual(seen, [true]);
  });

  it('that the device acknowledges and does not carry out is NOT_APPLIED', async () => {
    await rig.during(gateway.write(PLUG, { on: true }));
    await rig.during(gateway.write(PLUG, { on: false }));
    rig.simulator.fault(HALL, { fault: 'no-report' });
    // Confirmed by a read that is shown the old state all the time.
    clock.setTimeout(() => rig.simulator.setDevice(HALL, PLUG, { status: 'on' }), 300);
    await rig.during(assert.rejects(gateway.write(PLUG, { on: false }), withCode('NOT_APPLIED')));
  });

  it('with a stale token fetches a new one and is carried out', async () => {
    rig.simulator.fault(HALL, { fault: 'new-token' });
    assert.equal(acked(await rig.during(gateway.write(PLUG, { on: true }))).confirmed, 'report');
    assert.equal(rig.simulator.state(HALL, PLUG).status, 'on');
  });

  it('whose acknowledgement is lost is sent again', async () => {
    rig.simulator.fault(HALL, { fault: 'no-ack', count: 1 });
    const ack = acked(await rig.during(gateway.write(PLUG, { on: true })));
    assert.equal(ack.attempts, 2);
    assert.equal(rig.simulator.state(HALL, PLUG).status, 'on');
  });

  it('to a gateway that is rebooting is carried out once it is back', async () => {
    rig.simulator.fault(HALL, { fault: 'reboot', ms: 2_000 });
    const ack = acked(await rig.during(gateway.write(PLUG, { on: true })));
    assert.ok(ack.attempts > 1);
    assert.equal(rig.simulator.state(HALL, PLUG).status, 'on');
  });

  it('to a gateway that moved reaches it at its new address', async () => {
    rig.simulator.fault(HALL, { fault: 'silent', ms: 300 });
    rig.simulator.fault(HALL, { fault: 'move', address: '127.0.11.9' });
    await rig.simulator.settled();
    acked(await rig.during(gateway.write(PLUG, { on: true })));
    assert.equal(gateway.address, '127.0.11.9');
    assert.equal(rig.simulator.state(HALL, PLUG).status, 'on');
  });

  it('for a device that the gateway does not have is NO_DEVICE', async () => {
    await rig.during(assert.rejects(gateway.write('158d00ffffffff', { on: true }), withCode('NO_DEVICE')));
  });

  it('for a device the gateway has lost is NO_DEVICE too', async () => {
    rig.simulator.removeDevice(HALL, PLUG);
    await rig.during(assert.rejects(gateway.write(PLUG, { on: true }), withCode('NO_DEVICE')));
  });

  it('that the model does not take is UNSUPPORTED, and nothing is written', async () => {
    await rig.during(assert.rejects(gateway.write(DOOR, { on: true }), withCode('UNSUPPORTED')));
    assert.deepEqual(rig.writes(DOOR), []);
  });

  it('in raw fields that the device does not take is UNSUPPORTED', async () => {
    await rig.during(assert.rejects(gateway.writeRaw(DOOR, { status: 'open' }), withCode('UNSUPPORTED')));
  });

  it('in raw fields is confirmed by the acknowledgement', async () => {
    assert.equal((await rig.during(gateway.writeRaw(PLUG, { status: 'on' }))).confirmed, 'ack');
  });

  it('finds its device by any spelling of the sid', async () => {
    await rig.during(gateway.write(`lumi.${PLUG.toUpperCase()}`, { on: true }));
    assert.equal(rig.simulator.state(HALL, PLUG).status, 'on');
  });

  it('for removal is confirmed by the acknowledgement, and the device is gone at once', async () => {
    assert.equal((await rig.during(gateway.remove(DOOR))).confirmed, 'ack');
    assert.equal(gateway.device(DOOR), undefined);
    await clock.advance(200);
    await until(() => !rig.simulator.snapshot().gateways[0]?.devices.some(({ sid }) => sid === DOOR), 'the device is unpaired');
    await rig.during(assert.rejects(gateway.remove(DOOR), withCode('NO_DEVICE')));
  });

  it('for a removal whose first acknowledgement was lost succeeds', async () => {
    rig.simulator.fault(HALL, { fault: 'no-ack', count: 1 });
    assert.equal((await rig.during(gateway.remove(DOOR))).attempts, 2);
  });

  it('for a tone is confirmed by the acknowledgement', async () => {
    assert.equal((await rig.during(gateway.play({ tone: 10_001, volume: 20, duration: 0 }))).confirmed, 'ack');
    await rig.during(gateway.stopTone());
    assert.deepEqual(rig.writes(HALL), [{ mid: 10_001, vol: 20 }, { mid: 10_000 }]);
  });

  it('for a tone that does not exist rejects and does not throw', async () => {
    await rig.during(assert.rejects(gateway.play({ tone: 9_999, duration: 0 }), withCode('BAD_INPUT')));
  });

  it('on, off, on reaches the gateway three times, in order', async () => {
    const all = [gateway.write(PLUG, { on: true }), gateway.write(PLUG, { on: false }), gateway.write(PLUG, { on: true })];
    await rig.during(Promise.all(all));
    assert.deepEqual(rig.writes(PLUG), [{ status: 'on' }, { status: 'off' }, { status: 'on' }]);
    assert.equal(rig.simulator.state(HALL, PLUG).status, 'on');
  });

  it('on, off, on behind another command still reaches the gateway three times', async () => {
    const busy = gateway.writeRaw(HALL, { mid: 10_000 });
    await rig.during(
      Promise.all([busy, gateway.write(PLUG, { on: true }), gateway.write(PLUG, { on: false }), gateway.write(PLUG, { on: true })]),
    );
    assert.deepEqual(rig.writes(PLUG), [{ status: 'on' }, { status: 'off' }, { status: 'on' }]);
  });

  it('from a slider is overtaken by the next one while it waits', async () => {
    const busy = gateway.writeRaw(HALL, { mid: 10_000 });
    const [, first, second, last] = await rig.during(
      Promise.all([
        busy,
        gateway.write(HALL, { brightness: 10 }),
        gateway.write(HALL, { brightness: 20 }),
        gateway.write(HALL, { brightness: 30 }),
      ]),
    );
    assert.equal(first, OVERTAKEN);
    assert.equal(second, OVERTAKEN);
    assert.notEqual(last, OVERTAKEN);
    assert.equal(rig.writes(HALL).length, 2);
  });

  it('does not undo the one before it that has not been reported yet', async () => {
    await rig.during(Promise.all([gateway.write(HALL, { color: '#00ff00' }), gateway.write(HALL, { brightness: 40 })]));
    await until(() => gateway.device(HALL)?.values.brightness === 40, 'the light is dimmed');
    assert.equal(gateway.device(HALL)?.values.color, '#00ff00');
  });

  it('is refused with QUEUE_FULL when a hundred wait', async () => {
    rig.simulator.fault(HALL, { fault: 'closed-port' });
    const all = Array.from({ length: 110 }, (_, index) => gateway.writeRaw(PLUG, { status: index % 2 === 0 ? 'on' : 'off' }));
    const codes = Promise.allSettled(all);
    await rig.during(assert.rejects(all[109] ?? Promise.resolve(), withCode('QUEUE_FULL')));
    await rig.during(gateway.close());
    const results = await codes;
    const count = (code: string): number => results.filter((one) => one.status === 'rejected' && withCode(code)(one.reason)).length;
    // A hundred wait; one more is under way where the first one has begun already.
    assert.ok(count('QUEUE_FULL') === 9 || count('QUEUE_FULL') === 10);
    assert.equal(count('QUEUE_FULL') + count('GATEWAY_OFFLINE'), 110);
  });

  it('to a gateway whose port was closed meanwhile is PORT_CLOSED', async () => {
    rig.simulator.fault(HALL, { fault: 'closed-port' });
    await rig.during(assert.rejects(gateway.write(PLUG, { on: true }), withCode('PORT_CLOSED')));
  });

  it('is carried out although three tries and the first question where the gateway is got lost', async () => {
    // Three writes, then whois to its address and to everybody: five datagrams.
    rig.simulator.fault(HALL, { fault: 'drop', direction: 'in', count: 5 });
    acked(await rig.during(gateway.write(PLUG, { on: true })));
    assert.equal(rig.simulator.state(HALL, PLUG).status, 'on');
  });

  it('to a gateway that is gone ends in TIMEOUT', async () => {
    rig.simulator.fault(HALL, { fault: 'drop' });
    await rig.during(assert.rejects(gateway.write(PLUG, { on: true }), withCode('TIMEOUT')));
  });
});

describe('a command to a slow device', () => {
  const slow = { ...hall, devices: [{ sid: PLUG, model: 'plug', power: 'mains' as const, fields: { status: 'off' }, effectMs: 1_200 }] };
  let rig: Rig;
  let gateway: Gateway;

  beforeEach(async () => {
    rig = await Rig.open({ gateways: [slow] }, { clock });
    gateway = await rig.online();
  });
  afterEach(() => rig.close());

  it('on, off, on is answered three times, each by its own report', async () => {
    const results = await rig.during(Promise.all([true, false, true].map((on) => gateway.write(PLUG, { on }))));
    assert.deepEqual(
      results.map((result) => acked(result).confirmed),
      ['report', 'report', 'report'],
    );
    assert.equal(rig.simulator.state(HALL, PLUG).status, 'on');
  });

  it('that repeats what is only remembered has its time: an early read proves, and never refutes', async () => {
    // The report that it went on got lost: we believe it is off.
    rig.simulator.setDevice(HALL, PLUG, { status: 'on' });
    const ack = acked(await rig.during(gateway.write(PLUG, { on: false })));
    assert.equal(ack.confirmed, 'report');
    assert.equal(rig.simulator.state(HALL, PLUG).status, 'off');
  });

  it('is known of before it has come true: what follows builds on it', async () => {
    const plug = gateway.device(PLUG);
    assert.ok(plug);
    const first = gateway.write(PLUG, { on: true });
    assert.equal(gateway.intended(plug).on, true);
    await rig.during(first);
    assert.equal(gateway.intended(plug).on, true);
  });
});

describe('a command under loss', () => {
  it('of ten per cent both ways ends in success or in a code that says why, fifty times', async () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    const rig = await Rig.open({ gateways: [hall] }, { clock, random });
    const gateway = await rig.online();
    rig.simulator.fault(HALL, { fault: 'drop', ratio: 0.1, direction: 'both' });
    const results: PromiseSettledResult<unknown>[] = [];
    for (let index = 0; index < 50; index++) {
      const on = index % 2 === 0;
      const [result] = await rig.during(Promise.allSettled([gateway.write(PLUG, { on })]));
      results.push(result);
      if (result.status === 'fulfilled') assert.equal(rig.simulator.state(HALL, PLUG).status, on ? 'on' : 'off');
    }
    await rig.close();
    assert.equal(results.length, 50);
    const failed = results.filter((one) => one.status === 'rejected').map((one) => one.reason as unknown);
    for (const error of failed) assert.ok(withCode('TIMEOUT')(error) || withCode('PORT_CLOSED')(error), String(error));
    assert.ok(failed.length <= 1, `${failed.length} of 50 failed`);
  });
});

describe('a LAN key', () => {
  let rig: Rig;

  beforeEach(async () => {
    rig = await Rig.open({ gateways: [hall, attic] }, { clock });
  });
  afterEach(() => rig.close());

  it('that is right is verified', async () => {
    const gateway = await rig.online();
    await rig.during(gateway.verifyKey());
    assert.equal(gateway.problems.size, 0);
  });

  it('that is right is verified of the only gateway without a sid, also while it is being found', async () => {
    await rig.close();
    rig = await Rig.open({ gateways: [hall] }, { clock });
    const gateway = rig.gateway({ sid: '' });
    void gateway.start();
    await rig.during(gateway.verifyKey());
  });

  it('that is wrong is told once, names the gateway, and is forgotten when a command succeeds', async () => {
    const gateway = await rig.online({ key: ATTIC_KEY, name: 'Hall' });
    await rig.during(
      assert.rejects(gateway.write(PLUG, { on: true }), (error: unknown) => {
        assert.ok(error instanceof LumiotError);
        assert.equal(error.code, 'KEY_INVALID');
        assert.match(error.message, new RegExp(`${HALL} \\(Hall\\)`));
        return true;
      }),
    );
    assert.deepEqual([...gateway.problems.keys()], ['KEY_INVALID']);
    assert.equal(rig.simulator.state(HALL, PLUG).status, 'off');
    const { settings } = checkSettings({ sid: HALL, interface: '127.0.0.1', key: KEY, name: 'Hall' });
    assert.equal(gateway.configure(settings), true);
    assert.equal(gateway.problems.size, 0);
    acked(await rig.during(gateway.write(PLUG, { on: true })));
  });

  it('that is missing is KEY_MISSING, and reading works', async () => {
    const gateway = await rig.online({ key: '' });
    await rig.during(assert.rejects(gateway.write(PLUG, { on: true }), withCode('KEY_MISSING')));
    assert.equal(gateway.device(PLUG)?.values.on, false);
  });

  it('of one gateway is not used for the other', async () => {
    const first = await rig.online();
    const second = await rig.online({ sid: ATTIC, key: ATTIC_KEY });
    acked(await rig.during(first.write(PLUG, { on: true })));
    acked(await rig.during(second.write(ATTIC_SWITCH, { channel2: true })));
    assert.equal(rig.simulator.state(HALL, PLUG).status, 'on');
    assert.equal(rig.simulator.state(ATTIC, ATTIC_SWITCH).channel_1, 'on');
    assert.deepEqual([first.dialect, second.dialect], [1, 2]);
  });
});

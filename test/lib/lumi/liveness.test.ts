/** What a gateway does by the clock. Real sockets, a clock moved by hand, shared with the pretend home. */

import assert from 'node:assert/strict';
import type { DeviceEvent, Gateway } from '../../../lib/lumi';
import { DeviceRecord } from '../../../lib/lumi/device-record';
import { ManualClock } from '../../support/clock';
import { ATTIC, ATTIC_KEY, ATTIC_MOTION, attic, DOOR, HALL, hall, MOTION, PLUG, Rig } from '../../support/home';
import { boundSocket, closed } from '../../support/sockets';

async function onlineAt(rig: Rig, clock: ManualClock, settings: Readonly<Record<string, unknown>> = {}): Promise<Gateway> {
  const gateway = rig.gateway(settings);
  void gateway.start();
  for (let step = 0; step < 100 && !(gateway.isOnline && rig.lan.sockets.isBound); step++) await clock.advance(100);
  await clock.advance(2_000);
  assert.equal(gateway.isOnline, true);
  return gateway;
}

describe('with time, a gateway', () => {
  let clock: ManualClock;
  let rig: Rig;
  let gateway: Gateway;

  beforeEach(async () => {
    clock = new ManualClock();
    rig = await Rig.open({ gateways: [hall] }, { clock });
    gateway = await onlineAt(rig, clock);
  });
  afterEach(() => rig.close());

  const lists = (): number => rig.simulator.commands().filter(({ cmd }) => cmd === 'list').length;

  it('that beats stays online and is not asked', async () => {
    const asked = lists();
    await clock.advance(9 * 60_000);
    assert.equal(gateway.isOnline, true);
    assert.equal(lists(), asked);
  });

  it('that is silent for 65 s is asked directly, and stays online when it answers', async () => {
    rig.simulator.fault(HALL, { fault: 'silent' });
    const asked = lists();
    await clock.advance(55_000);
    assert.equal(lists(), asked);
    await clock.advance(20_000);
    assert.equal(lists(), asked + 1);
    assert.equal(gateway.isOnline, true);
  });

  it('that is heard again after a silence is read: what its sensors said meanwhile was lost', async () => {
    rig.simulator.fault(HALL, { fault: 'silent', ms: 120_000 });
    await clock.advance(60_000);
    rig.simulator.setDevice(HALL, DOOR, { status: 'open' });
    await clock.advance(75_000);
    assert.equal(gateway.device(DOOR)?.values.open, true);
  });

  it('that missed a few beats is not read again', async () => {
    rig.simulator.fault(HALL, { fault: 'silent', ms: 45_000 });
    const asked = rig.simulator.commands().length;
    await clock.advance(60_000);
    assert.equal(rig.simulator.commands().length, asked);
  });

  it('that does not answer either is offline, and so are its devices', async () => {
    rig.simulator.fault(HALL, { fault: 'drop' });
    await clock.advance(65_000 + 30_000);
    const { state } = gateway;
    assert.equal(state.phase, 'offline');
    assert.equal('error' in state && state.error?.code, 'GATEWAY_OFFLINE');
    const plug = gateway.device(PLUG);
    assert.ok(plug);
    assert.equal(gateway.info(plug).online, false);
    const failed = assert.rejects(gateway.write(PLUG, { on: true }), { code: 'GATEWAY_OFFLINE' });
    await clock.advance(30_000);
    await failed;
  });

  it('that answers whois but nothing else is offline because its port is closed', async () => {
    rig.simulator.fault(HALL, { fault: 'closed-port' });
    await clock.advance(65_000 + 40_000);
    const { state } = gateway;
    assert.deepEqual([state.phase, 'error' in state && state.error?.code], ['offline', 'PORT_CLOSED']);
  });

  it('that speaks again is online at once, and everything is read', async () => {
    rig.simulator.fault(HALL, { fault: 'drop' });
    await clock.advance(95_000);
    assert.equal(gateway.state.phase, 'offline');
    rig.simulator.setDevice(HALL, PLUG, { status: 'on' });
    rig.simulator.fault(HALL, { fault: 'clear' });
    await rig.simulator.heartbeat(HALL);
    await clock.settle();
    assert.equal(gateway.isOnline, true);
    await clock.advance(2_000);
    assert.equal(gateway.device(PLUG)?.values.on, true);
  });

  it('that answers again without multicast is found by the next question', async () => {
    rig.simulator.fault(HALL, { fault: 'drop' });
    await clock.advance(95_000);
    rig.simulator.fault(HALL, { fault: 'clear' });
    rig.simulator.fault(HALL, { fault: 'silent' });
    await clock.advance(70_000);
    assert.equal(gateway.isOnline, true);
  });

  it('that moved while it was silent is found by the question', async () => {
    rig.simulator.fault(HALL, { fault: 'silent' });
    rig.simulator.fault(HALL, { fault: 'move', address: '127.0.11.7' });
    for (let step = 0; step < 40; step++) await clock.advance(5_000);
    assert.deepEqual([gateway.isOnline, gateway.address], [true, '127.0.11.7']);
  });

  it('whose heartbeats stop has its group joined again, and the user told once', async () => {
    const calls: string[] = [];
    for (const socket of rig.sockets.open) {
      const original = socket.dropMembership.bind(socket);
      socket.dropMembership = (...where) => {
        calls.push(where.join());
        original(...where);
      };
    }
    rig.simulator.fault(HALL, { fault: 'silent' });
    await clock.advance(60_000);
    assert.equal(rig.log.filter(({ text }) => text.includes('arrives by multicast')).length, 1);
    await clock.advance(20_000);
    assert.deepEqual(calls, ['224.0.0.50,127.0.0.1']);
    assert.deepEqual(rig.lan.sockets.joined, ['127.0.0.1']);
    rig.simulator.fault(HALL, { fault: 'clear' });
    await rig.simulator.report(HALL, DOOR, { status: 'open' });
    await clock.settle();
    assert.equal(gateway.device(DOOR)?.values.open, true);
  });

  it('without heartbeats is asked for a new token before a write, when the last is older than 15 s', async () => {
    rig.simulator.fault(HALL, { fault: 'silent' });
    await clock.advance(12_000);
    const first = gateway.writeRaw(PLUG, { status: 'on' });
    await clock.advance(500);
    await first;
    const asked = lists();
    await clock.advance(16_000);
    const second = gateway.writeRaw(PLUG, { status: 'off' });
    await clock.advance(500);
    assert.equal((await second).attempts, 1);
    assert.equal(lists(), asked + 1);
    assert.ok(rig.simulator.commands().every(({ error }) => error === undefined));
  });

  it('is asked for its list every ten minutes', async () => {
    const asked = lists();
    await clock.advance(10 * 60_000 + 5_000);
    assert.equal(lists(), asked + 1);
  });

  it('is asked about open doors every five minutes, because their closing can get lost', async () => {
    await rig.simulator.report(HALL, DOOR, { status: 'open' });
    await clock.settle();
    rig.simulator.setDevice(HALL, DOOR, { status: 'close' });
    await clock.advance(5 * 60_000 + 6_000);
    assert.equal(gateway.device(DOOR)?.values.open, false);
  });

  it('lets motion fall after 180 s, and each motion begins the time anew', async () => {
    const events: DeviceEvent[] = [];
    gateway.subscriptions.subscribe('test', MOTION, (event) => events.push(event));
    gateway.subscriptions.open('test');
    await rig.simulator.report(HALL, MOTION, { status: 'motion' });
    await clock.advance(170_000);
    await rig.simulator.report(HALL, MOTION, { status: 'motion' });
    await clock.advance(179_000);
    assert.equal(gateway.device(MOTION)?.values.motion, true);
    await clock.advance(1_500);
    assert.equal(gateway.device(MOTION)?.values.motion, false);
    assert.deepEqual(
      events.map(({ origin, values }) => `${origin} ${String(values.motion)}`),
      ['report true', 'report true', 'timer false'],
    );
  });

  it('leaves neither a socket nor a timer when it closes', async () => {
    await rig.simulator.report(HALL, MOTION, { status: 'motion' });
    await clock.settle();
    gateway.subscriptions.subscribe('held', MOTION, () => {});
    gateway.subscriptions.hold('held');
    gateway.presence.listen('test', () => {});
    await clock.during(gateway.pairing.open(30));
    await clock.during(gateway.play({ tone: 1, duration: 600 }));
    rig.simulator.fault(HALL, { fault: 'no-report' });
    const acknowledged = gateway.write(PLUG, { on: true }).catch((error: unknown) => error);
    await clock.advance(500);
    rig.simulator.fault(HALL, { fault: 'no-ack' });
    const under = [
      gateway.play({ tone: 2, duration: 600 }),
      gateway.write(PLUG, { on: false }),
      gateway.read(PLUG),
      gateway.refresh(),
      gateway.examine(),
    ].map((promise) => promise.catch((error: unknown) => error));
    await clock.advance(300);
    await rig.simulator.close();
    assert.ok(clock.openTimers > 5);
    await gateway.close();
    await Promise.all([acknowledged, ...under]);
    await clock.settle();
    assert.equal(clock.openTimers, 0);
    assert.equal(rig.sockets.open.size, 0);
    assert.ok(rig.sockets.created > 1);
    assert.deepEqual([rig.lan.members.size, gateway.state.phase], [0, 'idle']);
    await assert.rejects(rig.lan.whois('127.0.0.1', ''), { code: 'SOCKET' });
    await assert.rejects(gateway.write(PLUG, { on: true }));
    assert.equal(rig.sockets.open.size, 0);
    assert.equal(clock.openTimers, 0);
  });

  it('leaves no timer when it closes while a report is awaited', async () => {
    rig.simulator.fault(HALL, { fault: 'no-report' });
    const write = gateway.write(PLUG, { on: true }).catch((error: unknown) => error);
    await clock.advance(500);
    await rig.simulator.close();
    await gateway.close();
    await write;
    assert.equal(clock.openTimers, 0);
  });
});

describe('with time, a gateway of dialect 2', () => {
  it('lets motion fall after 120 s', async () => {
    const clock = new ManualClock();
    const rig = await Rig.open({ gateways: [attic] }, { clock });
    const gateway = await onlineAt(rig, clock, { sid: ATTIC, key: ATTIC_KEY });
    await rig.simulator.report(ATTIC, ATTIC_MOTION, { motion_status: 'motion' });
    await clock.advance(119_000);
    assert.equal(gateway.device(ATTIC_MOTION)?.values.motion, true);
    await clock.advance(1_500);
    assert.equal(gateway.device(ATTIC_MOTION)?.values.motion, false);
    await rig.close();
  });
});

describe('with time, sensors without multicast', () => {
  it('are read in the poll interval', async () => {
    const clock = new ManualClock();
    const rig = await Rig.open({ gateways: [hall] }, { clock });
    rig.simulator.fault(HALL, { fault: 'silent' });
    const gateway = await onlineAt(rig, clock, { pollInterval: 30 });
    rig.simulator.setDevice(HALL, DOOR, { status: 'open' });
    await clock.advance(36_000);
    assert.equal(gateway.device(DOOR)?.values.open, true);
    await rig.close();
  });
});

describe('with time, a gateway whose port was closed', () => {
  it('is tried again, and online once it is open', async () => {
    const clock = new ManualClock();
    const rig = await Rig.open({ gateways: [hall] }, { clock });
    rig.simulator.fault(HALL, { fault: 'closed-port' });
    const gateway = rig.gateway();
    void gateway.start();
    await clock.advance(15_000);
    assert.equal(gateway.state.phase, 'failed');
    rig.simulator.fault(HALL, { fault: 'clear' });
    await clock.advance(35_000);
    assert.equal(gateway.state.phase, 'online');
    await rig.close();
  });

  it('closes while it waits to try again', async () => {
    const clock = new ManualClock();
    const rig = await Rig.open({ gateways: [hall] }, { clock });
    rig.simulator.fault(HALL, { fault: 'closed-port' });
    const gateway = rig.gateway();
    const run = gateway.start();
    await clock.advance(15_000);
    await rig.simulator.close();
    await gateway.close();
    await run;
    assert.deepEqual([clock.openTimers, rig.sockets.open.size], [0, 0]);
  });
});

describe('with time, a gateway whose port for reports is held', () => {
  it('closes while it waits to try again', async () => {
    const clock = new ManualClock();
    const rig = await Rig.open({ gateways: [hall] }, { clock });
    const other = await boundSocket('0.0.0.0', rig.eventPort);
    const gateway = await rig.online();
    assert.deepEqual([...gateway.problems.keys()], ['SOCKET']);
    await rig.simulator.close();
    await gateway.close();
    await closed(other);
    assert.deepEqual([clock.openTimers, rig.sockets.open.size], [0, 0]);
  });
});

describe('with time, a search', () => {
  it('goes on every minute until the gateway shows itself', async () => {
    const clock = new ManualClock();
    const rig = await Rig.open({ gateways: [hall] }, { clock });
    rig.simulator.fault(HALL, { fault: 'drop' });
    const gateway = rig.gateway();
    void gateway.start();
    await clock.advance(30_000);
    assert.equal(gateway.state.phase, 'searching');
    rig.simulator.fault(HALL, { fault: 'clear' });
    await rig.simulator.heartbeat(HALL);
    await clock.advance(3_000);
    assert.equal(gateway.state.phase, 'online');
    await rig.close();
  });

  it('closes at any moment', async () => {
    for (const moment of [0, 10, 700, 1_500, 3_000, 20_000]) {
      const clock = new ManualClock();
      const rig = await Rig.open({ gateways: [attic] }, { clock });
      const gateway = rig.gateway();
      const run = gateway.start();
      await clock.advance(moment);
      const settled = gateway.self().catch((error: unknown) => error);
      await rig.simulator.close();
      await gateway.close();
      await run;
      await settled;
      assert.deepEqual([clock.openTimers, rig.sockets.open.size], [0, 0], `after ${moment} ms`);
    }
  });

  it('does not hang on to the network when it closes while it starts', async () => {
    const clock = new ManualClock();
    const rig = await Rig.open({ gateways: [hall] }, { clock });
    let loaded = (): void => {};
    const memory = {
      load: () => new Promise<undefined>((resolve) => (loaded = () => resolve(undefined))),
      watch: () => {},
      touch: () => {},
      flush: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const gateway = rig.gateway({}, memory);
    const run = gateway.start();
    const closing = Promise.all([gateway.close(), gateway.close()]);
    loaded();
    await Promise.all([closing, run]);
    assert.deepEqual([rig.lan.members.size, rig.sockets.created], [0, 0]);
    await rig.close();
  });
});

describe('a device', () => {
  const MINUTE = 60_000;

  function heard(model: string, at: number | undefined): DeviceRecord {
    const device = new DeviceRecord('158d0001a2b3c4', '158d0001a2b3c4');
    device.learnModel(model);
    device.heardAt = at;
    return device;
  }

  it('on mains counts as lost after 25 minutes of silence', () => {
    assert.equal(heard('plug', 0).isOnline(25 * MINUTE - 1, true), true);
    assert.equal(heard('plug', 0).isOnline(25 * MINUTE, true), false);
  });

  it('with a battery counts as lost after 150 minutes of silence', () => {
    assert.equal(heard('magnet', 0).isOnline(150 * MINUTE - 1, true), true);
    assert.equal(heard('magnet', 0).isOnline(150 * MINUTE, true), false);
  });

  it('with a battery that only the cache speaks of may be there or not', () => {
    const device = heard('magnet', undefined);
    device.readAt = 0;
    assert.equal(device.isOnline(1, true), null);
  });

  it('on mains that was read is there', () => {
    const device = heard('plug', undefined);
    device.readAt = 0;
    assert.equal(device.isOnline(1, true), true);
  });

  it('of a gateway that is gone is gone, of one that is being found may be there or not', () => {
    assert.equal(heard('plug', 0).isOnline(1, false), false);
    assert.equal(heard('plug', 0).isOnline(1, null), null);
  });

  it('takes the model the user set, and loses it when the user does', () => {
    const device = heard('', undefined);
    assert.equal(device.configure({ model: 'magnet' }), true);
    assert.equal(device.definition.family, 'contact');
    assert.equal(device.configure({ model: 'magnet', name: 'Door' }), false);
    assert.equal(device.configure({}), true);
    assert.equal(device.definition.family, 'unknown');
  });

  it('says a value changed only when it did, objects too', () => {
    const device = heard('vibration', undefined);
    const update = { values: { acceleration: { x: 1, y: 2, z: 3 } }, actions: [], rejected: [] };
    assert.deepEqual(device.merge(update).changed, ['acceleration']);
    assert.deepEqual(device.merge({ ...update, values: { acceleration: { x: 1, y: 2, z: 3 } } }).changed, []);
    assert.deepEqual(device.merge({ ...update, values: { acceleration: { x: 9, y: 2, z: 3 } } }).changed, ['acceleration']);
  });

  it('of unknown model holds a hundred values at most', () => {
    const device = heard('', undefined);
    const values = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, index]));
    device.merge({ values, actions: [], rejected: [] });
    assert.equal(Object.keys(device.values).length, 100);
  });
});

/** What the network says, and what of it is believed. */

import assert from 'node:assert/strict';
import type { DeviceEvent, Gateway } from '../../../lib/lumi';
import { ManualClock } from '../../support/clock';
import { ATTIC_KEY, attic, DOOR, HALL, hall, MOTION, PLUG, Rig } from '../../support/home';
import { multicastFrom } from '../../support/sockets';
import { until } from '../../support/wait';

const NEW_DOOR = '158d0001ffff01';

/** Time passes only while something is awaited with `rig.during`. */
const clock = new ManualClock();

describe('a report', () => {
  let rig: Rig;
  let gateway: Gateway;
  let events: DeviceEvent[];

  beforeEach(async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    gateway = await rig.online();
    events = [];
    gateway.subscriptions.subscribe('test', '', (event) => events.push(event));
    gateway.subscriptions.open('test');
  });
  afterEach(() => rig.close());

  const doorSays = (status: string): string =>
    JSON.stringify({ cmd: 'report', model: 'magnet', sid: DOOR, short_id: 1, data: JSON.stringify({ status }) });

  it('reaches those who subscribed, with what changed and what was before', async () => {
    await rig.simulator.report(HALL, DOOR, { status: 'open' });
    await rig.during(until(() => events.length > 0, 'an event'));
    const [event] = events;
    assert.ok(event);
    assert.deepEqual(
      [event.values.open, event.changed, event.previous.open, event.origin, event.isInitial],
      [true, ['open'], false, 'report', false],
    );
  });

  it('that arrives in several copies within 200 ms is one', async () => {
    for (let copy = 0; copy < 4; copy++) await rig.simulator.raw(doorSays('open'));
    await rig.during(until(() => rig.lan.counts.copies === 3, 'three copies are counted'));
    assert.equal(events.length, 1);
  });

  it('from an address that is not the gateway is dropped after a question, and counted', async () => {
    await multicastFrom('127.0.66.6', rig.eventPort, doorSays('open'));
    await rig.during(until(() => rig.lan.counts.dropped === 1, 'the report is dropped', 3_000));
    assert.deepEqual([gateway.device(DOOR)?.values.open, events.length], [false, 0]);
  });

  it('of a gateway that moved is applied, and the gateway followed', async () => {
    rig.simulator.fault(HALL, { fault: 'move', address: '127.0.11.8' });
    await rig.simulator.settled();
    await rig.simulator.report(HALL, DOOR, { status: 'open' });
    await rig.during(until(() => gateway.device(DOOR)?.values.open === true, 'the report is applied'));
    assert.equal(gateway.address, '127.0.11.8');
    assert.equal(rig.lan.counts.dropped, 0);
    await rig.during(gateway.write(PLUG, { on: true }));
  });

  it('of a device nobody knew adopts it at once, and the list is asked again', async () => {
    rig.simulator.addDevice(HALL, { sid: NEW_DOOR, model: 'magnet', fields: { status: 'close' } });
    await rig.simulator.report(HALL, NEW_DOOR, { status: 'open' });
    await rig.during(until(() => gateway.device(NEW_DOOR)?.values.open === true, 'the new door is known'));
    await rig.during(until(() => rig.simulator.commands().filter(({ cmd }) => cmd === 'list').length === 2, 'the list was asked again'));
  });

  it('of something that is no device adopts nothing', async () => {
    const { size } = gateway.inventory;
    await rig.simulator.raw(JSON.stringify({ cmd: 'report', sid: 'not a sid', data: '{}' }));
    await rig.during(until(() => rig.lan.counts.foreign > 0, 'it is counted as foreign', 3_000));
    assert.equal(gateway.inventory.size, size);
  });

  it('that is no message at all is counted and told once', async () => {
    for (const text of ['nonsense', '{"cmd":', '[]']) await rig.simulator.raw(text);
    await rig.during(until(() => rig.lan.counts.malformed === 3, 'three malformed datagrams'));
    assert.equal(rig.log.filter(({ text }) => text.includes('no gateway message')).length, 1);
  });

  it('with a value that makes no sense is told once and ignored', async () => {
    for (const status of ['ajar', 'half', 'ajar '])
      await rig.simulator.raw(JSON.stringify({ cmd: 'report', model: 'magnet', sid: DOOR, data: { status } }));
    await rig.simulator.raw('{"cmd":"report","model":"magnet","sid":"158d0001a2b3c2","data":{"voltage":{"toString":1,"valueOf":1}}}');
    await rig.during(until(() => gateway.inventory.rejected >= 1, 'values are rejected'));
    assert.equal(gateway.device(DOOR)?.values.open, false);
  });

  it('of a read gives no motion, a report does', async () => {
    rig.simulator.setDevice(HALL, MOTION, { status: 'motion' });
    await rig.during(gateway.read(MOTION));
    assert.notEqual(gateway.device(MOTION)?.values.motion, true);
    await rig.simulator.report(HALL, MOTION, { status: 'motion' });
    await rig.during(until(() => gateway.device(MOTION)?.values.motion === true, 'motion'));
  });

  it('whose listener throws disturbs nobody', async () => {
    gateway.subscriptions.subscribe('bad', DOOR, () => {
      throw new Error('boom');
    });
    gateway.subscriptions.open('bad');
    const unwatch = gateway.watch(() => {
      throw new Error('boom');
    });
    await rig.simulator.report(HALL, DOOR, { status: 'open' });
    await rig.during(until(() => events.length > 0, 'the others hear it'));
    assert.equal(rig.log.filter(({ level }) => level === 'error').length, 2);
    unwatch();
  });
});

describe('a gateway without multicast', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  it('is controlled all the same', async () => {
    rig = await Rig.open({ gateways: [{ ...attic, address: '127.0.12.1' }] }, { clock });
    rig.simulator.fault(attic.sid, { fault: 'silent' });
    const gateway = await rig.online({ sid: attic.sid, key: ATTIC_KEY });
    const ack = await rig.during(gateway.writeRaw(attic.sid, { mid: 10_000 }));
    assert.equal(ack.ok, true);
  });
});

describe('the list of a gateway', () => {
  let rig: Rig;
  let gateway: Gateway;

  beforeEach(async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    gateway = await rig.online();
  });
  afterEach(() => rig.close());

  const whole = (sids: readonly string[]) => ({ devices: sids.map((sid) => ({ sid, wireSid: sid, model: '' })), isWhole: true });

  it('without a device removes it only the third time in a row', () => {
    for (let list = 1; list <= 2; list++) {
      gateway.inventory.takeList(whole([PLUG, MOTION]), HALL);
      assert.ok(gateway.device(DOOR), `after ${list}`);
    }
    gateway.inventory.takeList(whole([PLUG, MOTION]), HALL);
    assert.equal(gateway.device(DOOR), undefined);
    assert.ok(gateway.device(HALL));
  });

  it('that names it again, or a word of its own, begins the count anew', async () => {
    gateway.inventory.takeList(whole([]), HALL);
    gateway.inventory.takeList(whole([]), HALL);
    gateway.inventory.takeList(whole([PLUG, MOTION]), HALL);
    assert.equal(gateway.device(DOOR), undefined);
    gateway.inventory.takeList(whole([MOTION]), HALL);
    gateway.inventory.takeList(whole([MOTION]), HALL);
    await rig.simulator.report(HALL, PLUG, { status: 'on' });
    await rig.during(until(() => gateway.device(PLUG)?.values.on === true, 'the plug speaks'));
    gateway.inventory.takeList(whole([MOTION]), HALL);
    assert.ok(gateway.device(PLUG));
  });

  it('that is truncated removes nothing, however often it comes', () => {
    for (let list = 0; list < 5; list++) gateway.inventory.takeList({ devices: [], isWhole: false }, HALL);
    assert.equal(gateway.inventory.size, 4);
  });
});

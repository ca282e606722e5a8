/** News about who is there, and the alerts. */

import assert from 'node:assert/strict';
import type { Gateway } from '../../../lib/lumi';
import { ManualClock } from '../../support/clock';
import { DOOR, HALL, hall, PLUG, Rig } from '../../support/home';

const NEW_DOOR = '158d0001ffff01';
const MINUTE = 60_000;

describe('presence', () => {
  let clock: ManualClock;
  let rig: Rig;
  let gateway: Gateway;
  let news: string[];
  let unlisten: () => void;

  beforeEach(async () => {
    clock = new ManualClock();
    rig = await Rig.open({ gateways: [hall] }, { clock });
    gateway = await rig.online();
    news = [];
    unlisten = gateway.presence.listen('first', (one) => {
      const what = one.kind === 'alert' ? `${one.error.code}${one.isCleared ? ' cleared' : ''}` : one.kind;
      news.push(`${what} ${one.device?.sid ?? ''}`.trim());
    });
  });
  afterEach(() => rig.close());

  it('says nothing of what is well', async () => {
    await clock.advance(MINUTE);
    assert.deepEqual(news, []);
  });

  it('tells of a device that joins and of one that leaves', async () => {
    rig.simulator.addDevice(HALL, { sid: NEW_DOOR, model: 'magnet', fields: { status: 'close' } });
    await rig.simulator.report(HALL, NEW_DOOR, { status: 'open' });
    await clock.advance(1_000);
    await rig.during(gateway.remove(DOOR));
    assert.deepEqual(news, [`joined ${NEW_DOOR}`, `left ${DOOR}`]);
  });

  it('tells of a device that falls silent, and when it speaks again', async () => {
    await rig.simulator.report(HALL, PLUG, { status: 'on' });
    await clock.settle();
    rig.simulator.removeDevice(HALL, PLUG);
    await clock.advance(26 * MINUTE);
    assert.deepEqual(news, [`offline ${PLUG}`, `DEVICE_OFFLINE ${PLUG}`]);
    await rig.simulator.raw(JSON.stringify({ cmd: 'report', model: 'plug', sid: PLUG, data: '{"status":"on"}' }));
    await clock.settle();
    assert.deepEqual(news.slice(2), [`online ${PLUG}`, `DEVICE_OFFLINE cleared ${PLUG}`]);
  });

  it('tells of a gateway that is lost, and not of each of its devices', async () => {
    rig.simulator.fault(HALL, { fault: 'drop' });
    await clock.advance(2 * MINUTE);
    assert.deepEqual(news, [`offline ${HALL}`, `GATEWAY_OFFLINE ${HALL}`]);
    rig.simulator.fault(HALL, { fault: 'clear' });
    await rig.simulator.heartbeat(HALL);
    await clock.settle();
    assert.deepEqual(news.slice(2), [`online ${HALL}`, `GATEWAY_OFFLINE cleared ${HALL}`]);
  });

  it('tells a second listener what stands', async () => {
    rig.simulator.fault(HALL, { fault: 'drop' });
    await clock.advance(2 * MINUTE);
    const second: string[] = [];
    gateway.presence.listen('second', (one) => second.push(one.kind));
    assert.deepEqual(second, ['alert']);
  });

  it('is quiet once nobody listens', async () => {
    unlisten();
    rig.simulator.fault(HALL, { fault: 'drop' });
    await clock.advance(2 * MINUTE);
    assert.deepEqual(news, []);
  });

  it('is not disturbed by a listener that throws', async () => {
    gateway.presence.listen('bad', () => {
      throw new Error('boom');
    });
    await rig.during(gateway.remove(DOOR));
    assert.deepEqual(news, [`left ${DOOR}`]);
    assert.ok(rig.log.some(({ level }) => level === 'error'));
  });
});

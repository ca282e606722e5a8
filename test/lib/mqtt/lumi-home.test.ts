/** What a gateway tells the mapping to MQTT, over real sockets. */

import assert from 'node:assert/strict';
import { EVERY } from '../../../lib/home/subscriptions';
import type { Gateway } from '../../../lib/lumi';
import { LumiHome } from '../../../lib/mqtt/lumi-home';
import { ManualClock } from '../../support/clock';
import { HALL, KEY, Rig, reached } from '../../support/home';
import { Heard, hall, V1 } from './lumi-place';

const NEWCOMER = '158d0007000199';
const MINUTE = 60_000;

describe('a gateway as a home', () => {
  let clock: ManualClock;
  let rig: Rig;
  let gateway: Gateway;
  let home: LumiHome;
  let heard: Heard;
  let end: () => void;

  /** The node opens its subscription when the flows are up. */
  const subscribe = (): void => {
    gateway.subscriptions.subscribe('mqtt', EVERY, home);
    gateway.subscriptions.open('mqtt');
  };
  const begin = (): void => {
    home = new LumiHome(gateway, { subscriber: 'mqtt' });
    heard = new Heard();
    subscribe();
    end = home.listen(heard);
  };
  const onlineOf = (): Record<string, boolean | null> =>
    Object.fromEntries([...home.devices()].map(({ info }) => [info.id, info.online] as const));

  beforeEach(async () => {
    clock = new ManualClock();
    rig = await Rig.open({ gateways: [hall] }, { clock });
    gateway = await rig.online({ name: 'Hall', devices: [{ sid: V1.door, name: 'Front door', room: 'Porch' }] });
    begin();
  });
  afterEach(async () => {
    end();
    await rig.close();
  });

  it('has the gateway and its devices, with what is known of them', () => {
    assert.deepEqual([home.kind, home.id, home.name, home.isOnline], ['gateway', HALL, 'Hall', true]);
    assert.deepEqual([...home.devices()].map(({ info }) => info.id).sort(), [HALL, ...Object.values(V1)].sort());
    const door = home.device(`lumi.${V1.door.toUpperCase()}`);
    assert.deepEqual([door?.info.name, door?.info.room, door?.info.gateway, door?.state.open], ['Front door', 'Porch', HALL, false]);
    assert.equal(door?.description?.kind === 'lumi' && door.description.definition.family, 'contact');
    assert.equal(home.device('158d000fffffff'), undefined);
    assert.deepEqual(heard.lines, []);
  });

  it('gives what it has as a copy', () => {
    const { state } = home.device(V1.door) ?? assert.fail();
    state.open = true;
    assert.equal(home.device(V1.door)?.state.open, false);
  });

  it('tells what changes and what happens, and nothing of what stays', async () => {
    await rig.simulator.report(HALL, V1.door, { status: 'open' });
    await rig.simulator.report(HALL, V1.button, { status: 'double_click' });
    await rig.simulator.heartbeat(HALL, V1.door);
    await rig.simulator.heartbeat(HALL);
    await clock.settle();
    assert.deepEqual(heard.take(), [`state ${V1.door}`, `action ${V1.button} double`]);
    assert.equal(heard.states[0]?.state.open, true);
  });

  it('tells what is read for the first time, also where it was remembered just so', () => {
    const device = gateway.device(V1.door) ?? assert.fail();
    const event = { device, values: {}, actions: [], changed: [], previous: {}, state: device.values, raw: undefined };
    home.hear({ ...event, origin: 'read', isInitial: true });
    home.hear({ ...event, origin: 'read', isInitial: false });
    assert.deepEqual(heard.take(), [`state ${V1.door}`]);
  });

  it('keeps what comes before its listener, and gives it then', async () => {
    end();
    await rig.simulator.report(HALL, V1.button, { status: 'click' });
    await clock.settle();
    assert.deepEqual(heard.take(), []);
    end = home.listen(heard);
    assert.deepEqual(heard.take(), [`action ${V1.button} single`]);
  });

  it('tells of a device that joins, is learned, and leaves', async () => {
    rig.simulator.addDevice(HALL, { sid: NEWCOMER, model: 'switch', fields: { voltage: 3005 } });
    await rig.simulator.report(HALL, NEWCOMER, { status: 'click' });
    await clock.settle();
    assert.equal(home.device(NEWCOMER)?.description?.kind, 'lumi');
    const lines = heard.take();
    assert.deepEqual([lines.indexOf('news joined') >= 0, lines.at(-1)], [true, `action ${NEWCOMER} single`]);
    assert.ok(lines.includes(`added ${NEWCOMER} switch`), lines.join());
    await rig.during(home.set(HALL, { remove: NEWCOMER }));
    assert.deepEqual(heard.take(), [`removed ${NEWCOMER}`, 'news left']);
    assert.deepEqual([heard.told[1]?.event === 'left' && heard.told[1].device.id, home.device(NEWCOMER)], [NEWCOMER, undefined]);
  });

  it('tells the opening of the pairing window and its end, not each second', async () => {
    await rig.during(home.set(HALL, { pair: 20 }));
    await clock.advance(5_000);
    await rig.during(home.set(HALL, { pair: 20 }));
    await clock.advance(25_000);
    assert.deepEqual(heard.told, [
      { event: 'pairing', pairing: true, seconds: 20 },
      { event: 'pairing', pairing: true, seconds: 20 },
      { event: 'pairing', pairing: false, seconds: 0 },
    ]);
  });

  it('tells of a gateway that is lost, whose devices nobody reaches, and of its return', async () => {
    rig.simulator.fault(HALL, { fault: 'drop' });
    await clock.advance(2 * MINUTE);
    assert.equal(home.isOnline, false);
    assert.deepEqual([...new Set(Object.values(onlineOf()))], [false]);
    assert.ok(heard.looks > 0);
    const [alert] = heard.told;
    assert.deepEqual(alert?.event === 'alert' && [alert.code, alert.cleared], ['GATEWAY_OFFLINE', false]);
    assert.ok(alert?.event === 'alert' && alert.text.includes('Hall'));
    await rig.during(assert.rejects(home.set(V1.plug, 'on'), { code: 'GATEWAY_OFFLINE' }));
    rig.simulator.fault(HALL, { fault: 'clear' });
    await rig.simulator.heartbeat(HALL);
    await clock.advance(1_000);
    assert.equal(home.isOnline, true);
    const cleared = heard.told.at(-1);
    assert.deepEqual(cleared?.event === 'alert' && [cleared.code, cleared.cleared], ['GATEWAY_OFFLINE', true]);
  });

  it('tells of a device that falls silent', async () => {
    await rig.simulator.report(HALL, V1.plug, { status: 'on' });
    await clock.settle();
    rig.simulator.removeDevice(HALL, V1.plug);
    heard.looks = 0;
    await clock.advance(26 * MINUTE);
    assert.ok(heard.looks > 0);
    assert.equal(onlineOf()[V1.plug], false);
    assert.deepEqual(
      heard.told.map((news) => news.event === 'alert' && news.code),
      ['DEVICE_OFFLINE'],
    );
  });

  it('says nothing more when nobody listens', async () => {
    end();
    await rig.simulator.report(HALL, V1.door, { status: 'open' });
    rig.simulator.addDevice(HALL, { sid: NEWCOMER, model: 'switch', fields: {} });
    await rig.simulator.report(HALL, NEWCOMER, { status: 'click' });
    await rig.during(home.set(HALL, { pair: 20 }));
    assert.deepEqual([heard.take(), heard.told], [[], []]);
  });

  it('holds no secret', async () => {
    await rig.simulator.heartbeat(HALL);
    await rig.simulator.report(HALL, V1.door, { status: 'open' });
    const answers = [
      await rig.during(home.set(HALL, 'list')),
      await rig.during(home.set(HALL, 'doctor')),
      await rig.during(home.get(HALL)),
    ];
    const said = JSON.stringify([[...home.devices()], heard.states, heard.told, answers]);
    for (const secret of [KEY, rig.simulator.token(HALL)]) assert.ok(!said.includes(secret));
  });

  describe('that is not there yet', () => {
    it('is neither there nor gone, then has its devices, and knows what they are once they are read', async () => {
      end();
      await gateway.close();
      gateway = rig.gateway();
      begin();
      assert.deepEqual([home.isOnline, [...home.devices()]], [null, []]);
      void gateway.start();
      await rig.during(reached(gateway, ({ phase }) => phase === 'online'));
      await clock.advance(2_000);
      assert.equal(home.isOnline, true);
      const lines = heard.take();
      // Dialect 1 lists no models.
      for (const wanted of [`added ${V1.plug}`, `added ${V1.plug} plug`, `state ${V1.plug}`]) assert.ok(lines.includes(wanted), wanted);
      assert.ok(!lines.includes('news joined'), 'they were always there');
    });

    it('is missing with its devices, and stays so while it is searched for again', async () => {
      end();
      await gateway.close();
      // It answers whois, so that it is found again and again, and nothing else.
      rig.simulator.fault(HALL, { fault: 'closed-port' });
      gateway = rig.gateway();
      begin();
      void gateway.start();
      await rig.during(reached(gateway, ({ phase }) => phase === 'failed'));
      const phases = new Set<string>();
      const seen = new Set<boolean | null>();
      const unwatch = gateway.watch(({ phase }) => {
        phases.add(phase);
        for (const online of [home.isOnline, ...Object.values(onlineOf())]) seen.add(online);
      });
      await clock.advance(2 * MINUTE);
      unwatch();
      assert.deepEqual([phases.has('searching') && phases.has('connecting'), [...seen]], [true, [false]]);
      await rig.during(assert.rejects(home.get(HALL), { code: 'PORT_CLOSED' }));
    });
  });
});

/** How a gateway is found: by sid, by host, as the only one; and what is said when it is not. */

import assert from 'node:assert/strict';
import { discover, type GatewayState, testKey } from '../../../lib/lumi';
import { ManualClock } from '../../support/clock';
import { ATTIC, ATTIC_DOOR, ATTIC_KEY, attic, DOOR, HALL, hall, KEY, PLUG, Rig, reached } from '../../support/home';
import { boundSocket, closed, multicastFrom } from '../../support/sockets';
import { until } from '../../support/wait';

const codeOf = (state: GatewayState): string | undefined => ('error' in state ? state.error?.code : undefined);

/** Time passes only while something is awaited with `rig.during`. */
const clock = new ManualClock();

describe('a gateway', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  it('is found by its sid, with the devices of its list', async () => {
    rig = await Rig.open({ gateways: [hall, attic] }, { clock });
    const gateway = await rig.online({ name: 'Hall' });
    assert.deepEqual([gateway.sid, gateway.address, gateway.dialect], [HALL, '127.0.11.1', 1]);
    assert.equal(gateway.inventory.size, 4);
    assert.equal(gateway.device(DOOR)?.values.open, false);
    assert.equal(gateway.describe(), `${HALL} (Hall)`);
    assert.equal(gateway.isOnline, true);
  });

  it('is asked for once by all that begin in the same moment', async () => {
    rig = await Rig.open({ gateways: [hall, attic] }, { clock });
    let asked = 0;
    const listener = await boundSocket('0.0.0.0', rig.lan.environment.whoisPort, true);
    listener.addMembership('224.0.0.50', '127.0.0.1');
    listener.on('message', () => asked++);
    const gateways = [rig.gateway(), rig.gateway({ sid: ATTIC, key: ATTIC_KEY })];
    for (const gateway of gateways) void gateway.start();
    for (const gateway of gateways) await rig.during(reached(gateway, ({ phase }) => phase === 'online'));
    await closed(listener);
    assert.equal(asked, 1);
  });

  it('is called what its settings call it, and a device as the user wishes', async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    const gateway = await rig.online({ name: 'Hall', devices: [{ sid: DOOR, name: 'Front door', room: 'Hall' }] });
    assert.deepEqual([gateway.device(HALL)?.name, gateway.device(DOOR)?.name, gateway.device(PLUG)?.name], ['Hall', 'Front door', PLUG]);
    const door = gateway.device(DOOR);
    assert.ok(door);
    const { id, name, room, transport, gateway: owner, family } = gateway.info(door);
    assert.deepEqual([id, name, room, transport, owner, family], [DOOR, 'Front door', 'Hall', 'lumi', HALL, 'contact']);
  });

  it('of dialect 2 is known by its first answer, also where iam does not say it', async () => {
    rig = await Rig.open({ gateways: [{ ...attic, announcesProtocol: false }] }, { clock });
    const gateway = await rig.online({ sid: ATTIC, key: ATTIC_KEY });
    assert.equal(gateway.dialect, 2);
    assert.equal(gateway.device(ATTIC_DOOR)?.values.open, false);
  });

  it('without a sid is the only one there is', async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    const gateway = rig.gateway({ sid: '' });
    void gateway.start();
    await rig.during(reached(gateway, ({ phase }) => phase === 'online'));
    assert.equal(gateway.sid, HALL);
  });

  it('without a sid is NOT_CONFIGURED where there are two, and both are named', async () => {
    rig = await Rig.open({ gateways: [hall, attic] }, { clock });
    const gateway = rig.gateway({ sid: '' });
    void gateway.start();
    const state = await rig.during(reached(gateway, (one) => codeOf(one) !== undefined));
    assert.equal(codeOf(state), 'NOT_CONFIGURED');
    const message = 'error' in state ? (state.error?.message ?? '') : '';
    assert.ok(message.includes(HALL) && message.includes(ATTIC), message);
  });

  it('without a sid is the one at the host, where there are two', async () => {
    rig = await Rig.open({ gateways: [hall, attic] }, { clock });
    const gateway = await rig.online({ sid: '', host: '127.0.12.1', key: ATTIC_KEY });
    assert.equal(gateway.sid, ATTIC);
  });

  it('is found by unicast at its host', async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    const gateway = await rig.online({ host: '127.0.11.1' });
    assert.equal(gateway.address, '127.0.11.1');
  });

  it('that is not at its host any more is found by multicast', async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    const gateway = rig.gateway({ host: '127.0.99.1', discoveryRetries: 1 });
    void gateway.start();
    await rig.during(reached(gateway, ({ phase }) => phase === 'online'));
    assert.equal(gateway.address, '127.0.11.1');
  });

  it('that nobody answers for is GATEWAY_NOT_FOUND, also for a command', async () => {
    rig = await Rig.open({ gateways: [attic] }, { clock });
    const gateway = rig.gateway({ discoveryRetries: 1 });
    void gateway.start();
    const state = await rig.during(reached(gateway, (one) => codeOf(one) !== undefined));
    assert.equal(codeOf(state), 'GATEWAY_NOT_FOUND');
    await rig.during(assert.rejects(gateway.write(PLUG, { on: true }), { code: 'GATEWAY_NOT_FOUND' }));
  });

  it('that answers iam but not its port is PORT_CLOSED, also for a command', async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    rig.simulator.fault(HALL, { fault: 'closed-port' });
    const gateway = rig.gateway();
    void gateway.start();
    const state = await rig.during(reached(gateway, (one) => codeOf(one) !== undefined, 20_000));
    assert.deepEqual([state.phase, codeOf(state)], ['failed', 'PORT_CLOSED']);
    await rig.during(assert.rejects(gateway.write(PLUG, { on: true }), { code: 'PORT_CLOSED' }));
  });

  it('on an interface that does not exist is told and not thrown', async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    const gateway = rig.gateway({ interface: '10.255.255.254', discoveryRetries: 1 });
    void gateway.start();
    const state = await rig.during(reached(gateway, (one) => codeOf(one) !== undefined));
    assert.equal(codeOf(state), 'SOCKET');
    await rig.during(until(() => rig.lan.sockets.refused.has('10.255.255.254'), 'the refused interface is told'));
  });

  it('that is foreign is ignored, with one line in the log', async () => {
    rig = await Rig.open({ gateways: [hall, attic] }, { clock });
    const gateway = await rig.online();
    const { foreign } = rig.lan.counts;
    for (let index = 0; index < 3; index++) await rig.simulator.heartbeat(ATTIC);
    await rig.simulator.report(ATTIC, ATTIC_DOOR, { window_status: 'open' });
    await rig.during(until(() => rig.lan.counts.foreign >= foreign + 4, 'the foreign datagrams are counted'));
    assert.equal(gateway.device(ATTIC_DOOR), undefined);
    assert.deepEqual(
      rig.log.filter(({ text }) => text.includes(ATTIC)).map(({ level }) => level),
      ['info'],
    );
  });

  it('that is configured is never called foreign', async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    const gateway = rig.gateway();
    void gateway.start();
    for (let index = 0; index < 3; index++) await rig.simulator.heartbeat(HALL);
    await rig.during(reached(gateway, ({ phase }) => phase === 'online'));
    assert.deepEqual(
      rig.log.filter(({ text }) => text.includes('no lumi-gateway node')),
      [],
    );
  });

  it('gives way to a flood of others that answer', async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    const gateway = rig.gateway({ sid: '', discoveryRetries: 1 });
    void gateway.start();
    await until(() => rig.lan.sockets.isBound, 'the socket is bound');
    for (let index = 0; index < 100; index++) {
      const sid = `7811dc${index.toString(16).padStart(6, '0')}`;
      const text = JSON.stringify({ cmd: 'heartbeat', model: 'gateway', sid, token: '1234567890abcdef', data: '{}' });
      await multicastFrom('127.0.77.1', rig.eventPort, text);
    }
    await until(() => rig.lan.counts.received >= 100, 'the flood has arrived');
    const state = await rig.during(reached(gateway, (one) => codeOf(one) === 'NOT_CONFIGURED'));
    assert.ok('error' in state && (state.error?.message.length ?? 0) < 5_000);
  });
});

describe('two gateways', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  it('each have their own devices', async () => {
    rig = await Rig.open({ gateways: [hall, attic] }, { clock });
    const [first, second] = [await rig.online(), await rig.online({ sid: ATTIC, key: ATTIC_KEY })];
    await rig.simulator.report(HALL, DOOR, { status: 'open' });
    await rig.simulator.report(ATTIC, ATTIC_DOOR, { window_status: 'open' });
    await rig.during(
      until(() => first.device(DOOR)?.values.open === true && second.device(ATTIC_DOOR)?.values.open === true, 'both doors open'),
    );
    assert.deepEqual([first.device(ATTIC_DOOR), second.device(DOOR)], [undefined, undefined]);
  });

  it('behind one address each hear their own devices, known or new', async () => {
    rig = await Rig.open({ gateways: [hall, { ...attic, address: '127.0.11.1' }] }, { clock });
    const [first, second] = [await rig.online(), await rig.online({ sid: ATTIC, key: ATTIC_KEY })];
    rig.simulator.addDevice(ATTIC, { sid: '158d000000aaaa', model: 'sensor_magnet.aq2', fields: { window_status: 'close' } });
    await rig.simulator.report(ATTIC, '158d000000aaaa', { window_status: 'open' });
    await rig.simulator.report(ATTIC, ATTIC_DOOR, { window_status: 'open' });
    await rig.during(until(() => second.device('158d000000aaaa')?.values.open === true, 'the new door is open'));
    await rig.during(until(() => second.device(ATTIC_DOOR)?.values.open === true, 'the known door is open'));
    assert.deepEqual([first.device('158d000000aaaa'), first.device(ATTIC_DOOR)], [undefined, undefined]);
  });

  it('pass a device from one to the other with its first report', async () => {
    rig = await Rig.open({ gateways: [hall, attic] }, { clock });
    const [first, second] = [await rig.online(), await rig.online({ sid: ATTIC, key: ATTIC_KEY })];
    rig.simulator.removeDevice(HALL, DOOR);
    rig.simulator.addDevice(ATTIC, { sid: DOOR, model: 'magnet', fields: { window_status: 'close' } });
    await rig.simulator.report(ATTIC, DOOR, { window_status: 'open' });
    await rig.during(until(() => second.device(DOOR)?.values.open === true, 'the door is heard through the other gateway'));
    assert.equal(first.device(DOOR)?.values.open, false);
  });
});

describe('the editor', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  it('discovers every gateway, and leaves nothing open', async () => {
    rig = await Rig.open({ gateways: [hall, attic] }, { clock });
    const found = await rig.during(discover(rig.lan, { interface: '127.0.0.1', host: '' }));
    assert.deepEqual(found.map(({ sid, protocol }) => `${sid} ${protocol}`).sort(), [`${HALL} 1`, `${ATTIC} 2`]);
    assert.equal(rig.sockets.open.size, 0);
  });

  it('tests a key before anything is deployed', async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    await rig.during(testKey(rig.lan, { sid: HALL, host: '', interface: '127.0.0.1', key: KEY }));
    await rig.during(
      assert.rejects(testKey(rig.lan, { sid: HALL, host: '', interface: '127.0.0.1', key: ATTIC_KEY }), { code: 'KEY_INVALID' }),
    );
    await rig.during(assert.rejects(testKey(rig.lan, { sid: HALL, host: '', interface: '127.0.0.1', key: '' }), { code: 'KEY_MISSING' }));
    await rig.during(
      assert.rejects(testKey(rig.lan, { sid: HALL, host: '', interface: '127.0.0.1', key: 'short' }), { code: 'KEY_INVALID' }),
    );
    assert.equal(rig.sockets.open.size, 0);
  });
});

describe('the port for reports', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  it('held by a program that does not share it is told, tried again, and used once it is free', async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    const other = await boundSocket('0.0.0.0', rig.eventPort);
    const gateway = await rig.online();
    assert.deepEqual([...gateway.problems.keys()], ['SOCKET']);
    assert.equal(rig.lan.sockets.isBound, false);
    await rig.during(gateway.write(PLUG, { on: true }));
    await closed(other);
    await rig.during(until(() => gateway.problems.size === 0, 'the problem is solved', 5_000));
    await rig.simulator.report(HALL, DOOR, { status: 'open' });
    await rig.during(until(() => gateway.device(DOOR)?.values.open === true, 'the door is heard'));
  });

  it('that is held already is told to a gateway that comes later too', async () => {
    rig = await Rig.open({ gateways: [hall, attic] }, { clock });
    const other = await boundSocket('0.0.0.0', rig.eventPort);
    await rig.online();
    const second = await rig.online({ sid: ATTIC });
    assert.deepEqual([...second.problems.keys()], ['SOCKET']);
    await closed(other);
  });
});

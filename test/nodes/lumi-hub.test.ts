import assert from 'node:assert/strict';
import { Bench, type Place } from './bench';
import { ATTIC, HALL, hall, type Received, until, WRONG_KEY } from './support';

const DOOR = '158d0001000002';
const PLUG = '158d0001000040';
const NEWCOMER = '158d0001000050';
const WINDOW = '158d0002000002';
const place: Place = {
  hall: [
    { sid: DOOR, model: 'magnet', fields: { status: 'close', voltage: 3005 } },
    { sid: PLUG, model: 'plug', fields: { status: 'off', load_power: '0.00' }, power: 'mains' },
    { sid: NEWCOMER, model: 'switch', fields: { voltage: 3005 }, hidden: true },
  ],
  attic: [{ sid: WINDOW, model: 'sensor_magnet.aq2', fields: { window_status: 'open' } }],
  named: [{ sid: DOOR, name: 'Front door', room: 'Hall' }],
};
type Device = Record<string, unknown> & { readonly id: string; readonly state: Record<string, unknown> };

describe('lumi-hub', () => {
  let bench: Bench;
  const open = async (more: Partial<Place> = {}): Promise<void> => {
    bench = await Bench.open({ ...place, ...more });
  };
  afterEach(() => bench.close());
  const start = (more = {}): Promise<void> => bench.start('lumi-hub', more);
  const events = (): unknown[] => bench.received.map(({ event }) => event);
  const alerts = (): unknown[] => bench.received.filter(({ event }) => event === 'alert').map(({ payload, cleared }) => [payload, cleared]);
  /** For what waits longer than a test should. */
  const hurry = (ms: number) => async (): Promise<void> => {
    await bench.stage.clock.skip(ms);
    await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const check = (message: Received, name: string): { ok: boolean | null; detail: string; remedy: string } => {
    const found = (message.payload as { check: string; ok: boolean | null; detail: string; remedy: string }[]).find(
      (one) => one.check === name,
    );
    assert.ok(found !== undefined, name);
    return found;
  };

  describe('lists', () => {
    it('its devices, ready for a table', async () => {
      await open();
      await start();
      const { payload, event, device } = await bench.answer(' List ');
      const devices = payload as Device[];
      assert.deepEqual([event, (device as Device).id], ['state', HALL]);
      assert.deepEqual(devices.map(({ id }) => id).sort(), [DOOR, PLUG, HALL].sort());
      const door = devices.find(({ id }) => id === DOOR);
      assert.deepEqual(
        [door?.name, door?.room, door?.family, door?.gateway, door?.transport, door?.state.open],
        ['Front door', 'Hall', 'contact', HALL, 'lumi', false],
      );
      assert.deepEqual(events(), ['state']);
    });

    it('those of dialect 2', async () => {
      await open();
      await start({ gateway: 'attic' });
      const devices = (await bench.answer('list')).payload as Device[];
      assert.equal(devices.find(({ id }) => id === WINDOW)?.state.open, true);
      assert.equal(devices.find(({ id }) => id === ATTIC)?.family, 'gateway');
    });

    it('them anew by refresh', async () => {
      await open();
      await start();
      bench.stage.simulator.setDevice(HALL, DOOR, { status: 'open' });
      bench.stage.simulator.addDevice(HALL, { sid: '158d0001000060', model: 'plug', fields: { status: 'on' } });
      await bench.pass(6);
      await bench.answer('refresh');
      await until(() => bench.stage.gateway('hall').device('158d0001000060')?.values.on === true, 'the new device was read');
      assert.equal(bench.stage.gateway('hall').device(DOOR)?.values.open, true);
      assert.deepEqual(events().sort(), ['joined', 'state']);
    });
  });

  describe('pairs', () => {
    it('with a countdown, and tells who joins', async () => {
      await open();
      await start();
      const joined = bench.next(({ event }) => event === 'joined');
      assert.deepEqual((await bench.answer('pair')).payload, { pairing: true, seconds: 30 });
      assert.deepEqual(bench.stage.writes(), [{ join_permission: 'yes' }]);
      const newcomer = await joined;
      assert.equal(newcomer.origin, 'report');
      assert.equal((newcomer.device as Device).id, NEWCOMER);
      assert.equal((newcomer.payload as Device).family, 'button');
      await bench.pass(31);
      const last = bench.received.at(-1);
      assert.deepEqual([last?.payload, last?.origin], [{ pairing: false, seconds: 0 }, 'timer']);
      assert.deepEqual(events(), ['state', 'joined', 'state']);
      await until(() => bench.stage.statuses('n').at(-1)?.text === 'status.online', 'the status is as before');
      assert.ok(bench.stage.statuses('n').some(({ text }) => /^\d+ s$/.test(text ?? '')));
    });

    it('for longer than the gateway itself would', async () => {
      await open();
      await start();
      assert.deepEqual((await bench.answer({ pair: '60' })).payload, { pairing: true, seconds: 60 });
      await bench.pass(61);
      await until(() => bench.stage.writes().length === 4, 'the window was closed');
      assert.deepEqual(
        bench.stage.writes().map(({ join_permission }) => join_permission),
        ['yes', 'yes', 'yes', 'no'],
      );
    });

    it('until it is told to stop: one answer, no more', async () => {
      await open();
      await start();
      await bench.answer('pair');
      assert.deepEqual((await bench.answer('stop-pairing')).payload, { pairing: false, seconds: 0 });
      await bench.pass(31);
      assert.deepEqual(
        bench.received.filter(({ event }) => event === 'state').map(({ payload }) => payload),
        [
          { pairing: true, seconds: 30 },
          { pairing: false, seconds: 0 },
        ],
      );
    });
  });

  describe('removes', () => {
    it('the device whose exact sid it is told', async () => {
      await open();
      await start();
      const left = bench.next(({ event }) => event === 'left');
      assert.deepEqual((await bench.answer({ remove: PLUG.toUpperCase() })).payload, { removed: PLUG });
      assert.equal(((await left).device as Device).id, PLUG);
      assert.deepEqual(bench.stage.writes(), [{ remove_device: PLUG }]);
      const devices = (await bench.answer('list')).payload as Device[];
      assert.equal(
        devices.some(({ id }) => id === PLUG),
        false,
      );
    });

    for (const sid of ['158d00010000', 'Front door', HALL, '158d00ffffffff']) {
      it(`nothing by ${sid}`, async () => {
        await open();
        await start();
        const { code, message } = await bench.failure({ remove: sid });
        assert.equal(code, 'NO_DEVICE');
        assert.match(message, /exact sid/);
        assert.deepEqual(bench.stage.writes(), []);
      });
    }
  });

  for (const payload of ['lists', true, 1, null, {}, { pair: 0 }, { pair: 'long' }, { remove: '' }, { remove: 7 }]) {
    it(`refuses ${JSON.stringify(payload)}`, async () => {
      await open();
      await start();
      assert.equal((await bench.failure(payload)).code, 'BAD_INPUT');
      assert.deepEqual(bench.stage.writes(), []);
    });
  }

  describe('looks the gateway over', () => {
    it('that is well', async () => {
      await open();
      await start();
      await bench.heartbeatOf(HALL);
      const message = await bench.answer('doctor');
      const findings = message.payload as { check: string; ok: boolean | null; remedy: string; detail: string }[];
      assert.deepEqual(
        findings.map(({ check: name }) => name),
        ['socket', 'groups', 'sharing', 'unicast', 'port', 'heartbeats', 'key'],
      );
      for (const { check: name, ok, detail } of findings) assert.notEqual(ok, false, `${name}: ${detail}`);
    });

    it('whose multicast does not arrive', async () => {
      await open();
      await start();
      await bench.stage.clock.skip(40_000);
      const finding = check(await bench.answer('doctor'), 'heartbeats');
      assert.equal(finding.ok, false);
      assert.match(finding.remedy, /firewall/);
    });

    it('whose key is wrong', async () => {
      await open({ keys: { hall: { key: WRONG_KEY } } });
      await start();
      const message = await bench.answer('doctor');
      assert.equal(check(message, 'key').ok, false);
      assert.equal(check(message, 'port').ok, true);
      assert.equal(JSON.stringify(message).includes(WRONG_KEY), false);
    });

    it('that is silent, or whose port is closed', async () => {
      await open();
      await start();
      const examine = async (): Promise<Received> => {
        const before = bench.received.length;
        bench.stage.send('n', { payload: 'doctor' });
        await until(() => bench.received.length > before, 'the doctor is done', hurry(500));
        return bench.received.at(-1) ?? {};
      };
      bench.stage.simulator.fault(HALL, { fault: 'closed-port' });
      const closed = await examine();
      assert.deepEqual([check(closed, 'unicast').ok, check(closed, 'port').ok, check(closed, 'key').ok], [true, false, null]);
      assert.match(check(closed, 'port').remedy, /LAN protocol/);
      bench.stage.simulator.fault(HALL, { fault: 'drop' });
      const silent = await examine();
      assert.deepEqual([check(silent, 'unicast').ok, check(silent, 'port').ok], [false, false]);
      assert.match(check(silent, 'unicast').remedy, /power/);
    });
  });

  describe('tells', () => {
    it('a device that falls silent and speaks again, with the alert and its end', async () => {
      await open();
      await start();
      await bench.report(PLUG, { load_power: '1.00' });
      await bench.report(DOOR, { status: 'open' });
      await bench.pass(24 * 60);
      assert.equal(bench.received.length, 0);
      await bench.pass(2 * 60);
      assert.deepEqual(
        bench.received.map(({ event, payload, device }) => [event, payload, (device as Device).id]),
        [
          ['offline', false, PLUG],
          ['alert', 'DEVICE_OFFLINE', PLUG],
        ],
      );
      assert.match(String(bench.received[1]?.text), /power/);
      await bench.report(PLUG, { load_power: '2.00' });
      assert.deepEqual(events().slice(2), ['online', 'alert']);
      assert.equal(bench.received.at(-1)?.cleared, true);
    }).timeout(30_000);

    it('a gateway that is lost and found, and blames none of its devices', async () => {
      await open();
      await start();
      await bench.report(PLUG, { load_power: '1.00' });
      bench.stage.simulator.fault(HALL, { fault: 'drop' });
      await until(() => events().includes('alert'), 'the gateway is missed', hurry(1_000));
      assert.deepEqual(events(), ['offline', 'alert']);
      assert.deepEqual([bench.received[0]?.payload, bench.received[1]?.payload], [false, 'GATEWAY_OFFLINE']);
      assert.deepEqual([bench.received[0]?.origin, bench.received[1]?.origin], ['timer', 'timer']);
      await bench.stage.clock.skip(40 * 60_000);
      bench.stage.simulator.fault(HALL, { fault: 'clear' });
      await bench.stage.simulator.heartbeat(HALL);
      await until(() => events().length >= 4, 'the gateway is back');
      await bench.pass(40);
      assert.deepEqual(events(), ['offline', 'alert', 'online', 'alert']);
      assert.deepEqual(alerts(), [
        ['GATEWAY_OFFLINE', undefined],
        ['GATEWAY_OFFLINE', true],
      ]);
    });

    it('a wrong key once, and that it is right again after it was deployed', async () => {
      await open({ keys: { hall: { key: WRONG_KEY } } });
      await start();
      assert.equal((await bench.failure('pair')).code, 'KEY_INVALID');
      assert.equal((await bench.failure('pair')).code, 'KEY_INVALID');
      assert.deepEqual(alerts(), [['KEY_INVALID', undefined]]);
      await bench.redeploy({}, 'full', { hall: { key: String(hall().key) } });
      await until(() => alerts().length === 2, 'the alert ends');
      assert.deepEqual(alerts()[1], ['KEY_INVALID', true]);
    });

    it('a closed port, once however often it is tried, and its end', async () => {
      await open();
      bench.stage.simulator.fault(HALL, { fault: 'closed-port' });
      await bench.begin('lumi-hub');
      await until(() => alerts().length === 1, 'the port is missed', hurry(1_000));
      for (let second = 0; second < 120; second++) await hurry(1_000)();
      assert.deepEqual(alerts(), [['PORT_CLOSED', undefined]]);
      bench.stage.simulator.fault(HALL, { fault: 'clear' });
      await until(() => alerts().length === 2, 'the alert ends', hurry(1_000));
      assert.deepEqual(alerts()[1], ['PORT_CLOSED', true]);
    });

    it('no alerts where they are not wanted, and nothing at all where it only answers', async () => {
      await open({ keys: { hall: { key: WRONG_KEY } } });
      await start({ alerts: false });
      await bench.failure('pair');
      assert.deepEqual(bench.received, []);
      await bench.redeploy({ alerts: true, onlyReplies: true });
      bench.stage.simulator.addDevice(HALL, { sid: '158d0001000060', model: 'plug', fields: { status: 'on' } });
      await bench.stage.simulator.report(HALL, '158d0001000060', { status: 'on' });
      await until(() => bench.stage.gateway('hall').device('158d0001000060') !== undefined, 'the new device was heard');
      await bench.failure('pair');
      assert.deepEqual(bench.received, []);
    });
  });

  it('does not pretend to refresh a gateway that is silent', async () => {
    await open();
    await start();
    bench.stage.simulator.fault(HALL, { fault: 'drop' });
    await until(() => bench.stage.gateway('hall').state.phase === 'offline', 'the gateway is missed', hurry(1_000));
    bench.stage.send('n', { payload: 'refresh' });
    await until(() => bench.stage.received('errors').length === 1, 'the refresh failed', hurry(500));
    const [failed] = bench.stage.received('errors');
    const { code, message } = (failed?.error ?? {}) as { code?: string; message?: string };
    assert.equal(code, 'GATEWAY_OFFLINE');
    assert.match(message ?? '', /Hall/);
  });
});

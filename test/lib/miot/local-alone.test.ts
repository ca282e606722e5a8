import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LumiotError } from '../../../lib/home/errors';
import { startPretendWifiDevice } from '../../../lib/simulator/miio';
import { until } from '../../support/wait';
import { LAMP, LAMP_TOKEN, VACUUM } from './account-home';
import { LocalHome, OTHER_TOKEN, VACUUM_TOKEN } from './local-home';

const tokens = new Map([
  [LAMP, LAMP_TOKEN],
  [VACUUM, VACUUM_TOKEN],
]);

describe('devices on the LAN without any sign-in', () => {
  let home: LocalHome;
  afterEach(() => home.close());

  const open = async (more: Parameters<typeof LocalHome.open>[0] = {}): Promise<void> => {
    home = await LocalHome.open({ hasCloud: false, ...more });
    home.use({ localDevices: home.rows() });
    await home.account.start();
    await home.account.setLocalTokens(tokens);
  };
  const failure = async (promise: Promise<unknown>): Promise<LumiotError> => {
    const error = await home.during(promise).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error instanceof LumiotError) return error;
    throw new Error(`no error of ours: ${String(error)}`);
  };

  it('are read, set and told what to do, by the names of their descriptions', async () => {
    await open();
    const { values, device } = await home.account.get(LAMP, ['light:brightness']);
    assert.equal(values['light:brightness'], 40);
    const { ack } = await home.account.set(LAMP, { on: 'toggle' });
    assert.equal(ack.confirmed, 'ack');
    assert.equal(home.lamp.value(2, 1), true);
    await home.account.action(VACUUM, 'vacuum:start-sweep');
    assert.equal(home.vacuum.carriedOut().get('2.1'), 1);
    const { id, name, model, family, transport, online } = home.account.info(device);
    assert.deepEqual([id, name, model, family, transport, online], [LAMP, 'My lamp', 'lumiot.light.lamp1', 'light', 'miio', true]);
    const vacuum = home.account.device(VACUUM);
    assert.equal(vacuum && home.account.info(vacuum).model, 'lumiot.vacuum.vacuum1', 'it said so itself');
    assert.equal(home.asked('prop/get') + home.asked('gethome'), 0);
  });

  it('are neither there nor gone until they were asked', async () => {
    await open();
    const onlineOf = (did: string): boolean | null | undefined => {
      const record = home.account.device(did);
      return record && home.account.info(record).online;
    };
    assert.deepEqual([onlineOf(LAMP), onlineOf(VACUUM)], [null, null]);
    await home.lamp.fault({ fault: 'offline' });
    let looks = 0;
    home.account.subscriptions.subscribe('somebody who looks', '#watch', () => {
      looks++;
    });
    home.account.subscriptions.open('somebody who looks');
    assert.equal((await failure(home.account.get(LAMP, ['light:on']))).code, 'DEVICE_OFFLINE');
    await home.account.get(VACUUM, ['vacuum:status']);
    assert.deepEqual([onlineOf(LAMP), onlineOf(VACUUM)], [false, true]);
    assert.ok(looks >= 2, `${looks} pieces of news`);
  });

  it('need nobody who signs in, and nothing says so', async () => {
    await open();
    home.listen('#account');
    await home.account.get(LAMP, ['light:on']);
    await home.account.get(VACUUM, ['vacuum:status']);
    const { error, local } = home.account.state;
    assert.equal(error, undefined);
    assert.deepEqual(local, { devices: 2, reachable: 2 });
    assert.equal(home.account.word, undefined);
    assert.deepEqual(home.events, []);
    assert.equal((await failure(home.account.get('999', ['light:on']))).code, 'NO_DEVICE');
  });

  it('are polled while somebody listens, and tell what changed', async () => {
    await open();
    home.listen(LAMP);
    await until(() => home.told('light:on').length === 1, 'it is read at the start');
    home.lamp.change(2, 1, true);
    const before = home.lamp.requests().length;
    await home.clock.skip(14_000);
    assert.equal(home.lamp.requests().length, before);
    await home.clock.skip(16_500);
    await until(() => home.told('light:on').length === 2, 'it is polled');
    assert.deepEqual(home.told('light:on'), [
      [false, 'read'],
      [true, 'poll'],
    ]);
    home.account.subscriptions.cancel('node1');
    await home.clock.skip(1_000);
    const last = home.lamp.requests().length;
    await home.clock.skip(120_000);
    assert.equal(home.lamp.requests().length, last);
  });

  it('say nothing of reads that are cut off by closing', async () => {
    await open();
    await home.account.get(LAMP, ['light:on']);
    await home.lamp.fault({ fault: 'offline' });
    home.listen(LAMP);
    await home.clock.skip(1_000);
    await home.account.close();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(
      home.lines.filter((line) => line.includes(LAMP)),
      [],
    );
  });

  it('are read half a second after they were set', async () => {
    await open();
    home.listen(LAMP);
    await until(() => home.told('light:on').length === 1, 'it is read at the start');
    await home.account.set(LAMP, { 'light:on': true });
    assert.equal(home.told('light:on').length, 1);
    await home.clock.skip(510);
    // The next poll is 15 s away at least.
    await until(() => home.told('light:on').length === 2, 'it is read');
    assert.deepEqual(home.told('light:on')[1], [true, 'read']);
  });

  it('are there, though one property of them is silent', async () => {
    await open();
    await home.account.get(LAMP, ['light:on']);
    home.listen(LAMP);
    await until(() => home.told('light:brightness').length === 1, 'it is read at the start');
    await home.lamp.fault({ fault: 'lose-reply', count: 3 });
    assert.equal((await failure(home.account.get(LAMP, ['light:on']))).code, 'TIMEOUT');
    assert.equal(home.account.localStanding(LAMP), 'reachable');
    assert.equal(home.account.device(LAMP)?.isOnline, true);
    assert.deepEqual(home.account.state.local, { devices: 2, reachable: 1 });
    assert.equal(home.events.filter((event) => event.kind === 'online' && !event.isOnline).length, 0);
  });

  it('are told offline, and online again, once each; in between they are asked ever more seldom', async () => {
    await open();
    home.listen(LAMP);
    await until(() => home.told('light:on').length === 1, 'it is read at the start');
    await home.lamp.fault({ fault: 'offline' });
    await home.pass(() => home.account.localStanding(LAMP) === 'offline', 'it is away');
    home.lamp.change(2, 1, true);
    await home.clock.skip(600_000);
    await home.lamp.fault({ fault: 'clear' });
    await home.pass(() => home.account.localStanding(LAMP) === 'reachable', 'it is back', 10_000);
    await until(() => home.told('light:on').length === 2, 'what changed meanwhile is told');
    const turns = home.events.flatMap((event) => (event.kind === 'online' ? [event.isOnline] : []));
    assert.deepEqual(turns, [true, false, true]);
  });

  it('are noticed within two minutes, however often somebody asked for them in vain while they were away', async () => {
    await open();
    await home.account.get(LAMP, ['light:on']);
    await home.lamp.fault({ fault: 'offline' });
    for (let tries = 0; tries < 6; tries++) {
      await failure(home.account.set(LAMP, { 'light:on': true }));
      await home.clock.skip(5_000);
    }
    const away = home.clock.monotonic();
    await home.pass(() => home.clock.monotonic() - away > 1_000_000, 'it is long away', 4_000, 300);
    await home.lamp.fault({ fault: 'clear' });
    const begun = home.clock.monotonic();
    await home.pass(() => home.account.localStanding(LAMP) === 'reachable', 'it is back', 1_000, 125);
    assert.ok(home.clock.monotonic() - begun < 125_000);
  });

  for (const [chance, seconds] of [
    [0, 15],
    [0.999, 30],
  ] as const) {
    it(`are asked again 15 to 30 s after they stopped answering, by chance: ${seconds} s`, async () => {
      await open({ chance });
      await home.account.get(LAMP, ['light:on']);
      await home.lamp.fault({ fault: 'offline' });
      await failure(home.account.set(LAMP, { 'light:on': true }));
      const silent = home.clock.monotonic();
      await home.clock.skip(5_000);
      // In vain, and over before it is asked for the first time in the background: whoever asks so puts nothing off.
      await failure(home.account.set(LAMP, { 'light:on': true }));
      assert.ok(home.clock.monotonic() - silent < 14_000);
      await home.lamp.fault({ fault: 'clear' });
      await home.pass(() => home.account.localStanding(LAMP) === 'reachable', 'it is back', 250, 100);
      const passed = (home.clock.monotonic() - silent) / 1_000;
      assert.ok(passed > seconds - 0.5 && passed < seconds + 2, `after ${passed} s`);
    });
  }

  it('are asked where they are now, when the settings say so under a command', async () => {
    await open();
    await home.account.get(LAMP, ['light:on']);
    await home.account.get(VACUUM, ['vacuum:status']);
    home.listen(LAMP);
    const wrong = home.rows().map((row) => ({ ...row, host: '127.0.83.55' }));
    home.configure({ localDevices: wrong });
    const [set, act] = [home.account.set(LAMP, { 'light:on': true }), home.account.action(VACUUM, 'vacuum:start-sweep')];
    await home.clock.skip(1_000);
    home.configure({ localDevices: home.rows() });
    await home.during(Promise.all([set, act]));
    assert.equal(home.lamp.value(2, 1), true);
    assert.equal(home.vacuum.carriedOut().get('2.1'), 1);
    assert.equal(home.events.filter((event) => event.kind === 'online' && !event.isOnline).length, 0);
  });

  it('are not offline for a command that is given up because their address changed again and again', async () => {
    await open();
    await home.account.get(LAMP, ['light:on']);
    home.listen(LAMP);
    const rows = (host: string): Record<string, unknown>[] => home.rows().map((row) => ({ ...row, host }));
    home.configure({ localDevices: rows('127.0.83.55') });
    const asked = home.account.get(LAMP, ['light:on']);
    asked.catch(() => {});
    await home.clock.skip(300);
    home.configure({ localDevices: rows('127.0.83.56') });
    await new Promise((resolve) => setTimeout(resolve, 20));
    home.configure({ localDevices: rows('127.0.83.57') });
    const error = await failure(asked);
    assert.equal(error.code, 'TIMEOUT');
    assert.match(error.message, /My lamp.*its address, its token or the way to it changed meanwhile/);
    assert.equal(home.account.device(LAMP)?.isOnline, true);
  });

  it('carry out no action twice whose answer was awaited when their address changed', async () => {
    await open();
    await home.account.get(VACUUM, ['vacuum:status']);
    await home.vacuum.fault({ fault: 'lose-reply' });
    const acted = failure(home.account.action(VACUUM, 'vacuum:start-sweep'));
    await home.pass(() => home.vacuum.carriedOut().get('2.1') === 1, 'it was carried out', 10);
    await home.vacuum.fault({ fault: 'clear' });
    home.configure({ localDevices: home.rows().map((row) => ({ ...row, host: '127.0.83.55' })) });
    assert.equal((await acted).code, 'UNKNOWN_OUTCOME');
    assert.equal(home.vacuum.carriedOut().get('2.1'), 1);
  });

  it('are found again where their address changed', async () => {
    await open({ search: { broadcast: ['127.0.83.7'], port: 54_383 } });
    await home.account.get(LAMP, ['light:on']);
    await home.lamp.fault({ fault: 'move', to: '127.0.83.7:54383' });
    await home.during(home.account.set(LAMP, { 'light:on': true }));
    assert.equal(home.lamp.value(2, 1), true);
  });

  it('keep their tokens over a restart, a sign-in, a list and a sign-out', async () => {
    await open();
    await home.restart();
    assert.equal((await home.account.get(LAMP, ['light:brightness'])).values['light:brightness'], 40);
    await home.account.close();
    const clientId = home.cloud.addresses.clientId;
    home.use({ clientId, redirectUrl: home.cloud.addresses.redirectUrl });
    await home.restart();
    await home.account.setLocalTokens(new Map([['77', OTHER_TOKEN]]));
    await home.signIn();
    await until(() => home.account.hasLocalToken(LAMP), 'tokens are there');
    assert.equal(home.account.device(LAMP)?.listed.name, 'My lamp', 'the name of the user wins');
    assert.equal(home.account.device(LAMP)?.listed.room, 'Study');
    await home.account.signOut();
    assert.equal((await home.account.get(LAMP, ['light:brightness'])).values['light:brightness'], 40);
    assert.deepEqual([...home.account.devices.keys()].sort(), [VACUUM, LAMP].sort());
  });

  it('say what to do where their token is missing, or does not fit', async () => {
    await open();
    home.configure({ localDevices: [...home.rows(), { did: '88', name: 'Fan', host: '127.0.83.3', model: 'lumiot.light.lamp1' }] });
    const missing = await failure(home.account.get('88', ['light:on']));
    assert.equal(missing.code, 'NOT_CONFIGURED');
    assert.match(missing.message, /Fan \(88\).*import its token/);
    await home.lamp.fault({ fault: 'new-token', token: OTHER_TOKEN });
    const rejected = await failure(home.account.get(LAMP, ['light:on']));
    assert.equal(rejected.code, 'TOKEN_REJECTED');
    assert.match(rejected.message, /import it again/);
    await home.account.setLocalTokens(new Map([[LAMP, OTHER_TOKEN]]));
    assert.equal((await home.account.get(LAMP, ['light:brightness'])).values['light:brightness'], 40);
  });

  it('refuse what is no token, and keep nothing before the first deploy', async () => {
    await open();
    for (const token of ['', 'x'.repeat(32), '0'.repeat(32), 'f'.repeat(32)])
      assert.equal((await failure(home.account.setLocalTokens(new Map([[LAMP, token]])))).code, 'BAD_INPUT');
    assert.equal((await failure(home.account.setLocalTokens(new Map([['lumi.1', LAMP_TOKEN]])))).code, 'BAD_INPUT');
    await home.close();
    home = await LocalHome.open({ hasCloud: false, settings: { storeKey: '' } });
    home.use({ localDevices: home.rows() });
    await home.account.start();
    const error = await failure(home.account.setLocalTokens(tokens));
    assert.equal(error.code, 'NOT_CONFIGURED');
    assert.match(error.message, /Deploy first/);
  });

  it('are known by numbers alone where no description can be had', async () => {
    await open();
    await home.cloudDown();
    const named = await failure(home.account.get(LAMP, ['light:on']));
    assert.match(named.message, /only numbers such as "2\.1"/);
    assert.deepEqual({ ...(await home.during(home.account.get(LAMP, ['2.2', '2.1']))).values }, { '2.2': 40, '2.1': false });
    await home.during(home.account.set(LAMP, { '2.1': true, '2.2': 55 }));
    assert.deepEqual([home.lamp.value(2, 1), home.lamp.value(2, 2)], [true, 55]);
    await home.during(home.account.set(LAMP, { '2.1': 'toggle' }));
    assert.equal(home.lamp.value(2, 1), false);
    await home.during(home.account.action(VACUUM, '2.1'));
    assert.equal(home.vacuum.carriedOut().get('2.1'), 1);
    home.listen(LAMP);
    home.lamp.change(2, 2, 60);
    await home.pass(() => home.told('2.2').some(([value]) => value === 60), 'it is polled by its number');
  });

  it('wait two seconds once, not each time, where nobody answers who could describe them', async () => {
    await open();
    home.cloud.fault({ fault: 'hang' });
    const took = async (promise: Promise<unknown>): Promise<number> => {
      const begun = home.clock.monotonic();
      await home.during(promise).catch(() => {});
      return home.clock.monotonic() - begun;
    };
    assert.ok((await took(home.account.set(LAMP, { '2.1': true }))) >= 2_000);
    assert.ok((await took(home.account.set(LAMP, { '2.1': false }))) < 1_500);
    assert.equal(home.lamp.value(2, 1), false);
    const names = home.account.get(LAMP, ['light:on']);
    assert.ok((await took(names)) < 25_000);
    assert.match((await failure(names)).message, /only numbers such as "2\.1".*still being looked up/);
  });

  it('fail at once where they were found to be away a moment ago', async () => {
    await open();
    await home.account.get(LAMP, ['light:on']);
    await home.lamp.fault({ fault: 'offline' });
    const begun = home.clock.monotonic();
    const [first, second, third] = [true, false, true].map((on) => failure(home.account.set(LAMP, { 'light:on': on })));
    for (const error of [first, second, third]) assert.equal((await error)?.code, 'DEVICE_OFFLINE');
    assert.ok(home.clock.monotonic() - begun < 12_000, 'one of them has found out');
    await home.lamp.fault({ fault: 'clear' });
    await home.clock.skip(5_000);
    await home.account.set(LAMP, { 'light:on': true });
    assert.equal(home.lamp.value(2, 1), true);
  });

  it('that speak through a gateway are no devices of the LAN, whatever a row says, and are told where they are', async () => {
    await open();
    home.configure({ localDevices: [...home.rows(), { did: 'lumi.158d0001a2b3c4', name: 'Window', host: home.lamp.host, model: '' }] });
    assert.equal(home.account.isLocal('lumi.158d0001a2b3c4'), false);
    const error = await failure(home.account.get('lumi.158d0001a2b3c4', ['2.1']));
    assert.equal(error.code, 'UNSUPPORTED');
    assert.match(error.message, /Window.*the account does not list it.*through its gateway/);
    assert.doesNotMatch(error.message, /Choose the transport/);
  });

  it('have the description of their model, once looked up, without the network too', async () => {
    await open();
    await home.account.get(LAMP, ['light:on']);
    assert.match(readFileSync(join(home.folder, 'specs', 'lumiot.light.lamp1.model.json'), 'utf8'), /urn:/);
    await home.cloudDown();
    await home.restart();
    assert.equal((await home.account.get(LAMP, ['light:brightness'])).values['light:brightness'], 40);
  });

  it('come and go with the settings, in place', async () => {
    await open();
    home.listen('');
    await until(() => home.told('light:on').length === 1, 'it is read');
    assert.equal(home.configure({ localDevices: home.rows().slice(1) }), true);
    assert.equal(home.account.device(LAMP), undefined);
    assert.equal(home.configure({ localDevices: home.rows() }), true);
    assert.equal(home.account.device(LAMP)?.values['light:brightness'], 40);
    assert.equal(home.configure({ localDevices: home.rows(), transport: 'cloud' }), true);
    assert.equal(home.account.devices.size, 0);
  });

  it('have their token forgotten with their row, but not one that was brought before its row', async () => {
    await open();
    await home.account.setLocalTokens(new Map([['77', OTHER_TOKEN]]));
    home.configure({ localDevices: home.rows().slice(1) });
    await until(() => !home.account.hasLocalToken(LAMP), 'it is forgotten');
    await home.account.close();
    home.use({ localDevices: [...home.rows(), { did: '77', name: 'Fan', host: '127.0.83.3', model: '' }] });
    await home.restart();
    assert.deepEqual(
      [LAMP, VACUUM, '77'].map((did) => home.account.hasLocalToken(did)),
      [false, true, true],
    );
    home.configure({ localDevices: home.rows() });
    await until(() => !home.account.hasLocalToken('77'), 'it was deployed, and is not any more');
    home.configure({ localDevices: home.rows(), transport: 'cloud' });
    assert.equal(home.account.hasLocalToken(VACUUM), true);
  });

  it('are tested with the token that is known, or with another', async () => {
    await open();
    const { ok, ms, model, transport } = await home.account.testLocal(LAMP);
    assert.deepEqual([ok, model, transport], [true, 'lumiot.light.lamp1', 'miio']);
    assert.ok(ms >= 0);
    assert.equal((await failure(home.account.testLocal(LAMP, { token: OTHER_TOKEN }))).code, 'TOKEN_REJECTED');
    assert.equal((await failure(home.account.testLocal('999', { host: home.lamp.host }))).code, 'NOT_CONFIGURED');
    assert.equal((await failure(home.account.testLocal(LAMP, { host: '127.0.83.55' }))).code, 'DEVICE_OFFLINE');
    assert.equal((await home.account.get(LAMP, ['light:brightness'])).values['light:brightness'], 40);
  });

  it('are found on the network', async () => {
    const other = await startPretendWifiDevice({
      did: '4711',
      model: 'lumiot.light.lamp1',
      token: OTHER_TOKEN,
      address: '127.0.83.4',
      port: 54_384,
      showsToken: true,
    });
    try {
      await open({ search: { broadcast: ['127.0.83.4'], port: 54_384 } });
      const found = await home.during(home.account.discoverLocal());
      assert.deepEqual(
        found.map(({ did, host, token }) => [did, host, token]),
        [['4711', '127.0.83.4:54384', OTHER_TOKEN]],
      );
    } finally {
      await other.close();
    }
  });

  it('leave no token in a log, a message or a file', async () => {
    await open();
    home.listen('');
    await until(() => home.told('light:on').length === 1, 'it is read');
    await home.lamp.fault({ fault: 'new-token', token: OTHER_TOKEN });
    const errors = [
      await failure(home.account.get(LAMP, ['light:on'])),
      await failure(home.account.testLocal(VACUUM, { token: OTHER_TOKEN })),
    ];
    await home.account.flush();
    const views = JSON.stringify([
      home.account.state,
      [...home.account.devices.values()],
      errors.map(({ message, stack }) => [message, stack]),
    ]);
    const said = [home.files(), home.lines.join('\n'), JSON.stringify(home.events), views].join('\n').toLowerCase();
    for (const token of [LAMP_TOKEN, VACUUM_TOKEN, OTHER_TOKEN]) assert.equal(said.includes(token), false);
    assert.match(home.files(), /My lamp/, 'there is a state file');
  });
});

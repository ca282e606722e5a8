import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { until } from '../../support/wait';
import { LAMP, VACUUM } from './account-home';
import { LocalHome, OTHER_TOKEN } from './local-home';

describe('a device with two ways', () => {
  let home: LocalHome;
  afterEach(() => home.close());

  const failure = async (promise: Promise<unknown>): Promise<LumiotError> => {
    const error = await home.during(promise).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error instanceof LumiotError) return error;
    throw new Error(`no error of ours: ${String(error)}`);
  };
  const way = (did = LAMP): string | undefined => {
    const device = home.account.device(did);
    return device && home.account.info(device).transport;
  };

  it('is switched on the LAN, and the cloud hears nothing of it', async () => {
    home = await LocalHome.open();
    await home.signIn();
    const { ack } = await home.account.set(LAMP, { 'light:on': true });
    assert.equal(home.lamp.value(2, 1), true);
    assert.equal(home.cloud.value(LAMP, 2, 1), false);
    assert.equal(home.asked('prop/set'), 0);
    assert.deepEqual([ack.confirmed, ack.attempts], ['ack', 1]);
    assert.equal(way(), 'miio');
  });

  it('is read on the LAN, in the order asked for', async () => {
    home = await LocalHome.open();
    await home.signIn();
    const { values } = await home.account.get(LAMP, ['light:brightness', 'light:on']);
    assert.deepEqual(Object.entries(values), [
      ['light:brightness', 40],
      ['light:on', false],
    ]);
    assert.equal(home.asked('prop/get'), 0);
  });

  it('is asked through the cloud alone, or on the LAN alone, where that is chosen', async () => {
    home = await LocalHome.open({ settings: { transport: 'cloud' } });
    await home.signIn();
    assert.equal((await home.during(home.account.get(LAMP, ['light:brightness']))).values['light:brightness'], 10);
    assert.equal(home.lamp.requests().length, 0);
    assert.equal(way(), 'miot');
    assert.equal(home.configure({ transport: 'local' }), true);
    const before = home.asked('prop/get');
    assert.equal((await home.account.get(LAMP, ['light:brightness'])).values['light:brightness'], 40);
    await home.lamp.fault({ fault: 'offline' });
    assert.equal((await failure(home.account.get(LAMP, ['light:brightness']))).code, 'DEVICE_OFFLINE');
    assert.equal(home.asked('prop/get'), before);
  });

  it('goes through the cloud within the same request where it does not answer, and is left alone on the LAN for a while', async () => {
    home = await LocalHome.open();
    await home.signIn();
    await home.lamp.fault({ fault: 'offline' });
    await home.during(home.account.set(LAMP, { 'light:on': true }));
    assert.equal(home.cloud.value(LAMP, 2, 1), true);
    assert.equal(way(), 'miot');
    const begun = performance.now();
    await home.account.set(LAMP, { 'light:on': false });
    assert.ok(performance.now() - begun < 1_000, 'nobody waits for it again');
    await home.lamp.fault({ fault: 'clear' });
    await home.pass(() => home.account.localStanding(LAMP) === 'reachable', 'it is met again in the background');
    await home.account.set(LAMP, { 'light:on': true });
    assert.equal(home.lamp.value(2, 1), true);
    assert.equal(way(), 'miio');
  });

  it('goes through the cloud where its token changed, and over the LAN again once the list has the new one', async () => {
    home = await LocalHome.open({ listed: { token: OTHER_TOKEN } });
    await home.signIn();
    await home.during(home.account.set(LAMP, { 'light:on': true }));
    assert.equal(home.cloud.value(LAMP, 2, 1), true);
    assert.equal(home.account.localStanding(LAMP), 'token-rejected');
    assert.equal(way(), 'miot');
    await until(() => home.asked('gethome') === 2, 'the list is fetched for its token');
    await home.clock.skip(60_000);
    assert.equal(home.asked('gethome'), 2);
    await home.lamp.fault({ fault: 'new-token', token: OTHER_TOKEN });
    await home.pass(() => home.account.localStanding(LAMP) === 'reachable', 'its token fits', 10_000);
    await home.account.set(LAMP, { 'light:on': true });
    assert.equal(home.lamp.value(2, 1), true);
  });

  it('is used on the LAN while the cloud is down', async () => {
    home = await LocalHome.open();
    await home.signIn();
    await home.account.get(LAMP, ['light:on']);
    await home.cloudDown();
    await home.account.set(LAMP, { 'light:on': true });
    assert.equal(home.lamp.value(2, 1), true);
    assert.equal((await home.account.get(LAMP, ['light:on'])).values['light:on'], true);
  });

  it('fails with one error that names both reasons where both are down', async () => {
    home = await LocalHome.open();
    await home.signIn();
    await home.during(home.account.get(LAMP, ['light:on']));
    await home.cloudDown();
    await home.lamp.fault({ fault: 'offline' });
    for (const promise of [() => home.account.set(LAMP, { 'light:on': true }), () => home.account.get(LAMP, ['light:on'])]) {
      const error = await failure(promise());
      assert.equal(error.code, 'DEVICE_OFFLINE');
      assert.match(error.message, /Desk lamp.*neither on the LAN nor through the cloud\. On the LAN: .+ Through the cloud: .+/);
      assert.equal(error.device, LAMP);
    }
    assert.equal(home.account.device(LAMP)?.isOnline, false);
  });

  it('fails for the cloud’s sake where the device is there and refuses its token', async () => {
    home = await LocalHome.open({ listed: { token: OTHER_TOKEN } });
    await home.signIn();
    await home.during(home.account.get(LAMP, ['light:on']));
    await home.cloudDown();
    const error = await failure(home.account.get(LAMP, ['light:on']));
    assert.equal(error.code, 'CLOUD_UNREACHABLE');
    assert.match(error.message, /does not accept its token.*Through the cloud: /);
  });

  it('is set on the LAN where the answer of the cloud got lost: a value may be set twice', async () => {
    home = await LocalHome.open();
    await home.signIn();
    await home.lamp.fault({ fault: 'offline' });
    await home.during(home.account.get(LAMP, ['light:on']));
    await home.lamp.fault({ fault: 'clear' });
    await home.clock.skip(6_000);
    home.cloud.fault({ fault: 'lose-reply', count: 1 });
    const { ack } = await home.account.set(LAMP, { 'light:on': true });
    assert.equal(ack.attempts, 2);
    assert.equal(home.lamp.value(2, 1), true);
  });

  it('carries out an action on the LAN, once', async () => {
    home = await LocalHome.open();
    await home.signIn();
    await home.account.action(VACUUM, 'vacuum:start-sweep');
    assert.deepEqual([...home.vacuum.carriedOut()], [['2.1', 1]]);
    assert.equal(home.cloud.actions().size, 0);
    assert.equal(way(VACUUM), 'miio');
  });

  it('carries out an action once whose answer is lost, and says that nobody knows', async () => {
    home = await LocalHome.open();
    await home.signIn();
    await home.account.get(VACUUM, ['vacuum:status']);
    await home.vacuum.fault({ fault: 'lose-reply' });
    const error = await failure(home.account.action(VACUUM, 'vacuum:start-sweep'));
    assert.equal(error.code, 'UNKNOWN_OUTCOME');
    assert.equal(home.vacuum.carriedOut().get('2.1'), 1);
    assert.equal(home.cloud.actions().size, 0);
  });

  it('carries out an action through the cloud where nothing was sent on the LAN: it is away, or refuses the token', async () => {
    home = await LocalHome.open();
    await home.signIn();
    await home.vacuum.fault({ fault: 'offline' });
    await home.during(home.account.action(VACUUM, 'vacuum:start-sweep'));
    assert.equal(home.vacuum.carriedOut().size, 0);
    assert.deepEqual([...home.cloud.actions().values()], [1]);
    await home.vacuum.fault({ fault: 'clear' });
    await home.pass(() => home.account.localStanding(VACUUM) === 'reachable', 'it is back');
    await home.vacuum.fault({ fault: 'new-token', token: OTHER_TOKEN });
    await home.clock.skip(61_000);
    await home.during(home.account.action(VACUUM, 'vacuum:start-sweep'));
    assert.equal(home.vacuum.carriedOut().size, 0);
    assert.deepEqual([...home.cloud.actions().values()], [2]);
  });

  it('carries out an action through the cloud that the device refuses on the LAN, as one of an older kind does', async () => {
    home = await LocalHome.open({ lamp: { legacy: true } });
    await home.signIn();
    await home.account.action(LAMP, 'light:toggle');
    assert.equal(home.lamp.requests().filter(({ method }) => method === 'action').length, 1);
    assert.equal(home.lamp.carriedOut().size, 0);
    assert.deepEqual([...home.cloud.actions().values()], [1]);
    assert.equal(way(), 'miot');
  });

  it('is said to be reached the only way there is, before it was', async () => {
    home = await LocalHome.open({ settings: { transport: 'local' } });
    await home.signIn();
    assert.equal(way(), 'miio');
    await home.account.get(LAMP, ['light:on']);
    home.configure({ transport: 'cloud' });
    assert.equal(way(), 'miot');
  });

  it('carries out no action a second time on the LAN whose answer was lost in the cloud', async () => {
    home = await LocalHome.open();
    await home.signIn();
    await home.vacuum.fault({ fault: 'offline' });
    await home.during(home.account.get(VACUUM, ['vacuum:status']));
    await home.vacuum.fault({ fault: 'clear' });
    await home.clock.skip(6_000);
    home.cloud.fault({ fault: 'lose-reply', count: 1 });
    const error = await failure(home.account.action(VACUUM, 'vacuum:start-sweep'));
    assert.equal(error.code, 'UNKNOWN_OUTCOME');
    assert.equal(home.vacuum.carriedOut().size, 0);
    assert.deepEqual([...home.cloud.actions().values()], [1]);
  });
});

import assert from 'node:assert/strict';
import { until } from '../../support/wait';
import { LAMP } from './account-home';
import { LocalHome, OTHER_TOKEN } from './local-home';

describe('a device on the LAN that an account lists too', () => {
  let home: LocalHome;
  afterEach(() => home.close());

  const open = async (): Promise<void> => {
    home = await LocalHome.open();
    home.listen(LAMP);
    await home.signIn();
    await until(() => home.account.state.push === 'connected', 'pushes arrive');
    await until(() => home.told('light:on').length > 0, 'it is read');
  };
  const reads = (): number => home.lamp.requests().filter(({ method }) => method === 'get_properties').length;

  it('is not polled while the cloud pushes what it says', async () => {
    await open();
    const before = reads();
    await home.clock.skip(100_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(reads(), before);
    home.cloud.change(LAMP, 2, 2, 77);
    await until(() => home.told('light:brightness').some(([value, origin]) => value === 77 && origin === 'push'), 'it is pushed');
  });

  it('is polled while the cloud is down', async () => {
    await open();
    await home.cloudDown();
    await until(() => home.account.state.push !== 'connected', 'nothing is pushed');
    home.lamp.change(2, 1, true);
    await home.pass(() => home.told('light:on').some(([value, origin]) => value === true && origin === 'poll'), 'it is polled');
  });

  it('is asked itself where the cloud says that it is gone', async () => {
    await open();
    const turns = (): boolean[] => home.events.flatMap((event) => (event.kind === 'online' ? [event.isOnline] : []));
    home.cloud.online(LAMP, false);
    await until(() => home.lamp.requests().some(({ method }) => method === 'miIO.info'), 'it is asked');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(home.account.device(LAMP)?.isOnline, true);
    await home.lamp.fault({ fault: 'offline' });
    home.cloud.online(LAMP, true);
    home.cloud.online(LAMP, false);
    await home.pass(() => home.account.device(LAMP)?.isOnline === false, 'it is gone');
    assert.deepEqual(turns(), [false]);
  });

  it('is polled while the cloud says that it is gone, and it answers on the LAN all the same: nothing of it is pushed', async () => {
    await open();
    home.cloud.online(LAMP, false);
    await until(() => home.lamp.requests().some(({ method }) => method === 'miIO.info'), 'it is asked');
    home.lamp.change(2, 1, true);
    await home.pass(() => home.told('light:on').some(([value, origin]) => value === true && origin === 'poll'), 'it is polled', 500, 80);
    assert.equal(home.asked('prop/get'), 0);
    home.cloud.online(LAMP, true);
    await until(() => home.account.device(LAMP)?.isOnline === true, 'it is back in the cloud');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = reads();
    await home.clock.skip(100_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(reads(), before, 'it is pushed again');
  });

  for (const [what, begin] of [
    ['answers nowhere on the LAN', (): Promise<void> => home.lamp.fault({ fault: 'offline' })],
    ['has no token', async (): Promise<void> => {}],
  ] as const)
    it(`is read through the cloud where nothing is pushed and it ${what}`, async () => {
      home = await LocalHome.open(what === 'has no token' ? { listed: { token: '', address: '' } } : {});
      home.use({ localDevices: [{ did: LAMP, name: 'My lamp', host: '', model: '' }] });
      home.listen(LAMP);
      await home.signIn();
      await until(() => home.told('light:on').length > 0, 'it is read');
      await begin();
      home.cloud.fault({ fault: 'broker-down' });
      await home.pass(() => home.account.state.push !== 'connected', 'nothing is pushed');
      home.cloud.change(LAMP, 2, 2, 77);
      await home.pass(() => home.told('light:brightness').some(([value]) => value === 77), 'it is read', 1_000, 400);
    });

  it('keeps its token when its row is removed', async () => {
    home = await LocalHome.open();
    home.use({ localDevices: home.rows() });
    await home.signIn();
    await until(() => home.account.hasLocalToken(LAMP), 'it is listed');
    home.configure({ localDevices: [] });
    await home.clock.skip(1_000);
    assert.equal(home.account.hasLocalToken(LAMP), true);
    assert.equal((await home.account.get(LAMP, ['light:brightness'])).values['light:brightness'], 40);
  });

  it('has the token that the list says, and keeps what was brought for others', async () => {
    await open();
    await home.account.setLocalTokens(new Map([[LAMP, OTHER_TOKEN]]));
    await home.account.refreshNow();
    assert.equal((await home.account.get(LAMP, ['light:brightness'])).values['light:brightness'], 40);
    assert.equal(home.account.localStanding(LAMP), 'reachable');
  });
});

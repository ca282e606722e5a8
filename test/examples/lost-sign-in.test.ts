import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { GATEWAY, gatewayOf, Play } from './support';

const LAMP = '500000001';
const AWAY = 'The cloud has been away for 15 minutes. Devices of the gateway go on working.';

describe('example Lost sign-in', () => {
  let play: Play;
  beforeEach(async () => {
    play = await Play.open('Lost sign-in', {
      gateway: gatewayOf(1, []),
      cloud: [{ did: LAMP, name: 'Lamp', model: 'lumiot.light.lamp1' }],
      set: { 'Away for 15 minutes?': { duration: '1', units: 's' } },
    });
    // Before the sign-in it rang, rightly.
    await play.told(GATEWAY, { mid: 11, vol: 20 });
  });
  afterEach(() => play.close());

  const signIns = (): string[] =>
    play
      .said('Tell me')
      .map(({ payload }) => String(payload))
      .filter((text) => text !== AWAY);

  it('rings and says what to do, before anything fails', async () => {
    const before = signIns().length;
    play.cloud.fault({ fault: 'revoke' });
    await assert.rejects(play.account.refreshNow());
    await play.told(GATEWAY, { mid: 11, vol: 20 }, 2);
    await until(() => signIns().length > before, 'the words');
    assert.match(signIns().at(-1) ?? '', /^Sign in to the account again\. .*sign in/i);
  });

  it('is silent after a restart: the sign-in is still there', async () => {
    const rings = (): number => play.writes(GATEWAY).filter(({ mid }) => mid === 11).length;
    const before = rings();
    await play.restart();
    await until(() => play.account.state.session.state.phase === 'connected' && play.account.word === 'signed-in', 'it is signed in');
    // What was to be told went out before this answer.
    await play.account.get(LAMP, ['light:on']);
    await play.settled();
    assert.deepEqual(signIns(), []);
    assert.equal(rings(), before);
  });

  it('tells that the cloud is away when it stays away', async () => {
    play.cloud.fault({ fault: 'refuse', on: 'api' });
    await assert.rejects(play.account.get(LAMP, ['light:on']));
    await play.hears('Tell me', AWAY);
  });

  it('says nothing of an outage that ends by itself', async () => {
    play.cloud.fault({ fault: 'refuse', on: 'api' });
    await assert.rejects(play.account.get(LAMP, ['light:on']));
    play.cloud.fault({ fault: 'clear' });
    await play.account.get(LAMP, ['light:on']);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    assert.ok(!play.said('Tell me').some(({ payload }) => payload === AWAY));
  });
});

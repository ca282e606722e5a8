import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { gatewayOf, Play } from './support';

const PURIFIER = '400000001';
const PLUG = '158d00010000c1';
const [AUTO, FAVORITE] = [0, 2];

describe('example Air purifier', () => {
  let play: Play;
  beforeEach(async () => {
    play = await Play.open('Air purifier', {
      gateway: gatewayOf(1, [{ sid: PLUG, model: 'plug', fields: { status: 'off' } }]),
      cloud: [{ did: PURIFIER, name: 'Purifier', model: 'lumiot.air-purifier.purifier1', values: { '3.1': 50 } }],
      set: {
        'Fine dust': { device: PURIFIER },
        'Ask for fine dust': { device: PURIFIER },
        Purifier: { device: PURIFIER },
        Fan: { device: PLUG },
      },
    });
    await play.listens(PURIFIER);
    await play.knows(PURIFIER, 'environment:pm2.5-density', 50);
  });
  afterEach(() => play.close());

  const dust = (density: number): void => play.cloud.change(PURIFIER, 3, 1, density);
  const sets = (): number => play.cloud.requests().filter(({ url }) => url === '/app/v2/miotspec/prop/set').length;

  it('works hard in dusty air, rests in clean air, and stays as it is between the two', async () => {
    dust(76);
    await play.hasValue(PURIFIER, 2, 2, FAVORITE);
    dust(80);
    dust(50);
    await play.knows(PURIFIER, 'environment:pm2.5-density', 50);
    assert.equal(play.cloud.value(PURIFIER, 2, 2), FAVORITE);
    dust(34);
    await play.hasValue(PURIFIER, 2, 2, AUTO);
    assert.equal(sets(), 2);
  });

  it('asks, too: what was not pushed is found out', async () => {
    play.cloud.setSilently(PURIFIER, 3, 1, 90);
    play.press('Every ten minutes');
    await play.hasValue(PURIFIER, 2, 2, FAVORITE);
  });

  it('switches the fan of the gateway on while the cloud is away, and off with the first answer', async () => {
    play.cloud.fault({ fault: 'refuse', on: 'api' });
    play.press('Every ten minutes');
    await play.becomes(PLUG, { status: 'on' }, 10_000);
    play.cloud.fault({ fault: 'clear' });
    play.press('Every ten minutes');
    await play.becomes(PLUG, { status: 'off' }, 10_000);
    assert.equal(play.said('Tell me').length, 0);
  });

  it('does so when the sign-in is lost, too', async () => {
    play.cloud.fault({ fault: 'revoke' });
    play.press('Every ten minutes');
    await play.becomes(PLUG, { status: 'on' });
  });

  it('tells what else failed, and sets it with the next value', async () => {
    play.cloud.online(PURIFIER, false);
    dust(90);
    await until(() => play.said('Tell me').length === 1, 'why');
    assert.match(String(play.said('Tell me')[0]?.payload), /400000001 .*offline/);
    play.cloud.online(PURIFIER, true);
    dust(95);
    await play.hasValue(PURIFIER, 2, 2, FAVORITE);
    assert.deepEqual(play.writes(PLUG), []);
  });
});

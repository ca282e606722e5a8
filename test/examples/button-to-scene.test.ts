import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { Play } from './support';

const REMOTE = '600000001';
const LAMP = '600000002';
const VACUUM = '600000003';
const [LEFT, RIGHT] = [1, 2];

describe('example Button to scene', () => {
  let play: Play;
  beforeEach(async () => {
    play = await Play.open('Button to scene', {
      cloud: [
        { did: REMOTE, name: 'Remote', model: 'lumiot.remote-control.remote2' },
        { did: LAMP, name: 'Lamp', model: 'lumiot.light.lamp1', values: { '2.1': false, '2.2': 100, '2.4': 1 } },
        { did: VACUUM, name: 'Vacuum', model: 'lumiot.vacuum.vacuum1', values: { '2.1': 2 } },
      ],
      set: { Click: { device: REMOTE }, Lamp: { device: LAMP }, Vacuum: { device: VACUUM } },
    });
    await play.listens(REMOTE);
  });
  afterEach(() => play.close());

  const press = (event: number, key: number): void => play.cloud.event(REMOTE, 2, event, [{ piid: 1, value: key }]);
  const homeward = (): number => play.cloud.actions().get(`${VACUUM}.2.5`) ?? 0;

  it('makes the evening in one request, names instead of numbers', async () => {
    press(1, LEFT);
    await play.hasValue(LAMP, 2, 1, true);
    assert.equal(play.cloud.value(LAMP, 2, 2), 30);
    assert.equal(play.cloud.value(LAMP, 2, 4), 2);
    assert.equal(play.cloud.requests().filter(({ url }) => url === '/app/v2/miotspec/prop/set').length, 1);
    assert.equal(homeward(), 0);
  });

  it('darkens and sends the vacuum home', async () => {
    press(1, LEFT);
    await play.hasValue(LAMP, 2, 1, true);
    press(1, RIGHT);
    await play.hasValue(LAMP, 2, 1, false);
    await until(() => homeward() === 1, 'the vacuum was sent home');
    assert.equal(play.cloud.value(VACUUM, 2, 1), 4);
  });

  it('takes a double click and a third key for nothing', async () => {
    press(2, RIGHT);
    press(1, 3);
    press(1, LEFT);
    await play.hasValue(LAMP, 2, 1, true);
    assert.equal(homeward(), 0);
  });
});

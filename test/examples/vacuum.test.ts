import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { Play } from './support';

const VACUUM = '700000001';
const [SWEEPING, CHARGING] = [2, 5];

describe('example Vacuum', () => {
  let play: Play;
  const open = async (status: number, battery: number): Promise<void> => {
    play = await Play.open('Vacuum', {
      cloud: [{ did: VACUUM, name: 'Robby', model: 'lumiot.vacuum.vacuum1', values: { '2.1': status, '3.1': battery } }],
      set: { 'Status and battery': { device: VACUUM }, Start: { device: VACUUM }, 'What it does': { device: VACUUM } },
    });
    await play.listens(VACUUM);
    await play.knows(VACUUM, 'vacuum:status', status);
  };
  afterEach(() => play.close());

  const starts = (): number => play.cloud.actions().get(`${VACUUM}.2.1`) ?? 0;

  it('cleans when it is charged, and tells what it does by name', async () => {
    await open(CHARGING, 90);
    play.press('Weekdays at 10:00');
    await play.hears('Tell me', 'Robby: sweeping');
    assert.equal(starts(), 1);
    play.cloud.change(VACUUM, 2, 1, 4);
    await play.hears('Tell me', 'Robby: go-charging');
  });

  it('stays with an empty battery, and says so', async () => {
    await open(CHARGING, 29);
    play.press('Weekdays at 10:00');
    await play.hears('Tell me', 'Robby stays: battery 29 %');
    assert.equal(starts(), 0);
  });

  it('is not started twice', async () => {
    await open(SWEEPING, 90);
    const reads = (): number => play.cloud.requests().filter(({ url }) => url === '/app/v2/miotspec/prop/get').length;
    const before = reads();
    play.press('Weekdays at 10:00');
    await until(() => reads() > before, 'it was asked');
    // A second question is answered after the first one went through the flow.
    play.cloud.setSilently(VACUUM, 3, 1, 10);
    play.cloud.setSilently(VACUUM, 2, 1, CHARGING);
    play.press('Weekdays at 10:00');
    await play.hears('Tell me', 'Robby stays: battery 10 %');
    assert.equal(starts(), 0);
  });

  it('says why it could not be asked', async () => {
    await open(CHARGING, 90);
    play.cloud.fault({ fault: 'revoke' });
    play.press('Weekdays at 10:00');
    await until(() => play.said('Tell me').length > 0, 'why');
    assert.match(String(play.said('Tell me')[0]?.payload), /sign in/i);
  });
});

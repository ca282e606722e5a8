import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const DOOR = '158d00010000d1';

describe('example Door left open', () => {
  for (const dialect of dialects) {
    it(`reminds until the door is closed, dialect ${dialect}`, async () => {
      const [model, field] = dialect === 1 ? ['magnet', 'status'] : ['sensor_magnet.aq2', 'window_status'];
      const play = await Play.open('Door left open', {
        gateway: gatewayOf(dialect, [{ sid: DOOR, model, fields: { [field]: 'close' } }]),
        set: { 'Front door': { device: DOOR, leftOpenAfter: 0.3 }, 'Again until closed': { duration: '-0.2', units: 's' } },
      });
      try {
        await play.report(DOOR, { [field]: 'open' });
        await play.settled();
        assert.deepEqual(play.said('Tell me'), [], 'not before its time');
        await until(() => play.said('Tell me').length >= 3, 'three reminders');
        assert.ok(play.said('Tell me').every(({ payload }) => payload === `${DOOR} is open`));
        await play.told(GATEWAY, { mid: 13, vol: 40 }, 2);
        await play.report(DOOR, { [field]: 'close' });
        await play.settled();
        const told = play.said('Tell me').length;
        // Longer than a reminder takes: heartbeats of the gateway are the clock.
        const end = performance.now() + 500;
        while (performance.now() < end) await play.settled();
        assert.equal(play.said('Tell me').length, told, 'closed is closed');
      } finally {
        await play.close();
      }
    });

    it(`says nothing of a door that was closed in time, dialect ${dialect}`, async () => {
      const [model, field] = dialect === 1 ? ['magnet', 'status'] : ['sensor_magnet.aq2', 'window_status'];
      const play = await Play.open('Door left open', {
        gateway: gatewayOf(dialect, [{ sid: DOOR, model, fields: { [field]: 'close' } }]),
        set: { 'Front door': { leftOpenAfter: 0.3 } },
      });
      try {
        await play.report(DOOR, { [field]: 'open' });
        await play.report(DOOR, { [field]: 'close' });
        const end = performance.now() + 500;
        while (performance.now() < end) await play.settled();
        assert.deepEqual(play.said('Tell me'), []);
      } finally {
        await play.close();
      }
    });
  }

  it('heeds the sensor of dialect 1, which counts the time itself', async () => {
    const play = await Play.open('Door left open', {
      gateway: gatewayOf(1, [{ sid: DOOR, model: 'magnet', fields: { status: 'close' } }]),
    });
    try {
      await play.report(DOOR, { no_close: '60' });
      await play.settled();
      assert.deepEqual(play.said('Tell me'), [], 'a minute is not five');
      await play.report(DOOR, { no_close: '300' });
      await play.hears('Tell me', `${DOOR} is open`);
    } finally {
      await play.close();
    }
  });
});

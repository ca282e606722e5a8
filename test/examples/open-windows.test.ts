import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const BUTTON = '158d00010000b1';
const KITCHEN = '158d00010000d1';
const BATH = '158d00010000d2';

describe('example Open windows', () => {
  for (const dialect of dialects) {
    describe(`dialect ${dialect}`, () => {
      let play: Play;
      const [contact, open] = dialect === 1 ? ['sensor_magnet.aq2', 'status'] : ['sensor_magnet', 'window_status'];
      const [button, click] = dialect === 1 ? ['switch', 'status'] : ['sensor_switch.aq2', 'button_0'];
      beforeEach(async () => {
        play = await Play.open('Open windows', {
          gateway: gatewayOf(dialect, [
            { sid: BUTTON, model: button, fields: {} },
            { sid: KITCHEN, model: contact, fields: { [open]: 'open' } },
            { sid: BATH, model: contact, fields: { [open]: 'close' } },
          ]),
          set: { 'Leaving button': { device: BUTTON } },
        });
      });
      afterEach(() => play.close());

      it('tells in the morning, without a knock', async () => {
        play.press('Every day at 7:00');
        await play.hears('Tell me', `Open: ${KITCHEN}`);
        await play.settled();
        assert.deepEqual(play.writes(GATEWAY), []);
      });

      it('knocks for somebody who is leaving, and names every window', async () => {
        await play.report(BATH, { [open]: 'open' });
        await play.report(BUTTON, { [click]: 'double_click' });
        await until(() => play.said('Tell me').length === 1, 'a message');
        assert.deepEqual(String(play.said('Tell me')[0]?.payload).replace('Open: ', '').split(', ').sort(), [KITCHEN, BATH].sort());
        await play.told(GATEWAY, { mid: 11, vol: 30 });
      });

      it('says nothing when all is closed', async () => {
        await play.report(KITCHEN, { [open]: 'close' });
        play.press('Every day at 7:00');
        await play.settled();
        assert.deepEqual(play.said('Tell me'), []);
      });
    });
  }
});

import assert from 'node:assert/strict';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const BUTTON = '158d00010000b1';
const DOOR = '158d00010000d1';

describe('example Away alarm', () => {
  for (const dialect of dialects) {
    describe(`dialect ${dialect}`, () => {
      let play: Play;
      const [contact, open] = dialect === 1 ? ['magnet', 'status'] : ['sensor_magnet.aq2', 'window_status'];
      const [button, click] = dialect === 1 ? ['switch', 'status'] : ['remote.b1acn01', 'button_0'];
      beforeEach(async () => {
        play = await Play.open('Away alarm', {
          gateway: gatewayOf(
            dialect,
            [
              { sid: BUTTON, model: button, fields: {} },
              { sid: DOOR, model: contact, fields: { [open]: 'close' } },
            ],
            { fields: { rgb: 0 } },
          ),
          set: { 'Arm and disarm': { device: BUTTON }, 'Red light': { device: GATEWAY }, Siren: { duration: 0.3 } },
        });
      });
      afterEach(() => play.close());

      it('stays quiet while it is not armed', async () => {
        await play.report(DOOR, { [open]: 'open' });
        await play.settled();
        assert.deepEqual(play.writes(GATEWAY), []);
        assert.deepEqual(play.said('Tell me'), []);
      });

      it('sounds the siren for its time, pulses red, and ends with a double click', async () => {
        await play.report(BUTTON, { [click]: 'long_click_press' });
        await play.hears('Tell me', 'Armed');
        await play.report(DOOR, { [open]: 'open' });
        await play.hears('Tell me', `Alarm: ${DOOR} was opened while you are away`);
        await play.told(GATEWAY, { mid: 0, vol: 100 });
        await play.told(GATEWAY, { mid: 10000 });
        await play.told(GATEWAY, { rgb: 0x19ff0000 });
        await play.told(GATEWAY, { rgb: 0x32ff0000 });
        await play.report(BUTTON, { [click]: 'double_click' });
        await play.hears('Tell me', 'Disarmed');
        await play.becomes(GATEWAY, { rgb: 0 });
        await play.told(GATEWAY, { mid: 10000 }, 2);
        await play.report(DOOR, { [open]: 'close' });
        await play.report(DOOR, { [open]: 'open' });
        await play.settled();
        assert.equal(play.writes(GATEWAY).filter(({ mid }) => mid === 0).length, 1, 'disarmed is disarmed');
      });
    });
  }
});

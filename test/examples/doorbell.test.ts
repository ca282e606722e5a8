import assert from 'node:assert/strict';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const BUTTON = '158d00010000b1';
const OTHER = '158d00010000b2';
const BLUE = 0x640000ff;

describe('example Doorbell', () => {
  for (const dialect of dialects) {
    describe(`dialect ${dialect}`, () => {
      let play: Play;
      const click = dialect === 1 ? 'status' : 'button_0';
      beforeEach(async () => {
        const model = dialect === 1 ? 'switch' : 'sensor_switch';
        play = await Play.open('Doorbell', {
          gateway: gatewayOf(
            dialect,
            [BUTTON, OTHER].map((sid) => ({ sid, model, fields: {} })),
            { fields: { rgb: 0 } },
          ),
          set: { 'Bell button': { device: BUTTON }, 'Gateway light': { device: GATEWAY } },
        });
      });
      afterEach(() => play.close());

      it('rings, flashes blue three times and ends dark', async () => {
        await play.report(BUTTON, { [click]: 'click' });
        await play.told(GATEWAY, { mid: 10, vol: 40 });
        await play.told(GATEWAY, { rgb: BLUE }, 3);
        await play.told(GATEWAY, { rgb: 0 }, 4);
        const colors = play.writes(GATEWAY).flatMap(({ rgb }) => (rgb === undefined ? [] : [rgb]));
        assert.deepEqual(colors, [BLUE, 0, BLUE, 0, BLUE, 0, 0]);
      });

      it('takes a double click and another button for nothing', async () => {
        await play.report(BUTTON, { [click]: 'double_click' });
        await play.report(OTHER, { [click]: 'click' });
        await play.settled();
        assert.deepEqual(play.writes(GATEWAY), []);
      });
    });
  }
});

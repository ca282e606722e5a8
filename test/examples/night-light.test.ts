import assert from 'node:assert/strict';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const MOTION = '158d00010000a1';

describe('example Night light', () => {
  for (const dialect of dialects) {
    describe(`dialect ${dialect}`, () => {
      let play: Play;
      const move = dialect === 1 ? { status: 'motion' } : { motion_status: 'motion' };
      const lux = (value: number): Record<string, unknown> => ({ lux: dialect === 1 ? String(value) : value });
      beforeEach(async () => {
        play = await Play.open('Night light', {
          gateway: gatewayOf(dialect, [{ sid: MOTION, model: 'sensor_motion.aq2', fields: lux(5) }], { fields: { rgb: 0 } }),
          set: { Motion: { device: MOTION, clearAfter: 0.4 }, 'Night light': { device: GATEWAY } },
        });
      });
      afterEach(() => play.close());

      it('glows in the dark and goes out after its time', async () => {
        await play.report(MOTION, { ...lux(4), ...move });
        await play.becomes(GATEWAY, { rgb: 0x05ffa500 });
        await play.becomes(GATEWAY, { rgb: 0 });
      });

      it('stays dark by day', async () => {
        await play.report(MOTION, { ...lux(120), ...move });
        await play.told(GATEWAY, { rgb: 0 });
        assert.ok(play.writes(GATEWAY).every(({ rgb }) => rgb === 0));
      });
    });
  }
});

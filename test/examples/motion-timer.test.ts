import assert from 'node:assert/strict';
import { dialects, gatewayOf, Play } from './support';

const MOTION = '158d00010000a1';
const PLUG = '158d00010000c1';

describe('example Motion timer', () => {
  for (const dialect of dialects) {
    it(`switches on once, and off after its time, again and again, dialect ${dialect}`, async () => {
      const [model, seen, field] = dialect === 1 ? ['motion', 'status', 'status'] : ['sensor_motion', 'motion_status', 'channel_0'];
      const play = await Play.open('Motion timer', {
        gateway: gatewayOf(dialect, [
          { sid: MOTION, model, fields: {} },
          { sid: PLUG, model: 'plug', fields: { [field]: 'off' } },
        ]),
        set: { Motion: { device: MOTION, clearAfter: 0.4 }, Plug: { device: PLUG } },
      });
      try {
        for (const round of [1, 2]) {
          await play.report(MOTION, { [seen]: 'motion' });
          await play.becomes(PLUG, { [field]: 'on' });
          // The same text within 200 ms is a copy; anything else is another motion.
          await play.report(MOTION, { [seen]: 'motion', [dialect === 1 ? 'voltage' : 'battery_voltage']: 3000 + round });
          await play.becomes(PLUG, { [field]: 'off' });
        }
        assert.deepEqual(
          play.writes(PLUG).map((one) => one[field]),
          ['on', 'off', 'on', 'off'],
        );
      } finally {
        await play.close();
      }
    });
  }
});

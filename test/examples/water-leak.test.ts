import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const LEAK = '158d00010000f3';
const PUMP = '158d00010000c1';

describe('example Water leak', () => {
  for (const dialect of dialects) {
    it(`stops the pump and tells until it is dry, dialect ${dialect}`, async () => {
      const [wet, dry, field] =
        dialect === 1
          ? [{ status: 'leak' }, { status: 'no_leak' }, 'status']
          : [{ wleak_status: 'leak' }, { wleak_status: 'normal' }, 'channel_0'];
      const play = await Play.open('Water leak', {
        gateway: gatewayOf(dialect, [
          { sid: LEAK, model: 'sensor_wleak.aq1', fields: dry },
          { sid: PUMP, model: 'plug', fields: { [field]: 'on' } },
        ]),
        set: { 'Water pump': { device: PUMP }, 'Again until dry': { duration: '-0.2', units: 's' } },
      });
      const told = (): number => play.said('Tell me').filter(({ payload }) => payload === `Water: ${LEAK}`).length;
      try {
        await play.report(LEAK, wet);
        await play.becomes(PUMP, { [field]: 'off' });
        await play.told(GATEWAY, { mid: 1, vol: 80 });
        await until(() => told() >= 3, 'three messages');
        await play.report(LEAK, dry);
        await play.hears('Tell me', `Dry again: ${LEAK}`);
        const before = told();
        const end = performance.now() + 500;
        while (performance.now() < end) await play.settled();
        assert.equal(told(), before, 'dry is dry');
        await play.becomes(PUMP, { [field]: 'off' });
      } finally {
        await play.close();
      }
    });
  }
});

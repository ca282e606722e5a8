import assert from 'node:assert/strict';
import { dialects, gatewayOf, Play } from './support';

const SENSOR = '158d00010000e1';
const FAN = '158d00010000c1';

describe('example Humidity fan', () => {
  for (const dialect of dialects) {
    it(`goes on above 65 %, off below 55 %, and stays between, dialect ${dialect}`, async () => {
      const [model, field] = dialect === 1 ? ['sensor_ht', 'status'] : ['weather', 'channel_0'];
      const raw = (percent: number): Record<string, unknown> => ({ humidity: dialect === 1 ? String(percent * 100) : percent * 100 });
      const play = await Play.open('Humidity fan', {
        gateway: gatewayOf(dialect, [
          { sid: SENSOR, model, fields: raw(50) },
          { sid: FAN, model: 'plug', fields: { [field]: 'off' } },
        ]),
        set: { Humidity: { device: SENSOR }, Fan: { device: FAN } },
      });
      try {
        await play.report(SENSOR, raw(60));
        await play.report(SENSOR, raw(66));
        await play.becomes(FAN, { [field]: 'on' });
        await play.report(SENSOR, raw(70));
        await play.report(SENSOR, raw(60));
        await play.settled();
        await play.becomes(FAN, { [field]: 'on' });
        await play.report(SENSOR, raw(54));
        await play.becomes(FAN, { [field]: 'off' });
        assert.deepEqual(
          play.writes(FAN).map((one) => one[field]),
          ['on', 'off'],
        );
      } finally {
        await play.close();
      }
    });
  }
});

import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { dialects, gatewayOf, Play } from './support';

const LIVING = '158d00010000e1';
const PLUG = '158d00010000c1';

describe('example Dashboard/Climate dashboard', () => {
  for (const dialect of dialects) {
    it(`feeds a line for each sensor and a row for each device, dialect ${dialect}`, async () => {
      const play = await Play.open('Dashboard/Climate dashboard', {
        gateway: gatewayOf(dialect, [
          {
            sid: LIVING,
            model: 'sensor_ht',
            fields: dialect === 1 ? { temperature: '2275', voltage: 3000 } : { temperature: 2275, battery_voltage: 3000 },
          },
          { sid: PLUG, model: 'plug', fields: {} },
        ]),
      });
      try {
        await until(
          () => play.said('Temperature').some(({ topic, payload }) => topic === LIVING && payload === 22.75),
          'a point of the line',
        );
        await play.report(LIVING, { temperature: dialect === 1 ? '2300' : 2300 });
        await until(() => play.said('Temperature').some(({ payload }) => payload === 23), 'the next point');
        play.press('Every minute');
        await until(() => play.said('Devices').length === 1, 'the table');
        const rows = play.said('Devices')[0]?.payload as { name: string; battery: string; online: string }[];
        const living = rows.find(({ name }) => name === LIVING);
        assert.equal(living?.battery, '75 %');
        assert.equal(living?.online, 'yes');
        assert.equal(rows.find(({ name }) => name === PLUG)?.battery, '');
      } finally {
        await play.close();
      }
    });
  }
});

import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const CURTAIN = '158d00010000c2';
const SENSOR = '158d0001000013';

describe('example Curtain', () => {
  for (const dialect of dialects) {
    describe(`dialect ${dialect}`, () => {
      const level = (percent: number): string | number => (dialect === 1 ? String(percent) : percent);
      const open = (travelMs: number): Promise<Play> =>
        Play.open('Curtain', {
          gateway: gatewayOf(dialect, [
            { sid: CURTAIN, model: 'curtain', travelMs, fields: { curtain_level: level(0) } },
            { sid: SENSOR, model: 'vibration', fields: {} },
          ]),
          set: { Curtain: { device: CURTAIN }, 'Vibration sensor': { device: SENSOR } },
        });

      it('opens to 60 % in the morning, closes in the evening, and tells where it is', async () => {
        const play = await open(100);
        try {
          play.press('Every day at 7:00');
          await play.becomes(CURTAIN, { curtain_level: level(60) });
          await until(() => play.said('Position').some(({ payload }) => payload === 60), 'the position');
          play.press('Every day at 21:00');
          await play.becomes(CURTAIN, { curtain_level: level(0) });
        } finally {
          await play.close();
        }
      });

      it('stops on its way when something shakes it', async () => {
        const play = await open(20_000);
        try {
          play.press('Every day at 7:00');
          await until(() => Number(play.simulator.state(GATEWAY, CURTAIN).curtain_level) > 0, 'it moves');
          await play.report(SENSOR, { status: 'vibrate' });
          await play.told(CURTAIN, dialect === 1 ? { status: 'stop' } : { curtain_status: 'stop' });
          // It takes a moment from the word to the stop.
          const position = (): number => Number(play.simulator.state(GATEWAY, CURTAIN).curtain_level);
          let reached = -1;
          while (reached !== position()) {
            reached = position();
            await new Promise((resolve) => setTimeout(resolve, 700));
          }
          assert.ok(reached > 0 && reached < 60, `it stands at ${reached}`);
          await until(() => play.said('Position').some(({ payload }) => payload === reached), 'the position reached');
        } finally {
          await play.close();
        }
      });
    });
  }
});

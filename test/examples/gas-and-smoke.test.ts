import assert from 'node:assert/strict';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const SMOKE = '158d00010000f1';
const GAS = '158d00010000f2';
const VALVE = '158d00010000c1';

describe('example Gas and smoke', () => {
  for (const dialect of dialects) {
    describe(`dialect ${dialect}`, () => {
      let play: Play;
      const field = dialect === 1 ? 'status' : 'channel_0';
      const state = (family: 'smoke' | 'natgas', isAlarm: boolean): Record<string, unknown> =>
        dialect === 1 ? { alarm: isAlarm ? '1' : '0' } : { [`${family}_status`]: isAlarm ? 'alarm' : 'normal' };
      beforeEach(async () => {
        const prefix = dialect === 1 ? '' : 'sensor_';
        play = await Play.open('Gas and smoke', {
          gateway: gatewayOf(dialect, [
            { sid: SMOKE, model: `${prefix}smoke`, fields: state('smoke', false) },
            { sid: GAS, model: `${prefix}natgas`, fields: state('natgas', false) },
            { sid: VALVE, model: 'plug', fields: { [field]: 'on' } },
          ]),
          set: { 'Gas valve': { device: VALVE }, 'Every minute until over': { duration: '-0.2', units: 's' } },
        });
      });
      afterEach(() => play.close());

      it('closes the valve for gas, alarms again and again, and ends when it is over', async () => {
        await play.report(GAS, state('natgas', true));
        await play.becomes(VALVE, { [field]: 'off' });
        await play.hears('Tell me', `Gas: ${GAS}`);
        await play.told(GATEWAY, { mid: 2, vol: 100 }, 3);
        await play.report(GAS, state('natgas', false));
        await play.hears('Tell me', `Over: ${GAS}`);
        await play.told(GATEWAY, { mid: 10000 });
        const end = performance.now() + 500;
        while (performance.now() < end) await play.settled();
        assert.equal(play.said('Tell me').at(-1)?.payload, `Over: ${GAS}`);
      });

      it('leaves the valve alone for smoke', async () => {
        await play.report(SMOKE, state('smoke', true));
        await play.hears('Tell me', `Smoke: ${SMOKE}`);
        await play.told(GATEWAY, { mid: 2, vol: 100 });
        assert.deepEqual(play.writes(VALVE), []);
      });

      if (dialect === 1)
        it('takes a test and an empty battery for neither', async () => {
          await play.report(SMOKE, { alarm: '2' });
          await play.hears('Tell me about faults', `${SMOKE}: test`);
          await play.report(SMOKE, { alarm: '8' });
          await play.hears('Tell me about faults', `${SMOKE}: battery-fault`);
          await play.settled();
          assert.equal(play.writes(GATEWAY).filter(({ mid }) => mid === 2).length, 0);
          assert.equal(play.said('Tell me').filter(({ payload }) => String(payload).startsWith('Smoke')).length, 0);
        });
    });
  }
});

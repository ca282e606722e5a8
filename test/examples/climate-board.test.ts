import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const LIVING = '158d00010000e1';
const BEDROOM = '158d00010000e2';

describe('example Climate board', () => {
  for (const dialect of dialects) {
    it(`keeps the newest of every sensor and leaves out what jumps, dialect ${dialect}`, async () => {
      const raw = (celsius: number): Record<string, unknown> => ({
        temperature: dialect === 1 ? String(celsius * 100) : celsius * 100,
      });
      const play = await Play.open('Climate board', {
        gateway: gatewayOf(dialect, [
          { sid: LIVING, model: dialect === 1 ? 'sensor_ht' : 'weather', fields: raw(21) },
          { sid: BEDROOM, model: dialect === 1 ? 'weather.v1' : 'weather', fields: raw(18) },
        ]),
      });
      const board = (): unknown => play.said('Board').at(-1)?.payload;
      const shows = (living: number, bedroom: number): Promise<void> =>
        until(
          () => JSON.stringify(board(), [LIVING, BEDROOM]) === JSON.stringify({ [LIVING]: living, [BEDROOM]: bedroom }),
          `${living} and ${bedroom}`,
        );
      try {
        await shows(21, 18);
        await play.report(LIVING, raw(22.5));
        await shows(22.5, 18);
        await play.report(BEDROOM, raw(60));
        await play.settled();
        assert.deepEqual({ ...(board() as object) }, { [LIVING]: 22.5, [BEDROOM]: 18 });
      } finally {
        await play.close();
      }
    });
  }

  it('cools a warm room, and only once', async () => {
    const conditioner = { on_off_cfg: 'off', mode_cfg: 'heat', ws_cfg: 'low', swing_cfg: 'unswing', temp_cfg: 20 };
    const play = await Play.open('Climate board', {
      gateway: gatewayOf(2, [{ sid: LIVING, model: 'weather', fields: { temperature: 2600 } }], {
        model: 'acpartner.v3',
        fields: conditioner,
      }),
      set: { 'Living room': { device: LIVING }, 'Air conditioner': { device: GATEWAY } },
    });
    try {
      await play.report(LIVING, { temperature: 2710 });
      await play.becomes(GATEWAY, { on_off_cfg: 'on', mode_cfg: 'cool', temp_cfg: 24 });
      await until(() => play.said('State').length === 1, 'the answer');
      await play.report(LIVING, { temperature: 2750 });
      await play.report(LIVING, { temperature: 2600 });
      await play.settled();
      const before = play.writes(GATEWAY).length;
      await play.report(LIVING, { temperature: 2490 });
      await play.becomes(GATEWAY, { on_off_cfg: 'off' });
      assert.equal(play.writes(GATEWAY).length, before + 1);
    } finally {
      await play.close();
    }
  });
});

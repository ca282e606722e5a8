import assert from 'node:assert/strict';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const CUBE = '158d0001000011';
const DIMMER = '158d0001000012';

describe('example Cube dimmer', () => {
  for (const dialect of dialects) {
    it(`dims, switches, changes the lamp and darkens, dialect ${dialect}`, async () => {
      const model = dialect === 1 ? 'cube' : 'sensor_cube.aqgl01';
      const action = (name: string): Record<string, unknown> => (dialect === 1 ? { status: name } : { cube_status: name });
      const turn = (degrees: number): Record<string, unknown> =>
        dialect === 1 ? { rotate: `${degrees / 3.6},500` } : { cube_status: 'rotate', rotate_degree: degrees, detect_time: 500 };
      const play = await Play.open('Cube dimmer', {
        gateway: gatewayOf(
          dialect,
          [
            { sid: CUBE, model, fields: {} },
            { sid: DIMMER, model: 'dimmer.rgbegl01', fields: { power_status: 'off', light_level: 80, light_rgb: 0x50ffffff } },
          ],
          { fields: { rgb: 0 } },
        ),
        set: { Cube: { device: CUBE }, 'Lamp 1': { device: GATEWAY }, 'Lamp 2': { device: DIMMER } },
      });
      const brightness = (): number => Number(play.simulator.state(GATEWAY, GATEWAY).rgb) >>> 24;
      try {
        await play.report(CUBE, turn(90));
        await play.becomes(GATEWAY, { rgb: 0x19ffffff });
        await play.report(CUBE, turn(-36));
        await play.becomes(GATEWAY, { rgb: 0x0fffffff });
        assert.equal(brightness(), 15);
        await play.report(CUBE, action('tap_twice'));
        await play.becomes(GATEWAY, { rgb: 0 });
        await play.settled();
        assert.deepEqual(play.writes(DIMMER), [], 'one lamp at a time');
        // The same text within 200 ms would be a copy of the first tap.
        await play.report(CUBE, { ...action('tap_twice'), [dialect === 1 ? 'voltage' : 'battery_voltage']: 3000 });
        await play.becomes(GATEWAY, { rgb: 0x0fffffff });

        await play.report(CUBE, action('flip90'));
        await play.report(CUBE, turn(180));
        await play.becomes(DIMMER, { power_status: 'on', light_level: dialect === 1 ? '65' : 65 });
        await play.report(CUBE, action('shake_air'));
        await play.becomes(DIMMER, { power_status: 'off' });
        await play.becomes(GATEWAY, { rgb: 0 });

        await play.report(CUBE, action('flip90'));
        await play.report(CUBE, action('tap_twice'));
        await play.becomes(GATEWAY, { rgb: 0x0fffffff });
      } finally {
        await play.close();
      }
    });
  }
});

import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const WEAK = '158d00010000e1';
const FRESH = '158d00010000e2';
const PLUG = '158d00010000c1';

describe('example Device health', () => {
  for (const dialect of dialects) {
    describe(`dialect ${dialect}`, () => {
      let play: Play;
      const voltage = (mV: number): Record<string, unknown> => ({ [dialect === 1 ? 'voltage' : 'battery_voltage']: mV });
      beforeEach(async () => {
        const model = dialect === 1 ? 'magnet' : 'sensor_magnet.aq2';
        play = await Play.open('Device health', {
          gateway: gatewayOf(dialect, [
            { sid: WEAK, model, fields: voltage(2740) },
            { sid: FRESH, model, fields: voltage(3050) },
            { sid: PLUG, model: 'plug', fields: {} },
          ]),
        });
      });
      afterEach(() => play.close());

      it('reads weak devices again and tells of them alone', async () => {
        play.simulator.setDevice(GATEWAY, WEAK, voltage(2760));
        play.press('Every day at 8:00');
        await play.hears('Tell me', `${WEAK}: battery 15 %`);
        await play.settled();
        assert.equal(play.said('Tell me').length, 1);
      });

      it('tells why a device does not answer', async () => {
        play.simulator.removeDevice(GATEWAY, WEAK);
        play.press('Every day at 8:00');
        await until(() => play.said('Tell me').length === 1, 'the reason');
        assert.match(String(play.said('Tell me')[0]?.payload), new RegExp(WEAK));
      });

      it('tells of a new device', async () => {
        const sid = '158d00010000e9';
        const model = dialect === 1 ? 'motion' : 'sensor_motion';
        play.simulator.addDevice(GATEWAY, { sid, model, fields: {} });
        await play.report(sid, dialect === 1 ? { status: 'motion' } : { motion_status: 'motion' });
        await play.hears('Tell me', `New device: ${sid} (${model})`);
      });
    });
  }

  it('tells that the key is wrong', async () => {
    const plug = { sid: PLUG, model: 'plug', fields: { status: 'on' } };
    const play = await Play.open('Device health', { gateway: gatewayOf(1, [plug]), key: 'aaaaaaaaaaaaaaaa' });
    try {
      play.send('What happens', 'pair');
      await until(() => play.said('Tell me').length > 0, 'an alert');
      assert.match(String(play.said('Tell me')[0]?.payload), /LAN key is wrong/);
    } finally {
      await play.close();
    }
  });
});

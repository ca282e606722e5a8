import assert from 'node:assert/strict';
import { type PretendWifiDevice, startPretendWifiDevice } from '../../lib/simulator/miio';
import { dialects, gatewayOf, Play } from './support';

const BUTTON = '158d00010000b1';
const TOKEN = '00112233445566778899aabbccddeeff';
const address = '127.0.21.12';
const url = 'http://radio.example/live.m3u8';

describe('example Radio', () => {
  for (const dialect of dialects) {
    describe(`dialect ${dialect}`, () => {
      let play: Play;
      let gateway: PretendWifiDevice;
      const [model, click] = dialect === 1 ? ['switch', 'status'] : ['remote.b1acn01', 'button_0'];
      beforeEach(async () => {
        gateway = await startPretendWifiDevice({ did: '68332340', model: 'lumi.gateway.v3', token: TOKEN, address, port: 54_321 });
        play = await Play.open('Radio', {
          gateway: gatewayOf(dialect, [{ sid: BUTTON, model, fields: {} }], { address }),
          set: { 'Radio button': { device: BUTTON }, 'An hour later': { duration: '0.3', units: 's' } },
          token: TOKEN,
        });
      });
      afterEach(async () => {
        await play.close();
        await gateway.close();
      });
      const orders = (): unknown[] => gateway.requests().flatMap(({ method, params }) => (/_fm$/.test(method) ? [[method, params]] : []));

      it('wakes quietly, and stops after its time', async () => {
        play.press('Wake up');
        await play.hears('Tell me', `The radio plays ${url}`);
        await play.hears('Tell me', 'The radio is off');
        assert.deepEqual(orders(), [
          ['play_specify_fm', { id: 0, type: 0, url }],
          ['volume_ctrl_fm', ['10']],
          ['play_fm', ['off']],
        ]);
      });

      it('plays by a click and stops by a double click', async () => {
        await play.report(BUTTON, { [click]: 'click' });
        await play.hears('Tell me', `The radio plays ${url}`);
        await play.report(BUTTON, { [click]: 'double_click' });
        await play.hears('Tell me', 'The radio is off');
        assert.deepEqual(orders(), [
          ['play_specify_fm', { id: 0, type: 0, url }],
          ['volume_ctrl_fm', ['25']],
          ['play_fm', ['off']],
        ]);
      });
    });
  }
});

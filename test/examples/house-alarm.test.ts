import assert from 'node:assert/strict';
import { type PretendWifiDevice, startPretendWifiDevice } from '../../lib/simulator/miio';
import { until } from '../support/wait';
import { dialects, gatewayOf, Play } from './support';

const BUTTON = '158d00010000b1';
const TOKEN = '00112233445566778899aabbccddeeff';
const address = '127.0.21.11';

describe('example House alarm', () => {
  for (const dialect of dialects) {
    describe(`dialect ${dialect}`, () => {
      let play: Play;
      let gateway: PretendWifiDevice;
      const [model, click] = dialect === 1 ? ['switch', 'status'] : ['remote.b1acn01', 'button_0'];
      const open = async (token = TOKEN): Promise<void> => {
        gateway = await startPretendWifiDevice({ did: '68332340', model: 'lumi.gateway.v3', token: TOKEN, address, port: 54_321 });
        play = await Play.open('House alarm', {
          gateway: gatewayOf(dialect, [{ sid: BUTTON, model, fields: {} }], { address }),
          set: { 'Arm and disarm': { device: BUTTON } },
          token,
        });
      };
      const orders = (): unknown[] =>
        gateway.requests().flatMap(({ method, params }) => (method === 'set_arming' ? (params as unknown[]) : []));
      afterEach(async () => {
        await play.close();
        await gateway.close();
      });

      it('arms at night and disarms in the morning', async () => {
        await open();
        play.press('Every night at 23:30');
        await play.hears('Tell me', 'The house is armed');
        play.press('Every morning at 6:30');
        await play.hears('Tell me', 'The house is disarmed');
        assert.deepEqual(orders(), ['on', 'off']);
      });

      it('is armed and disarmed by the button', async () => {
        await open();
        await play.report(BUTTON, { [click]: 'click' });
        await play.report(BUTTON, { [click]: 'long_click_press' });
        await play.hears('Tell me', 'The house is armed');
        await play.report(BUTTON, { [click]: 'double_click' });
        await play.hears('Tell me', 'The house is disarmed');
        assert.deepEqual(orders(), ['on', 'off']);
      });

      it('tells what is missing', async () => {
        await open('');
        play.press('Every night at 23:30');
        await until(() => play.said('Tell me').length === 1, 'the reason');
        assert.match(String(play.said('Tell me')[0]?.payload), /^The alarm: Gateway .* has no device token/);
        assert.deepEqual(orders(), []);
      });
    });
  }
});

import assert from 'node:assert/strict';
import { type PretendCloud, startPretendCloud } from '../../lib/simulator/cloud';
import { type PretendWifiDevice, startPretendWifiDevice } from '../../lib/simulator/miio';
import { until } from '../support/wait';
import { Play } from './support';

const LAMP = '68332340';
const TOKEN = '00112233445566778899aabbccddeeff';

describe('example Lamp without the cloud', () => {
  let play: Play;
  let lamp: PretendWifiDevice;
  /** Where descriptions are; nobody signs in. */
  let descriptions: PretendCloud;

  beforeEach(async () => {
    const model = 'lumiot.light.lamp1';
    lamp = await startPretendWifiDevice({ did: LAMP, model, token: TOKEN, address: '127.0.85.1', port: 0, values: { '2.1': false } });
    descriptions = await startPretendCloud({ clientId: '1234567890123456789', devices: [] });
    const localDevices = [{ did: LAMP, name: 'Desk lamp', host: lamp.host, model }];
    play = await Play.open('Lamp without the cloud', {
      account: { transport: 'local', localDevices, specHost: descriptions.addresses.http },
      set: { Lamp: { device: LAMP }, 'Seen at the lamp': { device: LAMP } },
    });
    await play.account.setLocalTokens(new Map([[LAMP, TOKEN]]));
    await play.knows(LAMP, 'light:on', false);
  });
  afterEach(async () => {
    await play.close();
    await Promise.all([lamp.close(), descriptions.close()]);
  });

  it('switches the lamp on the LAN, and says so', async () => {
    play.press('Switch');
    await play.hears('Tell me', 'Desk lamp is on, switched on the LAN');
    assert.equal(lamp.value(2, 1), true);
    await play.hears('Tell me', 'Desk lamp was seen on');
    play.press('Switch');
    await play.hears('Tell me', 'Desk lamp is off, switched on the LAN');
    assert.equal(lamp.value(2, 1), false);
  });

  it('tells why it failed', async () => {
    lamp.change(2, 1, 'nonsense');
    play.press('Switch');
    await until(() => play.said('Tell me').length > 0, 'why');
    assert.match(String(play.said('Tell me')[0]?.payload), /Desk lamp/);
  });
});

import assert from 'node:assert/strict';
import { gatewayConfig, HALL, KEY, online, type Stage, stage } from './support';

describe('lumi-switch', () => {
  let home: Stage;
  beforeEach(async () => {
    home = await stage({
      gateways: [
        {
          sid: HALL, key: KEY, address: '127.0.1.2', protocol: 1, model: 'gateway',
          devices: [
            { sid: '158d00011111aa', model: 'plug', fields: { status: 'off', voltage: 3600, inuse: '0', power_consumed: '1568', load_power: '0.00' } },
            { sid: '158d00011111bb', model: 'ctrl_neutral2', fields: { channel_0: 'off', channel_1: 'on' } },
          ],
        },
      ],
    });
  });
  afterEach(() => home.close());

  it('answers once the plug reports', async () => {
    await home.load(
      [
        gatewayConfig('g', HALL),
        { id: 's', type: 'lumi-switch', gateway: 'g', device: '158d00011111aa', channel: 0, wires: [['out']] },
        { id: 'out', type: 'helper' },
      ],
      { g: { key: KEY } },
    );
    await online(home.node('g'));
    const answer = home.next('out');
    home.send('s', { payload: 'ON', topic: 'mine', foreign: 7 });
    const message = await answer;
    assert.equal(message.payload, true);
    assert.equal(message.topic, 'mine');
    assert.equal(message.foreign, 7);
  });
});

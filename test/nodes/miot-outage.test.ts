/** The cloud is gone: whatever is on the LAN goes on working. */

import assert from 'node:assert/strict';
import { CloudBench, LAMP } from './cloud-bench';
import { CLIMATE, HALL, hall, hallConfig, KEY, sink } from './support';

describe('without the cloud', () => {
  it('the devices of the LAN report and obey', async () => {
    const bench = await CloudBench.open({ gateways: [hall({ devices: hall().devices?.filter(({ sid }) => sid === CLIMATE) ?? [] })] });
    try {
      await bench.stage.load(
        [
          bench.config({ apiHost: 'http://127.0.0.1:9', oauthHost: '', mqttHost: 'mqtt://127.0.0.1:9', specHost: 'http://127.0.0.1:9' }),
          { id: 'n', type: 'miot-in', account: 'account', device: LAMP, what: 'property', wires: [['cloud']] },
          hallConfig(),
          { id: 's', type: 'lumi-sensor', gateway: 'hall', device: CLIMATE, property: 'temperature', wires: [['out']] },
          sink('out'),
          sink('cloud'),
        ],
        { account: { storeKey: 'any' }, hall: { key: KEY } },
      );
      await bench.stage.online('hall');
      const next = bench.next();
      await bench.stage.simulator.report(HALL, CLIMATE, { temperature: '2275' });
      assert.equal((await next).payload, 22.75);
    } finally {
      await bench.close();
    }
  });
});

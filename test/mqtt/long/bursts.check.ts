/** A gateway with as many devices as it takes, all of which are told at once: no quality of service, and no limit of a broker, loses one. */

import { afterEach, describe, it } from 'mocha';
import type { GatewayConfig } from '../../../lib/simulator';
import { noMosquitto } from '../broker';
import { WEST, west } from '../home';
import { untilKept } from '../observer';
import { BASE } from '../stage';
import { Street } from '../street';

const DEVICES = 120;
const crowd: GatewayConfig = {
  ...west,
  devices: Array.from({ length: DEVICES }, (_, index) => ({
    sid: `158d0003${(0x100000 + index).toString(16)}`,
    model: 'sensor_ht',
    power: 'battery',
    fields: { temperature: String(1_000 + index), humidity: '5000' },
  })),
};

const streets: Street[] = [];

describe('a burst', function () {
  this.timeout(120_000);
  afterEach(() => Promise.all(streets.splice(0).map((street) => street.close())));

  it('arrives whole with every QoS on Mosquitto as it is installed, and again after it was killed', async function () {
    if (noMosquitto !== undefined) this.skip();
    await Promise.all(([0, 1, 2] as const).map(arrivesWhole));
  });
});

async function arrivesWhole(qos: 0 | 1 | 2): Promise<void> {
  const street = await Street.open({ kind: 'mosquitto', gateways: [crowd] });
  streets.push(street);
  await street.edge({ base: BASE, gateways: [WEST], qos }, false);
  for (let time = 0; time < 2; time++) {
    // Reading a device takes 50 ms.
    await street.untilFresh(BASE, [WEST], 40_000);
    await untilKept(street.broker, (all) => {
      const count = (end: string): number => [...all.keys()].filter((topic) => topic.endsWith(end)).length;
      const told = { qos, info: count('/info'), availability: count('/availability'), discovery: count('/config') };
      const isWhole = told.info >= DEVICES && told.availability > DEVICES && told.discovery >= DEVICES;
      return isWhole ? undefined : JSON.stringify(told);
    });
    if (time > 0) return;
    await street.broker.stop('SIGKILL');
    await street.broker.start();
  }
}

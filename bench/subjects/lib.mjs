// The package without Node-RED: one network, one `Gateway` for each gateway, a subscription to each device. Ends with the `Update`.
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../processes.mjs';
import { answers } from './answers.mjs';

const require = createRequire(import.meta.url);
const { tally } = require('../tally.cjs');

await serve(async ({ packageDir, gateways, eventPort, whoisPort }) => {
  const { Gateway, Lan, systemEnvironment, checkSettings } = require(`${packageDir}/dist/lib/lumi/index.js`);
  const lan = new Lan(systemEnvironment({ eventPort, whoisPort }));
  const startedAt = performance.now();
  const all = gateways.map(({ sid, key, devices }) => {
    const gateway = new Gateway(lan, checkSettings({ sid, key, interface: '127.0.0.1' }).settings);
    for (const device of devices) {
      gateway.subscriptions.subscribe(device.sid, device.sid, (event) => {
        if (event.origin === 'report') tally.arrived(device.number);
      });
      gateway.subscriptions.open(device.sid);
    }
    return gateway;
  });
  await Promise.all(all.map((gateway) => gateway.start()));
  const isKnown = (gateway, { sid }) => gateway.device(sid)?.readAt !== undefined;
  while (!all.every((gateway, index) => gateways[index].devices.every((device) => isKnown(gateway, device)))) await sleep(5);
  const knownMs = performance.now() - startedAt;
  const [first] = all;
  return {
    about: { knownMs },
    answers: answers({
      rejected: () => all.reduce((sum, { inventory }) => sum + inventory.rejected, 0),
      /** One command after the other, each acknowledged; microseconds each. `what`: until its ack, or until it took effect. */
      async commands({ sid, times, pauseMs, what }) {
        const took = [];
        for (let index = 0; index < times; index++) {
          await sleep(pauseMs);
          const values = { on: index % 2 === 0 };
          const from = performance.now();
          await (what === 'ack' ? first.writeUnconfirmed(sid, values) : first.write(sid, values));
          took.push((performance.now() - from) * 1000);
        }
        return took;
      },
    }),
  };
});

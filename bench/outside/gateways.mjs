// The pretend gateways, in a process of their own: they answer whois, lists, reads and writes. The reports come from sender.mjs.
import { createRequire } from 'node:module';
import { simulatedHome } from '../homes.mjs';
import { serve } from '../processes.mjs';

const require = createRequire(import.meta.url);

await serve(async ({ packageDir, gateways, eventPort, faults = [], effectMs }) => {
  const { startSimulator } = require(`${packageDir}/dist/lib/simulator/index.js`);
  const home = simulatedHome(gateways, eventPort);
  if (effectMs !== undefined) for (const { devices } of home.gateways) for (const device of devices) device.effectMs = effectMs;
  const simulator = await startSimulator(home);
  for (const fault of faults) for (const { sid } of home.gateways) simulator.fault(sid, fault);
  return { about: simulator.addresses, answers: {} };
});

// A Node-RED as users have it (editor, core nodes, admin API) with a flow of one node and one sink for each device.
// `whose`: 'ours' is this package, 'ideal' the fifteen lines everything is compared with.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { flowOf } from '../homes.mjs';
import { everythingRead, runNodeRed } from '../node-red.mjs';
import { serve } from '../processes.mjs';
import { answers } from './answers.mjs';

const packages = fileURLToPath(new URL('../packages', import.meta.url));

await serve(async ({ whose, packageDir, gateways, eventPort, whoisPort, receiveBytes }) => {
  await runNodeRed({
    nodesDir: [join(packages, 'sink'), whose === 'ours' ? packageDir : join(packages, 'ideal')],
    lumiot: { eventPort, whoisPort, receiveBytes },
    flows: flowOf(gateways, whose),
  });
  if (whose === 'ours') await everythingRead(packageDir, gateways);
  else await sleep(500);
  return { answers: answers() };
});

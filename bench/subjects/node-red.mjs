// A Node-RED as users have it (editor, core nodes, admin API) with a flow of one node and one sink for each device.
// `whose`: 'ours' is this package, 'ideal' the fifteen lines everything is compared with.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { flowOf } from '../homes.mjs';
import { serve } from '../processes.mjs';
import { answers } from './answers.mjs';

const require = createRequire(import.meta.url);
const packages = fileURLToPath(new URL('../packages', import.meta.url));

await serve(async ({ whose, packageDir, gateways, eventPort, whoisPort, receiveBytes }) => {
  const userDir = mkdtempSync(join(tmpdir(), 'lumiot-bench-'));
  process.on('exit', () => rmSync(userDir, { recursive: true, force: true }));
  writeFileSync(join(userDir, 'flows.json'), '[]');
  const RED = require('node-red');
  const server = createServer();
  RED.init(server, {
    userDir,
    flowFile: 'flows.json',
    credentialSecret: false,
    nodesDir: [join(packages, 'sink'), whose === 'ours' ? packageDir : join(packages, 'ideal')],
    httpAdminRoot: '/',
    httpNodeRoot: '/',
    lumiot: { eventPort, whoisPort, receiveBytes },
    telemetry: { enabled: false, updateNotification: false },
    logging: { console: { level: 'warn', metrics: false, audit: false } },
  });
  server.on('request', RED.httpAdmin);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  await RED.start();
  const flows = flowOf(gateways, whose);
  await RED.runtime.flows.setFlows({ flows: { flows }, deploymentType: 'full' });
  if (whose === 'ours') await everythingRead(packageDir, gateways);
  else await sleep(500);
  return { answers: answers() };
});

/** Until nothing is asked any more. */
async function everythingRead(packageDir, gateways) {
  const { allHosts } = require(`${packageDir}/dist/nodes/shared/runtime/gateway-host.js`);
  const wanted = gateways.reduce((sum, { devices }) => sum + devices.length, 0);
  const isRead = () => {
    let read = 0;
    for (const { gateway } of allHosts().values()) for (const device of gateway.inventory.devices) if (device.readAt !== undefined) read++;
    return read >= wanted;
  };
  for (let waited = 0; !isRead(); waited += 100) {
    if (waited > 60_000) throw new Error('the devices were not all read within a minute');
    await sleep(100);
  }
}

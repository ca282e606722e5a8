// A Node-RED as users have it, inside a measured process: editor, core nodes, admin API, and a flow.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const require = createRequire(import.meta.url);

/** Resolves when its flows run. `nodesDir`: where its nodes are; `lumiot`: what the settings say of the package. */
export async function runNodeRed({ nodesDir, lumiot, flows }) {
  const userDir = mkdtempSync(join(tmpdir(), 'lumiot-bench-'));
  process.on('exit', () => rmSync(userDir, { recursive: true, force: true }));
  writeFileSync(join(userDir, 'flows.json'), '[]');
  const RED = require('node-red');
  const server = createServer();
  RED.init(server, {
    userDir,
    flowFile: 'flows.json',
    credentialSecret: false,
    nodesDir,
    httpAdminRoot: '/',
    httpNodeRoot: '/',
    lumiot,
    telemetry: { enabled: false, updateNotification: false },
    logging: { console: { level: 'warn', metrics: false, audit: false } },
  });
  server.on('request', RED.httpAdmin);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  await RED.start();
  await RED.runtime.flows.setFlows({ flows: { flows }, deploymentType: 'full' });
}

/** Until the gateways of the package in this Node-RED have nothing left to ask. */
export async function everythingRead(packageDir, gateways) {
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

/** A pretend home in a process of its own, for a network of its own: takes lines like `["report", sid, device, fields]`, answers each. */

import { createInterface } from 'node:readline';
import { type HomeConfig, startSimulator } from '../../lib/simulator';

async function main(): Promise<void> {
  const simulator = await startSimulator(JSON.parse(process.env.LUMIOT_HOME ?? '{}') as HomeConfig);
  console.log(JSON.stringify(simulator.addresses));
  for await (const line of createInterface(process.stdin)) {
    const [what, gateway, device, fields] = JSON.parse(line) as [string, string, string, Record<string, unknown>];
    if (what === 'report') await simulator.report(gateway, device, fields);
    if (what === 'heartbeat') await simulator.heartbeat(gateway);
    console.log(JSON.stringify(simulator.state(gateway, device)));
  }
  await simulator.close();
}

void main();

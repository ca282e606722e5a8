#!/usr/bin/env node
/** The command `lumiot-simulator [home.json]`: runs a pretend home until it is told to stop. */

import { readFileSync } from 'node:fs';
import { defaultHome } from './default-home';
import { assertHome, type Simulator, startSimulator } from './index';

const help = `Usage: lumiot-simulator [home.json]

Runs a pretend home: Xiaomi and Aqara gateways that speak the LAN protocol on real sockets
of this machine (multicast 224.0.0.50, interface 127.0.0.1 unless the file says otherwise),
a MIoT cloud with an account, HTTP and MQTT on 127.0.0.1 ("tls" may name PEM files),
and Wi-Fi devices that speak miIO; "broadcast": true lets them be found.
Without a file it runs a small home of its own.

The first line on standard output is one JSON object with the addresses and ports really
used. Its control listens on 127.0.0.1: open http://127.0.0.1:1881/ in a browser, or use
  GET  /home
  POST /gateways/:sid/devices/:device/report   raw fields, such as {"status": "open"}
  POST /gateways/:sid/faults                   such as {"fault": "silent", "ms": 60000}
  POST /cloud/faults                           such as {"fault": "hang", "ms": 60000}
  POST /cloud/devices/:did/change              such as {"siid": 2, "piid": 1, "value": true}
  POST /cloud/devices/:did/event               such as {"siid": 2, "eiid": 1, "arguments": []}
  POST /cloud/devices/:did/online              such as {"online": false}
  POST /wifi/:did/faults                       such as {"fault": "lose-reply", "count": 1}
  POST /wifi/:did/properties                   such as {"siid": 2, "piid": 1, "value": true}

  --help   show this text
`;

/** The home in a file. Throws with a sentence that names the file. */
function readHome(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`The home file ${path} cannot be read (${messageOf(error)}); give the path of a JSON file.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The home file ${path} is not JSON (${messageOf(error)}); correct it there.`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return;
  }
  const [path, ...others] = args;
  if (others.length > 0 || path?.startsWith('-'))
    throw new Error(`lumiot-simulator takes one file and --help, not "${args.join(' ')}"; try lumiot-simulator --help.`);
  const home: unknown = path === undefined ? defaultHome : readHome(path);
  assertHome(home);
  const simulator = await startSimulator(home, { log: (line) => process.stderr.write(`${line}\n`) });
  // Before the line: whoever reads it may stop the home at once.
  stopOnSignal(simulator);
  process.stdout.write(`${JSON.stringify(simulator.addresses)}\n`);
}

function stopOnSignal(simulator: Simulator): void {
  const stop = (): void => void simulator.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});

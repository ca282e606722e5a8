/** Interfaces that go down, come up, change their address, or appear: real ones, in network namespaces that end with the run. */

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Fault, Line, Scale, Skipped } from './fault';

/** Runs in a namespace of its own, where it may do to the network what it likes. Prints its lines as the last line of JSON. */
function inOwnNetwork({ isLong }: Scale): Promise<readonly Line[] | Skipped> {
  const permitted = spawnSync('unshare', ['-n', 'ip', 'link', 'add', 'try0', 'type', 'veth', 'peer', 'name', 'try1'], { encoding: 'utf8' });
  if (permitted.error !== undefined || permitted.status !== 0) {
    return Promise.resolve({ skipped: `no network namespace of our own (${permitted.error?.message ?? permitted.stderr.trim()})` });
  }
  const program = join(__dirname, 'interfaces-process.ts');
  const child = spawn('unshare', ['-n', process.execPath, '--import', 'tsx', program, isLong ? 'long' : 'short'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(output.trim().split('\n').at(-1) ?? '[]') as Line[]);
      else reject(new Error(`it ended with code ${code}: ${output.slice(-500)}`));
    });
  });
}

export const interfaceFaults: readonly Fault[] = [
  { id: 'interfaces', title: 'interface down and up, with a new address, and a second one', isOnlyLong: true, run: inOwnNetwork },
];

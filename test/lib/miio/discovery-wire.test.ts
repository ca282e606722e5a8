import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const program = join(__dirname, 'discovery-process.ts');
const cables = ['d0 10.9.0.1/24', 'd1 10.9.4.1/24'].map((cable) => {
  const [name, address] = cable.split(' ');
  return `ip link add ${name} type veth peer name ${name}e && ip addr add ${address} brd + dev ${name} && ip link set ${name} up && ip link set ${name}e up`;
});

function inOwnNetwork(command: string): ReturnType<typeof spawnSync> {
  return spawnSync('unshare', ['-n', 'sh', '-c', command], { encoding: 'utf8' });
}

describe('a search on two networks', function () {
  this.timeout(20_000);

  it('calls everybody on each of them, in both ways, and never on loopback', function () {
    // Where no network of our own can be made (another system, no rights), the tests on loopback are all there is.
    if (inOwnNetwork(cables.join(' && ')).status !== 0) this.skip();
    const command = ['ip link set lo up', ...cables, `exec "${process.execPath}" --import tsx "${program}"`].join(' && ');
    const { status, stdout, stderr } = inOwnNetwork(command);
    assert.equal(status, 0, String(stderr));
    const { found, heard, createdAt } = JSON.parse(String(stdout)) as {
      found: { did: string; host: string }[];
      heard: Record<string, number>;
      createdAt: string[];
    };
    assert.deepEqual(found.map(({ did, host }) => `${did} ${host}`).sort(), ['4711 10.9.0.1', '4712 10.9.4.1']);
    assert.deepEqual(heard, {
      '10.9.0.1 > 255.255.255.255': 3,
      '10.9.0.1 > 10.9.0.255': 3,
      '10.9.4.1 > 255.255.255.255': 3,
      '10.9.4.1 > 10.9.4.255': 3,
    });
    assert.deepEqual(createdAt, ['0.0.0.0', '0.0.0.0', '10.9.0.1', '10.9.4.1']);
  });
});

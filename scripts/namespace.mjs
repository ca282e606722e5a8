// A network of its own for a process, where the system permits that: tests of two processes use the same addresses of the loopback.
import { spawnSync } from 'node:child_process';

const own = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

/** What to put before a command; undefined where there is no such thing, and two processes have to take turns. */
export function ownNetwork() {
  return spawnSync(own[0], [...own.slice(1), 'true'], { stdio: 'ignore' }).status === 0 ? own : undefined;
}

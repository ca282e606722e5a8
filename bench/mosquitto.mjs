// A Mosquitto of its own for the bench. Debian puts it where only root looks.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../scripts/processes.mjs';

/** So much may wait for a subscriber: what is lost is lost by who is measured, and not by the broker's usual 1,000. */
const QUEUE = ['max_queued_messages 100000', 'max_inflight_messages 1000'];

/** Runs `work` with the port of a broker and its version, and ends the broker. */
export async function withMosquitto(work) {
  const folder = mkdtempSync(join(tmpdir(), 'lumiot-bench-'));
  const port = await freePort();
  const file = join(folder, 'mosquitto.conf');
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'persistence false', `user ${userInfo().username}`, ...QUEUE, ''];
  writeFileSync(file, lines.join('\n'));
  const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin` };
  const child = spawn('mosquitto', ['-c', file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output = (output + text).slice(0, 2_000)));
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', (error) => {
      output += `${error.message}; on Debian it is in the package "mosquitto"`;
      resolve();
    });
  });
  let isRunning = true;
  void ended.then(() => (isRunning = false));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    while (!(await answers(port))) {
      if (!isRunning) throw new Error(`mosquitto cannot be started: ${output}`);
      await sleep(10);
    }
    return await work({ port, version: /mosquitto version (\S+)/.exec(output)?.[1] ?? 'of unknown version' });
  } finally {
    kill();
    await ended;
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  }
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

// Child processes that the scripts start and stop: Node-RED, the simulator, test runs. Each is stopped by its own handle.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** Starts a program and keeps the last part of what it prints. `stop` asks it to end, insists after 8 s, and resolves once it is gone. */
export function start(command, args, { cwd, env = {}, onLine = () => {}, stdin = 'ignore' } = {}) {
  const child = spawn(command, args, { cwd, stdio: [stdin, 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-200_000);
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line, stream === child.stderr);
    });
  }
  const ended = new Promise((resolve) => {
    child.once('error', (error) => {
      output += `\n${error.message}`;
      resolve(127);
    });
    child.once('close', (code, signal) => resolve(code ?? signal ?? 1));
  });
  let running = true;
  void ended.then(() => {
    running = false;
  });
  return {
    ended,
    isRunning: () => running,
    output: () => output,
    async stop(signal = 'SIGTERM') {
      if (!running) return ended;
      child.kill(signal);
      const insist = setTimeout(() => child.kill('SIGKILL'), 8000);
      await ended;
      clearTimeout(insist);
      return ended;
    },
  };
}

/** On a signal no more `jobs` are begun, everything in `running` is stopped, `scratch` is deleted, and this process ends. */
export function endOnSignals({ jobs, running, scratch }) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, async () => {
      jobs.length = 0;
      do {
        await Promise.all([...running].map((child) => child.stop()));
        // Whoever waited for one of them may have begun its next step.
        await nextTurn();
      } while ([...running].some((child) => child.isRunning()));
      rmSync(scratch, { recursive: true, force: true });
      process.exit(130);
    });
}

/**
 * Starts Node-RED and waits until its flows run.
 * `nodeRed` is the folder of its package; `own` hears of the process at once, so that it can be stopped while it still starts.
 */
export async function startNodeRed({ node, nodeRed, userDir, settings, port, env = {}, cwd, onLine, own, timeoutMs = 60_000 }) {
  const path = `${dirname(node)}${delimiter}${process.env.PATH}`;
  const program = start(node, [join(nodeRed, 'red.js'), '-u', userDir, '-s', settings, '-p', String(port)], {
    cwd,
    onLine,
    env: { PATH: path, ...env },
  });
  own?.(program);
  const url = `http://127.0.0.1:${port}/`;
  const giveUpAt = Date.now() + timeoutMs;
  while (program.isRunning() && Date.now() < giveUpAt) {
    if (await flowsRun(url)) return Object.assign(program, { url });
    await Promise.race([sleep(100), program.ended]);
  }
  await program.stop();
  throw new Error(`Node-RED did not start on port ${port}. Its last words:\n${program.output().slice(-4000)}`);
}

async function flowsRun(url) {
  try {
    const answer = await fetch(`${url}flows/state`, { signal: AbortSignal.timeout(2000) });
    return answer.ok && (await answer.json()).state === 'start';
  } catch {
    return false;
  }
}

/** Whether a TCP port of this machine can be listened on. Port 0 always can. */
export function isFreeTcp(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** Whether a UDP port of an address can be bound. */
export function isFreeUdp(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

/** A TCP port that nobody uses: the first free one from `from` on, or any. */
export async function freePort(from = 0, avoid = []) {
  if (from > 0) {
    for (let port = from; port < from + 100; port++) if (!avoid.includes(port) && (await isFreeTcp(port))) return port;
    throw new Error(`No port between ${from} and ${from + 99} is free.`);
  }
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

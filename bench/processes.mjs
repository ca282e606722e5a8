// The processes of the bench: each is told once what to be, says when it is ready, and then answers questions.
import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { fileURLToPath } from 'node:url';
import { nodeOf } from '../scripts/ensure.mjs';

const running = new Set();

/** Starts a program of the bench; resolves when it is ready, with what it says about itself and `ask`. */
export async function launch(path, settings, { env = {}, execArgv = [] } = {}) {
  const child = fork(fileURLToPath(new URL(path, import.meta.url)), [], {
    execPath: nodeOf(),
    execArgv,
    env: { ...process.env, ...env },
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-8_000)));
  const ended = new Promise((resolve) => child.once('exit', resolve)).then(() => running.delete(child));
  const waiting = [];
  child.on('message', (answer) => waiting.shift()?.(answer));
  const next = async (question) => {
    const answered = new Promise((resolve) => waiting.push(resolve));
    child.send(question);
    const answer = await Promise.race([answered, ended.then(() => undefined)]);
    if (answer === undefined || answer.error !== undefined) throw new Error(`${path}: ${answer?.error ?? 'it ended'}\n${output}`);
    return answer.value;
  };
  const about = await next({ begin: settings });
  return {
    about,
    pid: child.pid,
    ask: (name, details = {}) => next({ name, details }),
    async stop() {
      child.kill();
      const insist = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await ended;
      clearTimeout(insist);
    },
  };
}

/** Ends everything that still runs. */
export function stopAll() {
  for (const child of running) child.kill('SIGKILL');
}

/** The other side: a program says what it does when it begins, and answers what it was asked. */
export async function serve(begin) {
  let answers = {};
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  process.on('message', async (question) => {
    try {
      if (question.begin !== undefined) {
        const begun = await begin(question.begin);
        answers = begun.answers;
        process.send({ value: begun.about ?? {} });
      } else process.send({ value: (await answers[question.name](question.details)) ?? {} });
    } catch (error) {
      process.send({ error: error?.stack ?? String(error) });
    }
  });
}

/** A UDP port that nobody has just now. */
export function freeUdpPort() {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '0.0.0.0', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

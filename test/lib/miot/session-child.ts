/**
 * A process that refreshes an account once, step by step: each operation on the disk and each turn of a request is a step, told
 * on standard output before it is taken. It kills itself as kill -9 does before step KILL_AT. Bundled and run by session-kill.test.ts.
 */

import { writeSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { request } from 'node:http';
import { basename } from 'node:path';
import { systemClock } from '../../../lib/home/clock';
import { type Http, type HttpReply, TransportError } from '../../../lib/miot/http';
import { Session } from '../../../lib/miot/session';
import type { AccountSettings } from '../../../lib/miot/settings';
import type { Files } from '../../../lib/miot/token-files';
import { TokenStore } from '../../../lib/miot/token-store';

interface Task {
  readonly folder: string;
  readonly settings: AccountSettings;
  /** 0 = never. */
  readonly killAt: number;
  /** Only what comes after this step is counted, so that it is the refresh that is killed and not the start. */
  readonly isRefreshing: boolean;
}

const task = JSON.parse(process.env.LUMIOT_TASK ?? '{}') as Task;
let steps = 0;
let isCounting = false;

function step(name: string): void {
  if (!isCounting) return;
  steps++;
  // Synchronous: it is out before the end.
  writeSync(1, `${steps} ${name}\n`);
  if (steps === task.killAt) process.kill(process.pid, 'SIGKILL');
}

/** What was done before this step is done; this operation is the first that is not. */
async function around<Result>(name: string, act: () => Promise<Result>): Promise<Result> {
  step(`before ${name}`);
  return act();
}

function steppedHandle(handle: fs.FileHandle, name: string): fs.FileHandle {
  return new Proxy(handle, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) =>
        around(`${String(property)} ${name}`, async () => (value as (...all: unknown[]) => unknown).apply(target, args));
    },
  });
}

const files: Files = {
  chmod: (path, mode) => around('chmod folder', () => fs.chmod(path, mode)),
  mkdir: ((path: string, options: object) => around('mkdir', () => fs.mkdir(path, options))) as Files['mkdir'],
  open: (async (path: string, flags: string, mode?: number) => {
    const name = basename(path);
    return steppedHandle(await around(`open ${name}`, () => fs.open(path, flags, mode)), name);
  }) as Files['open'],
  readFile: ((path: string) => around(`read ${basename(path)}`, () => fs.readFile(path, 'utf8'))) as unknown as Files['readFile'],
  readdir: fs.readdir,
  rename: (from, to) => around(`rename ${basename(String(from))}`, () => fs.rename(from, to)),
  rm: (path, options) => around(`rm ${basename(String(path))}`, () => fs.rm(path, options)),
};

const http: Http = {
  send: ({ url, headers }) =>
    around('request', async () => {
      const reply = await new Promise<HttpReply>((resolve, reject) => {
        const sent = request(url, { headers: { ...headers } }, (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += String(chunk);
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: {}, text }));
        });
        sent.on('error', (error) => reject(new TransportError(error.message, true)));
        sent.end();
      });
      step('after request');
      return reply;
    }),
};

async function main(): Promise<void> {
  const { folder, settings } = task;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const store = new TokenStore({ folder, id: 'account', storeKey: settings.storeKey, clock: systemClock, log, files });
  const session = new Session({ settings, store, http, clock: systemClock, random: Math.random, log });
  session.onToken(({ generation }) => step(`token ${generation} in force`));
  isCounting = !task.isRefreshing;
  await session.start();
  isCounting = true;
  if (task.isRefreshing) await session.refreshNow();
  const token = await session.current();
  writeSync(1, `token ${token.generation} ${token.value.length}\n`);
  await session.close();
  writeSync(1, 'end\n');
}

// Timers of the session do not keep a process alive; this one waits for its refresh.
const alive = setInterval(() => {}, 1_000);
void main().finally(() => clearInterval(alive));

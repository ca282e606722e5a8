/**
 * One writer at a time: in this process by a queue, among processes by a lock file with a heartbeat. A lock whose process is
 * gone, or whose heartbeat stands still, is taken over (miot-cloud.md §5.3, F10).
 */

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type Clock, delay, type Timer } from '../home/clock';
import type { Files } from './token-files';

export interface Lock {
  /** Never rejects. */
  release(): Promise<void>;
}

const HEARTBEAT_MS = 5_000;
const STALE_MS = 30_000;
/** Its maker died between making the file and writing into it. */
const EMPTY_STALE_MS = 2_000;
const POLL_MS = 200;
const MOST_WAIT_MS = 120_000;

/** Locks of this process: another process may have had its id before a restart. */
const mine = new Set<string>();

/** Rejects with the error of the disk, or with an `Error` when another process does not give the lock back. */
export async function acquireLock(path: string, { clock, files }: { clock: Clock; files: Files }): Promise<Lock> {
  const nonce = randomUUID();
  const began = clock.monotonic();
  let seen: { readonly text: string; readonly since: number } | undefined;
  for (;;) {
    const lock = await create(path, nonce, clock, files);
    if (lock !== undefined) return lock;
    const text = await read(path, files);
    const now = clock.monotonic();
    if (text === undefined) continue;
    if (seen?.text !== text) seen = { text, since: now };
    if (isAbandoned(text) || now - seen.since >= (text === '' ? EMPTY_STALE_MS : STALE_MS)) {
      await takeAway(path, text, nonce, files);
      continue;
    }
    if (now - began > MOST_WAIT_MS) throw new Error(`another process holds ${path}`);
    await delay(clock, POLL_MS);
  }
}

/** Undefined where somebody has it. */
async function create(path: string, nonce: string, clock: Clock, files: Files): Promise<Lock | undefined> {
  const file = await files.open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  let beat = 0;
  const write = async (): Promise<void> => {
    // Always of the same length, so that it can be written in place.
    const text = JSON.stringify({ pid: process.pid, host: hostname(), nonce, beat: String(beat++).padStart(9, '0') });
    await file.write(text, 0, 'utf8');
  };
  try {
    await write();
  } catch (error) {
    await file.close().catch(() => {});
    await files.rm(path, { force: true }).catch(() => {});
    throw error;
  }
  mine.add(nonce);
  let timer: Timer | undefined;
  let beating: Promise<void> = Promise.resolve();
  const arm = (): void => {
    timer = clock.setTimeout(() => {
      beating = write().catch(() => {});
      arm();
    }, HEARTBEAT_MS);
  };
  arm();
  return {
    release: async () => {
      clock.clearTimeout(timer);
      await beating;
      await file.close().catch(() => {});
      const text = await read(path, files).catch(() => undefined);
      // Somebody may have taken it over while this machine slept.
      if (text !== undefined && owner(text)?.nonce === nonce) await files.rm(path, { force: true }).catch(() => {});
      mine.delete(nonce);
    },
  };
}

async function read(path: string, files: Files): Promise<string | undefined> {
  try {
    return await files.readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Takes away the lock that was judged, and none that was made meanwhile. */
async function takeAway(path: string, judged: string, nonce: string, files: Files): Promise<void> {
  const aside = `${path}.${nonce}`;
  try {
    await files.rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await read(aside, files)) !== judged) await files.rename(aside, path);
  else await files.rm(aside, { force: true });
}

function isAbandoned(text: string): boolean {
  const holder = owner(text);
  if (holder === undefined || holder.host !== hostname()) return false;
  return holder.pid === process.pid ? !mine.has(holder.nonce) : !isRunning(holder.pid);
}

function owner(text: string): { pid: number; host: string; nonce: string } | undefined {
  try {
    const { pid, host, nonce } = JSON.parse(text) as Record<string, unknown>;
    return typeof pid === 'number' && typeof host === 'string' && typeof nonce === 'string' ? { pid, host, nonce } : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const queues = new Map<string, Promise<void>>();

/** Resolves when it is the caller's turn; it calls what it gets when it is done. */
export async function takeTurn(name: string): Promise<() => void> {
  const before = queues.get(name) ?? Promise.resolve();
  let leave = (): void => {};
  const turn = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const after = before.then(() => turn);
  queues.set(name, after);
  await before;
  return () => {
    if (queues.get(name) === after) queues.delete(name);
    leave();
  };
}

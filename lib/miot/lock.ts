/**
 * One writer at a time among processes: a lock file with a heartbeat. A lock whose process is gone, or whose heartbeat stands
 * still, is taken over (miot-cloud.md §5.3, F10). Who slept meanwhile may have lost it, and asks before it matters.
 */

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type Clock, delay, type Timer } from '../home/clock';
import { parseObject } from './narrowing';
import { type Files, readText } from './token-files';

export interface Lock {
  /** Nobody has taken it over as far as can be seen. Never rejects. */
  isHeld(): Promise<boolean>;
  /** Never rejects. */
  release(): Promise<void>;
}

export interface LockParts {
  readonly clock: Clock;
  readonly files: Files;
}

const HEARTBEAT_MS = 5_000;
const STALE_MS = 30_000;
/** Its maker died between making the file and writing into it, or while it took a lock away. */
const EMPTY_STALE_MS = 2_000;
const POLL_MS = 200;
const MOST_WAIT_MS = 120_000;

/** Locks of this process: another process may have had its id before a restart. */
const mine = new Set<string>();

/** Rejects with the error of the disk, or with an `Error` when another process does not give the lock back. */
export async function acquireLock(path: string, { clock, files }: LockParts): Promise<Lock> {
  const nonce = randomUUID();
  const began = clock.monotonic();
  const lockFile = new Watched(clock);
  const claimFile = new Watched(clock);
  for (;;) {
    const lock = await create(path, nonce, clock, files);
    if (lock !== undefined) return lock;
    const text = await readText(path, files);
    if (text === undefined) continue;
    const isStale = lockFile.stoodStill(text) >= (text === '' ? EMPTY_STALE_MS : STALE_MS);
    if ((isAbandoned(text) || isStale) && (await takeAway(path, text, nonce, claimFile, files))) continue;
    if (clock.monotonic() - began > MOST_WAIT_MS) throw new Error(`another process holds ${path}`);
    await delay(clock, POLL_MS);
  }
}

/** A file of others, as it was seen again and again. */
class Watched {
  readonly #clock: Clock;
  #seen: { readonly text: string; readonly since: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** For how many milliseconds its text has been this one. */
  stoodStill(text: string): number {
    const now = this.#clock.monotonic();
    if (this.#seen?.text !== text) this.#seen = { text, since: now };
    return now - this.#seen.since;
  }
}

/** Undefined where somebody has it. */
async function create(path: string, nonce: string, clock: Clock, files: Files): Promise<Lock | undefined> {
  const file = await openNew(path, files);
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
  const isOurs = (text: string | undefined): boolean => text !== undefined && owner(text)?.nonce === nonce;
  return {
    // A disk that cannot be read says nothing about others.
    isHeld: () => readText(path, files).then(isOurs, () => true),
    release: async () => {
      clock.clearTimeout(timer);
      await beating;
      await file.close().catch(() => {});
      if (isOurs(await readText(path, files).catch(() => undefined))) await files.rm(path, { force: true }).catch(() => {});
      mine.delete(nonce);
    },
  };
}

/**
 * Takes away the lock that was judged, and none that was made meanwhile: only who has the claim may do so, and the claim is
 * one file. False where somebody else is at it.
 */
async function takeAway(path: string, judged: string, nonce: string, seen: Watched, files: Files): Promise<boolean> {
  const claim = `${path}.claim`;
  const file = await openNew(claim, files);
  if (file === undefined) {
    const text = await readText(claim, files);
    if (text !== undefined && seen.stoodStill(text) >= EMPTY_STALE_MS) await files.rm(claim, { force: true });
    return false;
  }
  try {
    await file.writeFile(nonce);
    if ((await readText(path, files)) === judged) await files.rm(path, { force: true });
    return true;
  } finally {
    await file.close().catch(() => {});
    await files.rm(claim, { force: true }).catch(() => {});
  }
}

/** Undefined where it exists. */
function openNew(path: string, files: Files) {
  return files.open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
}

function isAbandoned(text: string): boolean {
  const holder = owner(text);
  if (holder === undefined || holder.host !== hostname()) return false;
  return holder.pid === process.pid ? !mine.has(holder.nonce) : !isRunning(holder.pid);
}

function owner(text: string): { pid: number; host: string; nonce: string } | undefined {
  const { pid, host, nonce } = parseObject(text) ?? {};
  return typeof pid === 'number' && typeof host === 'string' && typeof nonce === 'string' ? { pid, host, nonce } : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A session with a token server on a real socket, a folder on a real disk, and a clock that tests move. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timer } from '../../../lib/home/clock';
import { LumiotError } from '../../../lib/home/errors';
import type { Log } from '../../../lib/home/log';
import { createHttp, type Http } from '../../../lib/miot/http';
import { Session } from '../../../lib/miot/session';
import { type AccountSettings, checkAccountSettings } from '../../../lib/miot/settings';
import { type Files, systemFiles } from '../../../lib/miot/token-files';
import { TokenStore } from '../../../lib/miot/token-store';
import type { AccessToken } from '../../../lib/miot/tokens';
import { ManualClock } from '../../support/clock';
import { CLIENT_ID, REDIRECT, TokenServer } from './token-server';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const STORE_KEY = 'PLANTED-store-key-0123456789';

/** It knows the longest timer that was started. */
export class JumpClock extends ManualClock {
  longestTimerMs = 0;

  override setTimeout(callback: () => void, delayMs: number): Timer {
    this.longestTimerMs = Math.max(this.longestTimerMs, delayMs);
    return super.setTimeout(callback, delayMs);
  }
}

export const withCode = (code: string) => (error: unknown) => error instanceof LumiotError && error.code === code;

export interface SessionParts {
  readonly settings?: AccountSettings;
  readonly store?: TokenStore | undefined;
  readonly http?: Http;
  readonly random?: () => number;
  readonly clock?: JumpClock;
  readonly log?: Log;
}

interface StoreParts {
  readonly id?: string;
  readonly storeKey?: string;
  readonly files?: Files;
  readonly folder?: string;
}

export class SessionRig {
  readonly clock: JumpClock;
  readonly server: TokenServer;
  readonly folder: string;
  /** Every line that was logged: level and text. */
  readonly logs: { readonly level: 'info' | 'warn' | 'error'; readonly text: string }[] = [];
  readonly #sessions: Session[] = [];
  readonly #links: string[] = [];

  private constructor(clock: JumpClock, server: TokenServer, folder: string) {
    this.clock = clock;
    this.server = server;
    this.folder = folder;
  }

  static async open(): Promise<SessionRig> {
    const clock = new JumpClock();
    return new SessionRig(clock, await TokenServer.open(clock), await mkdtemp(join(tmpdir(), 'lumiot-session-')));
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) await this.slowly(session.close());
    await this.server.close();
    for (const link of this.#links) await rm(link);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  settings(changed: Readonly<Record<string, unknown>> = {}): AccountSettings {
    const { settings, problems } = checkAccountSettings({
      region: 'cn',
      clientId: CLIENT_ID,
      redirectUrl: REDIRECT,
      apiHost: this.server.url,
      oauthHost: this.server.url,
      storeKey: STORE_KEY,
      ...changed,
    });
    assert.deepEqual(problems, []);
    return settings;
  }

  get log() {
    const line = (level: 'info' | 'warn' | 'error') => (text: string) => void this.logs.push({ level, text });
    return { info: line('info'), warn: line('warn'), error: line('error') };
  }

  store({ id = 'account', storeKey = STORE_KEY, files = systemFiles, folder = this.folder }: StoreParts = {}): TokenStore {
    return new TokenStore({ folder, id, storeKey, clock: this.clock, log: this.log, files });
  }

  /** As another process has it: the same files by another path, and nothing in memory in common. */
  async foreignStore(parts: StoreParts = {}): Promise<TokenStore> {
    const folder = `${this.folder}-foreign-${this.#links.length}`;
    await symlink(this.folder, folder);
    this.#links.push(folder);
    return this.store({ ...parts, folder });
  }

  /** As Node-RED has it after a start or a deploy. */
  async session(more: SessionParts = {}): Promise<Session> {
    const session = this.unstarted(more);
    await session.start();
    return session;
  }

  /** As it is before it has read anything. */
  unstarted(more: SessionParts = {}): Session {
    const session = new Session({
      settings: more.settings ?? this.settings(),
      store: 'store' in more ? more.store : this.store(),
      http: more.http ?? createHttp({ env: {} }),
      clock: more.clock ?? this.clock,
      random: more.random ?? (() => 0.5),
      log: more.log ?? this.log,
    });
    this.#sessions.push(session);
    return session;
  }

  async signIn(session: Session): Promise<void> {
    await session.complete(this.server.rules.approve(session.signIn().url));
  }

  /** Signed in by the only way there is. */
  async signedIn(more: SessionParts = {}): Promise<Session> {
    const session = await this.session(more);
    await this.signIn(session);
    return session;
  }

  /** A little time passes until a promise is settled: the disk is as slow as it is. */
  async slowly(promise: Promise<unknown>): Promise<void> {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    promise.then(settle, settle);
    for (let step = 0; !isSettled && step < 5_000; step++) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (!isSettled) await this.clock.advance(10);
    }
  }

  /** A little time passes until no refresh is under way any more. */
  async landed(session: Session): Promise<void> {
    const end = performance.now() + 10_000;
    await this.clock.settle();
    while (session.view.state.phase === 'refreshing') {
      assert.ok(performance.now() < end, 'the refresh does not come to an end');
      await new Promise((resolve) => setTimeout(resolve, 2));
      await this.clock.advance(50);
    }
  }

  /** Time passes, and what it sets off comes to its end. */
  async pass(session: Session, ms: number): Promise<void> {
    await this.clock.advance(ms);
    await this.landed(session);
  }

  /** Time passes tick by tick, each refresh at its own time. */
  async live(session: Session, ms: number, stepMs = 60_000): Promise<void> {
    const end = this.clock.monotonic() + ms;
    while (this.clock.monotonic() < end) await this.pass(session, Math.min(stepMs, end - this.clock.monotonic()));
  }

  alarms(): string[] {
    return this.logs.filter(({ level }) => level !== 'info').map(({ text }) => text);
  }
}

/** Phase and code of the error, in one word each. */
export function stands(session: Session): string {
  const { state } = session.view;
  return 'error' in state ? `${state.phase} ${state.error.code}` : state.phase;
}

export async function tokenOf(session: Session): Promise<AccessToken> {
  return session.current();
}

/** A disk that can be full: whatever is written to the files `isMeant` fails meanwhile. */
export class FullDisk {
  isFull = false;
  isMeant: (path: string) => boolean = () => true;

  get files(): Files {
    const full = (path: string): NodeJS.ErrnoException =>
      Object.assign(new Error(`ENOSPC: no space left on device, write '${path}'`), { code: 'ENOSPC' });
    return {
      ...systemFiles,
      open: (async (path: string, flags: string, mode?: number) => {
        if (this.isFull && flags !== 'r' && this.isMeant(path)) throw full(path);
        return systemFiles.open(path, flags, mode);
      }) as Files['open'],
    };
  }
}

/** Files that cannot be read meanwhile. */
export class DeafDisk {
  isDeaf = true;

  get files(): Files {
    return {
      ...systemFiles,
      readFile: (async (path: string) => {
        if (this.isDeaf && path.endsWith('.tokens')) throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
        return systemFiles.readFile(path, 'utf8');
      }) as unknown as Files['readFile'],
    };
  }
}

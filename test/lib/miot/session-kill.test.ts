/** Real processes: one that is killed at every step of a refresh, and two that share one file. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Clock, systemClock } from '../../../lib/home/clock';
import { createHttp } from '../../../lib/miot/http';
import { Session } from '../../../lib/miot/session';
import { type AccountSettings, checkAccountSettings } from '../../../lib/miot/settings';
import { nextGeneration, recordOf, withRecord } from '../../../lib/miot/token-record';
import { TokenStore } from '../../../lib/miot/token-store';
import { stands } from './session-rig';
import { CLIENT_ID, REDIRECT, TokenServer } from './token-server';

const log = { info: () => {}, warn: () => {}, error: () => {} };

/** The machine's clock, ten times as fast for durations: nobody waits 5 s for the second attempt. */
const fastClock: Clock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * 10,
  setTimeout: (callback, delayMs) => systemClock.setTimeout(callback, delayMs / 10),
};

describe('processes', () => {
  let bundle: string;
  let work: string;
  let server: TokenServer;

  before(async function () {
    this.timeout(60_000);
    work = await mkdtemp(join(tmpdir(), 'lumiot-kill-'));
    bundle = join(work, 'child.cjs');
    await build({
      entryPoints: [join(__dirname, 'session-child.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      external: ['got', 'hpagent'],
      logLevel: 'error',
    });
  });
  after(() => rm(work, { recursive: true, force: true }));
  beforeEach(async () => {
    server = await TokenServer.open(systemClock);
  });
  afterEach(() => server.close());

  const settings = (): AccountSettings =>
    checkAccountSettings({
      region: 'cn',
      clientId: CLIENT_ID,
      redirectUrl: REDIRECT,
      apiHost: server.url,
      oauthHost: server.url,
      storeKey: 'key',
    }).settings;
  const storeOf = (folder: string) => new TokenStore({ folder, id: 'account', storeKey: 'key', clock: fastClock, log });

  async function session(folder: string): Promise<Session> {
    const made = new Session({
      settings: settings(),
      store: storeOf(folder),
      http: createHttp({ env: {} }),
      clock: fastClock,
      random: Math.random,
      log,
    });
    await made.start();
    return made;
  }

  async function signIn(folder: string): Promise<void> {
    const made = await session(folder);
    await made.complete(server.rules.approve(made.signIn().url));
    await made.close();
  }

  /** Lines it wrote before it ended, one way or the other. */
  function run(
    folder: string,
    task: { killAt: number; isRefreshing: boolean },
    onPid: (pid: number) => void = () => {},
  ): Promise<string[]> {
    const child = spawn(process.execPath, [bundle], {
      env: { ...process.env, LUMIOT_TASK: JSON.stringify({ folder, settings: settings(), ...task }) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onPid(child.pid ?? 0);
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
    });
    return new Promise((resolve) => child.on('close', () => resolve(text.trim().split('\n'))));
  }

  /** What the next start makes of what is left. */
  async function restart(folder: string): Promise<{ stands: string; works: boolean; isRefreshable: boolean }> {
    const next = await session(folder);
    const end = performance.now() + 10_000;
    while (next.view.state.phase === 'refreshing' && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
    const state = stands(next);
    const works = server.rules.accepts((await next.current()).value);
    // It goes on: a lock that was left lying there does not stop it.
    if (state === 'connected') await next.refreshNow();
    await next.close();
    const stored = recordOf(await storeOf(folder).load(), settings())?.tokens?.refresh ?? '';
    return { stands: state, works, isRefreshable: server.rules.refreshTokens.includes(stored) };
  }

  it('F1: killed at any step of a refresh, the next start goes on; only between the answer and the disk it must ask for a sign-in', async function () {
    this.timeout(240_000);
    const whole = join(work, 'whole');
    await signIn(whole);
    const trial = join(work, 'trial', 'lumiot');
    await cp(whole, trial, { recursive: true });
    const lines = await run(trial, { killAt: 0, isRefreshing: true });
    assert.equal(lines.at(-1), 'end');
    const steps = lines.filter((line) => /^\d+ /.test(line)).map((line) => line.replace(/^\d+ /, ''));
    assert.ok(steps.length > 40, steps.join('\n'));
    await rm(whole, { recursive: true });

    const lost: string[] = [];
    for (let killAt = 1; killAt <= steps.length; killAt++) {
      const folder = join(work, String(killAt), 'lumiot');
      await signIn(folder);
      const before = server.rules.refreshes;
      const seen = await run(folder, { killAt, isRefreshing: true });
      const last = (seen.at(-1) ?? '').replace(/^\d+ /, '');
      assert.equal(last, steps[killAt - 1], `step ${killAt}`);
      const hadRotated = server.rules.refreshes > before;
      const found = await restart(folder);
      if (found.stands === 'connected') {
        assert.ok(
          found.works && found.isRefreshable,
          `after "${last}": connected, and the tokens do not work: ${JSON.stringify(found)}, rotated: ${hadRotated}, ${await readdir(folder)}`,
        );
      } else {
        assert.equal(found.stands, 'sign-in-needed LOGIN_NEEDED', `after "${last}"`);
        assert.ok(hadRotated, `after "${last}": nothing was lost, and a sign-in is asked for`);
        lost.push(last);
      }
      assert.ok(!(await readdir(folder)).some((name) => name.endsWith('.lock') || name.endsWith('.intent')), `after "${last}"`);
      await rm(folder, { recursive: true });
    }
    // From the answer to the last byte of the file: what no order of writing can save.
    assert.deepEqual(lost, steps.slice(steps.indexOf('after request'), steps.indexOf('before sync account.tokens.new')));
    console.log(`      ${steps.length} steps, ${lost.length} of them between the answer and the file: ${lost.join(', ')}`);
  });

  it('F1: killed while the cloud is at it, before and after it has acted', async function () {
    this.timeout(60_000);
    for (const when of ['before', 'after'] as const) {
      const folder = join(work, when);
      await signIn(folder);
      let pid = 0;
      server[when] = async () => {
        process.kill(pid, 'SIGKILL');
        await new Promise((resolve) => setTimeout(resolve, 100));
      };
      if (when === 'before') server.faults.push('drop');
      await run(folder, { killAt: 0, isRefreshing: true }, (its) => {
        pid = its;
      });
      // What was begun is over on the server's side too.
      await new Promise((resolve) => setTimeout(resolve, 300));
      server[when] = () => {};
      const found = await restart(folder);
      assert.equal(found.stands, when === 'before' ? 'connected' : 'sign-in-needed LOGIN_NEEDED');
    }
  });

  it('F10: two processes on one file whose token is due make one refresh', async function () {
    this.timeout(60_000);
    const folder = join(work, 'shared');
    await signIn(folder);
    for (let round = 1; round <= 3; round++) {
      await storeOf(folder).update((stored) => {
        const record = recordOf(stored, settings());
        assert.ok(record?.tokens !== undefined);
        const ended = { ...record.tokens, refreshAt: 1, expiresAt: 2, obtainedAt: 0 };
        return withRecord(stored, { ...record, tokens: ended, generation: nextGeneration(stored) });
      });
      const before = server.rules.refreshes;
      server.after = () => new Promise((resolve) => setTimeout(resolve, 300));
      const outputs = await Promise.all([0, 1, 2].map(() => run(folder, { killAt: 0, isRefreshing: false })));
      assert.equal(server.rules.refreshes, before + 1, `round ${round}`);
      assert.equal(server.rules.spentUses, 0);
      const tokens = outputs.map((lines) => lines.find((line) => line.startsWith('token ')));
      assert.equal(new Set(tokens).size, 1, String(tokens));
      for (const lines of outputs) assert.equal(lines.at(-1), 'end');
    }
  });
});

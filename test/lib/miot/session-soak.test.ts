/**
 * A year in the life of an account, by an injected clock. The cloud is an object behind the `Http` interface and not a server on
 * a socket: half a million ticks of the clock are to take seconds. The rules of its tokens are those of the other tests. Of all
 * requests 5 % fail, those of the API too, which refuses a good token now and then; every third restart comes without a farewell.
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Timer } from '../../../lib/home/clock';
import { type Http, TransportError } from '../../../lib/miot/http';
import { Session } from '../../../lib/miot/session';
import { checkAccountSettings } from '../../../lib/miot/settings';
import { TokenStore } from '../../../lib/miot/token-store';
import { DAY, FullDisk, HOUR } from './session-rig';
import { CLIENT_ID, REDIRECT, TokenRules } from './token-server';

const YEAR = 365 * DAY;

/** The same numbers in each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs what is due in its order; between two timers nothing is waited for unless somebody is at work. */
class FastClock implements Clock {
  wallOffset = 1_700_000_000_000;
  #now = 0;
  readonly #timers = new Map<number, { at: number; callback: () => void }>();
  #next = 1;

  now(): number {
    return this.#now + this.wallOffset;
  }

  monotonic(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, delayMs: number): Timer {
    this.#timers.set(this.#next, { at: this.#now + delayMs, callback });
    return this.#next++;
  }

  clearTimeout(timer: Timer | undefined): void {
    this.#timers.delete(timer as number);
  }

  /** A process ended: none of its timers fires. */
  forget(): void {
    this.#timers.clear();
  }

  async run(until: number, settled: () => Promise<void>): Promise<void> {
    for (;;) {
      let first: number | undefined;
      let at = until;
      for (const [id, timer] of this.#timers) {
        if (timer.at > at || (first !== undefined && timer.at === at)) continue;
        first = id;
        at = timer.at;
      }
      const due = first === undefined ? undefined : this.#timers.get(first);
      this.#now = Math.max(this.#now, at);
      if (due === undefined || first === undefined) return;
      this.#timers.delete(first);
      due.callback();
      await settled();
    }
  }
}

describe('a year of an account', () => {
  it('needs no second sign-in, and not many more refreshes than it must', async function () {
    this.timeout(120_000);
    const random = seeded(20_261_121);
    const clock = new FastClock();
    /** The cloud’s clock is right all the time. */
    const cloudClock: Clock = {
      now: () => clock.monotonic() + 1_700_000_000_000,
      monotonic: () => clock.monotonic(),
      setTimeout: (callback, delayMs) => clock.setTimeout(callback, delayMs),
      clearTimeout: (timer) => clock.clearTimeout(timer),
    };
    const rules = new TokenRules(cloudClock);
    const disk = new FullDisk();
    const folder = await mkdtemp(join(tmpdir(), 'lumiot-soak-'));
    let isOut = false;
    /** Of this number of refreshes on, the disk is full. */
    let fillsAfter: number | undefined;
    let failed = 0;
    let asked = 0;
    const http: Http = {
      send: async ({ url }) => {
        asked++;
        if (isOut) throw new TransportError('no network', false);
        if (random() < 0.05) {
          failed++;
          throw new TransportError('refused', false);
        }
        const answer = rules.answer(new URL(url).searchParams.get('data') ?? '');
        if (rules.refreshes === fillsAfter) disk.isFull = true;
        fillsAfter = disk.isFull ? undefined : fillsAfter;
        return { status: answer.status, headers: { date: new Date(cloudClock.now()).toUTCString() }, text: answer.body };
      },
    };
    const alarms: string[] = [];
    const phases = new Map<string, number>();
    const log = { info: () => {}, warn: (text: string) => void alarms.push(text), error: (text: string) => void alarms.push(text) };
    const { settings } = checkAccountSettings({ region: 'de', clientId: CLIENT_ID, redirectUrl: REDIRECT, storeKey: 'key' });
    const start = async ({ mayBeUnsaved = false } = {}): Promise<Session> => {
      // Whoever was there before does nothing any more.
      clock.forget();
      const store = new TokenStore({ folder, id: 'account', storeKey: 'key', clock, log, files: disk.files });
      assert.ok(mayBeUnsaved || !store.hasUnsaved, 'a real restart would lose what is in memory only');
      const session = new Session({ settings, store, http, clock, random, log });
      session.watch(({ state }) => phases.set(state.phase, (phases.get(state.phase) ?? 0) + 1));
      await session.start();
      return session;
    };
    let session = await start();
    const settled = async (): Promise<void> => {
      while (session.view.state.phase === 'refreshing') await new Promise((resolve) => setImmediate(resolve));
    };
    while (session.view.state.phase !== 'connected') await session.complete(rules.approve(session.signIn().url)).catch(() => {});

    const outages: readonly (readonly [number, number])[] = [
      [60 * DAY, 6 * DAY],
      [200 * DAY, 20 * DAY],
    ];
    let refused = 0;
    let doubted = 0;
    let unreachable = 0;
    let unavailable = 0;
    let restarts = 0;
    let dropped = 0;
    /** A request of the API as api-request.ts makes it: replayed once with a renewed token. */
    const ask = async (): Promise<void> => {
      let token = await session.current();
      for (let attempt = 1; ; attempt++) {
        if (isOut || random() < 0.05) throw new TransportError('lost', true);
        const isGood = rules.accepts(token.value);
        // Once in a month or two the cloud refuses a good token, and it has to be renewed before its time.
        if (isGood && random() >= 0.005) return;
        if (isGood) doubted++;
        else refused++;
        if (attempt === 2) throw new Error('refused twice');
        token = await session.renew(token);
      }
    };
    for (let time = 6 * HOUR; time <= YEAR; time += 6 * HOUR) {
      isOut = outages.some(([from, length]) => time > from && time <= from + length);
      if (time === 120 * DAY) clock.wallOffset += 3650 * DAY;
      if (time === 130 * DAY) clock.wallOffset -= 3650 * DAY;
      // From before a refresh is due until after the next restart, and shorter than the access token lives on.
      const { refreshAt } = session.view;
      if (!disk.isFull && time > 150 * DAY && time < 155 * DAY && (refreshAt ?? 0) - clock.now() < 6 * HOUR) disk.isFull = true;
      else if (disk.isFull && (session.view.validUntil ?? 0) - clock.now() < 8 * HOUR) disk.isFull = false;
      // Once it is full between the cloud's answer and the file; the runtime goes without a word, the next one of the process goes on.
      if (time === 170 * DAY) {
        const before = rules.refreshes;
        fillsAfter = before + 1;
        while (rules.refreshes === before) await session.refreshNow().catch(() => {});
        const { value } = await session.current();
        session = await start({ mayBeUnsaved: true });
        disk.isFull = false;
        assert.equal((await session.current()).value, value, 'what only the process had');
      }
      await clock.run(time, settled);
      // Somebody switches a light.
      await ask().catch((error: unknown) => {
        if (error instanceof TransportError) unreachable++;
        else if (!isOut) unavailable++;
      });
      await settled();
      assert.notEqual(session.view.state.phase, 'sign-in-needed', `day ${time / DAY}`);
      if (time % DAY === 0) {
        if (++restarts % 3 === 0) {
          // As kill -9 leaves it: the file as it is, and nobody at work.
          dropped++;
        } else await session.close();
        session = await start();
        await settled();
      }
    }

    const out = outages.reduce((sum, [, length]) => sum + length, 0);
    const necessary = Math.floor((YEAR - out) / (0.7 * 3 * DAY));
    console.log(
      `      ${rules.refreshes} refreshes where ${necessary} are necessary (${(rules.refreshes / necessary).toFixed(3)}); ${asked} requests for tokens, ${failed} of them failed by chance; ${restarts} restarts, ${dropped} of them without a farewell; ${refused} dead tokens given, ${doubted} good ones refused by chance; ${unreachable} times the network, ${unavailable} times the session gave nothing`,
    );
    assert.ok(rules.refreshes <= 1.2 * necessary);
    assert.ok(doubted > 0, 'good tokens were refused, too');
    assert.ok(unavailable <= 5, `${unavailable} of ${(YEAR - out) / (6 * HOUR)} requests`);
    assert.ok(refused <= 5, `${refused} dead tokens`);
    assert.ok(dropped > 100);
    assert.equal(rules.exchanges, 1);
    assert.equal(rules.spentUses, 0);
    assert.equal(session.view.state.phase, 'connected');
    assert.equal(rules.valid, 1);
    assert.ok(rules.accepts((await session.current()).value));
    assert.ok(
      alarms.some((text) => /ENOSPC/.test(text)),
      'the full disk was met',
    );
    assert.ok((phases.get('degraded') ?? 0) > 10, 'the outages were met');
    await session.close();
    await rm(folder, { recursive: true, force: true });
  });
});

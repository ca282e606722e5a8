/** What a refresh must survive, by the numbers of miot-cloud.md §5.3. Killed processes: session-kill.test.ts. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../../lib/miot/session';
import { recordOf } from '../../../lib/miot/token-record';
import { until } from '../../support/wait';
import { DAY, FullDisk, HOUR, JumpClock, SessionRig, STORE_KEY, stands, tokenOf, withCode } from './session-rig';
import { glitch, oauthError } from './token-server';

const DUE = 0.7 * 3 * DAY;

describe('a refresh', () => {
  let rig: SessionRig;
  beforeEach(async () => {
    rig = await SessionRig.open();
  });
  afterEach(() => rig.close());

  const file = (suffix = '') => join(rig.folder, `account.tokens${suffix}`);
  const storedToken = async () => recordOf(await rig.store().load(), rig.settings())?.tokens?.access;

  it('comes at 0.7 of the life, spread by 5 %, and is announced', async () => {
    for (const [random, ratio] of [
      [0, 0.665],
      [0.5, 0.7],
      [1, 0.735],
    ] as const) {
      const session = await rig.signedIn({ random: () => random });
      const phases: string[] = [];
      session.watch(({ state }) => phases.push(state.phase));
      const before = rig.server.rules.refreshes;
      await rig.pass(session, ratio * 3 * DAY - 120_000);
      assert.equal(rig.server.rules.refreshes, before, 'not before');
      await rig.pass(session, 180_000);
      assert.equal(rig.server.rules.refreshes, before + 1);
      assert.deepEqual(phases, ['connected', 'refreshing', 'connected']);
      await session.close();
    }
  });

  it('that is due is made before a request, without waiting for the tick', async () => {
    const first = await rig.signedIn();
    await first.close();
    await rig.clock.advance(DUE + 1);
    const session = await rig.session();
    assert.equal((await tokenOf(session)).generation, 2);
  });

  describe('F1: a stop between the rotation and the disk', () => {
    it('F1: is declared on the disk before the cloud is asked, and undeclared afterwards', async () => {
      const session = await rig.signedIn();
      let declared = '';
      rig.server.before = () => {
        declared = readFileSync(file('.intent'), 'utf8');
      };
      await session.refreshNow();
      assert.equal(declared.trim(), '1');
      assert.ok(!existsSync(file('.intent')));
    });

    it('F1: nobody gets the new token before it is on the disk', async () => {
      const session = await rig.signedIn();
      const onDisk: string[] = [];
      const reader = rig.store();
      let reading: Promise<void> = Promise.resolve();
      const contents: string[] = [];
      session.onToken(({ value }) => {
        // What a power cut in this moment would leave.
        contents.push(readFileSync(file(), 'utf8'));
        reading = (async () => {
          onDisk.push(recordOf(await reader.load(), rig.settings())?.tokens?.access ?? '', value);
        })();
      });
      await session.refreshNow();
      await reading;
      assert.equal(onDisk[0], onDisk[1]);
      assert.equal(contents[0], readFileSync(file(), 'utf8'));
    });

    it('F1: what was left open is made up for at the next start, due or not', async () => {
      const first = await rig.signedIn();
      await first.close();
      await writeFile(file('.intent'), '1\n');
      const session = await rig.session();
      await rig.landed(session);
      assert.equal(stands(session), 'connected');
      assert.equal(rig.server.rules.refreshes, 1);
      assert.ok(!existsSync(file('.intent')));
    });

    it('F1: where the refresh token is spent, the access token is used to its end, and the user is told', async () => {
      const first = await rig.signedIn();
      const token = await tokenOf(first);
      await first.close();
      await writeFile(file('.intent'), '1\n');
      rig.server.always = oauthError(96009);
      const session = await rig.session();
      await rig.landed(session);
      assert.equal(stands(session), 'sign-in-needed LOGIN_NEEDED');
      assert.match(rig.alarms().join(), /answer to a refresh was lost.*sign in again/);
      assert.deepEqual(await tokenOf(session), token);
      await rig.pass(session, 3 * DAY);
      await assert.rejects(session.current(), withCode('LOGIN_NEEDED'));
      assert.equal(rig.server.requests, 2);
      assert.equal(rig.alarms().length, 1);
    });

    it('F1: an intent of tokens that are not in use any more means nothing', async () => {
      const first = await rig.signedIn();
      await first.refreshNow();
      await first.close();
      await writeFile(file('.intent'), '1\n');
      const session = await rig.session();
      await rig.landed(session);
      assert.equal(rig.server.rules.refreshes, 1);
    });
  });

  describe('F2: an answer that got lost', () => {
    it('F2: is asked for once more after 5 s: well if the cloud had not acted', async () => {
      const session = await rig.signedIn();
      rig.server.faults.push('drop');
      const began = rig.clock.now();
      await rig.clock.during(session.refreshNow());
      assert.ok(rig.clock.now() - began >= 5_000);
      assert.equal(rig.server.requests, 3);
      assert.equal(stands(session), 'connected');
    });

    it('F2: leads to a sign-in only when the cloud itself says that the token is spent', async () => {
      const session = await rig.signedIn();
      const token = await tokenOf(session);
      rig.server.faults.push('lose-reply');
      await rig.clock.during(assert.rejects(session.refreshNow(), withCode('LOGIN_NEEDED')));
      assert.match(rig.alarms().join(), /was lost/);
      assert.equal(rig.server.rules.spentUses, 1);
      // Nobody said that the access token has ended.
      assert.deepEqual(await tokenOf(session), token);
    });

    it('F2: is never taken for a sign-in that is over, and is remembered across a restart', async () => {
      const session = await rig.signedIn();
      rig.server.faults.push('lose-reply');
      rig.server.always = 'drop';
      await rig.clock.during(assert.rejects(session.refreshNow(), withCode('CLOUD_UNREACHABLE')));
      assert.equal(stands(session), 'degraded CLOUD_UNREACHABLE');
      assert.ok(existsSync(file('.intent')));
      await session.close();
      rig.server.always = undefined;
      const next = await rig.session();
      await rig.landed(next);
      assert.match(rig.alarms().join(), /was lost/);
    });
  });

  describe('F3: a disk that refuses', () => {
    it('F3: after the rotation keeps the new token in memory, shows it, and writes it when it can', async () => {
      const disk = new FullDisk();
      const session = await rig.signedIn({ store: rig.store({ files: disk.files }) });
      const token = await tokenOf(session);
      rig.server.before = () => {
        disk.isFull = true;
      };
      await assert.rejects(session.refreshNow(), withCode('STORE_FAILED'));
      assert.equal(stands(session), 'degraded STORE_FAILED');
      const renewed = await tokenOf(session);
      assert.notEqual(renewed.value, token.value);
      assert.ok(rig.server.rules.accepts(renewed.value));
      assert.equal(await storedToken(), renewed.value, 'what this process has is what it goes on with');
      await rig.live(session, HOUR);
      assert.equal(rig.server.rules.refreshes, 1, 'no refresh without need');
      assert.equal(rig.alarms().length, 1, 'told once');
      disk.isFull = false;
      await rig.clock.advance(60_000);
      await until(() => stands(session) === 'connected', 'written at last');
      assert.equal(await storedToken(), renewed.value);
    });

    it('F3: the unsaved token survives a deploy', async () => {
      const disk = new FullDisk();
      const session = await rig.signedIn({ store: rig.store({ files: disk.files }) });
      rig.server.before = () => {
        disk.isFull = true;
      };
      await assert.rejects(session.refreshNow(), withCode('STORE_FAILED'));
      const token = await tokenOf(session);
      await rig.clock.during(session.close());
      const next = await rig.session({ store: rig.store({ files: disk.files }) });
      assert.deepEqual(await tokenOf(next), token);
      disk.isFull = false;
      await next.close();
      assert.equal(rig.store().hasUnsaved, false);
      assert.equal(await storedToken(), token.value);
    });

    it('F3: that cannot take the declaration puts the refresh off while the access token lives, and no longer', async () => {
      const disk = new FullDisk();
      const session = await rig.signedIn({ store: rig.store({ files: disk.files }) });
      const token = await tokenOf(session);
      disk.isFull = true;
      await rig.pass(session, DUE + 60_000);
      assert.equal(stands(session), 'degraded STORE_FAILED');
      assert.match(rig.alarms().join(), /cannot be written.*ENOSPC.*Free some space/);
      assert.deepEqual(await tokenOf(session), token);
      await rig.live(session, 0.29 * 3 * DAY, 30 * 60_000);
      assert.equal(rig.server.requests, 1);
      assert.deepEqual(await tokenOf(session), token);
      await rig.live(session, 0.02 * 3 * DAY, 10 * 60_000);
      assert.equal(rig.server.rules.refreshes, 1);
      assert.notEqual((await tokenOf(session)).value, token.value);
      assert.equal(stands(session), 'degraded STORE_FAILED');
    });

    it('F3: puts it off too when only the declaration itself fails', async () => {
      const disk = new FullDisk();
      disk.isMeant = (path) => path.includes('.intent');
      const session = await rig.signedIn({ store: rig.store({ files: disk.files }) });
      disk.isFull = true;
      await assert.rejects(session.refreshNow(), withCode('STORE_FAILED'));
      assert.equal(rig.server.requests, 1);
      disk.isFull = false;
      await rig.pass(session, 60_000);
      await session.refreshNow();
      assert.equal(stands(session), 'connected');
    });
  });

  it('F4: a file that lost its end costs nothing: its second copy is used', async () => {
    const first = await rig.signedIn();
    await first.refreshNow();
    const token = await tokenOf(first);
    await first.close();
    const whole = await readFile(file());
    await writeFile(file(), whole.subarray(0, whole.length / 2));
    const session = await rig.session();
    assert.deepEqual(await tokenOf(session), token);
    await session.refreshNow();
    assert.equal(stands(session), 'connected');
    assert.match(rig.alarms().join(), /damaged.*second copy/);
  });

  describe('F5: a clock that jumps', () => {
    it('F5: ahead by ten years costs one refresh, and no request', async () => {
      const session = await rig.signedIn();
      const token = await tokenOf(session);
      // The cloud's own clock stays where it was.
      rig.server.always = 'drop';
      rig.clock.jump(3650 * DAY);
      assert.deepEqual(await rig.clock.during(tokenOf(session)), token, 'still good as far as anybody knows');
      await rig.landed(session);
      assert.equal(stands(session), 'degraded CLOUD_UNREACHABLE');
      rig.server.always = undefined;
      await rig.live(session, 30 * 60_000);
      assert.equal(stands(session), 'connected');
      assert.equal(rig.server.rules.refreshes, 1);
      await rig.live(session, 2 * DAY, HOUR);
      assert.equal(rig.server.rules.refreshes, 1);
    });

    it('F5: back by ten years does not keep the token too long', async () => {
      const session = await rig.signedIn();
      await rig.pass(session, DAY);
      rig.clock.jump(-3650 * DAY);
      await rig.live(session, DUE - DAY - HOUR, HOUR);
      assert.equal(rig.server.rules.refreshes, 0);
      await rig.live(session, 2 * HOUR);
      assert.equal(rig.server.rules.refreshes, 1);
      assert.equal(stands(session), 'connected');
    });

    it('F5: that begins in 1970 leaves the decision to the cloud', async () => {
      const first = await rig.signedIn();
      const token = await tokenOf(first);
      await first.close();
      const clock = new JumpClock();
      clock.jump(-clock.now());
      const session = await rig.session({ clock });
      assert.deepEqual(await tokenOf(session), token);
      for (let hours = 0; hours < 48; hours++) await clock.advance(HOUR);
      assert.equal(rig.server.rules.refreshes, 0);
      const renewed = await session.renew(token);
      assert.equal(renewed.generation, 2);
      // The Date header has told the time meanwhile: nothing is refreshed anew.
      for (let hours = 0; hours < 24; hours++) await clock.advance(HOUR);
      assert.equal(rig.server.rules.refreshes, 1);
      assert.equal(stands(session), 'connected');
      await session.close();
    });

    it('F5: that stays in 1970 does not keep the token longer than it lives', async () => {
      const first = await rig.signedIn();
      await first.close();
      const clock = new JumpClock();
      clock.jump(-clock.now());
      const session = await rig.session({ clock });
      for (let hours = 0; hours < 52; hours++) await clock.advance(HOUR);
      await until(() => rig.server.rules.refreshes === 1, 'refreshed by the time that has passed');
      await session.close();
    });

    it('F5: of a host that is three days behind is corrected by the cloud’s', async () => {
      const first = await rig.signedIn();
      await first.close();
      const clock = new JumpClock();
      clock.jump(-3 * DAY);
      const session = await rig.session({ clock });
      await session.refreshNow();
      assert.equal(session.view.validUntil, clock.now() + 3 * DAY, 'told by the clock that the user sees');
      await session.close();
      // By a host whose clock is right, the stored times are right.
      const right = await rig.session();
      assert.ok(Math.abs((right.view.validUntil ?? 0) - rig.clock.now() - 3 * DAY) < 60_000);
    });
  });

  describe('F6: a machine that sleeps', () => {
    it('F6: refreshes with the first tick after it wakes', async () => {
      const session = await rig.signedIn();
      rig.clock.jump(2.5 * DAY);
      await rig.pass(session, 60_000);
      assert.equal(rig.server.rules.refreshes, 1);
    });

    it('F6: does not wait for the end of a backoff from before', async () => {
      const session = await rig.signedIn({ random: () => 0.999 });
      rig.server.always = { status: 503, body: '' };
      await rig.clock.advance(DUE - 60_000);
      const waits = () => (session.view.refreshAt ?? 0) - rig.clock.now();
      while (stands(session) !== 'degraded CLOUD_UNREACHABLE' || waits() < 5 * 60_000) await rig.pass(session, 20_000);
      const before = rig.server.requests;
      rig.server.always = undefined;
      rig.clock.jump(HOUR);
      await rig.pass(session, 60_000);
      assert.equal(rig.server.requests, before + 1);
      assert.equal(stands(session), 'connected');
    });

    it('F6: waits all the same for as long as the cloud has asked for', async () => {
      const session = await rig.signedIn();
      rig.server.faults.push({ status: 429, body: '', headers: { 'retry-after': '7200' } });
      await assert.rejects(session.refreshNow());
      rig.clock.jump(HOUR);
      await rig.live(session, HOUR, 60_000);
      assert.equal(rig.server.requests, 2);
    });

    it('F6: a token of 90 days is refreshed after 63 days, and no timer is longer than a minute', async () => {
      rig.server.rules.expiresIn = 7_776_000;
      const session = await rig.signedIn();
      await rig.live(session, 62.9 * DAY, 6 * HOUR);
      assert.equal(rig.server.rules.refreshes, 0);
      await rig.live(session, 0.2 * DAY, HOUR);
      assert.equal(rig.server.rules.refreshes, 1);
      assert.ok(rig.clock.longestTimerMs <= 60_000, `${rig.clock.longestTimerMs} ms`);
    });

    it('F6: tokens of two minutes are refreshed in time too, though nobody asks for one', async () => {
      rig.server.rules.expiresIn = 120;
      const session = await rig.signedIn();
      let { value } = await tokenOf(session);
      session.onToken((token) => {
        value = token.value;
      });
      for (let second = 0; second < 600; second += 2) {
        await rig.pass(session, 2_000);
        assert.ok(rig.server.rules.accepts(value), `after ${second} s`);
      }
      assert.ok(rig.server.rules.refreshes >= 6 && rig.server.rules.refreshes <= 8, String(rig.server.rules.refreshes));
    });
  });

  describe('F7: a cloud that does not answer as it should', () => {
    const faults = [
      ['no answer at all', 'drop'],
      ['HTTP 500', { status: 500, body: '{"code":-6}' }],
      ['HTTP 502 with HTML', { status: 502, body: '<html>Bad gateway</html>' }],
      ['HTTP 429', { status: 429, body: '' }],
      ['a captive portal', { status: 200, body: '<html>Accept our terms</html>' }],
      ['a redirect of a captive portal', { status: 302, body: '', headers: { location: 'http://127.0.0.1:1/login' } }],
      ['JSON cut short', { status: 200, body: '{"code":0,"result":{"access' }],
    ] as const;
    for (const [name, fault] of faults)
      it(`F7: ${name}: the token is used on, nobody is alarmed, and it is tried again`, async () => {
        const session = await rig.signedIn();
        const token = await tokenOf(session);
        rig.server.always = fault;
        await rig.live(session, DUE + HOUR, 5 * 60_000);
        assert.equal(stands(session), 'degraded CLOUD_UNREACHABLE');
        assert.deepEqual(await rig.clock.during(tokenOf(session)), token);
        await rig.landed(session);
        assert.deepEqual(rig.alarms(), []);
        rig.server.always = undefined;
        await rig.live(session, HOUR, 5 * 60_000);
        assert.equal(stands(session), 'connected');
        assert.equal(rig.server.rules.refreshes, 1);
      });

    it('F7: once the token has ended it is told, once, and requests fail with CLOUD_UNREACHABLE', async () => {
      const session = await rig.signedIn();
      rig.server.always = { status: 503, body: '' };
      await rig.live(session, 3 * DAY + HOUR, 5 * 60_000);
      await assert.rejects(session.current(), withCode('CLOUD_UNREACHABLE'));
      assert.equal(rig.alarms().length, 1);
      await rig.live(session, DAY, 10 * 60_000);
      assert.equal(rig.alarms().length, 1);
      rig.server.always = undefined;
      await rig.live(session, 16 * 60_000);
      assert.ok(rig.server.rules.accepts((await tokenOf(session)).value));
    });

    it('F7: waits from 5 s to 15 min, by chance up to the whole', async () => {
      const session = await rig.signedIn({ random: () => 0.9999 });
      rig.server.always = { status: 500, body: '' };
      const waits: number[] = [];
      session.watch(({ state, refreshAt }) => {
        if (state.phase === 'degraded') waits.push(Math.round(((refreshAt ?? 0) - rig.clock.now()) / 1000));
      });
      await rig.clock.advance(DUE - 60_000);
      await rig.live(session, 5 * HOUR, 60_000);
      assert.deepEqual(waits.slice(0, 8), [5, 10, 20, 40, 80, 160, 320, 640]);
      assert.ok(waits.length > 12 && waits.slice(8).every((wait) => wait === 900), String(waits));
    }).timeout(30_000);

    it('F7: comes back when it was told to', async () => {
      const session = await rig.signedIn();
      rig.server.faults.push({ status: 429, body: '', headers: { 'retry-after': '7200' } });
      await assert.rejects(session.refreshNow(), withCode('CLOUD_UNREACHABLE'));
      assert.ok(Math.abs((session.view.refreshAt ?? 0) - rig.clock.now() - 2 * HOUR) < 1_000);
      await rig.clock.advance(2 * HOUR - 60_000);
      assert.equal(rig.server.requests, 2);
      await rig.pass(session, 120_000);
      assert.equal(stands(session), 'connected');
    });

    it('F7: is not asked before the time it gave, however due the refresh is', async () => {
      const session = await rig.signedIn();
      await rig.clock.advance(DUE - 60_000);
      rig.server.faults.push({ status: 429, body: '', headers: { 'retry-after': '7200' } });
      await rig.pass(session, 120_000);
      assert.equal(rig.server.requests, 2);
      await rig.live(session, 2 * HOUR - 180_000, 5 * 60_000);
      await tokenOf(session);
      assert.equal(rig.server.requests, 2);
      await rig.live(session, 300_000);
      assert.equal(stands(session), 'connected');
    });
  });

  it('F8: an error without a reason is never the end; six hours past the token’s, it is a warning and tried hourly', async () => {
    const session = await rig.signedIn({ random: () => 0.9999 });
    rig.server.always = glitch;
    await rig.live(session, 3 * DAY - HOUR, 10 * 60_000);
    assert.equal(stands(session), 'degraded CLOUD_UNREACHABLE');
    assert.deepEqual(rig.alarms(), []);
    await rig.live(session, 8 * HOUR, 10 * 60_000);
    assert.equal(stands(session), 'degraded CLOUD_UNREACHABLE');
    assert.match(rig.alarms().at(-1) ?? '', /more than six hours/);
    const before = rig.server.requests;
    await rig.live(session, 10 * HOUR, 10 * 60_000);
    const asked = rig.server.requests - before;
    assert.ok(asked >= 8 && asked <= 10, String(asked));
    rig.server.always = undefined;
    await rig.live(session, 2 * HOUR, 10 * 60_000);
    assert.equal(stands(session), 'connected');
  });

  describe('F9: the cloud says that it is over', () => {
    it('F9: asks nobody any more, tells once, and deletes nothing', async () => {
      const session = await rig.signedIn();
      const token = await storedToken();
      rig.server.rules.revokeAll();
      await rig.live(session, DUE + HOUR, 10 * 60_000);
      assert.equal(stands(session), 'sign-in-needed LOGIN_NEEDED');
      await rig.live(session, 5 * DAY, HOUR);
      assert.equal(rig.server.requests, 2);
      assert.equal(rig.alarms().length, 1);
      await assert.rejects(session.current(), withCode('LOGIN_NEEDED'));
      assert.equal(await storedToken(), token);
      await session.close();
      const next = await rig.session();
      await rig.landed(next);
      assert.equal(stands(next), 'sign-in-needed LOGIN_NEEDED');
      assert.equal(rig.server.requests, 2, 'a restart does not ask again');
      await rig.signIn(next);
      assert.equal(stands(next), 'connected');
    });

    it('F9: is not believed before the disk was read again: another process may have been faster', async () => {
      const session = await rig.signedIn();
      // What another process, which ignores our lock, will have written.
      const other = await rig.session();
      await other.refreshNow();
      const renewed = await tokenOf(other);
      await other.close();
      await rename(file(), file('.other'));
      await copyFile(file('.other'), file('.keep'));
      // Back to the generation before, as it was when our refresh began.
      const store = rig.store();
      await rename(file('.bak'), file('.keep2'));
      const record = recordOf(await store.load(), rig.settings());
      assert.equal(record, undefined);
      rig.server.before = async () => {
        await copyFile(file('.keep'), file());
      };
      rig.server.always = oauthError(96009);
      await session.refreshNow();
      assert.equal(stands(session), 'connected');
      assert.deepEqual(await tokenOf(session), renewed);
    });

    it('F9: a 401 without a reason counts only when it is said twice', async () => {
      const session = await rig.signedIn();
      rig.server.faults.push({ status: 401, body: '' });
      await rig.clock.during(session.refreshNow());
      assert.equal(stands(session), 'connected');
      await rig.clock.advance(2 * 60_000);
      rig.server.always = { status: 401, body: '' };
      await rig.clock.during(assert.rejects(session.refreshNow(), withCode('LOGIN_NEEDED')));
      assert.equal(stands(session), 'sign-in-needed LOGIN_NEEDED');
    });

    it('F9: settings that the cloud refuses are no loop', async () => {
      const session = await rig.signedIn();
      const token = await tokenOf(session);
      rig.server.always = oauthError(96002);
      await rig.live(session, DUE + 12 * HOUR, 10 * 60_000);
      assert.equal(stands(session), 'unconfigured MISCONFIGURED');
      assert.equal(rig.server.requests, 2);
      assert.deepEqual(await tokenOf(session), token);
      rig.server.always = undefined;
      await session.refreshNow();
      assert.equal(stands(session), 'connected');
    });
  });

  describe('F10: two that share a file', () => {
    it('F10: two sessions make one refresh', async () => {
      const one = await rig.signedIn();
      const other = await rig.session();
      await rig.clock.advance(DUE + 1);
      const tokens = await Promise.all([one.current(), other.current()]);
      await rig.landed(one);
      await rig.landed(other);
      assert.equal(rig.server.rules.refreshes, 1);
      assert.equal(rig.server.rules.spentUses, 0);
      assert.deepEqual(tokens[0], tokens[1]);
    });

    it('F10: a file copied from another node is not used, and kept', async () => {
      const session = await rig.signedIn();
      await copyFile(file(), join(rig.folder, 'copy.tokens'));
      const copy = await rig.session({ store: rig.store({ id: 'copy' }) });
      assert.equal(stands(copy), 'signed-out LOGIN_NEEDED');
      assert.equal(copy.deviceId, undefined);
      assert.ok((await readdir(rig.folder)).some((name) => name.startsWith('copy.tokens.set-aside-')));
      await rig.signIn(copy);
      assert.notEqual(copy.deviceId, session.deviceId);
    });

    it('F10: after a sign-in that ended, the next one gets a device id of its own', async () => {
      const session = await rig.signedIn();
      const { deviceId } = session;
      rig.server.rules.revokeAll();
      await assert.rejects(session.refreshNow(), withCode('LOGIN_NEEDED'));
      await rig.signIn(session);
      assert.notEqual(session.deviceId, deviceId);
    });
  });

  describe('F11: many at once', () => {
    it('F11: a hundred callers who were refused make one refresh and get a hundred answers', async () => {
      const session = await rig.signedIn();
      const refused = await tokenOf(session);
      const answers = await Promise.all(Array.from({ length: 100 }, () => session.renew(refused)));
      assert.equal(answers.length, 100);
      assert.equal(new Set(answers.map(({ value }) => value)).size, 1);
      assert.equal(answers[0]?.generation, refused.generation + 1);
      assert.equal(rig.server.requests, 2);
    });

    it('F11: whoever comes later with the old token gets the new one', async () => {
      const session = await rig.signedIn();
      const refused = await tokenOf(session);
      const renewed = await session.renew(refused);
      await rig.clock.advance(DAY);
      assert.deepEqual(await session.renew(refused), renewed);
      assert.equal(rig.server.requests, 2);
    });

    it('F11: a hundred callers hear of one failure', async () => {
      const session = await rig.signedIn();
      const refused = await tokenOf(session);
      rig.server.always = { status: 500, body: '' };
      const answers = await Promise.allSettled(Array.from({ length: 100 }, () => session.renew(refused)));
      assert.ok(answers.every((answer) => answer.status === 'rejected' && withCode('CLOUD_UNREACHABLE')(answer.reason)));
      assert.equal(rig.server.requests, 2);
    });
  });

  it('F12: a cloud that refuses every token is asked for another at most once a minute', async () => {
    const session = await rig.signedIn();
    let token = await tokenOf(session);
    for (let second = 0; second < 600; second++) {
      token = await session.renew(token).catch(() => token);
      await rig.clock.advance(1_000);
    }
    assert.ok(rig.server.rules.refreshes <= 10, String(rig.server.rules.refreshes));
    assert.ok(rig.server.rules.refreshes >= 9);
    // A single refusal does not make a good token worthless.
    const renewed = await tokenOf(session);
    await session.renew(renewed).catch(() => {});
    assert.ok(rig.server.rules.accepts((await tokenOf(session)).value));
  }).timeout(30_000);

  describe('F13: deploys during a refresh', () => {
    it('F13: fifty deploys while the cloud is slow are one refresh, and nothing is lost', async () => {
      let session: Session = await rig.signedIn();
      let answer = (): void => {};
      const slow = new Promise<void>((resolve) => {
        answer = resolve;
      });
      rig.server.after = () => slow;
      await rig.clock.advance(DUE + 1);
      for (let deploy = 0; deploy < 50; deploy++) {
        const closing = session.close();
        session = await rig.session();
        await rig.clock.during(closing);
      }
      answer();
      const token = await session.current();
      await rig.landed(session);
      assert.equal(rig.server.rules.refreshes, 1);
      assert.equal(rig.server.rules.spentUses, 0);
      assert.ok(rig.server.rules.accepts((await tokenOf(session)).value), String(token.generation));
      assert.equal(stands(session), 'connected');
    }).timeout(60_000);

    it('F13: close waits 5 s, and what the cloud says later is on the disk all the same', async () => {
      const session = await rig.signedIn();
      let answer = (): void => {};
      const slow = new Promise<void>((resolve) => {
        answer = resolve;
      });
      rig.server.after = () => slow;
      const refreshing = session.refreshNow();
      while (rig.server.requests < 2) await new Promise((resolve) => setTimeout(resolve, 2));
      const began = rig.clock.monotonic();
      await rig.clock.during(session.close());
      assert.ok(Math.abs(rig.clock.monotonic() - began - 5_000) < 100);
      answer();
      await refreshing;
      assert.equal(rig.clock.openTimers, 0, 'nothing is begun anew');
      const next = await rig.session();
      assert.equal((await tokenOf(next)).generation, 2);
      assert.equal(stands(next), 'connected');
    });
  });

  describe('F14: a node that goes', () => {
    it('F14: closed, it stops every timer and keeps its file', async () => {
      const session = await rig.signedIn();
      await session.close();
      assert.equal(rig.clock.openTimers, 0);
      assert.ok(existsSync(file()));
    });

    it('F14: deleted, it takes its secrets with it', async () => {
      const session = await rig.signedIn();
      await session.refreshNow();
      await session.wipe();
      assert.deepEqual(await readdir(rig.folder), []);
      assert.equal(rig.clock.openTimers, 0);
    });

    it('F14: deleted during a refresh, it does not come back', async () => {
      const session = await rig.signedIn();
      let answer = (): void => {};
      rig.server.after = () =>
        new Promise<void>((resolve) => {
          answer = resolve;
        });
      const refreshing = session.refreshNow().catch(() => {});
      while (rig.server.requests < 2) await new Promise((resolve) => setTimeout(resolve, 2));
      await rig.clock.during(session.wipe());
      answer();
      await refreshing;
      assert.deepEqual(await readdir(rig.folder), []);
    });
  });

  it('F15: another region or client id asks for a sign-in, and the former settings have theirs still', async () => {
    const first = await rig.signedIn();
    const token = await tokenOf(first);
    await first.close();
    for (const changed of [{ region: 'de' }, { clientId: '42' }, { redirectUrl: 'http://homeassistant.local:8123/other' }]) {
      const session = await rig.session({ settings: rig.settings(changed) });
      assert.equal(stands(session), 'sign-in-needed LOGIN_NEEDED');
      await assert.rejects(session.current(), /were changed/);
      await session.close();
    }
    const elsewhere = await rig.session({ settings: rig.settings({ region: 'de' }) });
    await rig.signIn(elsewhere);
    assert.equal(stands(elsewhere), 'connected');
    assert.notEqual((await tokenOf(elsewhere)).value, token.value);
    await elsewhere.close();
    const back = await rig.session();
    assert.equal((await tokenOf(back)).value, token.value);
    assert.equal(back.deviceId, first.deviceId);
  });

  it('F16: a permission taken back says where to give it anew', async () => {
    const session = await rig.signedIn();
    rig.server.always = oauthError(96012);
    await assert.rejects(session.refreshNow(), withCode('LOGIN_NEEDED'));
    const token = await tokenOf(session);
    await assert.rejects(session.renew(token), /taken back, in the Mi account.*sign in again/);
    await assert.rejects(session.current(), withCode('LOGIN_NEEDED'));
    assert.equal(rig.server.requests, 2);
  });

  it('F17: another account than before is told', async () => {
    const session = await rig.signedIn();
    const warning = () => session.view.warning?.message;
    await session.setUid('111');
    assert.equal(session.view.uid, '111');
    assert.equal(warning(), undefined);
    await rig.signIn(session);
    assert.equal(session.view.uid, '111');
    await session.setUid('222');
    assert.equal(session.view.uid, '222');
    assert.match(warning() ?? '', /Another account than before.*222.*111/);
    assert.equal(rig.alarms().length, 1);
    await session.signOut();
    await rig.signIn(session);
    await session.setUid('333');
    assert.equal(warning(), undefined, 'signed out in between: that is what the user wants');
    assert.equal((await rig.session()).view.uid, '333');
  });

  it('F18: a hundred days without network are explained', async () => {
    const first = await rig.signedIn();
    await first.close();
    rig.server.rules.revokeAll();
    rig.clock.jump(100 * DAY);
    const session = await rig.session();
    await rig.landed(session);
    assert.equal(stands(session), 'sign-in-needed LOGIN_NEEDED');
    assert.match(rig.alarms().join(), /last renewed 100 days ago.*three months/);
  });

  it('F19: an answer without a refresh token leaves the one in use', async () => {
    const session = await rig.signedIn();
    const before = recordOf(await rig.store().load(), rig.settings())?.tokens?.refresh;
    rig.server.faults.push({ status: 200, body: '{"code":0,"result":{"access_token":"V3_PLANTED-next","expires_in":"259200"}}' });
    await session.refreshNow();
    assert.equal((await tokenOf(session)).value, 'V3_PLANTED-next');
    assert.equal(recordOf(await rig.store().load(), rig.settings())?.tokens?.refresh, before);
  });

  it('F19: an answer without a time is refreshed as if it were good for an hour', async () => {
    rig.server.rules.expiresIn = undefined;
    const session = await rig.signedIn();
    assert.equal(session.view.validUntil, rig.clock.now() + HOUR);
    await rig.live(session, HOUR, 60_000);
    assert.equal(rig.server.rules.refreshes, 1);
  });

  it('F21: no secret is in a log line, an error, the state or a file, whatever goes wrong', async () => {
    const spoken: string[] = [];
    const speak = (error: unknown): void => {
      const seen = new Set<unknown>();
      for (let one: unknown = error; one instanceof Error && !seen.has(one); one = one.cause) {
        seen.add(one);
        spoken.push(one.message, one.stack ?? '', JSON.stringify(one), JSON.stringify(Object.entries(one)));
      }
    };
    const disk = new FullDisk();
    const session = await rig.signedIn({ store: rig.store({ files: disk.files }) });
    session.watch((view) => spoken.push(JSON.stringify(view), 'error' in view.state ? String(view.state.error.stack) : ''));
    await session.setDeviceTokens(new Map([['1', 'PLANTED-lan-token-00112233']]));
    const echo = (data: string) => ({ status: 200, body: JSON.stringify({ code: -6, message: `cannot parse ${data}`, result: null }) });
    const faults = [
      'drop',
      'lose-reply',
      oauthError(96009, 'token R3_PLANTED-1 unknown'),
      oauthError(96002, 'PLANTED'),
      glitch,
      { status: 500, body: 'V3_PLANTED' },
      { status: 401, body: '' },
    ] as const;
    for (const fault of faults) {
      rig.server.always = fault;
      await rig.clock.during(session.refreshNow()).catch(speak);
      await session.renew(await session.current().catch(() => ({ value: 'V3_PLANTED-x', generation: 0 }))).catch(speak);
      await rig.clock.during(session.complete(rig.server.rules.approve(session.signIn().url))).catch(speak);
      rig.server.always = undefined;
      await rig.signIn(session);
    }
    rig.server.before = (data) => {
      rig.server.always = echo(data);
    };
    await session.refreshNow().catch(speak);
    rig.server.before = () => {
      rig.server.always = undefined;
      disk.isFull = true;
    };
    await session.refreshNow().catch(speak);
    await session.signOut().catch(speak);
    await session.complete('http://x/?code=PLANTED-code&state=PLANTED-state').catch(speak);
    assert.ok(spoken.length > 40 && rig.logs.length > 8, `${spoken.length} ${rig.logs.length}`);
    const everything = [...spoken, ...rig.logs.map(({ text }) => text)].join('\n');
    assert.doesNotMatch(everything, /PLANTED/);
    assert.doesNotMatch(everything, new RegExp(STORE_KEY));
    for (const name of await readdir(rig.folder)) assert.doesNotMatch(await readFile(join(rig.folder, name), 'utf8'), /PLANTED|V3_|R3_/);
  });
});

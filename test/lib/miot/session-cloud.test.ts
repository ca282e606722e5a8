/** What the cloud may answer to a refresh: F7 to F9, F16, F18 and F19 of miot-cloud.md §5.3. */

import assert from 'node:assert/strict';
import { copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { recordOf } from '../../../lib/miot/token-record';
import { until } from '../../support/wait';
import { DAY, HOUR, SessionRig, stands, tokenOf, withCode } from './session-rig';
import { glitch, oauthError } from './token-server';

const DUE = 0.7 * 3 * DAY;

describe('a refresh and the cloud', () => {
  let rig: SessionRig;
  beforeEach(async () => {
    rig = await SessionRig.open();
  });
  afterEach(() => rig.close());

  const file = (suffix = '') => join(rig.folder, `account.tokens${suffix}`);
  const storedToken = async () => recordOf(await rig.store().load(), rig.settings())?.tokens?.access;

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

    it('F9: a 401 without a reason counts only when it is said twice, and once the access token has ended', async () => {
      const session = await rig.signedIn();
      const token = await tokenOf(session);
      rig.server.faults.push({ status: 401, body: '{}' });
      await rig.clock.during(session.refreshNow());
      assert.equal(stands(session), 'connected');
      await rig.clock.advance(2 * 60_000);
      rig.server.always = { status: 401, body: '{}' };
      const renewed = await tokenOf(session);
      assert.notDeepEqual(renewed, token);
      await rig.clock.during(assert.rejects(session.refreshNow(), withCode('CLOUD_UNREACHABLE')));
      const before = rig.server.requests;
      await rig.live(session, 10 * HOUR, 60_000);
      const asked = rig.server.requests - before;
      assert.ok(asked >= 16 && asked <= 20, `twice an hour, and not ${asked} times`);
      assert.deepEqual(await tokenOf(session), renewed);
      assert.deepEqual(rig.alarms(), []);
      await rig.live(session, 3 * DAY, HOUR);
      assert.equal(stands(session), 'sign-in-needed LOGIN_NEEDED');
    });

    it('F9: a network that wants a login of its own and says 401 ends nothing, however long', async () => {
      const session = await rig.signedIn();
      rig.server.always = { status: 401, body: '<html>Welcome to the hotel</html>' };
      await rig.live(session, 5 * DAY, HOUR);
      assert.equal(stands(session), 'degraded CLOUD_UNREACHABLE');
      rig.server.always = undefined;
      await rig.live(session, HOUR, 60_000);
      assert.equal(stands(session), 'connected');
    });

    it('F9: a 401 that could not be confirmed because the session was closed is no end', async () => {
      const session = await rig.signedIn();
      rig.server.rules.expiresIn = 60;
      await session.refreshNow();
      rig.server.always = { status: 503, body: '' };
      await rig.live(session, 120_000, 10_000);
      rig.server.always = { status: 401, body: '{}' };
      const before = rig.server.requests;
      const refreshing = assert.rejects(session.refreshNow());
      await until(() => rig.server.requests > before, 'asked');
      const closing = session.close();
      await rig.slowly(Promise.all([refreshing, closing]));
      assert.equal(rig.server.requests, before + 1, 'not asked once more');
      rig.server.always = undefined;
      const next = await rig.session();
      await rig.landed(next);
      assert.equal(stands(next), 'connected');
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

    it('F9: settings that the cloud refuses once are asked about again a day later', async () => {
      const session = await rig.signedIn();
      rig.server.faults.push(oauthError(96001));
      await rig.live(session, DUE + HOUR, 10 * 60_000);
      assert.equal(stands(session), 'unconfigured MISCONFIGURED');
      rig.clock.jump(HOUR);
      await rig.live(session, 20 * HOUR, HOUR);
      assert.equal(rig.server.requests, 2);
      await rig.live(session, 4 * HOUR, HOUR);
      assert.equal(stands(session), 'connected');
      assert.equal(rig.alarms().length, 1);
    });
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

  it('F16: a token that the cloud has refused before that is not given any more', async () => {
    const session = await rig.signedIn();
    const token = await tokenOf(session);
    rig.server.always = oauthError(96012);
    await assert.rejects(session.renew(token), withCode('LOGIN_NEEDED'));
    await assert.rejects(session.current(), withCode('LOGIN_NEEDED'));
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
});

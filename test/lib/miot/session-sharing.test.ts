/** Who else is at it: other processes, many requests, deploys, deleted nodes, other settings. F10 to F15 and F17 of miot-cloud.md §5.3. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../../lib/miot/session';
import { DAY, HOUR, SessionRig, stands, tokenOf, withCode } from './session-rig';

const DUE = 0.7 * 3 * DAY;

describe('a refresh and others', () => {
  let rig: SessionRig;
  beforeEach(async () => {
    rig = await SessionRig.open();
  });
  afterEach(() => rig.close());

  const file = (suffix = '') => join(rig.folder, `account.tokens${suffix}`);

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

  it('F11: one token that the cloud refused is not given up while it gives no other', async () => {
    const session = await rig.signedIn();
    const token = await tokenOf(session);
    await rig.clock.advance(HOUR);
    rig.server.always = { status: 503, body: '' };
    for (let time = 0; time < 3; time++) {
      await assert.rejects(session.renew(token), withCode('CLOUD_UNREACHABLE'));
      assert.deepEqual(await tokenOf(session), token, 'it may be good after all');
    }
    assert.equal(rig.server.requests, 2, 'and asks no more often than after any other failure');
    assert.deepEqual(rig.alarms(), []);
    rig.server.always = undefined;
    await rig.live(session, 60_000);
    assert.notDeepEqual(await session.renew(token), token);
  });

  it('F12: a cloud that refuses every token is asked for another at most once a minute', async () => {
    const session = await rig.signedIn();
    let token = await tokenOf(session);
    for (let second = 0; second < 600; second++) {
      token = await session.renew(token).catch(() => token);
      await rig.clock.advance(1_000);
    }
    // After none, 1, 2 and 4 minutes.
    assert.equal(rig.server.rules.refreshes, 4);
    // A single refusal does not make a good token worthless.
    const renewed = await tokenOf(session);
    await session.renew(renewed).catch(() => {});
    assert.ok(rig.server.rules.accepts((await tokenOf(session)).value));
  }).timeout(30_000);

  it('F12: a day of refusals is a few refreshes, and the first good token makes it forget them', async () => {
    const session = await rig.signedIn();
    let token = await tokenOf(session);
    for (let minute = 0; minute < 24 * 60; minute++) {
      token = await session.renew(token).catch(() => token);
      await rig.clock.advance(60_000);
    }
    assert.ok(rig.server.rules.refreshes <= 32, String(rig.server.rules.refreshes));
    assert.equal(stands(session), 'connected');
    // The tokens work again; the next refusal, long after, is met at once.
    await rig.live(session, 12 * HOUR, HOUR);
    for (const minutes of [10, 2, 10]) {
      const renewed = await session.renew(await tokenOf(session));
      assert.ok(rig.server.rules.accepts(renewed.value));
      await rig.live(session, minutes * 60_000);
    }
  }).timeout(30_000);

  it('F12: holds for whatever makes a refresh due', async () => {
    const session = await rig.signedIn();
    await session.refreshNow();
    rig.clock.jump(3650 * DAY);
    await session.current();
    await rig.pass(session, 30_000);
    assert.equal(rig.server.rules.refreshes, 1);
    await rig.pass(session, 60_000);
    assert.equal(rig.server.rules.refreshes, 2);
  });

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

    it('F13: one that had not begun is left to the next session', async () => {
      const session = await rig.signedIn();
      const lease = await rig.store().lease();
      const refreshing = session.refreshNow();
      const closing = session.close();
      await lease.release();
      await rig.slowly(Promise.all([refreshing, closing]));
      assert.equal(rig.server.requests, 1);
      assert.ok(!existsSync(file('.intent')));
      assert.equal(stands(session), 'connected');
    });

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
});

/** What a refresh must survive of the disk and of processes that stop: F1 to F4 of miot-cloud.md §5.3. Killed processes: session-kill.test.ts. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordOf } from '../../../lib/miot/token-record';
import { until } from '../../support/wait';
import { DAY, DeafDisk, FullDisk, HOUR, SessionRig, stands, tokenOf, withCode } from './session-rig';
import { oauthError } from './token-server';

const DUE = 0.7 * 3 * DAY;

describe('a refresh and the disk', () => {
  let rig: SessionRig;
  beforeEach(async () => {
    rig = await SessionRig.open();
  });
  afterEach(() => rig.close());

  const file = (suffix = '') => join(rig.folder, `account.tokens${suffix}`);
  const storedToken = async () => recordOf(await rig.store().load(), rig.settings())?.tokens?.access;

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
    it('F2: is asked for once more, after 5 s and not before: well if the cloud had not acted', async () => {
      const session = await rig.signedIn();
      rig.server.faults.push('drop');
      const refreshing = session.refreshNow();
      await until(() => rig.clock.openTimers === 3, 'the tick, the heartbeat of the lock and the wait');
      assert.equal(rig.server.requests, 2);
      await rig.clock.advance(4_900);
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(rig.server.requests, 2);
      await rig.clock.advance(100);
      await refreshing;
      assert.equal(rig.server.requests, 3);
      assert.equal(stands(session), 'connected');
    });

    it('F2: is asked for once only where the session was closed meanwhile', async () => {
      const session = await rig.signedIn();
      rig.server.always = 'drop';
      const refreshing = assert.rejects(session.refreshNow(), withCode('CLOUD_UNREACHABLE'));
      await until(() => rig.server.requests === 2, 'asked');
      await rig.slowly(Promise.all([refreshing, session.close()]));
      assert.equal(rig.server.requests, 2);
      assert.ok(existsSync(file('.intent')), 'the next one knows');
    });

    it('F2: is remembered by the session itself, whatever the cloud says later', async () => {
      const session = await rig.signedIn();
      rig.server.faults.push('lose-reply', 'drop');
      await rig.clock.during(assert.rejects(session.refreshNow(), withCode('CLOUD_UNREACHABLE')));
      await rig.clock.during(assert.rejects(session.refreshNow(), withCode('LOGIN_NEEDED')));
      assert.match(rig.alarms().join(), /answer to a refresh was lost/);
    });

    it('F2: is not claimed where the cloud never acted', async () => {
      const session = await rig.signedIn();
      rig.server.faults.push({ status: 503, body: '' });
      await assert.rejects(session.refreshNow(), withCode('CLOUD_UNREACHABLE'));
      rig.server.rules.revokeAll();
      await assert.rejects(session.refreshNow(), withCode('LOGIN_NEEDED'));
      assert.doesNotMatch(rig.alarms().join(), /was lost/);
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

    it('F3: that takes no lock puts it off too, and no longer than the access token lives', async () => {
      const disk = new FullDisk();
      disk.isMeant = (path) => path.endsWith('.lock');
      const session = await rig.signedIn({ store: rig.store({ files: disk.files }) });
      disk.isFull = true;
      await assert.rejects(session.refreshNow(), withCode('STORE_FAILED'));
      assert.equal(rig.server.requests, 1);
      assert.equal(stands(session), 'degraded STORE_FAILED');
      await rig.live(session, 3 * DAY, HOUR);
      await rig.live(session, 10 * 60_000);
      assert.equal(rig.server.rules.refreshes, 1);
      assert.equal(stands(session), 'connected');
    }).timeout(60_000);

    it('F3: a session that was dropped without being closed leaves the new token to the next one', async () => {
      const disk = new FullDisk();
      const session = await rig.signedIn({ store: rig.store({ files: disk.files }) });
      rig.server.before = () => {
        disk.isFull = true;
      };
      await assert.rejects(session.refreshNow(), withCode('STORE_FAILED'));
      const token = await tokenOf(session);
      rig.server.before = () => {};
      const next = await rig.session({ store: rig.store({ files: disk.files }) });
      disk.isFull = false;
      await next.refreshNow();
      assert.equal(rig.server.rules.spentUses, 0);
      assert.notEqual(await storedToken(), token.value);
      assert.equal(await storedToken(), (await tokenOf(next)).value);
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

  describe('a file that cannot be read', () => {
    it('is no empty one: nothing is asked, nothing signed out, and a sign-in keeps its code', async () => {
      await (await rig.signedIn()).close();
      const disk = new DeafDisk();
      const session = await rig.session({ store: rig.store({ files: disk.files }) });
      assert.equal(stands(session), 'degraded STORE_FAILED');
      await assert.rejects(session.current(), withCode('STORE_FAILED'));
      await assert.rejects(session.signOut(), withCode('STORE_FAILED'));
      assert.equal(stands(session), 'degraded STORE_FAILED');
      const address = rig.server.rules.approve(session.signIn().url);
      await assert.rejects(session.complete(address), withCode('STORE_FAILED'));
      assert.equal(rig.server.requests, 1);
      assert.equal(rig.alarms().length, 1);
      disk.isDeaf = false;
      await session.complete(address);
      assert.equal(stands(session), 'connected');
    });

    it('is tried again by the tick', async () => {
      const first = await rig.signedIn();
      const token = await tokenOf(first);
      await first.close();
      const disk = new DeafDisk();
      const session = await rig.session({ store: rig.store({ files: disk.files }) });
      disk.isDeaf = false;
      assert.equal(stands(session), 'degraded STORE_FAILED');
      await rig.clock.advance(60_000);
      await until(() => stands(session) === 'connected', 'read');
      assert.deepEqual(await tokenOf(session), token);
    });

    it('is tried again at once by whoever needs a token', async () => {
      const first = await rig.signedIn();
      const token = await tokenOf(first);
      await first.close();
      const disk = new DeafDisk();
      const session = await rig.session({ store: rig.store({ files: disk.files }) });
      disk.isDeaf = false;
      assert.deepEqual(await tokenOf(session), token);
      assert.equal(stands(session), 'connected');
    });
  });

  it('a key that was mistyped and put right costs nothing: sign-in, device id and LAN tokens are back', async () => {
    const first = await rig.signedIn();
    await first.setDeviceTokens(new Map([['1', 'PLANTED-lan-token']]));
    const token = await tokenOf(first);
    await first.close();
    const mistyped = await rig.session({ settings: rig.settings({ storeKey: 'typo' }), store: rig.store({ storeKey: 'typo' }) });
    assert.equal(stands(mistyped), 'signed-out LOGIN_NEEDED');
    await mistyped.close();
    const session = await rig.session();
    assert.deepEqual(await tokenOf(session), token);
    assert.equal(session.deviceId, first.deviceId);
    assert.equal(session.deviceTokens.get('1'), 'PLANTED-lan-token');
    await session.refreshNow();
    assert.equal(stands(await rig.session()), 'connected');
  });
});

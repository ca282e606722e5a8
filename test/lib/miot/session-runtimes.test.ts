/** Two runtimes on one file, each with its own memory: whoever has a good token, both have it in the end (F3, F9, F10 of miot-cloud.md §5.3). */

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { nextGeneration, recordOf, withRecord } from '../../../lib/miot/token-record';
import { until } from '../../support/wait';
import { DAY, FullDisk, HOUR, SessionRig, stands, tokenOf, withCode } from './session-rig';

describe('two runtimes', () => {
  let rig: SessionRig;
  beforeEach(async () => {
    rig = await SessionRig.open();
  });
  afterEach(() => rig.close());

  const lock = () => join(rig.folder, 'account.tokens.lock');
  /** Somebody else has it now. A new file: the heartbeat of the former one goes nowhere. */
  const takeLock = (): void => {
    rmSync(lock());
    writeFileSync(lock(), JSON.stringify({ pid: 1, host: 'elsewhere', nonce: 'n', beat: '0' }));
  };

  it('F3: a token that only one of them has, because the disk was full, is on the disk in the end, and in both', async () => {
    const disk = new FullDisk();
    const one = await rig.signedIn({ store: rig.store({ files: disk.files }) });
    const other = await rig.session({ store: await rig.foreignStore() });
    rig.server.after = () => {
      disk.isFull = true;
    };
    await assert.rejects(one.refreshNow(), withCode('STORE_FAILED'));
    const token = await tokenOf(one);
    rig.server.after = () => {};
    disk.isFull = false;
    // It spends the token that is spent, hears that all is over, and writes that down.
    await rig.clock.during(assert.rejects(other.refreshNow(), withCode('LOGIN_NEEDED')));
    await rig.clock.advance(60_000);
    await until(() => stands(one) === 'connected', 'written at last');
    assert.deepEqual(await tokenOf(one), token);
    await rig.clock.advance(60_000);
    await until(() => stands(other) === 'connected', 'the other one has read it');
    assert.equal((await tokenOf(other)).value, token.value);
    const stored = recordOf(await (await rig.foreignStore()).load(), rig.settings());
    assert.deepEqual([stored?.tokens?.access, stored?.ended], [token.value, undefined]);
    await one.refreshNow();
    assert.equal(rig.server.rules.spentUses, 1);
  });

  it('F3: what somebody else has signed in to meanwhile is not overwritten by what the disk had refused', async () => {
    const disk = new FullDisk();
    const one = await rig.signedIn({ store: rig.store({ files: disk.files }) });
    const other = await rig.session({ store: await rig.foreignStore() });
    await one.setDeviceTokens(new Map([['1', 'PLANTED-lan-token-1']]));
    rig.server.before = () => {
      disk.isFull = true;
    };
    await assert.rejects(one.refreshNow(), withCode('STORE_FAILED'));
    rig.server.before = () => {};
    await rig.clock.advance(10_000);
    await rig.signIn(other);
    await other.setDeviceTokens(new Map([['2', 'PLANTED-lan-token-2']]));
    disk.isFull = false;
    await rig.clock.advance(60_000);
    await until(() => stands(one) === 'connected', 'written, or given up');
    const { value } = await tokenOf(other);
    assert.equal((await tokenOf(one)).value, value);
    assert.ok(rig.server.rules.accepts(value));
    const stored = await (await rig.foreignStore()).load();
    assert.equal(recordOf(stored, rig.settings())?.tokens?.access, value);
    assert.deepEqual(stored.deviceTokens, { 2: 'PLANTED-lan-token-2' });
  });

  it('F9: a sign-in on one of them ends “sign in again” on the other', async () => {
    const one = await rig.signedIn();
    const other = await rig.session({ store: await rig.foreignStore() });
    rig.server.rules.revokeAll();
    await assert.rejects(one.refreshNow());
    await assert.rejects(other.refreshNow());
    assert.equal(stands(other), 'sign-in-needed LOGIN_NEEDED');
    const given: string[] = [];
    other.onToken(({ value }) => given.push(value));
    await rig.signIn(one);
    await rig.clock.advance(60_000);
    await until(() => stands(other) === 'connected', 'it has looked again');
    assert.deepEqual(given, [(await tokenOf(one)).value]);
    assert.equal(other.deviceId, one.deviceId);
  });

  it('F10: a first sign-in on one of them is one on the other, and so is signing out and in again', async () => {
    const one = await rig.session();
    const other = await rig.session({ store: await rig.foreignStore() });
    await rig.signIn(one);
    await rig.clock.advance(60_000);
    await until(() => stands(other) === 'connected', 'signed in');
    await other.signOut();
    await other.close();
    await rig.signIn(one);
    const again = await rig.session({ store: await rig.foreignStore() });
    assert.deepEqual(await tokenOf(again), await tokenOf(one));
  });

  it('F9: a sign-in on one of them helps the other out of what the cloud has called a mistake of the settings', async () => {
    const one = await rig.signedIn();
    const other = await rig.session({ store: await rig.foreignStore() });
    rig.server.faults.push({ status: 200, body: '{"code":-6,"message":"no","result":{"error":96001}}' });
    await assert.rejects(other.refreshNow(), withCode('MISCONFIGURED'));
    await one.refreshNow();
    await rig.clock.advance(60_000);
    await until(() => stands(other) === 'connected', 'it has looked again');
    assert.deepEqual(await tokenOf(other), await tokenOf(one));
  });

  it('F10: one that stood still with the lock in its hand keeps what the cloud gave it, and the other has it too', async () => {
    const one = await rig.signedIn();
    const other = await rig.session({ store: await rig.foreignStore() });
    let answer = (): void => {};
    let isFirst = true;
    rig.server.after = () => {
      if (!isFirst) return undefined;
      isFirst = false;
      return new Promise<void>((resolve) => {
        answer = resolve;
      });
    };
    const refreshing = one.refreshNow();
    await until(() => !isFirst, 'asked');
    // As if the process had been stopped, and its lock had been taken away.
    await rm(lock());
    await rig.clock.during(assert.rejects(other.refreshNow(), withCode('LOGIN_NEEDED')));
    answer();
    await refreshing;
    assert.equal(stands(one), 'connected');
    await rig.clock.advance(60_000);
    await until(() => stands(other) === 'connected', 'it has looked again');
    assert.deepEqual(await tokenOf(other), await tokenOf(one));
  });

  it('F10: one whose lock was taken before it could ask does not ask', async () => {
    const session = await rig.signedIn();
    const disk = new FullDisk();
    const slow = await rig.session({ store: rig.store({ files: disk.files }) });
    disk.isMeant = (path) => {
      // Between the lock and the request.
      if (path.endsWith('.intent.new')) takeLock();
      return false;
    };
    disk.isFull = true;
    await rig.clock.during(assert.rejects(slow.refreshNow(), (error: Error) => /taken over/.test(error.message)));
    assert.equal(rig.server.requests, 1);
    assert.match(await readFile(lock(), 'utf8'), /elsewhere/, 'it is not ours to remove');
    disk.isFull = false;
    await rm(lock());
    await rig.pass(slow, 2 * 60_000);
    assert.equal(stands(slow), 'connected');
    assert.equal(rig.server.rules.refreshes, 1);
    await session.close();
  });

  it('F10: one whose lock was taken while it waited for its second attempt makes none', async () => {
    const session = await rig.signedIn();
    rig.server.faults.push('drop');
    const refreshing = assert.rejects(session.refreshNow(), withCode('CLOUD_UNREACHABLE'));
    await until(() => rig.clock.openTimers === 3, 'the tick, the heartbeat of the lock and the wait');
    takeLock();
    await rig.clock.during(refreshing);
    assert.equal(rig.server.requests, 2);
    await rm(lock());
  });

  it('F10: one that lost its lock while the cloud was at it respects what was written meanwhile', async () => {
    const session = await rig.signedIn();
    const store = await rig.foreignStore();
    let isDone = false;
    rig.server.after = async () => {
      if (isDone) return;
      isDone = true;
      await rm(lock());
      await store.update((stored) => {
        const record = recordOf(stored, rig.settings());
        assert.ok(record?.tokens !== undefined);
        const tokens = { ...record.tokens, access: 'V3_signed-in-elsewhere', refresh: 'R3_signed-in-elsewhere' };
        return withRecord(stored, { ...record, tokens, generation: nextGeneration(stored) });
      });
    };
    await rig.clock.during(session.refreshNow());
    assert.equal((await tokenOf(session)).value, 'V3_signed-in-elsewhere');
    assert.equal(recordOf(await store.load(), rig.settings())?.tokens?.access, 'V3_signed-in-elsewhere');
  });

  it('F13: a deploy while a sign-in is being finished waits for it, 5 s at most, and the next one has it', async () => {
    for (const isSlow of [false, true]) {
      const first = await rig.session();
      const address = rig.server.rules.approve(first.signIn().url);
      let answer = (): void => {};
      rig.server.after = () =>
        new Promise<void>((resolve) => {
          answer = resolve;
        });
      const before = rig.server.requests;
      const completing = first.complete(address);
      await until(() => rig.server.requests > before, 'asked');
      const began = rig.clock.monotonic();
      const closing = first.close();
      const next = isSlow ? await rig.session() : undefined;
      if (isSlow) await rig.clock.during(closing);
      answer();
      await closing;
      await completing;
      const waited = rig.clock.monotonic() - began;
      assert.ok(isSlow ? Math.abs(waited - 5_000) < 100 : waited === 0, `${waited} ms`);
      const session = next ?? (await rig.session());
      if (isSlow) await rig.clock.advance(60_000);
      await until(() => stands(session) === 'connected', 'signed in');
      rig.server.after = () => {};
      await session.signOut();
    }
  });

  it('F9: a day of looking for a sign-in asks the cloud nothing', async () => {
    const session = await rig.session();
    await rig.live(session, DAY, HOUR);
    assert.equal(rig.server.requests, 0);
    assert.deepEqual(rig.logs, []);
  });
});

/** When devices that come into use are read: once, and early where push is slow. */

import assert from 'node:assert/strict';
import { AccountFollow } from '../../../lib/miot/account-follow';
import type { CloudDevice } from '../../../lib/miot/cloud-device';
import { DeviceBook } from '../../../lib/miot/device-book';
import type { PushState } from '../../../lib/miot/push-options';
import { ManualClock } from '../../support/clock';

describe('devices that come into use', () => {
  let clock: ManualClock;
  let topics: string[];
  let reads: string[][];
  let push: { state: PushState; follow(dids: ReadonlySet<string>): void };
  let follow: AccountFollow;

  beforeEach(() => {
    clock = new ManualClock();
    [topics, reads] = [['1', '2'], []];
    push = { state: 'connecting', follow: () => {} };
    const book = new DeviceBook();
    book.list(['1', '2', '3'].map((did) => ({ did, name: '', urn: '', isOnline: true, token: '' }) as CloudDevice));
    follow = new AccountFollow({ clock, book, topics: () => topics, push, read: (dids) => void reads.push([...dids]) });
  });

  afterEach(() => {
    follow.close();
    assert.equal(clock.openTimers, 0);
  });

  it('are left to push where it connects in a moment', async () => {
    follow.update();
    await clock.advance(1_000);
    push.state = 'connected';
    follow.connected();
    await clock.advance(10_000);
    assert.deepEqual(reads, []);
  });

  it('are read where push takes longer, once', async () => {
    follow.update();
    await clock.advance(1_000);
    assert.deepEqual(reads, []);
    await clock.advance(10_000);
    assert.deepEqual(reads, [['1', '2']]);
  });

  it('are read as soon as push gives up for now', () => {
    follow.update();
    push.state = 'waiting';
    follow.pushMoved();
    assert.deepEqual(reads, [['1', '2']]);
  });

  it('are read at once where push is away, and only those that are new', () => {
    push.state = 'refused';
    follow.update();
    topics.push('3');
    follow.update();
    assert.deepEqual(reads, [['1', '2'], ['3']]);
  });

  it('are left to push where it is connected', async () => {
    push.state = 'connected';
    follow.update();
    await clock.advance(10_000);
    assert.deepEqual(reads, []);
  });

  it('are not read where nobody uses them any more', async () => {
    follow.update();
    topics = ['2'];
    follow.update();
    await clock.advance(10_000);
    assert.deepEqual(reads, [['2']]);
  });

  it('are looked at once for all that come in one turn', async () => {
    let looks = 0;
    push.follow = () => void looks++;
    for (let node = 0; node < 5; node++) follow.plan();
    await clock.advance(0);
    assert.equal(looks, 1);
  });

  it('are not looked at after the end', async () => {
    let looks = 0;
    push.follow = () => void looks++;
    follow.plan();
    follow.close();
    assert.equal(clock.openTimers, 0);
    await clock.advance(1_000);
    assert.equal(looks, 0);
  });
});

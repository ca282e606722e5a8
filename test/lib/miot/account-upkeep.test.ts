/** When the list and the values of an account are fetched. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { AccountUpkeep } from '../../../lib/miot/account-upkeep';
import { ManualClock } from '../../support/clock';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('the upkeep of an account', () => {
  let clock: ManualClock;
  let lists: number[];
  let reads: string[];
  let readEnds: (() => void)[];
  let outcomes: (string | undefined)[];
  let failure: LumiotError | undefined;
  let isPushed: boolean;
  let isCutOff: boolean;
  let doesReadHang: boolean;
  let doesListHang: boolean;
  let listEnds: (() => void)[];
  let upkeep: AccountUpkeep;

  beforeEach(() => {
    clock = new ManualClock();
    [lists, reads, readEnds, outcomes, listEnds] = [[], [], [], [], []];
    [failure, isPushed, isCutOff, doesReadHang, doesListHang] = [undefined, true, false, false, false];
    const begun = clock.monotonic();
    upkeep = new AccountUpkeep({
      clock,
      random: () => 0.5,
      list: async () => {
        lists.push((clock.monotonic() - begun) / SECOND);
        const failing = failure;
        if (doesListHang) await new Promise<void>((resolve) => listEnds.push(resolve));
        if (failing !== undefined) throw failing;
      },
      read: (which) => {
        reads.push(which);
        return doesReadHang ? new Promise((resolve) => readEnds.push(resolve)) : Promise.resolve();
      },
      isPushed: () => isPushed,
      isCutOff: () => isCutOff,
      onOutcome: (error) => void outcomes.push(error?.code),
    });
  });

  afterEach(() => {
    upkeep.end();
    assert.equal(clock.openTimers, 0);
  });

  const unreachable = (): LumiotError => new LumiotError('CLOUD_UNREACHABLE', 'The cloud is away. Try again later.');

  it('lists at once, and then every hour', async () => {
    upkeep.begin();
    await clock.advance(3 * HOUR + MINUTE);
    assert.deepEqual(lists, [0, 3_600, 7_200, 10_800]);
  });

  it('reads what nobody pushes every five minutes, and everything each half hour', async () => {
    upkeep.begin();
    await clock.advance(HOUR + MINUTE);
    assert.equal(reads.length, 12);
    assert.deepEqual(
      reads.flatMap((which, index) => (which === 'all' ? [index] : [])),
      [5, 11],
    );
  });

  it('reads everything every minute while nothing is pushed', async () => {
    isPushed = false;
    upkeep.begin();
    await clock.advance(5 * MINUTE);
    assert.deepEqual(reads, ['all', 'all', 'all', 'all', 'all']);
  });

  it('reads in one chain, however often it ends and begins while a read is under way', async () => {
    isPushed = false;
    doesReadHang = true;
    upkeep.begin();
    await clock.advance(MINUTE);
    for (let turn = 0; turn < 3; turn++) {
      upkeep.end();
      upkeep.begin();
      for (const end of readEnds.splice(0)) end();
      await clock.advance(MINUTE);
    }
    assert.equal(readEnds.length, 1);
    upkeep.end();
    for (const end of readEnds.splice(0)) end();
    const before = reads.length;
    await clock.advance(10 * MINUTE);
    assert.equal(reads.length, before);
  });

  it('lists soon after push connected, and not again and again where it flaps', async () => {
    upkeep.begin();
    await clock.advance(10 * SECOND);
    for (let flap = 0; flap < 5; flap++) upkeep.soon();
    await clock.advance(0);
    assert.equal(lists.length, 2);
    await clock.advance(2 * SECOND);
    for (let flap = 0; flap < 5; flap++) upkeep.soon();
    await clock.advance(MINUTE);
    assert.deepEqual(lists, [0, 10, 16]);
  });

  it('lists once more where push connected during a list', async () => {
    doesListHang = true;
    upkeep.begin();
    await clock.advance(SECOND);
    upkeep.soon();
    doesListHang = false;
    for (const end of listEnds) end();
    await clock.advance(MINUTE);
    assert.deepEqual(lists, [0, 6]);
  });

  it('tries again later each time, and lets nobody else ask meanwhile', async () => {
    failure = unreachable();
    upkeep.begin();
    await clock.advance(SECOND);
    for (let passed = 0; passed < 360; passed++) {
      upkeep.doubt();
      await assert.rejects(upkeep.fresh(), failure);
      await clock.advance(10 * SECOND);
    }
    assert.ok(lists.length < 35, `${lists.length} lists in an hour`);
    assert.ok(lists.length > 15, `${lists.length} lists in an hour`);
  });

  it('looks once a minute at most whether the cloud is there where requests fail', async () => {
    upkeep.begin();
    for (let passed = 0; passed < 29; passed++) {
      upkeep.doubt();
      await clock.advance(10 * SECOND);
    }
    assert.deepEqual(lists, [0, 60, 120, 180, 240]);
  });

  it('asks again for a device nobody knows, once a minute at most', async () => {
    upkeep.begin();
    await clock.advance(SECOND);
    for (let tries = 0; tries < 5; tries++) await upkeep.fresh();
    assert.equal(lists.length, 1);
    await clock.advance(MINUTE);
    await upkeep.fresh();
    assert.equal(lists.length, 2);
  });

  it('polls nothing while it is cut off, and reads everything once it is back', async () => {
    upkeep.begin();
    await clock.advance(SECOND);
    [failure, isCutOff] = [unreachable(), true];
    upkeep.refresh().catch(() => {});
    await clock.advance(HOUR);
    assert.deepEqual(reads, []);
    [failure, isCutOff] = [undefined, false];
    await upkeep.refresh();
    assert.deepEqual(reads, ['all']);
    await clock.advance(6 * MINUTE);
    assert.deepEqual(reads, ['all', 'not-pushed']);
  });

  it('a list from before it ended says nothing, and the next run lists for itself', async () => {
    [failure, doesListHang] = [unreachable(), true];
    upkeep.begin();
    upkeep.end();
    [failure, doesListHang] = [undefined, false];
    upkeep.begin();
    await clock.advance(SECOND);
    for (const end of listEnds) end();
    await clock.advance(MINUTE);
    assert.deepEqual([lists, outcomes], [[0, 0], [undefined]]);
  });
});

/** What keeps liars in bounds, piece by piece: claims, floods, lists that are made up. */

import assert from 'node:assert/strict';
import { Claims } from '../../../lib/lumi/claims';
import { Floods } from '../../../lib/lumi/floods';
import type { Found } from '../../../lib/lumi/found';
import { Inventory } from '../../../lib/lumi/inventory';
import { ManualClock } from '../../support/clock';

const HALL = '34ce00fb61a9';
const found = (address: string): Found => ({
  ...{ sid: HALL, wireSid: HALL, model: 'gateway', address, port: 9898, dialect: 1, protoVersion: '1.1.2', via: '127.0.0.1', by: 'iam' },
});

describe('a claim', () => {
  let clock: ManualClock;
  let told: string[];
  let claims: Claims;
  beforeEach(() => {
    clock = new ManualClock();
    told = [];
    claims = new Claims(clock, {
      ask: () => told.push('ask'),
      follow: ({ address }) => told.push(`follow ${address}`),
      refuse: ({ address }) => told.push(`refuse ${address}`),
    });
  });

  it('is believed when nobody answers three times', async () => {
    claims.hear(found('a'));
    assert.equal(claims.isPending, true);
    await clock.advance(689);
    assert.deepEqual(told, ['ask', 'ask', 'ask']);
    await clock.advance(1);
    assert.deepEqual(told, ['ask', 'ask', 'ask', 'follow a']);
    assert.deepEqual([claims.isPending, clock.openTimers], [false, 0]);
  });

  it('is refused as soon as the gateway answers where it was', async () => {
    claims.hear(found('a'));
    await clock.advance(300);
    claims.answered();
    claims.answered();
    await clock.advance(1_000);
    assert.deepEqual(told, ['ask', 'ask', 'refuse a']);
    assert.deepEqual([claims.isPending, clock.openTimers], [false, 0]);
  });

  it('waits for none of the others, and asks no more for them', async () => {
    for (const address of ['a', 'b', 'c']) claims.hear(found(address));
    assert.deepEqual(told, ['ask']);
    await clock.advance(690);
    assert.equal(told.at(-1), 'follow a');
    claims.hear(found('b'));
    assert.equal(claims.isPending, true);
  });

  it('is forgotten at the end', async () => {
    claims.hear(found('a'));
    claims.close();
    await clock.advance(1_000);
    assert.deepEqual([told, claims.isPending, clock.openTimers], [['ask'], false, 0]);
  });
});

describe('a flood', () => {
  it('is more than a thousand useless datagrams in a second, by sender', async () => {
    const clock = new ManualClock();
    const floods = new Floods(clock);
    for (let count = 1; count <= 1_000; count++) assert.equal(floods.isFlood('a'), false);
    assert.equal(floods.isFlood('b'), false);
    assert.equal(floods.isFlood('a'), true);
    await clock.advance(1_000);
    assert.equal(floods.isFlood('a'), false);
  });

  it('from everywhere at once is less a sender', async () => {
    const clock = new ManualClock();
    const floods = new Floods(clock);
    const each = (count: number): boolean[] =>
      Array.from({ length: 50 }, (_, index) => Array.from({ length: count }, () => floods.isFlood(`${index}`)).at(-1) ?? false);
    assert.deepEqual(new Set(each(100)), new Set([false]));
    assert.deepEqual(new Set(each(1)), new Set([true]));
    await clock.advance(1_000);
    assert.deepEqual(new Set(each(100)), new Set([false]));
  });

  it('is muted for ten seconds', async () => {
    const clock = new ManualClock();
    const floods = new Floods(clock);
    assert.equal(floods.isMuted('a'), false);
    floods.mute('a');
    assert.deepEqual([floods.isMuted('a'), floods.isMuted('b')], [true, false]);
    await clock.advance(9_999);
    assert.equal(floods.isMuted('a'), true);
    await clock.advance(1);
    assert.deepEqual([floods.isMuted('a'), floods.isMuted('a')], [false, false]);
  });

  it('from addresses without end costs no memory without end, and silences those that are counted', () => {
    const floods = new Floods(new ManualClock());
    for (let index = 0; index < 1_000; index++) floods.isFlood(`x${index}`);
    for (let count = 0; count < 2_000; count++) assert.equal(floods.isFlood('late'), false);
    for (let count = 1; count < 1_000; count++) floods.isFlood('x7');
    assert.equal(floods.isFlood('x7'), true);
  });

  it('is counted anew once it was muted', () => {
    const floods = new Floods(new ManualClock());
    for (let count = 0; count < 1_001; count++) floods.isFlood('a');
    floods.mute('a');
    assert.equal(floods.isFlood('a'), false);
    for (let index = 0; index < 1_500; index++) floods.mute(`x${index}`);
    assert.equal(floods.isMuted('x1499'), true);
  });
});

describe('a list that is made up', () => {
  it('adds no more than a thousand devices, and is told once', () => {
    const log: string[] = [];
    const quiet = (): void => {};
    const inventory = new Inventory({
      clock: new ManualClock(),
      log: { info: quiet, error: quiet, warn: (text) => log.push(text) },
      onAdded: quiet,
      onListed: quiet,
      onRemoved: quiet,
      onMerged: quiet,
    });
    const list = (from: number): { devices: { sid: string; wireSid: string; model: string }[]; isWhole: boolean } => ({
      devices: Array.from({ length: 4_000 }, (_, index) => ({ sid: `158d${from + index}`, wireSid: `158d${from + index}`, model: '' })),
      isWhole: true,
    });
    for (const from of [100_000, 200_000, 300_000]) inventory.takeList(list(from), HALL);
    assert.equal(inventory.size, 1_000);
    assert.deepEqual(log, [`Gateway ${HALL} lists more than 1000 devices. The others were left out.`]);
    // What is missing from three lists makes room again.
    for (const from of [300_000, 300_000]) inventory.takeList(list(from), HALL);
    assert.equal(inventory.size, 1_000);
    assert.ok(inventory.get('158d300000') !== undefined);
    inventory.close();
  });
});

import assert from 'node:assert/strict';
import { Travels } from '../../../lib/lumi/travels';
import { ManualClock } from '../../support/clock';

describe('a curtain', () => {
  let clock: ManualClock;
  let travels: Travels;
  const go = (target: number | undefined, run = (): Promise<string> => Promise.resolve('ack')) => travels.during('c', 0, target, run);

  beforeEach(() => {
    clock = new ManualClock();
    travels = new Travels(clock);
  });

  it('is under way until it is where it should be', async () => {
    assert.equal(await go(100), 'ack');
    assert.equal(travels.isMoving('c'), true);
    travels.at('c', 0);
    travels.at('c', null);
    assert.equal(travels.isMoving('c'), true);
    travels.at('c', 100);
    assert.equal(travels.isMoving('c'), false);
  });

  it('that told its position on the way and then nothing more has stopped there', async () => {
    await go(100);
    travels.at('c', 40);
    await clock.advance(4_999);
    assert.equal(travels.isMoving('c'), true);
    await clock.advance(1);
    assert.equal(travels.isMoving('c'), false);
  });

  it('has arrived after a minute, whatever got lost', async () => {
    await go(100);
    await clock.advance(60_000);
    assert.equal(travels.isMoving('c'), false);
  });

  it('is not under way after a stop, or to where it is', async () => {
    await go(100);
    await go(undefined);
    assert.equal(travels.isMoving('c'), false);
    await go(0);
    assert.equal(travels.isMoving('c'), false);
  });

  it('goes on as before when a command fails', async () => {
    await assert.rejects(go(100, () => Promise.reject(new Error('no answer'))));
    assert.equal(travels.isMoving('c'), false);
    await go(100);
    await assert.rejects(go(undefined, () => Promise.reject(new Error('no answer'))));
    assert.equal(travels.isMoving('c'), true);
    travels.at('other', 5);
  });
});

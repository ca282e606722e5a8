import assert from 'node:assert/strict';
import { Bunch } from '../../../../nodes/shared/runtime/bunch';
import { ManualClock } from '../../../support/clock';

describe('those who can wait a little', () => {
  it('are woken together with whom they are due shortly before', async () => {
    const clock = new ManualClock();
    const bunch = new Bunch(clock);
    const woken: string[] = [];
    bunch.after(1_000, () => woken.push('first'));
    await clock.advance(50);
    bunch.after(800, () => woken.push('second'));
    assert.equal(clock.openTimers, 1);
    await clock.advance(949);
    assert.deepEqual(woken, []);
    await clock.advance(1);
    assert.deepEqual(woken, ['first', 'second']);
    assert.equal(clock.openTimers, 0);
  });

  it('are never woken too early, nor more than a quarter of a second late', async () => {
    const clock = new ManualClock();
    const bunch = new Bunch(clock);
    const woken: string[] = [];
    bunch.after(1_000, () => woken.push('first'));
    bunch.after(1_100, () => woken.push('later'));
    bunch.after(700, () => woken.push('sooner'));
    assert.equal(clock.openTimers, 3);
    await clock.advance(1_000);
    assert.deepEqual(woken, ['sooner', 'first']);
  });

  it('are not all woken at once when they are many', () => {
    const clock = new ManualClock();
    const bunch = new Bunch(clock);
    for (let count = 0; count < 120; count++) bunch.after(1_000, () => {});
    assert.equal(clock.openTimers, 3);
  });

  it('leave no timer behind when they no longer wait', () => {
    const clock = new ManualClock();
    const bunch = new Bunch(clock);
    const cancel = [bunch.after(1_000, () => {}), bunch.after(1_000, () => {})];
    cancel[0]?.();
    assert.equal(clock.openTimers, 1);
    cancel[1]?.();
    assert.equal(clock.openTimers, 0);
  });
});

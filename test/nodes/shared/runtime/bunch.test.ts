import assert from 'node:assert/strict';
import { Bunch } from '../../../../nodes/shared/runtime/bunch';
import { ManualClock } from '../../../support/clock';

const nobody = () => ({ wake: () => {} });

describe('those who can wait a little', () => {
  it('are woken together with whom they are due shortly before', async () => {
    const clock = new ManualClock();
    const bunch = new Bunch(clock);
    const woken: string[] = [];
    const says = (name: string) => ({ wake: () => woken.push(name) });
    bunch.after(1_000, says('first'));
    await clock.advance(50);
    bunch.after(800, says('second'));
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
    const says = (name: string) => ({ wake: () => woken.push(name) });
    bunch.after(1_000, says('first'));
    bunch.after(1_100, says('later'));
    bunch.after(700, says('sooner'));
    assert.equal(clock.openTimers, 3);
    await clock.advance(1_000);
    assert.deepEqual(woken, ['sooner', 'first']);
  });

  it('share a timer with whom they are due shortly after', async () => {
    const clock = new ManualClock();
    const bunch = new Bunch(clock);
    for (let count = 0; count < 20; count++) {
      bunch.after(1_000, nobody());
      await clock.advance(5);
    }
    assert.equal(clock.openTimers, 5);
  });

  it('are not all woken at once when they are many', () => {
    const clock = new ManualClock();
    const bunch = new Bunch(clock);
    for (let count = 0; count < 120; count++) bunch.after(1_000, nobody());
    assert.equal(clock.openTimers, 3);
  });

  it('leave no timer behind when they no longer wait', () => {
    const clock = new ManualClock();
    const bunch = new Bunch(clock);
    const [first, second] = [nobody(), nobody()];
    const moments = [bunch.after(1_000, first), bunch.after(1_000, second)] as const;
    bunch.cancel(moments[0], first);
    assert.equal(clock.openTimers, 1);
    bunch.cancel(moments[1], second);
    assert.equal(clock.openTimers, 0);
  });

  it('are not woken when another one of the same moment sends them away', async () => {
    const clock = new ManualClock();
    const bunch = new Bunch(clock);
    let isWoken = false;
    const second = { wake: () => (isWoken = true) };
    const first = { wake: () => bunch.cancel(moment, second) };
    const moment = bunch.after(1_000, first);
    bunch.after(1_000, second);
    await clock.advance(1_000);
    assert.equal(isWoken, false);
  });
});

import assert from 'node:assert/strict';
import { delay, systemClock } from '../../../lib/home/clock';
import { ManualClock } from '../../support/clock';

describe('the clock', () => {
  it('of the machine runs, and its timers can be stopped', async () => {
    const before = systemClock.monotonic();
    const stopped = systemClock.setTimeout(() => assert.fail('it was stopped'), 1);
    systemClock.clearTimeout(stopped);
    await new Promise<void>((resolve) => {
      const keepAlive = setTimeout(() => {}, 1_000);
      systemClock.setTimeout(() => {
        clearTimeout(keepAlive);
        resolve();
      }, 5);
    });
    assert.ok(systemClock.monotonic() > before);
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 1_000);
  });

  it('of the machine does not end at once what lasts longer than Node.js can wait', async () => {
    const timer = systemClock.setTimeout(() => assert.fail('a month was over at once'), 31 * 86_400_000);
    await new Promise<void>((resolve) => setTimeout(resolve, 10));
    systemClock.clearTimeout(timer);
  });

  it('delays for as long as it is told', async () => {
    const clock = new ManualClock();
    let isOver = false;
    void delay(clock, 100).then(() => {
      isOver = true;
    });
    await clock.advance(99);
    assert.equal(isOver, false);
    await clock.advance(1);
    await clock.settle();
    assert.equal(isOver, true);
  });
});

import assert from 'node:assert/strict';
import { within } from '../../../lib/miot/patience';
import { ManualClock } from '../../support/clock';

describe('patience', () => {
  let clock: ManualClock;
  let resolve: (value: string) => void;
  let reject: (error: Error) => void;
  let promise: Promise<string>;

  beforeEach(() => {
    clock = new ManualClock();
    promise = new Promise((yes, no) => {
      resolve = yes;
      reject = no;
    });
  });

  it('gets what comes in time, and leaves no timer', async () => {
    const waiting = within(clock, 100, promise, () => 'otherwise');
    await clock.advance(99);
    resolve('in time');
    assert.equal(await waiting, 'in time');
    assert.equal(clock.openTimers, 0);
  });

  it('does without what comes too late', async () => {
    const waiting = within(clock, 100, promise, () => 'otherwise');
    await clock.advance(100);
    resolve('late');
    assert.equal(await waiting, 'otherwise');
  });

  it('fails as what it waits for does, or as what it would do without it', async () => {
    const failing = within(clock, 100, promise, () => 'otherwise');
    reject(new Error('in time'));
    await assert.rejects(failing, /in time/);
    const refusing = within(clock, 100, new Promise<string>(() => {}), () => {
      throw new Error('too late');
    });
    const refused = assert.rejects(refusing, /too late/);
    await clock.advance(100);
    await refused;
  });
});

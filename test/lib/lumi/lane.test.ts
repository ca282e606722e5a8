import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { type Job, Lane, type Merge, OVERTAKEN } from '../../../lib/lumi/lane';
import { ManualClock } from '../../support/clock';

describe('the queue before a gateway', () => {
  let clock: ManualClock;
  let lane: Lane;
  let begun: string[];
  let finish: (() => void)[];

  beforeEach(() => {
    clock = new ManualClock();
    lane = new Lane(clock, 5);
    begun = [];
    finish = [];
  });

  /** A job that runs until `finish` is called. */
  function job(name: string, more: Partial<Job<string>> = {}): Job<string> {
    return {
      isUrgent: true,
      gapMs: 100,
      run: () => {
        begun.push(name);
        return new Promise((resolve) => finish.push(() => resolve(name)));
      },
      ...more,
    };
  }

  async function finishAll(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) {
      for (const end of finish.splice(0)) end();
      await clock.settle(2);
      await clock.advance(100);
    }
  }

  const slider = (what: string, subject = 'lamp'): { merge: Merge } => ({ merge: { subject, what, isSlider: true } });
  const command = (what: string, subject = 'lamp'): { merge: Merge } => ({ merge: { subject, what, isSlider: false } });

  it('has one job under way at a time', async () => {
    const all = [lane.add(job('a')), lane.add(job('b'))];
    await clock.advance(10_000);
    assert.deepEqual(begun, ['a']);
    assert.equal(lane.waiting, 1);
    await finishAll();
    assert.deepEqual(await Promise.all(all), ['a', 'b']);
  });

  it('leaves a gap after each job', async () => {
    void lane.add(job('a'));
    void lane.add(job('b'));
    finish[0]?.();
    await clock.advance(99);
    assert.deepEqual(begun, ['a']);
    await clock.advance(1);
    assert.deepEqual(begun, ['a', 'b']);
  });

  it('lets commands go before reads', async () => {
    void lane.add(job('a'));
    void lane.add(job('read', { isUrgent: false }));
    void lane.add(job('write'));
    await finishAll();
    assert.deepEqual(begun, ['a', 'write', 'read']);
  });

  it('goes on after a job that failed', async () => {
    const failing = lane.add(job('a', { run: () => Promise.reject(new Error('boom')) }));
    void lane.add(job('b'));
    await assert.rejects(failing, /boom/);
    await finishAll();
    assert.deepEqual(begun, ['b']);
  });

  it('refuses more than it may hold, at once', async () => {
    void lane.add(job('a'));
    for (let index = 0; index < 5; index++) void lane.add(job(String(index)));
    await assert.rejects(lane.add(job('x')), (error: unknown) => error instanceof LumiotError && error.code === 'QUEUE_FULL');
  });

  it('lets the last value of a slider win, across other sliders', async () => {
    void lane.add(job('busy'));
    const results = [
      lane.add(job('brightness 10', slider('brightness'))),
      lane.add(job('color', slider('color'))),
      lane.add(job('brightness 20', slider('brightness'))),
    ];
    await finishAll();
    assert.deepEqual(await Promise.all(results), [OVERTAKEN, 'color', 'brightness 20']);
  });

  it('takes a full queue for no reason to refuse a newer value of a slider', async () => {
    void lane.add(job('busy'));
    for (let index = 0; index < 5; index++) void lane.add(job(String(index), slider(String(index))));
    const newer = lane.add(job('newer', slider('3')));
    await finishAll();
    assert.equal(await newer, 'newer');
  });

  it('keeps on, off, on as three commands', async () => {
    void lane.add(job('busy'));
    for (const what of ['on', 'off', 'on']) void lane.add(job(what, command(what)));
    await finishAll();
    assert.deepEqual(begun, ['busy', 'on', 'off', 'on']);
  });

  it('takes the same command said twice in a row for one', async () => {
    void lane.add(job('busy'));
    const first = lane.add(job('on', command('on')));
    void lane.add(job('other', command('off', 'door')));
    void lane.add(job('on again', command('on')));
    await finishAll();
    assert.equal(await first, OVERTAKEN);
    assert.deepEqual(begun, ['busy', 'other', 'on again']);
  });

  it('does not carry a slider over a switch', async () => {
    void lane.add(job('busy'));
    void lane.add(job('10', slider('brightness')));
    void lane.add(job('off', command('off')));
    void lane.add(job('20', slider('brightness')));
    await finishAll();
    assert.deepEqual(begun, ['busy', '10', 'off', '20']);
  });

  it('ends what waits when it closes, takes nothing more, and leaves no timer', async () => {
    const reason = new LumiotError('GATEWAY_OFFLINE', 'Closed.');
    void lane.add(job('a'));
    const waiting = lane.add(job('b'));
    finish[0]?.();
    await clock.settle();
    assert.equal(clock.openTimers, 1);
    lane.close(reason);
    await assert.rejects(waiting, reason);
    await assert.rejects(lane.add(job('c')), reason);
    assert.equal(clock.openTimers, 0);
  });
});

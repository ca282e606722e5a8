import assert from 'node:assert/strict';
import type { WireValues } from '../../../lib/lumi/format';
import { Ringer } from '../../../lib/lumi/ringer';
import { ManualClock } from '../../support/clock';

describe('a ringtone', () => {
  let clock: ManualClock;
  let written: WireValues[];
  let warnings: string[];
  let outcome: () => Promise<void>;
  let ringer: Ringer;

  beforeEach(() => {
    clock = new ManualClock();
    written = [];
    warnings = [];
    outcome = () => Promise.resolve();
    const write = async (fields: WireValues) => {
      written.push(fields);
      await outcome();
      return { ok: true, ms: 1, attempts: 1, confirmed: 'ack' } as const;
    };
    ringer = new Ringer(clock, write, { info: () => {}, warn: (text) => warnings.push(text), error: () => {} });
  });

  const stop = { mid: 10_000 };
  const play = (tone: number, duration: number) => ringer.play({ tone, duration }, { mid: tone }, stop);

  it('is stopped after its duration', async () => {
    await play(1, 10);
    assert.equal(ringer.isPending, true);
    await clock.advance(9_999);
    assert.deepEqual(written, [{ mid: 1 }]);
    await clock.advance(1);
    assert.deepEqual(written, [{ mid: 1 }, stop]);
    assert.equal(clock.openTimers, 0);
  });

  it('without a duration plays to its end', async () => {
    await play(1, 0);
    assert.deepEqual([ringer.isPending, clock.openTimers], [false, 0]);
  });

  it('cancels the stop of the one before', async () => {
    await play(1, 10);
    await clock.advance(9_000);
    await play(2, 0);
    await clock.advance(60_000);
    assert.deepEqual(written, [{ mid: 1 }, { mid: 2 }]);
  });

  it('that could not be played leaves the stop of the one before in force', async () => {
    await play(1, 10);
    await clock.advance(4_000);
    outcome = () => Promise.reject(new Error('no answer'));
    await assert.rejects(play(2, 0));
    outcome = () => Promise.resolve();
    await clock.advance(5_999);
    assert.equal(written.length, 2);
    await clock.advance(1);
    assert.deepEqual(written[2], stop);
  });

  it('is stopped by a command, and not a second time', async () => {
    await play(1, 10);
    await ringer.stop(stop);
    await clock.advance(60_000);
    assert.deepEqual(written, [{ mid: 1 }, stop]);
  });

  it('has its pending stop sent at a shutdown', async () => {
    await play(1, 600);
    await ringer.close();
    await ringer.close();
    assert.deepEqual([written, clock.openTimers], [[{ mid: 1 }, stop], 0]);
  });

  it('does not hold up a shutdown when nobody answers', async () => {
    await play(1, 600);
    outcome = () => new Promise(() => {});
    const closing = ringer.close();
    await clock.advance(4_000);
    await closing;
    assert.equal(clock.openTimers, 0);
  });

  it('that cannot be stopped is told', async () => {
    await play(1, 1);
    outcome = () => Promise.reject(new Error('no answer'));
    await clock.advance(1_000);
    assert.match(warnings[0] ?? '', /could not be stopped: no answer/);
  });
});

import assert from 'node:assert/strict';
import { Pairing } from '../../../lib/lumi/pairing';
import { ManualClock } from '../../support/clock';

describe('the pairing window', () => {
  let clock: ManualClock;
  let permitted: boolean[];
  let log: string[];
  let answer: () => Promise<void>;
  let pairing: Pairing;

  beforeEach(() => {
    clock = new ManualClock();
    permitted = [];
    log = [];
    answer = () => Promise.resolve();
    const note = (text: string): void => {
      log.push(text);
    };
    const permit = async (isOpen: boolean) => {
      permitted.push(isOpen);
      await answer();
      return { ok: true, ms: 1, attempts: 1, confirmed: 'ack' } as const;
    };
    pairing = new Pairing(clock, permit, { info: note, warn: note, error: note });
  });

  it('counts down and closes', async () => {
    const left: number[] = [];
    pairing.watch((seconds) => left.push(seconds));
    await pairing.open(3);
    await clock.advance(5_000);
    assert.deepEqual(left, [3, 2, 1, 0]);
    assert.deepEqual([permitted, pairing.secondsLeft, clock.openTimers], [[true, false], 0, 0]);
  });

  it('that is longer than the gateway allows is opened again in time', async () => {
    await pairing.open(60);
    await clock.advance(59_000);
    assert.deepEqual(permitted, [true, true, true]);
    await clock.advance(1_000);
    assert.deepEqual(permitted, [true, true, true, false]);
  });

  it('begins anew when it is opened again', async () => {
    await pairing.open(30);
    await clock.advance(20_000);
    await pairing.open(30);
    assert.equal(pairing.secondsLeft, 30);
    await clock.advance(30_000);
    assert.equal(clock.openTimers, 0);
  });

  it('is closed by a command, once', async () => {
    const left: number[] = [];
    const unwatch = pairing.watch((seconds) => left.push(seconds));
    await pairing.open(30);
    await pairing.close();
    await pairing.close();
    unwatch();
    assert.deepEqual([left, permitted, clock.openTimers], [[30, 0], [true, false, false], 0]);
  });

  it('that the gateway does not keep open is told', async () => {
    await pairing.open(30);
    answer = () => Promise.reject(new Error('no answer'));
    await clock.advance(30_000);
    assert.match(log.join(), /kept open: no answer.*closed: no answer/);
  });

  it('is forgotten without a word, and leaves no timer', async () => {
    await pairing.open(30);
    pairing.forget();
    assert.deepEqual([permitted, clock.openTimers], [[true], 0]);
  });

  it('is not disturbed by a listener that throws', async () => {
    pairing.watch(() => {
      throw new Error('boom');
    });
    await pairing.open(2);
    await clock.advance(2_000);
    assert.equal(log.length, 3);
    assert.equal(clock.openTimers, 0);
  });
});

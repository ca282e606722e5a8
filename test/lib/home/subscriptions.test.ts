import assert from 'node:assert/strict';
import { EVERY, Subscriptions } from '../../../lib/home/subscriptions';
import { ManualClock } from '../../support/clock';

interface Event {
  readonly n: number;
}

function subscriptions(errors: unknown[] = []): { clock: ManualClock; all: Subscriptions<Event> } {
  const clock = new ManualClock();
  const options = { clock, holdMs: 10_000, holdLimit: 1_000, snapshot: (event: Event) => ({ ...event }) };
  return { clock, all: new Subscriptions<Event>({ ...options, onError: (error) => errors.push(error) }) };
}

/** A subscriber that keeps the numbers it was given. */
function ear(): { heard: number[]; listen: (event: Event) => void } {
  const heard: number[] = [];
  return { heard, listen: ({ n }) => heard.push(n) };
}

describe('a subscription', () => {
  it('hears its device and no other', () => {
    const { all } = subscriptions();
    const { heard, listen } = ear();
    all.subscribe('a', 'lamp', listen);
    all.open('a');
    all.emit('lamp', { n: 1 });
    all.emit('door', { n: 2 });
    assert.deepEqual(heard, [1]);
  });

  it('to every device hears all of them, once', () => {
    const { all } = subscriptions();
    const { heard, listen } = ear();
    all.subscribe('a', EVERY, listen);
    all.open('a');
    all.emit('lamp', { n: 1 });
    all.emit(EVERY, { n: 2 });
    assert.deepEqual(heard, [1, 2]);
  });

  it('hears nothing before it is opened, and then everything in order', () => {
    const { all } = subscriptions();
    const { heard, listen } = ear();
    all.subscribe('a', 'lamp', listen);
    all.emit('lamp', { n: 1 });
    all.emit('lamp', { n: 2 });
    assert.deepEqual(heard, []);
    all.open('a');
    all.emit('lamp', { n: 3 });
    assert.deepEqual(heard, [1, 2, 3]);
  });

  it('that is paused keeps what comes until it is opened, or for ten seconds', async () => {
    const { all, clock } = subscriptions();
    const { heard, listen } = ear();
    all.subscribe('a', 'lamp', listen);
    all.open('a');
    all.pause('a');
    all.emit('lamp', { n: 1 });
    assert.deepEqual(heard, []);
    all.open('a');
    all.pause('a');
    all.emit('lamp', { n: 2 });
    await clock.advance(9_999);
    assert.deepEqual(heard, [1]);
    await clock.advance(1);
    assert.deepEqual(heard, [1, 2]);
    assert.equal(clock.openTimers, 0);
  });

  it('that is held for a redeploy loses nothing and doubles nothing', async () => {
    const { all, clock } = subscriptions();
    const before = ear();
    const after = ear();
    all.subscribe('a', 'lamp', before.listen);
    all.open('a');
    all.emit('lamp', { n: 1 });
    all.hold('a');
    all.emit('lamp', { n: 2 });
    await clock.advance(9_999);
    all.emit('lamp', { n: 3 });
    all.subscribe('a', 'lamp', after.listen);
    all.emit('lamp', { n: 4 });
    all.open('a');
    all.emit('lamp', { n: 5 });
    await clock.advance(20_000);
    all.emit('lamp', { n: 6 });
    assert.deepEqual(before.heard, [1]);
    assert.deepEqual(after.heard, [2, 3, 4, 5, 6]);
    assert.equal(clock.openTimers, 0);
  });

  it('whose subscriber has not returned after ten seconds is cancelled', async () => {
    const { all, clock } = subscriptions();
    all.subscribe('a', 'lamp', () => {});
    all.hold('a');
    await clock.advance(10_000);
    assert.equal(all.size, 0);
    assert.equal(all.hearersOf('lamp'), undefined);
  });

  it('that returns for another device is not given what was held of the first', () => {
    const { all } = subscriptions();
    const { heard, listen } = ear();
    all.subscribe('a', 'lamp', listen);
    all.emit('lamp', { n: 1 });
    all.subscribe('a', 'door', listen);
    all.open('a');
    all.emit('lamp', { n: 2 });
    all.emit('door', { n: 3 });
    assert.deepEqual(heard, [3]);
  });

  it('is given what was when it happened, not what came of it later', () => {
    const { all } = subscriptions();
    const event = { n: 1 };
    const { heard, listen } = ear();
    all.subscribe('a', 'lamp', listen);
    all.emit('lamp', event);
    event.n = 99;
    all.open('a');
    assert.deepEqual(heard, [1]);
  });

  it('keeps a thousand events at most, the newest ones, and counts what it lost', () => {
    const { all } = subscriptions();
    const { heard, listen } = ear();
    all.subscribe('a', 'lamp', listen);
    for (let n = 1; n <= 1_200; n++) all.emit('lamp', { n });
    all.open('a');
    assert.equal(heard.length, 1_000);
    assert.deepEqual([heard[0], heard[999]], [201, 1_200]);
    assert.equal(all.lost, 200);
  });

  it('makes room again when another one is cancelled', () => {
    const { all } = subscriptions();
    const { heard, listen } = ear();
    all.subscribe('full', 'lamp', () => {});
    for (let n = 1; n <= 1_000; n++) all.emit('lamp', { n });
    all.subscribe('a', 'door', listen);
    all.emit('door', { n: 1 });
    all.cancel('full');
    all.emit('door', { n: 2 });
    all.open('a');
    assert.deepEqual(heard, [2]);
    assert.equal(all.lost, 1);
  });

  it('that throws disturbs neither the others nor the sender', () => {
    const errors: unknown[] = [];
    const { all } = subscriptions(errors);
    const { heard, listen } = ear();
    all.subscribe('bad', 'lamp', () => {
      throw new Error('boom');
    });
    all.subscribe('good', 'lamp', listen);
    all.open('bad');
    all.open('good');
    all.emit('lamp', { n: 1 });
    assert.deepEqual(heard, [1]);
    assert.equal(errors.length, 1);
  });

  it('that is cancelled while an event is given out hears it no more', () => {
    const { all } = subscriptions();
    const { heard, listen } = ear();
    all.subscribe('first', 'lamp', () => all.cancel('second'));
    all.subscribe('second', 'lamp', listen);
    all.open('first');
    all.emit('lamp', { n: 1 });
    assert.deepEqual(heard, []);
  });

  it('keeps the order when its listener sets off another event while catching up', () => {
    const { all } = subscriptions();
    const heard: number[] = [];
    all.subscribe('a', 'lamp', ({ n }) => {
      heard.push(n);
      if (n === 1) all.emit('lamp', { n: 3 });
    });
    all.emit('lamp', { n: 1 });
    all.emit('lamp', { n: 2 });
    all.open('a');
    assert.deepEqual(heard, [1, 2, 3]);
  });

  it('that is held again while catching up keeps the rest', () => {
    const { all } = subscriptions();
    const { heard, listen } = ear();
    all.subscribe('a', 'lamp', () => all.hold('a'));
    all.emit('lamp', { n: 1 });
    all.emit('lamp', { n: 2 });
    all.open('a');
    all.subscribe('a', 'lamp', listen);
    all.open('a');
    assert.deepEqual(heard, [2]);
  });

  it('nobody has is opened, held and cancelled without effect', () => {
    const { all, clock } = subscriptions();
    all.open('x');
    all.hold('x');
    all.cancel('x');
    all.emit('lamp', { n: 1 });
    assert.equal(clock.openTimers, 0);
  });

  it('is gone with all others after a clear, its timers too', () => {
    const { all, clock } = subscriptions();
    all.subscribe('a', 'lamp', () => {});
    all.subscribe('b', EVERY, () => {});
    all.hold('a');
    all.clear();
    assert.deepEqual([all.size, all.hearersOf('lamp'), clock.openTimers], [0, undefined, 0]);
  });
});

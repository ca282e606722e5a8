/** When tokens are refreshed: by two clocks, after failures, and not too often (miot-cloud.md §5.3). */

import assert from 'node:assert/strict';
import { RefreshBackoff } from '../../../lib/miot/refresh-backoff';
import { RefreshCircuit } from '../../../lib/miot/refresh-circuit';
import { RefreshTiming } from '../../../lib/miot/refresh-timing';
import { datedTokens, skewOf, TokenLife } from '../../../lib/miot/token-life';
import type { StoredTokens } from '../../../lib/miot/token-record';
import { ManualClock } from '../../support/clock';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Tokens of ten hours that are refreshed after seven. */
function tokensOf(clock: ManualClock, members: Partial<StoredTokens> = {}): StoredTokens {
  const now = clock.now();
  return { access: 'a', refresh: 'r', obtainedAt: now, refreshAt: now + 7 * HOUR, expiresAt: now + 10 * HOUR, ...members };
}

describe('the clock of the cloud', () => {
  it('is ahead by what it says, from a minute on', () => {
    const now = 1_700_000_000_000;
    for (const ignored of [undefined, now, now + MINUTE - 1, now - MINUTE + 1]) assert.equal(skewOf(ignored, now), 0);
    assert.deepEqual([skewOf(now + MINUTE, now), skewOf(now - MINUTE, now)], [MINUTE, -MINUTE]);
  });
});

describe('granted tokens', () => {
  const granted = (expiresInMs: number, refresh?: string) => ({ access: 'A', refresh, expiresInMs });

  it('are refreshed at 0.7 of their life, five per cent about it', () => {
    const refreshAfter = (random: number): number => datedTokens(granted(10 * HOUR), 'R', 1_000, () => random).refreshAt - 1_000;
    assert.deepEqual([0, 0.5, 1].map(refreshAfter), [6.65 * HOUR, 7 * HOUR, 7.35 * HOUR]);
  });

  it('are refreshed before the refresh token ends, however long the access token lives', () => {
    assert.equal(datedTokens(granted(3_650 * DAY), 'R', 0, () => 0.5).refreshAt, 65 * DAY);
  });

  it('keep the refresh token in use where the cloud gave no other', () => {
    assert.deepEqual(
      datedTokens(granted(HOUR), 'R', 5, () => 0.5),
      {
        access: 'A',
        refresh: 'R',
        obtainedAt: 5,
        refreshAt: 5 + 0.7 * HOUR,
        expiresAt: 5 + HOUR,
      },
    );
    assert.equal(datedTokens(granted(HOUR, 'N'), 'R', 0, () => 0).refresh, 'N');
  });
});

describe('the life of tokens', () => {
  it('is due by the clock that is ahead and over by the one that is behind', async () => {
    const clock = new ManualClock();
    const life = new TokenLife(clock, tokensOf(clock), 0);
    await clock.advance(HOUR);
    assert.deepEqual([life.untilRefresh, life.untilExpiry], [6 * HOUR, 9 * HOUR]);
    clock.jump(2 * HOUR);
    assert.deepEqual([life.untilRefresh, life.untilExpiry], [4 * HOUR, 9 * HOUR]);
    clock.jump(-10 * HOUR);
    assert.deepEqual([life.untilRefresh, life.untilExpiry], [6 * HOUR, 17 * HOUR]);
  });

  it('is that of new ones where they seem to come from the future, and none where they are old', () => {
    const clock = new ManualClock();
    const tokens = tokensOf(clock);
    clock.jump(-5 * DAY);
    const young = new TokenLife(clock, tokens, 0);
    assert.equal(young.untilRefresh, 7 * HOUR);
    clock.jump(10 * DAY);
    assert.equal(young.untilExpiry, 10 * HOUR);
    const old = new TokenLife(clock, tokens, 0);
    assert.ok(old.untilRefresh < 0);
    clock.jump(-10 * DAY);
    assert.deepEqual([old.untilRefresh, old.untilExpiry], [0, 5 * DAY + 10 * HOUR]);
    // Both clocks say it is over: the one that is less sure of it counts, and it counts from the adoption.
    clock.jump(10 * DAY);
    assert.equal(old.untilExpiry, 0);
  });

  it('is told by this host’s clock, and counted by the cloud’s', () => {
    const clock = new ManualClock();
    const tokens = tokensOf(clock);
    const life = new TokenLife(clock, tokens, HOUR);
    assert.deepEqual(
      [life.refreshAt, life.validUntil, life.obtainedAt, life.lifeMs],
      [tokens.refreshAt - HOUR, tokens.expiresAt - HOUR, tokens.obtainedAt - HOUR, 10 * HOUR],
    );
    assert.deepEqual([life.untilRefresh, life.untilExpiry], [6 * HOUR, 9 * HOUR]);
  });
});

describe('the pause after a refresh that failed', () => {
  let clock: ManualClock;
  let random: number;
  let backoff: RefreshBackoff;

  beforeEach(() => {
    clock = new ManualClock();
    random = 1;
    backoff = new RefreshBackoff(clock, () => random);
  });

  it('doubles from 5 s to 15 min, and is at least a second', async () => {
    const pauses = Array.from({ length: 9 }, () => {
      backoff.fail(undefined, false);
      return backoff.remaining / SECOND;
    });
    assert.deepEqual(pauses, [5, 10, 20, 40, 80, 160, 320, 640, 900]);
    random = 0;
    backoff.fail(undefined, false);
    assert.equal(backoff.remaining, SECOND);
    await clock.advance(400);
    assert.equal(backoff.remaining, 600);
    await clock.advance(10_000);
    assert.deepEqual([backoff.remaining, backoff.isPending], [0, true]);
  });

  it('stays finite after a thousand failures', () => {
    for (let failure = 0; failure < 1_200; failure++) backoff.fail(undefined, false);
    assert.equal(backoff.remaining, 15 * MINUTE);
  });

  it('is as long as the cloud asks, and never shorter', () => {
    backoff.fail(2 * HOUR, false);
    assert.equal(backoff.remaining, 2 * HOUR);
    backoff.fail(1, false);
    assert.equal(backoff.remaining, 10 * SECOND);
  });

  it('is an hour where it has gone on for long', () => {
    backoff.fail(undefined, true);
    assert.equal(backoff.remaining, HOUR);
    backoff.fail(2 * HOUR, true);
    assert.equal(backoff.remaining, 2 * HOUR);
  });

  it('ends early where something changed, but not before the cloud wants', () => {
    backoff.fail(2 * SECOND, false);
    backoff.hurry();
    assert.deepEqual([backoff.remaining, backoff.isPending], [2 * SECOND, true]);
    backoff.fail(undefined, false);
    backoff.hurry();
    assert.deepEqual([backoff.remaining, backoff.isPending], [0, true]);
  });

  it('for another reason than the cloud leaves out what the cloud wanted', () => {
    assert.equal(backoff.isPending, false);
    backoff.fail(HOUR, false);
    backoff.pause(3 * SECOND);
    assert.deepEqual([backoff.remaining, backoff.isPending], [3 * SECOND, true]);
    backoff.hurry();
    assert.equal(backoff.remaining, 0);
    const fresh = new RefreshBackoff(clock, () => 1);
    fresh.pause(1);
    assert.equal(fresh.isPending, true);
  });

  it('begins anew after a success', () => {
    backoff.fail(HOUR, false);
    backoff.fail(HOUR, false);
    backoff.reset();
    assert.deepEqual([backoff.remaining, backoff.isPending], [0, false]);
    backoff.hurry();
    assert.equal(backoff.remaining, 0);
    backoff.fail(undefined, false);
    assert.equal(backoff.remaining, 5 * SECOND);
  });
});

describe('refreshes of tokens that are refused as soon as they are there', () => {
  let clock: ManualClock;
  let circuit: RefreshCircuit;
  const LIFE = 10 * HOUR;

  beforeEach(() => {
    clock = new ManualClock();
    circuit = new RefreshCircuit(clock);
  });

  it('are at least a minute apart, half a life where tokens live shorter, and never less than 30 s', async () => {
    assert.equal(circuit.remaining(LIFE), 0);
    circuit.renewed(LIFE);
    assert.equal(circuit.remaining(LIFE), MINUTE);
    assert.equal(circuit.remaining(100 * SECOND), 50 * SECOND);
    assert.equal(circuit.remaining(10 * SECOND), 30 * SECOND);
    await clock.advance(20 * SECOND);
    assert.equal(circuit.remaining(LIFE), 40 * SECOND);
    await clock.advance(HOUR);
    assert.equal(circuit.remaining(LIFE), 0);
  });

  it('come ever less often, once an hour at last', () => {
    const spans = Array.from({ length: 9 }, () => {
      circuit.refused(LIFE);
      circuit.renewed(LIFE);
      return circuit.remaining(LIFE) / MINUTE;
    });
    assert.deepEqual(spans, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('stay an hour apart after a thousand', () => {
    for (let round = 0; round < 1_200; round++) {
      circuit.refused(LIFE);
      circuit.renewed(LIFE);
    }
    assert.equal(circuit.remaining(LIFE), HOUR);
  });

  it('count again from the first one on where a token has worked for a while', async () => {
    const refuseAfter = async (ms: number): Promise<number> => {
      await clock.advance(ms);
      circuit.refused(LIFE);
      circuit.renewed(LIFE);
      return circuit.remaining(LIFE) / MINUTE;
    };
    assert.equal(await refuseAfter(0), 1);
    assert.equal(await refuseAfter(2 * MINUTE), 2);
    assert.equal(await refuseAfter(4 * MINUTE + 1), 1);
    assert.equal(await refuseAfter(0), 2);
    circuit.renewed(LIFE);
    assert.equal(circuit.remaining(LIFE) / MINUTE, 1);
  });

  it('count again where the new token was not asked for before the old one was old', async () => {
    circuit.renewed(LIFE);
    circuit.refused(LIFE);
    await clock.advance(HOUR);
    circuit.renewed(LIFE);
    assert.equal(circuit.remaining(LIFE), MINUTE);
  });
});

describe('the timing of refreshes', () => {
  let clock: ManualClock;
  let timing: RefreshTiming;

  beforeEach(() => {
    clock = new ManualClock();
    timing = new RefreshTiming(clock, () => 1);
  });

  it('knows of nothing without tokens', () => {
    assert.deepEqual(
      [timing.lives, timing.untilExpiry, timing.isDue(false), timing.nextIn, timing.refreshAt, timing.life],
      [false, 0, false, 0, undefined, undefined],
    );
    timing.adopt(tokensOf(clock));
    timing.adopt(undefined);
    assert.deepEqual([timing.lives, timing.life, timing.isDue(false)], [false, undefined, false]);
  });

  it('goes by the life of the tokens', async () => {
    const tokens = tokensOf(clock);
    timing.adopt(tokens);
    assert.deepEqual(
      [timing.lives, timing.isDue(false), timing.nextIn, timing.untilExpiry, timing.refreshAt],
      [true, false, 7 * HOUR, 10 * HOUR, tokens.refreshAt],
    );
    await clock.advance(7 * HOUR);
    assert.deepEqual([timing.lives, timing.isDue(false)], [true, true]);
    await clock.advance(3 * HOUR);
    assert.deepEqual([timing.lives, timing.isDue(false)], [false, true]);
  });

  it('keeps how far the cloud’s clock is ahead until it is told otherwise', () => {
    timing.adopt(tokensOf(clock), HOUR);
    timing.adopt(tokensOf(clock));
    assert.equal(timing.untilExpiry, 9 * HOUR);
    timing.adopt(tokensOf(clock), 0);
    assert.equal(timing.untilExpiry, 10 * HOUR);
  });

  it('makes up at once for a refresh that somebody stopped in the middle of', () => {
    timing.adopt(tokensOf(clock));
    timing.hasDangling = true;
    assert.equal(timing.isDue(false), true);
  });

  it('is due for a token that is refused, until another is there or it is forgiven', () => {
    const tokens = tokensOf(clock);
    timing.adopt(tokens);
    timing.refuse('another');
    assert.equal(timing.lives, true);
    timing.refuse('a');
    assert.deepEqual([timing.lives, timing.isDue(false), timing.untilExpiry], [false, true, 10 * HOUR]);
    timing.adopt(tokens);
    assert.equal(timing.lives, false);
    timing.forgive();
    assert.equal(timing.lives, true);
    timing.refuse('a');
    timing.adopt(tokensOf(clock, { access: 'b' }));
    timing.adopt(tokens);
    assert.equal(timing.lives, true);
  });

  it('waits after a failure, except for a disk once the token has ended', async () => {
    timing.adopt(tokensOf(clock));
    timing.backoff.fail(undefined, false);
    assert.deepEqual([timing.isWaiting(false), timing.isWaiting(true), timing.isDue(false)], [true, true, false]);
    assert.deepEqual([timing.nextIn, timing.refreshAt], [5 * SECOND, clock.now() + 5 * SECOND]);
    timing.refuse('a');
    assert.deepEqual([timing.isWaiting(false), timing.isWaiting(true)], [true, false]);
    assert.deepEqual([timing.isDue(false), timing.isDue(true)], [false, true]);
    timing.forgive();
    await clock.advance(5 * SECOND);
    assert.deepEqual([timing.isWaiting(false), timing.isDue(false), timing.nextIn], [false, true, 0]);
  });

  it('makes no two refreshes within a minute', async () => {
    timing.adopt(tokensOf(clock));
    timing.noteRenewal();
    timing.refuse('a');
    assert.deepEqual([timing.isCircuitOpen, timing.isDue(false)], [true, false]);
    timing.backoff.fail(undefined, false);
    assert.equal(timing.nextIn, MINUTE);
    await clock.advance(MINUTE);
    assert.deepEqual([timing.isCircuitOpen, timing.isDue(false), timing.nextIn], [false, true, 0]);
    timing.noteRenewal();
    timing.noteRefusal();
    timing.noteRenewal();
    await clock.advance(MINUTE);
    assert.equal(timing.isCircuitOpen, true);
    await clock.advance(MINUTE);
    assert.equal(timing.isCircuitOpen, false);
  });
});

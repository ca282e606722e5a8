/** What an account says of itself: the word for flows, and what keeps it. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { AccountStanding } from '../../../lib/miot/account-standing';
import type { SessionState } from '../../../lib/miot/tokens';
import { ManualClock } from '../../support/clock';

const MINUTE = 60_000;

describe('how an account stands', () => {
  let clock: ManualClock;
  let words: string[];
  let standing: AccountStanding;
  let session: SessionState;

  beforeEach(() => {
    clock = new ManualClock();
    words = [];
    session = { phase: 'connected' };
    standing = new AccountStanding({
      clock,
      session: () => ({ state: session, uid: '1', validUntil: undefined, refreshedAt: undefined, refreshAt: undefined }),
      push: () => 'connected',
      onWord: (word) => void words.push(word),
    });
    standing.changed();
  });

  const away = (): LumiotError => new LumiotError('CLOUD_UNREACHABLE', 'The cloud is away. Try again later.');

  it('is unreachable where the list fails, and not any more where it works', () => {
    standing.listed(away());
    assert.equal(standing.state.error?.code, 'CLOUD_UNREACHABLE');
    standing.listed(undefined);
    assert.deepEqual([words, standing.state.error], [['signed-in', 'unreachable', 'signed-in'], undefined]);
  });

  it('does not flap where lists alone fail', async () => {
    for (let passed = 0; passed < 360; passed++) {
      if (passed % 20 === 0) standing.listed(away());
      await clock.advance(5_000);
      standing.asked(undefined);
      await clock.advance(5_000);
    }
    assert.deepEqual(words, ['signed-in', 'unreachable', 'signed-in']);
    assert.equal(standing.isCutOff, false);
  });

  it('does not flap where requests alone fail', async () => {
    for (let passed = 0; passed < 360; passed++) {
      standing.asked(away());
      await clock.advance(5_000);
      if (standing.isInDoubt) standing.listed(undefined);
      await clock.advance(5_000);
    }
    assert.deepEqual(words, ['signed-in', 'unreachable', 'signed-in']);
  });

  it('is unreachable where both fail, whatever worked before', async () => {
    standing.asked(undefined);
    standing.listed(away());
    await clock.advance(1);
    standing.asked(undefined);
    assert.equal(standing.word, 'signed-in');
    standing.asked(away());
    assert.deepEqual([standing.word, standing.isCutOff], ['unreachable', true]);
  });

  it('believes an old proof no longer', async () => {
    standing.listed(away());
    await clock.advance(MINUTE);
    standing.asked(undefined);
    await clock.advance(9 * MINUTE);
    standing.listed(away());
    assert.equal(standing.word, 'signed-in');
    await clock.advance(2 * MINUTE);
    standing.listed(away());
    assert.equal(standing.word, 'unreachable');
  });

  it('knows of no trouble once nobody asks the cloud', () => {
    standing.listed(away());
    standing.asked(away());
    standing.reset();
    assert.deepEqual([standing.state.error, standing.isCutOff, standing.isInDoubt], [undefined, false, false]);
  });

  it('keeps quiet about a refresh that failed while the old token lives', () => {
    session = { phase: 'degraded', error: away() };
    const alive = new AccountStanding({
      clock,
      session: () => ({ state: session, uid: '1', validUntil: clock.now() + 1, refreshedAt: undefined, refreshAt: undefined }),
      push: () => 'connected',
      onWord: () => {},
    });
    assert.equal(alive.state.error, undefined);
    assert.equal(standing.state.error?.code, 'CLOUD_UNREACHABLE');
  });
});

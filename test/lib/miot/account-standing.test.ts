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

  /** One whose session and push a test sets. */
  const open = (wantsCloud?: () => boolean) => {
    const told: (readonly [string, string | undefined])[] = [];
    const one = new AccountStanding({
      clock,
      session: () => ({ state: session, uid: '1', validUntil: clock.now(), refreshedAt: undefined, refreshAt: undefined }),
      push: () => 'waiting',
      onWord: (word, error) => void told.push([word, error?.code]),
      ...(wantsCloud && { wantsCloud }),
    });
    return { one, told };
  };

  it('is one word for flows, said when it changes', () => {
    const { one, told } = open();
    const needsSignIn = new LumiotError('LOGIN_NEEDED', 'It is over. Sign in again.');
    const phases: readonly SessionState[] = [
      { phase: 'loading' },
      { phase: 'unconfigured', error: needsSignIn },
      { phase: 'signed-out', error: needsSignIn },
      { phase: 'connected' },
      { phase: 'refreshing' },
      { phase: 'degraded', error: away() },
      { phase: 'sign-in-needed', error: needsSignIn },
      { phase: 'signed-out', error: needsSignIn },
    ];
    const words = phases.map((phase) => {
      session = phase;
      one.changed();
      return one.word;
    });
    const needed = 'sign-in-needed';
    assert.deepEqual(words, [undefined, undefined, needed, 'signed-in', 'signed-in', 'unreachable', needed, needed]);
    assert.deepEqual(told, [
      [needed, 'LOGIN_NEEDED'],
      ['signed-in', undefined],
      ['unreachable', 'CLOUD_UNREACHABLE'],
      [needed, 'LOGIN_NEEDED'],
    ]);
  });

  it('is no trouble where nobody wants the cloud', () => {
    let wantsCloud = false;
    const { one, told } = open(() => wantsCloud);
    session = { phase: 'degraded', error: away() };
    one.listed(away());
    assert.deepEqual([one.state.error, one.word, told], [undefined, undefined, []]);
    wantsCloud = true;
    one.changed();
    assert.deepEqual([one.state.error?.code, told], ['CLOUD_UNREACHABLE', [['unreachable', 'CLOUD_UNREACHABLE']]]);
  });

  it('is shown to who watches, at once, at each change and not afterwards', () => {
    const seen: unknown[] = [];
    const stop = standing.watch(({ push, local, error }) => void seen.push([push, local, error?.message]));
    const well = ['connected', { devices: 0, reachable: 0 }, undefined];
    assert.deepEqual(seen, [well]);
    standing.listed(away());
    standing.listed(away());
    standing.listed(undefined);
    stop();
    standing.listed(away());
    assert.deepEqual(seen, [well, ['connected', well[1], away().message], well]);
  });

  it('is in doubt where requests fail, until the list has worked within five minutes', async () => {
    assert.equal(standing.isInDoubt, false);
    standing.asked(away());
    assert.deepEqual([standing.isInDoubt, standing.isCutOff], [true, true]);
    await clock.advance(1);
    standing.listed(undefined);
    assert.deepEqual([standing.isInDoubt, standing.isCutOff, standing.word], [false, false, 'signed-in']);
    await clock.advance(5 * MINUTE);
    assert.equal(standing.isInDoubt, false);
    await clock.advance(1);
    assert.deepEqual([standing.isInDoubt, standing.isCutOff], [true, false]);
    standing.asked(undefined);
    assert.equal(standing.isInDoubt, false);
  });

  it('is not cut off where the list alone fails', () => {
    standing.listed(away());
    assert.deepEqual([standing.word, standing.isCutOff, standing.isInDoubt], ['unreachable', false, false]);
  });

  it('is proved by what worked after the failures began, for ten minutes', async () => {
    standing.asked(undefined);
    standing.listed(away());
    assert.equal(standing.word, 'unreachable', 'what worked before proves nothing');
    await clock.advance(1);
    standing.asked(undefined);
    assert.equal(standing.word, 'signed-in');
    await clock.advance(10 * MINUTE - 1);
    standing.listed(away());
    assert.equal(standing.word, 'signed-in');
    await clock.advance(1);
    standing.listed(away());
    assert.equal(standing.word, 'unreachable');
  });

  it('has a refresh that failed for a reason once the token has ended', () => {
    session = { phase: 'degraded', error: away() };
    assert.equal(open().one.state.error?.code, 'CLOUD_UNREACHABLE');
    session = { phase: 'connected' };
    assert.equal(open().one.state.error, undefined);
  });
});

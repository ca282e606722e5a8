/** When a refresh comes, and what clocks and sleep may do to that: F5 and F6 of miot-cloud.md §5.3. */

import assert from 'node:assert/strict';
import { until } from '../../support/wait';
import { DAY, HOUR, JumpClock, SessionRig, stands, tokenOf, withCode } from './session-rig';

const DUE = 0.7 * 3 * DAY;

describe('a refresh and the time', () => {
  let rig: SessionRig;
  beforeEach(async () => {
    rig = await SessionRig.open();
  });
  afterEach(() => rig.close());

  it('comes at 0.7 of the life, spread by 5 %, and is announced', async () => {
    for (const [random, ratio] of [
      [0, 0.665],
      [0.5, 0.7],
      [1, 0.735],
    ] as const) {
      const session = await rig.signedIn({ random: () => random });
      const phases: string[] = [];
      session.watch(({ state }) => phases.push(state.phase));
      const before = rig.server.rules.refreshes;
      await rig.pass(session, ratio * 3 * DAY - 120_000);
      assert.equal(rig.server.rules.refreshes, before, 'not before');
      await rig.pass(session, 180_000);
      assert.equal(rig.server.rules.refreshes, before + 1);
      assert.deepEqual(phases, ['connected', 'refreshing', 'connected']);
      await session.close();
    }
  });

  it('that is due is made before a request, without waiting for the tick', async () => {
    const first = await rig.signedIn();
    await first.close();
    await rig.clock.advance(DUE + 1);
    const session = await rig.session();
    assert.equal((await tokenOf(session)).generation, 2);
  });

  describe('F5: a clock that jumps', () => {
    it('F5: ahead by ten years costs one refresh, and no request', async () => {
      const session = await rig.signedIn();
      const token = await tokenOf(session);
      // The cloud's own clock stays where it was.
      rig.server.always = 'drop';
      rig.clock.jump(3650 * DAY);
      assert.deepEqual(await rig.clock.during(tokenOf(session)), token, 'still good as far as anybody knows');
      await rig.landed(session);
      assert.equal(stands(session), 'degraded CLOUD_UNREACHABLE');
      rig.server.always = undefined;
      await rig.live(session, 30 * 60_000);
      assert.equal(stands(session), 'connected');
      assert.equal(rig.server.rules.refreshes, 1);
      await rig.live(session, 2 * DAY, HOUR);
      assert.equal(rig.server.rules.refreshes, 1);
    });

    it('F5: back by ten years does not keep the token too long', async () => {
      const session = await rig.signedIn();
      await rig.pass(session, DAY);
      rig.clock.jump(-3650 * DAY);
      await rig.live(session, DUE - DAY - HOUR, HOUR);
      assert.equal(rig.server.rules.refreshes, 0);
      await rig.live(session, 2 * HOUR);
      assert.equal(rig.server.rules.refreshes, 1);
      assert.equal(stands(session), 'connected');
    });

    it('F5: that begins in 1970 leaves the decision to the cloud', async () => {
      const first = await rig.signedIn();
      const token = await tokenOf(first);
      await first.close();
      const clock = new JumpClock();
      clock.jump(-clock.now());
      const session = await rig.session({ clock });
      assert.deepEqual(await tokenOf(session), token);
      for (let hours = 0; hours < 48; hours++) await clock.advance(HOUR);
      assert.equal(rig.server.rules.refreshes, 0);
      const renewed = await session.renew(token);
      assert.equal(renewed.generation, 2);
      // The Date header has told the time meanwhile: nothing is refreshed anew.
      for (let hours = 0; hours < 24; hours++) await clock.advance(HOUR);
      assert.equal(rig.server.rules.refreshes, 1);
      assert.equal(stands(session), 'connected');
      await session.close();
    });

    it('F5: that stays in 1970 does not keep the token longer than it lives', async () => {
      const first = await rig.signedIn();
      await first.close();
      const clock = new JumpClock();
      clock.jump(-clock.now());
      const session = await rig.session({ clock });
      for (let hours = 0; hours < 52; hours++) await clock.advance(HOUR);
      await until(() => rig.server.rules.refreshes === 1, 'refreshed by the time that has passed');
      await session.close();
    });

    it('F5: is known from the sign-in on', async () => {
      const clock = new JumpClock();
      clock.jump(-10 * DAY);
      const session = await rig.signedIn({ clock });
      assert.equal(session.view.validUntil, clock.now() + 3 * DAY, 'told by the clock that the user sees');
      await session.close();
      const right = await rig.session();
      assert.ok(Math.abs((right.view.validUntil ?? 0) - rig.clock.now() - 3 * DAY) < 60_000, 'stored by the cloud’s');
      assert.equal(stands(right), 'connected');
    });

    it('F5: back by a day does not end a token that may still be good', async () => {
      const session = await rig.signedIn();
      const token = await tokenOf(session);
      rig.server.always = { status: 503, body: '' };
      rig.clock.jump(-DAY);
      await rig.live(session, 3.5 * DAY, HOUR);
      assert.deepEqual(await tokenOf(session), token);
      await rig.live(session, DAY, HOUR);
      await assert.rejects(session.current(), withCode('CLOUD_UNREACHABLE'));
    });

    it('F5: of a host that is three days behind is corrected by the cloud’s', async () => {
      const first = await rig.signedIn();
      await first.close();
      const clock = new JumpClock();
      clock.jump(-3 * DAY);
      const session = await rig.session({ clock });
      await session.refreshNow();
      assert.equal(session.view.validUntil, clock.now() + 3 * DAY, 'told by the clock that the user sees');
      await session.close();
      // By a host whose clock is right, the stored times are right.
      const right = await rig.session();
      assert.ok(Math.abs((right.view.validUntil ?? 0) - rig.clock.now() - 3 * DAY) < 60_000);
    });
  });

  describe('F6: a machine that sleeps', () => {
    it('F6: refreshes with the first tick after it wakes', async () => {
      const session = await rig.signedIn();
      rig.clock.jump(2.5 * DAY);
      await rig.pass(session, 60_000);
      assert.equal(rig.server.rules.refreshes, 1);
    });

    it('F6: does not wait for the end of a backoff from before', async () => {
      const session = await rig.signedIn({ random: () => 0.999 });
      rig.server.always = { status: 503, body: '' };
      await rig.clock.advance(DUE - 60_000);
      const waits = () => (session.view.refreshAt ?? 0) - rig.clock.now();
      while (stands(session) !== 'degraded CLOUD_UNREACHABLE' || waits() < 5 * 60_000) await rig.pass(session, 20_000);
      const before = rig.server.requests;
      rig.server.always = undefined;
      rig.clock.jump(HOUR);
      await rig.pass(session, 60_000);
      assert.equal(rig.server.requests, before + 1);
      assert.equal(stands(session), 'connected');
    });

    it('F6: waits all the same for as long as the cloud has asked for', async () => {
      const session = await rig.signedIn();
      rig.server.faults.push({ status: 429, body: '', headers: { 'retry-after': '7200' } });
      await assert.rejects(session.refreshNow());
      rig.clock.jump(HOUR);
      await rig.live(session, HOUR, 60_000);
      assert.equal(rig.server.requests, 2);
    });

    it('F6: a token of 90 days is refreshed after 63 days, and no timer is longer than a minute', async () => {
      rig.server.rules.expiresIn = 7_776_000;
      const session = await rig.signedIn();
      await rig.live(session, 62.9 * DAY, 6 * HOUR);
      assert.equal(rig.server.rules.refreshes, 0);
      await rig.live(session, 0.2 * DAY, HOUR);
      assert.equal(rig.server.rules.refreshes, 1);
      assert.ok(rig.clock.longestTimerMs <= 60_000, `${rig.clock.longestTimerMs} ms`);
    });

    it('F6: a token that is said to live for years is refreshed before its refresh token is forgotten', async () => {
      rig.server.rules.expiresIn = 259_200_000;
      for (const [random, days] of [
        [0, 61.75],
        [0.5, 65],
        [1, 68.25],
      ] as const) {
        const session = await rig.signedIn({ random: () => random });
        assert.equal(session.view.refreshAt, rig.clock.now() + days * DAY);
        await session.signOut();
      }
    });

    for (const seconds of [0.001, 1, '3'])
      it(`F6: tokens that are said to live ${seconds} s are no storm`, async () => {
        rig.server.rules.expiresIn = seconds;
        const session = await rig.signedIn();
        await rig.live(session, 10 * 60_000, 500);
        assert.ok(rig.server.rules.refreshes >= 10 && rig.server.rules.refreshes <= 15, String(rig.server.rules.refreshes));
      });

    it('F6: tokens of two minutes are refreshed in time too, though nobody asks for one', async () => {
      rig.server.rules.expiresIn = 120;
      const session = await rig.signedIn();
      let { value } = await tokenOf(session);
      session.onToken((token) => {
        value = token.value;
      });
      for (let second = 0; second < 600; second += 2) {
        await rig.pass(session, 2_000);
        assert.ok(rig.server.rules.accepts(value), `after ${second} s`);
      }
      assert.ok(rig.server.rules.refreshes >= 6 && rig.server.rules.refreshes <= 8, String(rig.server.rules.refreshes));
    });
  });
});

/** The parts of the push connection that need no network. */

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { backoffMs, refusedMs, takeOverMs } from '../../../lib/miot/push-delays';
import { judge } from '../../../lib/miot/push-endings';
import { Pulse } from '../../../lib/miot/push-pulse';
import { type Delivery, Redeliveries } from '../../../lib/miot/push-redelivery';
import { PushSubscriptions } from '../../../lib/miot/push-subscriptions';
import type { TopicFilter } from '../../../lib/miot/topics';
import { ManualClock } from '../../support/clock';

describe('delays of the push connection', () => {
  it('double from a second to a minute, with full jitter, and are never nothing', () => {
    assert.deepEqual(
      [0, 1, 2, 5, 6, 7, 1_000].map((failures) => backoffMs(failures, () => 1)),
      [1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000],
    );
    assert.equal(
      backoffMs(6, () => 0.25),
      15_000,
    );
    assert.equal(
      backoffMs(6, () => 0),
      200,
    );
  });

  it('are a minute at least after a take-over, some minutes after a refusal', () => {
    assert.deepEqual([takeOverMs(() => 0), takeOverMs(() => 0.999)], [60_000, 119_940]);
    assert.deepEqual([refusedMs(() => 0), refusedMs(() => 1)], [270_000, 330_000]);
  });
});

describe('the end of a session', () => {
  it('with a refused password asks for another, in every spelling', () => {
    for (const reason of [0x86, 0x87, 4, 5]) assert.equal(judge({ kind: 'refused', reason, text: '' }, 'host').next, 'renew');
    for (const reason of [0x84, 0x85, 0x8a, 0x8c, 1, 2]) assert.equal(judge({ kind: 'refused', reason, text: '' }, 'host').next, 'refused');
    for (const reason of [0x80, 0x88, 0x89, 0x97, 0x9f, 0, 3, 6])
      assert.equal(judge({ kind: 'refused', reason, text: '' }, 'host').next, 'soon');
  });

  it('looks like a take-over when it comes soon and silently for the third time', () => {
    const next = (brief: number, isSilent: boolean): string => judge({ kind: 'lost', text: 'closed', isSilent }, 'host', brief).next;
    assert.deepEqual([next(2, true), next(3, true), next(3, false)], ['soon', 'taken-over', 'soon']);
    assert.equal(judge({ kind: 'taken-over' }, 'host').next, 'taken-over');
    assert.equal(judge({ kind: 'lost', text: 'closed', isSilent: true }, 'host').next, 'soon');
    const { next: later, level, text } = judge({ kind: 'untrusted', text: 'self-signed' }, 'host');
    assert.deepEqual([later, level], ['soon', 'warn']);
    assert.match(text, /^host is not trusted .*self-signed/);
  });
});

describe('redelivered messages', () => {
  const delivery = (change: Partial<Delivery> = {}): Delivery => ({
    topic: 't',
    payload: Buffer.from('p'),
    qos: 1,
    isRedelivered: false,
    id: 1,
    ...change,
  });
  const copy: Partial<Delivery> = { isRedelivered: true };

  it('are copies only if marked and the same in everything', () => {
    const redeliveries = new Redeliveries();
    assert.equal(redeliveries.isCopy(delivery()), false);
    assert.equal(redeliveries.isCopy(delivery()), false, 'not marked');
    assert.equal(redeliveries.isCopy(delivery({ ...copy, id: 2 })), false);
    assert.equal(redeliveries.isCopy(delivery({ ...copy, topic: 'u' })), false);
    assert.equal(redeliveries.isCopy(delivery({ ...copy, payload: Buffer.from('q') })), false);
    assert.equal(redeliveries.isCopy(delivery({ ...copy, qos: 0 })), false);
    assert.equal(redeliveries.isCopy(delivery(copy)), true);
  });

  it('are forgotten after many others', () => {
    const redeliveries = new Redeliveries();
    redeliveries.isCopy(delivery());
    for (let id = 2; id < 600; id++) redeliveries.isCopy(delivery({ id }));
    assert.equal(redeliveries.isCopy(delivery(copy)), false);
    assert.equal(redeliveries.isCopy(delivery({ ...copy, id: 599 })), true);
  });
});

describe('the pulse', () => {
  class Jumping extends ManualClock {
    wall = 0;
    override now(): number {
      return super.now() + this.wall;
    }
  }

  it('notices an hour that nobody lived through, and no other', async () => {
    const clock = new Jumping();
    const gaps: number[] = [];
    const pulse = new Pulse(clock, (gapMs) => void gaps.push(gapMs));
    pulse.start();
    pulse.start();
    assert.equal(clock.openTimers, 1);
    await clock.advance(600_000);
    clock.wall = 30_000;
    await clock.advance(60_000);
    clock.wall = -3_600_000;
    await clock.advance(60_000);
    assert.deepEqual(gaps, []);
    clock.wall += 3_600_000;
    await clock.advance(60_000);
    assert.equal(gaps.length, 1);
    assert.ok(Number(gaps[0]) > 3_600_000);
    pulse.stop();
    assert.equal(clock.openTimers, 0);
  });
});

describe('subscriptions', () => {
  /** A session whose answers a test gives. */
  class Session {
    readonly asked: string[] = [];
    readonly taken: string[] = [];
    readonly #open = new Map<string, (code: number) => void>();
    subscribe(filter: string): Promise<number> {
      this.asked.push(filter);
      return new Promise((resolve) => this.#open.set(filter, resolve));
    }
    unsubscribe(filter: string): void {
      this.taken.push(filter);
    }
    answer(filter: string, code: number): void {
      this.#open.get(filter)?.(code);
      this.#open.delete(filter);
    }
    answerAll(code = 1): void {
      for (const filter of [...this.#open.keys()]) this.answer(filter, code);
    }
  }

  const make = (): {
    clock: ManualClock;
    session: Session;
    subscriptions: PushSubscriptions;
    settled: string[];
    refused: string[];
  } => {
    const clock = new ManualClock();
    const settled: string[] = [];
    const refused: string[] = [];
    const subscriptions = new PushSubscriptions({
      clock,
      onSettled: (isFirst, dids) => void settled.push(isFirst ? 'first' : dids.join()),
      onRefused: ({ filter }: TopicFilter, code) => void refused.push(`${filter} ${code}`),
    });
    return { clock, session: new Session(), subscriptions, settled, refused };
  };
  const [properties, events] = ['device/blt.1/up/properties_changed/#', 'device/blt.1/up/event_occured/#'];
  const BLT = new Set(['blt.1']);

  it('ask again in the next session for what got a passing answer, and not for what was refused for good', async () => {
    const { clock, session, subscriptions, settled, refused } = make();
    subscriptions.follow(new Set(['blt.1', 'blt.2', 'blt.3']));
    subscriptions.begin(session);
    session.answer(properties, 0x8f);
    session.answer(events, 0x97);
    session.answerAll();
    await clock.settle();
    assert.deepEqual(settled, ['first']);
    assert.deepEqual(refused, [`${properties} ${0x8f}`]);
    const next = new Session();
    subscriptions.begin(next);
    assert.ok(next.asked.includes(events));
    assert.ok(!next.asked.includes(properties));
    subscriptions.follow(new Set());
    subscriptions.follow(BLT);
    assert.ok(next.asked.includes(properties), 'followed anew, asked anew');
  });

  it('take back what was granted to a device that is gone meanwhile', async () => {
    const { clock, session, subscriptions } = make();
    subscriptions.follow(BLT);
    subscriptions.begin(session);
    subscriptions.follow(new Set());
    session.answerAll();
    await clock.settle();
    assert.deepEqual(session.taken, [properties, events]);
  });

  it('keep a device that left and came back while it was asked for', async () => {
    const { clock, session, subscriptions, settled } = make();
    subscriptions.follow(BLT);
    subscriptions.begin(session);
    subscriptions.follow(new Set());
    subscriptions.follow(BLT);
    session.answerAll();
    await clock.settle();
    assert.deepEqual(session.taken, []);
    assert.deepEqual(session.asked, [properties, events]);
    assert.deepEqual(settled, ['first']);
  });

  it('hear nothing from a session that is over', async () => {
    const { clock, session, subscriptions, settled, refused } = make();
    subscriptions.follow(BLT);
    subscriptions.begin(session);
    subscriptions.end();
    session.answerAll(0x87);
    await clock.settle();
    assert.deepEqual([settled, refused], [[], []]);
    assert.equal(clock.openTimers, 0);
  });

  it('use the exact topics from the first refusal of the wildcard on', async () => {
    const { clock, session, subscriptions, refused, settled } = make();
    subscriptions.follow(new Set(['1']));
    subscriptions.begin(session);
    session.answer('device/1/state/#', 0x87);
    await clock.settle();
    session.answerAll();
    await clock.settle();
    subscriptions.follow(new Set(['1', '2']));
    assert.deepEqual(session.asked.slice(3), [
      'device/1/state/online',
      'device/1/state/offline',
      'device/2/up/properties_changed/#',
      'device/2/up/event_occured/#',
      'device/2/state/online',
      'device/2/state/offline',
    ]);
    session.answerAll();
    await clock.settle();
    assert.deepEqual([refused, settled], [[], ['first', '2']]);
  });
});

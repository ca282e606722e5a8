/** Values of an account's devices: which of two is the newer one, what is a beginning and what is news, and what proves a device. */

import assert from 'node:assert/strict';
import { type AccountEvent, type CloudRecord, WATCH_TOPIC } from '../../../lib/miot';
import type { PropertyResult } from '../../../lib/miot/cloud-device';
import { NewestValues } from '../../../lib/miot/newest-values';
import { until } from '../../support/wait';
import {
  type Around,
  asked,
  household,
  LAMP,
  listed,
  listen,
  pass,
  pause,
  REMOTE,
  type Scene,
  scene,
  VACUUM,
  without,
} from './account-home';

type PropertyEvent = Extract<AccountEvent, { kind: 'property' }>;

describe('values of an account', () => {
  let home: Scene;
  /** Reads are answered when it opens. */
  let gate: Promise<void> | undefined;
  let refusesReads: boolean;
  let hidden: string | undefined;

  const around: Around = async (request, go) => {
    if (refusesReads && request.url.endsWith('prop/get')) return { status: 404, headers: {}, text: '' };
    const reply = await go();
    if (request.url.endsWith('prop/get')) await gate;
    return hidden !== undefined && request.url.endsWith('device_list_page') ? without(reply, hidden) : reply;
  };

  beforeEach(async () => {
    [gate, refusesReads, hidden] = [undefined, false, undefined];
    home = await scene(household, {}, around);
  });

  afterEach(() => home.end());

  const lamp = (): CloudRecord | undefined => home.account.device(LAMP);
  const properties = (): PropertyEvent[] => home.events.filter((event) => event.kind === 'property');
  const shown = () => properties().map(({ origin, isInitial, values }) => [origin, isInitial, values['light:brightness']]);
  const up = async (): Promise<void> => {
    listen(home, LAMP);
    await home.signIn();
    await until(() => home.account.state.push === 'connected' && lamp()?.values['light:brightness'] === 40, 'up');
  };
  const outage = async (during: () => Promise<void> | void): Promise<void> => {
    home.cloud.fault({ fault: 'broker-down' });
    await until(() => home.account.state.push !== 'connected', 'push lost');
    await during();
    home.cloud.fault({ fault: 'clear' });
    await pass(home, () => home.account.state.push === 'connected', 'push is back');
  };
  const listAgain = async (): Promise<void> => {
    const before = asked(home, 'gethome');
    await pass(home, () => asked(home, 'gethome') > before, 'another list', 60_000);
    await pause(50);
  };

  it('what was pushed is newer than a read that was asked for before', async () => {
    await up();
    home.events.length = 0;
    let open = (): void => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const reading = home.account.get(LAMP, ['light:brightness']);
    await pause(300);
    home.cloud.change(LAMP, 2, 2, 90);
    await until(() => lamp()?.values['light:brightness'] === 90, 'pushed');
    open();
    assert.equal((await reading).values['light:brightness'], 90);
    assert.equal(lamp()?.values['light:brightness'], 90);
    assert.deepEqual(shown(), [['push', false, 90]]);
  });

  it('a read that was asked for after a push tells what it says', async () => {
    await up();
    home.cloud.change(LAMP, 2, 2, 90);
    await until(() => lamp()?.values['light:brightness'] === 90, 'pushed');
    home.cloud.setSilently(LAMP, 2, 2, 91);
    assert.equal((await home.account.get(LAMP, ['light:brightness'])).values['light:brightness'], 91);
    assert.equal(lamp()?.values['light:brightness'], 91);
  });

  it('a change during an outage is news, though a poll was what read the device first', async () => {
    refusesReads = true;
    listen(home, LAMP);
    await home.signIn();
    await until(() => home.account.state.push === 'connected', 'push');
    await pass(home, () => home.lines.some((line) => line.includes('404')), 'the first read failed');
    await outage(async () => {
      refusesReads = false;
      await pass(home, () => lamp()?.values['light:brightness'] === 40, 'polled', 5_000);
      assert.deepEqual(shown(), [['poll', true, 40]]);
      home.cloud.setSilently(LAMP, 2, 2, 99);
      assert.equal(lamp()?.isFresh, false);
    });
    await pass(home, () => lamp()?.values['light:brightness'] === 99, 'read again');
    assert.deepEqual(shown().at(-1), [properties().at(-1)?.origin, false, 99]);
  });

  it('a property that was asked for alone begins alone', async () => {
    await home.signIn();
    await listed(home);
    listen(home, WATCH_TOPIC);
    await home.account.get(LAMP, ['light:on']);
    home.account.subscriptions.subscribe('node', LAMP, () => {});
    await until(() => properties().length >= 2, 'both reads');
    const [one, other] = properties();
    assert.deepEqual([one?.isInitial, Object.keys(one?.values ?? {})], [true, ['light:on']]);
    assert.equal(other?.isInitial, true);
    assert.ok(other !== undefined && !('light:on' in other.values) && 'light:brightness' in other.values);
  });

  it('a read that tells beginnings and news gives both, the beginnings first', async () => {
    await home.signIn();
    await listed(home);
    await home.account.get(LAMP, ['light:on']);
    assert.equal(lamp()?.isFresh, true);
    home.cloud.setSilently(LAMP, 2, 1, true);
    listen(home, LAMP);
    await until(() => properties().length >= 2, 'the first whole read');
    assert.deepEqual(
      properties().map(({ isInitial, changed }) => [isInitial, changed.includes('light:on')]),
      [
        [true, false],
        [false, true],
      ],
    );
    assert.equal(properties()[1]?.previous['light:on'], false);
    assert.equal(lamp()?.isFresh, false);
  });

  it('what is remembered is a beginning too when it is read', async () => {
    await up();
    home.cloud.setSilently(LAMP, 2, 2, 70);
    const account = await home.restart();
    const events: AccountEvent[] = [];
    assert.equal(account.device(LAMP)?.isFresh, true);
    account.subscriptions.subscribe('n', LAMP, (event) => void events.push(event));
    account.subscriptions.open('n');
    await until(() => account.device(LAMP)?.values['light:brightness'] === 70, 'read');
    const [first] = events.filter((event) => event.kind === 'property');
    assert.deepEqual([first?.isInitial, first?.previous['light:brightness']], [true, 40]);
  });

  it('a device with nothing to read counts as read', async () => {
    listen(home, REMOTE);
    await home.signIn();
    await until(() => home.account.device(REMOTE)?.spec !== undefined, 'described');
    await pause(300);
    assert.equal(home.account.device(REMOTE)?.isFresh, false);
  });

  it('only a push or the answer to a command says that a device was there', async () => {
    await up();
    assert.equal(lamp()?.lastSeen, undefined);
    await home.account.get(LAMP, ['light:on']);
    assert.equal(lamp()?.lastSeen, undefined);
    await home.account.set(LAMP, { 'light:on': true });
    const seen = lamp()?.lastSeen ?? 0;
    assert.ok(seen > 0);
    await home.clock.skip(10_000);
    home.cloud.change(LAMP, 2, 2, 50);
    await until(() => (lamp()?.lastSeen ?? 0) > seen + 9_000, 'seen again');
  });

  it('an event is a sign of life', async () => {
    listen(home, REMOTE);
    await home.signIn();
    await until(() => home.cloud.filters().some((filter) => filter.includes(REMOTE)), 'subscribed');
    home.cloud.event(REMOTE, 2, 2, [{ piid: 1, value: 2 }]);
    await until(() => home.account.device(REMOTE)?.lastSeen !== undefined, 'seen');
  });

  it('a device that comes into use at the start is read once', async () => {
    await up();
    await pause(400);
    assert.equal(asked(home, 'prop/get'), 1);
    await home.clock.skip(3_000);
    await pause(300);
    assert.equal(asked(home, 'prop/get'), 1);
  });

  it('where push is slow a device is read all the same, and where it is away at once', async () => {
    home.cloud.fault({ fault: 'broker-down' });
    listen(home, LAMP);
    await home.signIn();
    await pass(home, () => lamp()?.values['light:brightness'] === 40, 'read early', 500, 8);
    assert.notEqual(home.account.state.push, 'connected');
  });

  it('a device that comes into use later is read once it is subscribed to', async () => {
    await up();
    listen(home, VACUUM, 'vacuum');
    await until(() => Object.keys(home.account.device(VACUUM)?.values ?? {}).length > 0, 'its values');
    assert.ok(home.cloud.filters().some((filter) => filter.includes(VACUUM)));
  });

  it('is heard under what people typed', async () => {
    const typed = 'LUMI.158D0001A2B3C4';
    listen(home, typed);
    await home.signIn();
    await until(() => properties().length > 0, 'the first read');
    assert.equal(properties()[0]?.device.did, 'lumi.158d0001a2b3c4');
  });

  it('a device that leaves the account is offline, and what changed until it is back is news', async () => {
    await up();
    home.events.length = 0;
    hidden = LAMP;
    await listAgain();
    assert.deepEqual(
      home.events.map((event) => (event.kind === 'online' ? event.isOnline : event.kind)),
      [false],
    );
    assert.equal(lamp(), undefined);
    home.cloud.setSilently(LAMP, 2, 2, 66);
    hidden = undefined;
    await listAgain();
    await pass(home, () => lamp()?.values['light:brightness'] === 66, 'read again', 100);
    const news = properties().at(-1);
    assert.deepEqual([news?.isInitial, news?.changed, news?.previous['light:brightness']], [false, ['light:brightness'], 40]);
    assert.ok(home.events.some((event) => event.kind === 'online' && event.isOnline));
  });

  it('a push is older than a read that was asked for after it, though another read is still under way', async () => {
    const newest = new NewestValues();
    const ref = { did: '1', siid: 2, piid: 2 };
    const answer = (value: number): PropertyResult[] => [{ ...ref, ok: true, value, isAccepted: false }];
    let settle: (results: PropertyResult[]) => void = () => {};
    const slow = newest.during(() => new Promise((resolve) => (settle = resolve)));
    newest.pushed(ref, 41);
    const quick = await newest.during(() => Promise.resolve(answer(42)));
    settle(answer(40));
    assert.deepEqual([quick, await slow], [answer(42), answer(41)]);
  });
});

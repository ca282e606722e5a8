/** miot-get, miot-set and miot-action: one answer for each input, and errors that a flow can branch on. */

import assert from 'node:assert/strict';
import type { CloudRecord } from '../../lib/miot';
import { toldValues } from '../../lib/miot/told-values';
import { CloudBench, LAMP, PURIFIER, pause, REMOTE, VACUUM } from './cloud-bench';
import { type FlowNode, type Received, until } from './support';

const get = (more: Record<string, unknown> = {}): FlowNode => ({
  id: 'n',
  type: 'miot-get',
  device: LAMP,
  properties: ['light:on'],
  ...more,
});
const set = (more: Record<string, unknown> = {}): FlowNode => ({ id: 'n', type: 'miot-set', device: LAMP, property: 'light:on', ...more });
const action = (more: Record<string, unknown> = {}): FlowNode => ({
  id: 'n',
  type: 'miot-action',
  device: VACUUM,
  action: 'vacuum:start-sweep',
  ...more,
});

describe('a command to the cloud', () => {
  let bench: CloudBench;
  beforeEach(async () => {
    bench = await CloudBench.open();
  });
  afterEach(() => bench.close());

  describe('miot-get', () => {
    it('gives the value of one property', async () => {
      await bench.start(get({ properties: ['light:brightness'] }));
      const message = await bench.answer('now', { mine: 7 });
      const { payload, property, unit, topic, mine, origin, event } = message;
      assert.deepEqual(
        { payload, property, unit, topic, mine, origin, event },
        {
          payload: 40,
          property: 'light:brightness',
          unit: '%',
          topic: 'Desk lamp/light:brightness',
          mine: 7,
          origin: 'command',
          event: 'state',
        },
      );
      assert.equal('ack' in message, false);
      await bench.shows('40 %', 'green');
    });

    it('gives several as an object', async () => {
      await bench.start(get({ properties: ['light:on', 'light:brightness'] }));
      const { payload, topic, ...message } = await bench.answer('', { topic: 'kept', property: 'of another', unit: 'lx', raw: {} });
      assert.deepEqual([payload, topic], [{ 'light:on': false, 'light:brightness': 40 }, 'kept']);
      for (const name of ['property', 'unit', 'raw']) assert.equal(name in message, false, name);
    });

    it('asks the device that the message names for what the message names', async () => {
      await bench.start(get({ device: '', properties: [] }));
      const { payload, valueName } = await bench.answer('air-purifier:mode', { device: { id: PURIFIER } });
      assert.deepEqual([payload, valueName], [1, 'sleep']);
      assert.deepEqual((await bench.answer(['light:on', 'light:brightness'], { device: LAMP })).payload, {
        'light:on': false,
        'light:brightness': 40,
      });
    });

    it('sends nothing where the value makes no sense', async () => {
      await bench.start(get());
      await bench.listed();
      bench.cloud.setSilently(LAMP, 2, 1, 'nonsense');
      const { code, message } = await bench.failure('');
      assert.notEqual(code, '');
      assert.match(message, /Desk lamp/);
      assert.deepEqual(bench.received, []);
      const device = { did: LAMP, listed: { name: 'Desk lamp' } } as unknown as CloudRecord;
      for (const isSeveral of [true, false])
        assert.throws(() => toldValues({ device, values: {}, previous: {} }, isSeveral), { code: 'UNSUPPORTED' });
    });

    it('says what is missing', async () => {
      await bench.start(get({ device: '', properties: [] }));
      assert.equal((await bench.failure('light:on')).code, 'NOT_CONFIGURED');
      assert.equal((await bench.failure('', { device: LAMP })).code, 'BAD_INPUT');
      const { code, message } = await bench.failure('light:nothing', { device: LAMP });
      assert.equal(code, 'UNSUPPORTED');
      assert.match(message, /Desk lamp.*light:on/);
      await bench.shows('status.unsupported', 'red');
    });
  });

  describe('miot-set', () => {
    it('sets one property and says so once', async () => {
      await bench.start(set());
      await bench.pushed(LAMP);
      const { payload, property, previous, ack, state, mine } = await bench.answer('on', { mine: 7 });
      assert.deepEqual([payload, property, mine], [true, 'light:on', 7]);
      const { ok, confirmed, attempts, ms } = ack as Received;
      assert.deepEqual([ok, attempts, typeof ms], [true, 1, 'number']);
      assert.ok(['ack', 'report', 'read'].includes(String(confirmed)));
      assert.ok(previous === false || previous === undefined);
      assert.equal((state as Received)['light:on'], true);
      assert.equal(bench.cloud.value(LAMP, 2, 1), true);
      await until(() => bench.account.device(LAMP)?.values['light:on'] === true, 'the push arrived');
      await pause();
      assert.equal(bench.received.length, 1);
      await bench.shows('status.on', 'green');
    });

    it('tells what it set as the state, though nobody pushed it yet', async () => {
      await bench.start(set());
      await bench.pushed(LAMP);
      await bench.known(LAMP, 'light:on');
      bench.cloud.fault({ fault: 'broker-down' });
      await until(() => bench.account.state.push !== 'connected', 'the connection is gone');
      const { state, previous, ack } = await bench.answer(true);
      assert.deepEqual([(state as Received)['light:on'], previous, (ack as Received).confirmed], [true, false, 'ack']);
    });

    it('sets a value of a list by its name', async () => {
      await bench.start(set({ device: PURIFIER, property: 'air-purifier:mode' }));
      const { payload, valueName } = await bench.answer('Auto');
      assert.deepEqual([payload, valueName, bench.cloud.value(PURIFIER, 2, 2)], [0, 'auto', 0]);
    });

    it('sets several properties of the device that the message names', async () => {
      await bench.start(set({ device: '', property: '' }));
      const { payload } = await bench.answer({ 'light:on': true, 'light:brightness': '55' }, { device: LAMP });
      assert.deepEqual(payload, { 'light:on': true, 'light:brightness': 55 });
      assert.deepEqual([bench.cloud.value(LAMP, 2, 1), bench.cloud.value(LAMP, 2, 2)], [true, 55]);
    });

    it('takes an object of values also where it has a property of its own', async () => {
      await bench.start(set());
      await bench.pushed(LAMP);
      await bench.known(LAMP, 'light:brightness');
      const { payload, previous, ...message } = await bench.answer({ 'light:on': true, 'light:brightness': 55 });
      assert.deepEqual(
        [payload, previous],
        [
          { 'light:on': true, 'light:brightness': 55 },
          { 'light:on': false, 'light:brightness': 40 },
        ],
      );
      assert.equal('property' in message, false);
      assert.deepEqual([bench.cloud.value(LAMP, 2, 1), bench.cloud.value(LAMP, 2, 2)], [true, 55]);
    });

    it('tells what was changed elsewhere after it set what was already so', async () => {
      await bench.start(set());
      await bench.pushed(LAMP);
      await bench.known(LAMP, 'light:on');
      await bench.answer(false);
      const before = bench.received.length;
      for (const value of [true, false]) bench.cloud.change(LAMP, 2, 1, value);
      await until(() => bench.received.length >= before + 2, 'both are told');
      assert.deepEqual(bench.payloads.slice(before), [true, false]);
    });

    it('sets at one device what was told of another', async () => {
      await bench.start(set({ property: '' }));
      assert.deepEqual((await bench.answer(60, { property: 'light:brightness' })).payload, 60);
    });

    it('toggles', async () => {
      await bench.start(set());
      assert.equal((await bench.answer('toggle')).payload, true);
      assert.equal((await bench.answer('toggle')).payload, false);
    });

    it('refuses what makes no sense, and sends nothing', async () => {
      await bench.start(set(), set({ id: 'free', property: '' }));
      assert.equal((await bench.failure('perhaps')).code, 'BAD_INPUT');
      const next = bench.stage.next('errors');
      bench.stage.send('free', { payload: 5 });
      assert.equal(((await next).error as Received).code, 'BAD_INPUT');
      assert.equal(
        bench.cloud.requests().some(({ url }) => url.includes('/prop/set')),
        false,
      );
    });

    it('tells what was changed elsewhere, unless only replies are wanted', async () => {
      await bench.start(set(), set({ id: 'quiet', onlyReplies: true, wires: [['quietly']] }), { id: 'quietly', type: 'sink' });
      await bench.pushed(LAMP);
      await bench.known(LAMP, 'light:on');
      const next = bench.next();
      bench.cloud.change(LAMP, 2, 1, true);
      const { payload, property, origin, previous, ...message } = await next;
      assert.deepEqual([payload, property, origin, previous, 'ack' in message], [true, 'light:on', 'push', false, false]);
      await pause();
      assert.deepEqual(bench.stage.received('quietly'), []);
    });

    it('tells its own change to the others', async () => {
      await bench.start(set(), set({ id: 'other', wires: [['others']] }), { id: 'others', type: 'sink' });
      await bench.pushed(LAMP);
      await bench.known(LAMP, 'light:on');
      const told = bench.stage.next('others');
      await bench.answer(true);
      assert.deepEqual([(await told).payload, (await told).origin], [true, 'push']);
      await pause();
      assert.equal(bench.received.length, 1);
    });
  });

  describe('miot-action', () => {
    it('starts what takes nothing', async () => {
      await bench.start(action());
      const { payload, property, event, ack } = await bench.answer('');
      assert.deepEqual([payload, property, event], [{}, 'vacuum:start-sweep', 'action']);
      assert.equal((ack as Received).confirmed, 'ack');
      assert.equal(bench.cloud.actions().get(`${VACUUM}.2.1`), 1);
    });

    for (const payload of [['1,2'], { 'room-ids': '1,2' }] as const) {
      it(`takes its inputs as ${Array.isArray(payload) ? 'a list' : 'an object'}, and gives its outputs`, async () => {
        await bench.start(action({ action: 'vacuum:start-room-sweep' }));
        const { payload: outputs } = await bench.answer(payload);
        assert.deepEqual(Object.keys(outputs as object), ['sweep-time']);
        assert.equal(bench.cloud.actions().get(`${VACUUM}.2.6`), 1);
      });
    }

    it('refuses what is no list and no object, and what is missing', async () => {
      await bench.start(action(), action({ id: 'none', action: '' }));
      assert.equal((await bench.failure(5)).code, 'BAD_INPUT');
      assert.equal((await bench.failure(['too', 'much'])).code, 'BAD_INPUT');
      const next = bench.stage.next('errors');
      bench.stage.send('none', { payload: '' });
      assert.equal(((await next).error as Received).code, 'NOT_CONFIGURED');
      assert.equal(bench.cloud.actions().size, 0);
    });
  });

  describe('fails with a code where', () => {
    const code = async (message: Received = {}): Promise<string> => (await bench.failure(true, message)).code;

    it('nobody has signed in', async () => {
      await bench.load([set()]);
      const { code, message } = await bench.failure(true);
      assert.equal(code, 'LOGIN_NEEDED');
      assert.match(message, new RegExp(LAMP));
      await bench.shows('status.signed-out', 'grey');
    });

    it('the sign-in was taken back', async () => {
      await bench.start(set());
      bench.cloud.fault({ fault: 'revoke' });
      assert.equal(await code(), 'LOGIN_NEEDED');
      await bench.shows('status.sign-in-needed', 'red');
    });

    it('the cloud cannot be reached', async () => {
      await bench.start(get(), set({ id: 's' }));
      await bench.answer('');
      await bench.cloud.close();
      const skipping = setInterval(() => void bench.stage.clock.skip(500), 20);
      try {
        assert.equal(await code(), 'CLOUD_UNREACHABLE');
        const next = bench.stage.next('errors', undefined, 8_000);
        bench.stage.send('s', { payload: true });
        const { code: second, message } = (await next).error as Received;
        assert.equal(second, 'CLOUD_UNREACHABLE');
        assert.match(String(message), /Desk lamp/);
      } finally {
        clearInterval(skipping);
      }
      await bench.shows('status.cloud-unreachable', 'red');
    });

    it('whether it was done cannot be known', async () => {
      await bench.start(set());
      await bench.answer(true);
      bench.cloud.fault({ fault: 'lose-reply' });
      const skipping = setInterval(() => void bench.stage.clock.skip(500), 20);
      try {
        assert.equal(await code(), 'UNKNOWN_OUTCOME');
      } finally {
        clearInterval(skipping);
      }
    });

    it('the device is offline', async () => {
      await bench.start(set());
      bench.cloud.online(LAMP, false);
      assert.equal(await code(), 'DEVICE_OFFLINE');
      await bench.shows('status.device-offline', 'red');
    });

    it('there is no such device', async () => {
      await bench.start(set({ device: '' }));
      assert.equal(await code({ device: '999' }), 'NO_DEVICE');
      assert.equal(await code(), 'NOT_CONFIGURED');
    });

    it('the node has no account', async () => {
      await bench.start(set({ account: '' }), get({ id: 'event', device: REMOTE }));
      assert.equal(await code(), 'NOT_CONFIGURED');
    });
  });

  it('answers every input, however quickly they come', async () => {
    await bench.start(set());
    await bench.pushed(LAMP);
    for (const payload of [true, false, true]) bench.stage.send('n', { payload });
    await until(() => bench.received.length >= 3, 'all are answered');
    await pause(300);
    assert.deepEqual(
      bench.received.map(({ payload, origin }) => [payload, origin]),
      [
        [true, 'command'],
        [false, 'command'],
        [true, 'command'],
      ],
    );
    assert.equal(bench.cloud.value(LAMP, 2, 1), true);
  });
});

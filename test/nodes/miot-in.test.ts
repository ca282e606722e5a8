/** miot-in: the values and events of an account's devices as messages, and the account's own words. */

import assert from 'node:assert/strict';
import { allAccounts } from '../../nodes/shared/runtime/account-host';
import { CloudBench, LAMP, PURIFIER, pause, REMOTE, THERMOMETER } from './cloud-bench';
import { type FlowNode, type Received, until } from './support';

const input = (more: Record<string, unknown>): FlowNode => ({ id: 'n', type: 'miot-in', device: LAMP, what: 'property', ...more });

describe('miot-in', () => {
  let bench: CloudBench;
  beforeEach(async () => {
    bench = await CloudBench.open();
  });
  afterEach(() => bench.close());

  const start = async (more: Record<string, unknown> = {}, name = 'light:on'): Promise<void> => {
    await bench.start(input(more));
    const did = String(more.device ?? LAMP) || LAMP;
    await bench.pushed(did);
    if (name !== '') await bench.known(did, name);
  };
  const deviceOf = ({ device }: Received): Received => device as Received;

  describe('of a property', () => {
    it('tells the value that was pushed', async () => {
      await start({ property: 'light:brightness' });
      const next = bench.next();
      bench.cloud.change(LAMP, 2, 2, 65);
      const message = await next;
      const { payload, topic, event, property, unit, previous, origin, state, device } = message;
      assert.deepEqual(
        { payload, topic, event, property, unit, previous, origin },
        {
          payload: 65,
          topic: 'Desk lamp/light:brightness',
          event: 'state',
          property: 'light:brightness',
          unit: '%',
          previous: 40,
          origin: 'push',
        },
      );
      assert.equal((state as Received)['light:on'], false);
      const { lastSeen, ...rest } = device as Received;
      assert.ok(!Number.isNaN(Date.parse(String(lastSeen))));
      assert.deepEqual(rest, {
        id: LAMP,
        name: 'Desk lamp',
        model: 'lumiot.light.lamp1',
        family: 'light',
        room: 'Study',
        gateway: '',
        transport: 'miot',
        online: true,
        battery: null,
      });
      assert.equal('raw' in message, false);
      await bench.shows('65 %', 'green');
    });

    it('sends nothing of what it was not asked for', async () => {
      await start({ property: 'light:brightness' });
      bench.cloud.change(LAMP, 2, 1, true);
      bench.cloud.change(PURIFIER, 2, 1, true);
      const next = bench.next();
      bench.cloud.change(LAMP, 2, 2, 65);
      await next;
      assert.deepEqual(bench.payloads, [65]);
    });

    it('gives an object of the values where none is chosen', async () => {
      await start();
      const next = bench.next();
      bench.cloud.change(LAMP, 2, 1, true);
      const { payload, previous, topic, ...message } = await next;
      assert.deepEqual(
        [payload, previous, topic, 'property' in message],
        [{ 'light:on': true }, { 'light:on': false }, 'Desk lamp', false],
      );
    });

    it('keeps the number of a list and adds its name', async () => {
      await start({ device: PURIFIER, property: 'air-purifier:mode' }, 'air-purifier:mode');
      const next = bench.next();
      bench.cloud.change(PURIFIER, 2, 2, 0);
      const { payload, valueName } = await next;
      assert.deepEqual([payload, valueName], [0, 'auto']);
      await bench.shows('auto', 'green');
    });

    it('takes a property by its numbers', async () => {
      await start({ property: '2.2' });
      const next = bench.next();
      bench.cloud.change(LAMP, 2, 2, 12);
      assert.equal((await next).property, 'light:brightness');
    });

    it('tells a repeated value, unless only changes are wanted', async () => {
      await start({ property: 'light:brightness' });
      for (const value of [40, 40, 41]) bench.cloud.change(LAMP, 2, 2, value);
      await until(() => bench.received.length === 3, 'all three arrived');
      await bench.redeploy([input({ property: 'light:brightness', onlyChanges: true })]);
      await bench.pushed(LAMP);
      for (const value of [41, 42, 42, 43]) bench.cloud.change(LAMP, 2, 2, value);
      await until(() => bench.payloads.at(-1) === 43, 'the last one arrived');
      assert.deepEqual(bench.payloads.slice(3), [42, 43]);
    });

    it('has the topic of the user, and what was received where that is wanted', async () => {
      await start({ property: 'light:on', topic: 'mine', includeRaw: true });
      const next = bench.next();
      bench.cloud.change(LAMP, 2, 1, true);
      const { topic, raw } = await next;
      assert.equal(topic, 'mine');
      assert.match(JSON.stringify(raw), /"piid":1/);
    });

    it('hears several devices, narrowed by family and room', async () => {
      await bench.start(
        input({ id: 'all', device: '', property: '' }),
        input({ id: 'light', device: '', family: 'light', wires: [['lights']] }),
        input({ id: 'room', device: '', room: 'bedroom', wires: [['bedroom']] }),
        { id: 'lights', type: 'sink' },
        { id: 'bedroom', type: 'sink' },
      );
      await bench.pushed(LAMP, PURIFIER);
      await bench.known(LAMP, 'light:on');
      await bench.known(PURIFIER, 'air-purifier:on');
      bench.cloud.change(LAMP, 2, 1, true);
      bench.cloud.change(PURIFIER, 2, 2, 2);
      await until(() => bench.received.length === 2, 'both arrived');
      const names = (id: string): unknown[] => bench.stage.received(id).map((message) => deviceOf(message).name);
      assert.deepEqual([names('out').sort(), names('lights'), names('bedroom')], [['Desk lamp', 'Purifier'], ['Desk lamp'], ['Purifier']]);
    });

    it('shares nothing with what is kept', async () => {
      await start();
      const next = bench.next();
      bench.cloud.change(LAMP, 2, 1, true);
      const message = await next;
      Object.assign(message.state as object, { 'light:on': 'spoiled' });
      Object.assign(message.device as object, { name: 'spoiled' });
      assert.equal(bench.account.device(LAMP)?.values['light:on'], true);
      assert.equal(bench.account.device(LAMP)?.listed.name, 'Desk lamp');
    });
  });

  describe('at the start', () => {
    it('is silent, and shows what is known', async () => {
      await start({ property: 'light:brightness' }, 'light:brightness');
      await bench.redeploy();
      await bench.shows('40 %', 'green');
      assert.deepEqual(bench.payloads, []);
    });

    it('sends what is known, where that is wanted', async () => {
      const next = bench.next();
      void next.catch(() => {});
      await start({ property: 'light:brightness', sendOnStart: true }, 'light:brightness');
      const { payload, origin } = await next;
      assert.deepEqual([payload, origin], [40, 'read']);
    });
  });

  it('tells the beginning once, also where the first read came in the middle of a redeploy', async () => {
    await bench.start(input({ property: 'light:brightness', sendOnStart: true }));
    bench.account.subscriptions.hold('n');
    await bench.known(LAMP, 'light:brightness');
    await pause();
    const before = bench.payloads.length;
    assert.equal(before, 0, 'it is held');
    await bench.redeploy();
    await until(() => bench.payloads.length > 0, 'it is told');
    await pause(100);
    assert.deepEqual(bench.payloads, [40]);
  });

  it('tells at the start what it remembers beside what it reads', async () => {
    const node = input({ what: 'all', sendOnStart: true });
    await bench.start(node);
    await bench.pushed(LAMP);
    await bench.known(LAMP, 'light:on');
    bench.cloud.publishRaw(
      `device/${LAMP}/up/properties_changed/2/99`,
      JSON.stringify({ params: { did: LAMP, siid: 2, piid: 99, value: 7 } }),
    );
    await until(() => bench.account.device(LAMP)?.values['2.99'] === 7, 'it was heard');
    const before = bench.received.length;
    await bench.restart([node]);
    await bench.pushed(LAMP);
    await until(() => bench.received.some(({ origin }) => origin === 'restored'), 'it is told again');
    await pause();
    const told = bench.received.slice(before).filter(({ event }) => event === 'state');
    assert.deepEqual(
      told.map(({ origin, payload }) => [origin, Object.keys(payload as object).includes('2.99')]),
      [
        ['read', false],
        ['restored', true],
      ],
    );
    assert.deepEqual(told.at(-1)?.payload, { '2.99': 7 });
  });

  it('tells nothing it remembers before it was read again', async () => {
    const node = input({ what: 'property', sendOnStart: true });
    await bench.start(node);
    await bench.pushed(LAMP);
    await bench.known(LAMP, 'light:on');
    await bench.redeploy([], 'full', { d: true });
    await bench.stage.clock.skip(10_500);
    await until(() => allAccounts().size === 0, 'everything is closed');
    await pause(200);
    bench.cloud.fault({ fault: 'refuse' });
    await bench.redeploy([node]);
    await until(() => bench.account.device(LAMP) !== undefined, 'it is remembered');
    const before = bench.received.length;
    await bench.redeploy();
    await pause();
    assert.equal(bench.received.length, before);
    bench.cloud.fault({ fault: 'clear' });
    await until(
      () => bench.received.length > before,
      'it was read',
      () => bench.stage.clock.skip(500),
    );
    assert.equal(bench.received[before]?.origin, 'read');
  });

  describe('of events', () => {
    it('gives the arguments by name', async () => {
      await start({ device: REMOTE, what: 'event', event: 'switch-sensor:click' }, '');
      const next = bench.next();
      bench.cloud.event(REMOTE, 2, 2, [{ piid: 1, value: 1 }]);
      bench.cloud.event(REMOTE, 2, 1, [{ piid: 1, value: 2 }]);
      const { payload, event, property, origin, topic } = await next;
      assert.deepEqual(
        { payload, event, property, origin, topic },
        {
          payload: { 'button-index': 2 },
          event: 'event',
          property: 'switch-sensor:click',
          origin: 'push',
          topic: 'Remote/switch-sensor:click',
        },
      );
      assert.equal(bench.received.length, 1);
      await bench.shows('switch-sensor:click', 'green');
    });

    it('takes an event by its numbers, and every one where none is chosen', async () => {
      await start({ device: REMOTE, what: 'event', event: '2.3' }, '');
      for (const eiid of [1, 2, 3]) bench.cloud.event(REMOTE, 2, eiid);
      await until(() => bench.received.length > 0, 'one arrived');
      assert.deepEqual(
        bench.received.map(({ property }) => property),
        ['switch-sensor:long-press'],
      );
      await bench.redeploy([input({ device: REMOTE, what: 'event' })]);
      await bench.pushed(REMOTE);
      for (const eiid of [1, 2]) bench.cloud.event(REMOTE, 2, eiid);
      await until(() => bench.received.length === 3, 'both arrived');
    });
  });

  it('tells who can be reached', async () => {
    await start({ what: 'online' });
    bench.cloud.online(LAMP, false);
    await until(() => bench.received.length === 1, 'it went');
    await bench.shows('status.device-offline', 'red');
    bench.cloud.online(LAMP, true);
    await until(() => bench.received.length === 2, 'it came');
    assert.deepEqual(
      bench.received.map((message) => [message.event, message.payload, message.topic, deviceOf(message).online]),
      [
        ['offline', false, 'Desk lamp', false],
        ['online', true, 'Desk lamp', true],
      ],
    );
  });

  it('tells everything of everything', async () => {
    await start({ what: 'all', device: '', property: 'ignored', event: 'ignored' }, '');
    await bench.known(LAMP, 'light:on');
    bench.cloud.change(LAMP, 2, 1, true);
    bench.cloud.event(REMOTE, 2, 1);
    bench.cloud.online(PURIFIER, false);
    await until(
      () => ['account', 'state', 'event', 'offline'].every((event) => bench.received.some((one) => one.event === event)),
      'all came',
    );
  });

  describe('of the account', () => {
    const words = (): unknown[] => bench.payloads;

    it('says that a sign-in is needed, and that it was done', async () => {
      await bench.load([input({ what: 'account', device: '' })]);
      await until(() => words().length === 1, 'the first word');
      await bench.shows('status.signed-out', 'grey');
      await bench.signIn();
      await until(() => words().length === 2, 'the second word');
      assert.deepEqual(words(), ['sign-in-needed', 'signed-in']);
      const [{ event, topic, code }] = bench.received as [Received];
      assert.deepEqual([event, topic, code], ['account', 'Home', 'LOGIN_NEEDED']);
      await bench.shows('status.signed-in', 'green');
    });

    it('says it before a command fails', async () => {
      await bench.start(input({ what: 'account', device: '' }));
      bench.cloud.fault({ fault: 'revoke' });
      await bench.ok('post', 'refresh').catch(() => {});
      await until(() => words().at(-1) === 'sign-in-needed', 'the flow heard');
      await bench.shows('status.sign-in-needed', 'red');
    });

    it('says that the cloud cannot be reached, and that it can again', async () => {
      await bench.start(input({ what: 'account', device: '' }), { id: 'g', type: 'miot-get', device: LAMP, properties: ['light:on'] });
      bench.stage.send('g', {});
      await until(() => words().includes(false), 'the cloud answers');
      bench.cloud.fault({ fault: 'refuse' });
      bench.stage.send('g', {});
      await until(
        () => words().at(-1) === 'unreachable',
        'the flow heard',
        () => bench.stage.clock.skip(500),
      );
      await bench.shows('status.cloud-unreachable', 'red');
      bench.cloud.fault({ fault: 'clear' });
      await bench.stage.clock.skip(301_000);
      await until(
        () => words().at(-1) === 'signed-in',
        'the flow heard of its return',
        () => bench.stage.clock.skip(1_000),
      );
      await bench.shows('status.signed-in', 'green');
    });

    it('does not repeat itself after a redeploy', async () => {
      await bench.start(input({ what: 'account', device: '' }));
      await until(() => words().at(-1) === 'signed-in', 'it is signed in');
      const before = words().length;
      await bench.redeploy();
      await pause();
      assert.equal(words().length, before);
    });
  });

  describe('shows', () => {
    it('that it has no account', async () => {
      await bench.load([input({ account: '' })]);
      await bench.shows('status.not-configured', 'grey');
    });

    it('that settings are missing or wrong', async () => {
      await bench.load([input({})], { clientId: '' });
      await bench.shows('status.not-configured', 'grey');
      await bench.redeploy([input({})], 'full', { apiHost: 'http://example.org' });
      await bench.shows('status.misconfigured', 'red');
    });

    it('that nobody has signed in', async () => {
      await bench.load([input({})]);
      await bench.shows('status.signed-out', 'grey');
    });

    it('that the account has no such device', async () => {
      await bench.start(input({ device: '999' }));
      await bench.redeploy();
      await bench.shows('status.no-device', 'red');
    });

    it('that the device cannot be reached, until it speaks again', async () => {
      await start({ property: 'light:brightness' }, 'light:brightness');
      bench.cloud.online(LAMP, false);
      await bench.shows('status.device-offline', 'red');
      await bench.redeploy();
      await bench.shows('status.device-offline', 'red');
      bench.cloud.online(LAMP, true);
      await bench.shows('40 %', 'green');
    });

    it('its value while the refresh fails but the token lives', async () => {
      await start({ property: 'light:brightness' }, 'light:brightness');
      bench.cloud.fault({ fault: 'status-500', on: 'token' });
      await bench.ok('post', 'refresh').catch(() => {});
      await until(() => bench.account.state.session.state.phase === 'degraded', 'the refresh failed');
      bench.cloud.change(LAMP, 2, 2, 71);
      await bench.shows('71 %', 'green');
    });

    it('that it connects while the broker is away', async () => {
      await start({ property: 'light:brightness' }, 'light:brightness');
      bench.cloud.fault({ fault: 'broker-down' });
      await bench.shows('status.connecting', 'yellow');
    });
  });

  it('loses no value while the broker is away', async () => {
    await start({ property: 'light:brightness' }, 'light:brightness');
    bench.cloud.fault({ fault: 'broker-down' });
    await until(() => bench.account.state.push !== 'connected', 'the connection is gone');
    bench.cloud.change(LAMP, 2, 2, 77);
    bench.cloud.fault({ fault: 'clear' });
    await until(
      () => bench.payloads.includes(77),
      'the value arrived',
      () => bench.stage.clock.skip(500),
    );
    assert.equal(bench.received.at(-1)?.origin, 'read');
    bench.cloud.change(LAMP, 2, 2, 78);
    await until(() => bench.payloads.includes(78), 'pushes arrive again');
  });

  it('finds a device of a gateway by its did', async () => {
    await start({ device: THERMOMETER, property: 'temperature-humidity-sensor:temperature' }, 'temperature-humidity-sensor:temperature');
    const next = bench.next();
    bench.cloud.change(THERMOMETER, 2, 1, 22.5);
    const { payload, unit } = await next;
    assert.deepEqual([payload, unit], [22.5, '°C']);
  });
});

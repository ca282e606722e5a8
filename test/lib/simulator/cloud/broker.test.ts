import assert from 'node:assert/strict';
import { connect as connectTcp } from 'node:net';
import type { IConnackPacket } from 'mqtt-packet';
import { ManualClock } from '../../../support/clock';
import { until } from '../../../support/wait';
import { CloudBench, lamp, tokensOf } from './bench';
import { connectPacket, type Listener, listen, Mute, sendBytes } from './mqtt-client';

const properties = `device/${lamp.did}/up/properties_changed/#`;

describe('the broker of the pretend cloud', () => {
  let bench: CloudBench;
  let clock: ManualClock;
  let access: string;
  let refresh: string;
  const open: Listener[] = [];

  beforeEach(async () => {
    clock = new ManualClock();
    bench = await CloudBench.open(
      { uid: '1000000001', devices: [lamp, { did: '2', model: 'lumiot.remote-control.remote2', name: 'Remote' }] },
      { clock },
    );
    ({ access, refresh } = await bench.signIn());
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((listener) => listener.end()));
    await bench.close();
  });

  const join = async (password = access, options = {}): Promise<Listener> => {
    const listener = await listen(bench, password, options);
    open.push(listener);
    return listener;
  };
  const set = (value: unknown): Promise<unknown> =>
    bench.api('/app/v2/miotspec/prop/set', { params: [{ did: lamp.did, siid: 2, piid: 1, value }] }, access);

  for (const [what, options, code] of [
    ['another user name', { username: '1' }, 0x86],
    ['an unknown token', { password: 'V3_unknown' }, 0x86],
    ['an empty password', { password: '' }, 0x86],
    ['the device id of another sign-in', { clientId: 'ha.other' }, 0x87],
  ] as const)
    it(`refuses ${what}`, async () => {
      await assert.rejects(listen(bench, access, options), { code });
      await assert.rejects(listen(bench, access, { ...options, protocolVersion: 4 }), { code: code === 0x86 ? 4 : 5 });
      assert.equal(bench.cloud.sessions, 0);
    });

  it('refuses a token that has expired, and takes the next one', async () => {
    await clock.advance(259_200_000);
    await assert.rejects(listen(bench, access), { code: 0x86 });
    const next = tokensOf(await bench.refresh(refresh)).access;
    await join(next);
    assert.equal(bench.cloud.sessions, 1);
  });

  it('pushes what the API sets, in the published form', async () => {
    const listener = await join();
    assert.deepEqual(await listener.subscribe(properties), [1]);
    await set(true);
    await until(() => listener.heard.length > 0, 'a push');
    const [push] = listener.heard;
    assert.equal(push?.topic, `device/${lamp.did}/up/properties_changed/2/1`);
    assert.deepEqual(push?.json, { id: 1, method: 'properties_changed', params: { did: lamp.did, siid: 2, piid: 1, value: true } });
    await set(true);
    await set(false);
    await until(() => listener.heard.length > 1, 'the second push');
    assert.deepEqual(listener.heard[1]?.json.params, { did: lamp.did, siid: 2, piid: 1, value: false });
  });

  it('pushes what happens at a device: values, events, online and offline', async () => {
    const listener = await join();
    await listener.subscribe(['device/2/up/event_occured/#', 'device/2/state/#', properties]);
    bench.cloud.change(lamp.did, 2, 2, 40);
    bench.cloud.event('2', 2, 1, [{ piid: 1, value: 2 }]);
    bench.cloud.online('2', false);
    bench.cloud.setSilently(lamp.did, 2, 2, 50);
    bench.cloud.publishRaw(`device/${lamp.did}/up/properties_changed/2/9`, '{"raw":true}');
    await until(() => listener.heard.length === 4, 'four pushes');
    assert.deepEqual(
      listener.heard.map(({ topic, json }) => [topic, json]),
      [
        [
          `device/${lamp.did}/up/properties_changed/2/2`,
          { id: 1, method: 'properties_changed', params: { did: lamp.did, siid: 2, piid: 2, value: 40 } },
        ],
        [
          'device/2/up/event_occured/2/1',
          { id: 2, method: 'event_occured', params: { did: '2', siid: 2, eiid: 1, arguments: [{ piid: 1, value: 2 }] } },
        ],
        [
          'device/2/state/offline',
          {
            device_id: '2',
            device_name: 'Remote',
            event: 'offline',
            model: 'lumiot.remote-control.remote2',
            timestamp: clock.now(),
            uid: 1_000_000_001,
          },
        ],
        [`device/${lamp.did}/up/properties_changed/2/9`, { raw: true }],
      ],
    );
    assert.equal(bench.cloud.value(lamp.did, 2, 2), 50);
    assert.throws(() => bench.cloud.change('99', 2, 1, 1), { code: 'NO_DEVICE' });
    assert.throws(() => bench.cloud.change(lamp.did, 9, 1, 1), { code: 'BAD_INPUT' });
    assert.throws(() => bench.cloud.event(lamp.did, 2, 1), { code: 'BAD_INPUT' });
  });

  it('delivers one copy, with the best QoS of the filters that fit; 2 is granted as 1', async () => {
    const listener = await join();
    const one = `device/${lamp.did}/up/properties_changed/2/1`;
    assert.deepEqual(await listener.subscribe(properties, 0), [0]);
    bench.cloud.change(lamp.did, 2, 1, true);
    await until(() => listener.heard.length === 1, 'a push');
    assert.deepEqual(await listener.subscribe(one, 2), [1]);
    bench.cloud.change(lamp.did, 2, 1, false);
    bench.cloud.change(lamp.did, 2, 2, 10);
    await until(() => listener.heard.length === 3, 'three pushes');
    assert.deepEqual(
      listener.heard.map(({ qos }) => qos),
      [0, 1, 0],
    );
    await listener.client.unsubscribeAsync([properties, one]);
    assert.deepEqual(bench.cloud.filters(), []);
  });

  for (const [filter, code] of [
    [`device/${lamp.did}/up/properties_changed/2/1`, 1],
    [`device/${lamp.did}/up/event_occured/+/+`, 1],
    [`device/${lamp.did}/state/#`, 1],
    [`device/${lamp.did}/state/online`, 1],
    [`device/${lamp.did}/g_op/rename`, 1],
    ['user/1000000001/g_op/bind', 1],
    ['home/118000000001/scene/edit', 1],
    ['device/99/up/properties_changed/#', 0x87],
    ['device/+/up/properties_changed/#', 0x87],
    ['#', 0x87],
    [`device/${lamp.did}/#`, 0x87],
    [`device/${lamp.did}/g_op/#`, 0x87],
    ['user/2/g_op/bind', 0x87],
    ['$SYS/#', 0x87],
  ] as const)
    it(`answers a subscription to ${filter} with ${code}`, async () => {
      const listener = await join();
      assert.deepEqual(await listener.subscribe(filter), [code]);
      assert.deepEqual(bench.cloud.filters(), code === 1 ? [filter] : []);
    });

  it('judges each filter of one request by itself', async () => {
    const listener = await join();
    assert.deepEqual(await listener.subscribe(['device/99/state/#', properties]), [0x87, 1]);
    assert.deepEqual(bench.cloud.filters(), [properties]);
  });

  it('speaks MQTT 3.1.1 too', async () => {
    const listener = await join(access, { protocolVersion: 4 });
    assert.deepEqual(await listener.subscribe(['device/99/state/#', properties]), [0x80, 1]);
    bench.cloud.change(lamp.did, 2, 1, true);
    await until(() => listener.heard.length === 1, 'a push');
  });

  it('lets a second connection take over and tells the first', async () => {
    const first = await join();
    await first.subscribe(properties);
    const second = await join();
    await until(() => first.isClosed, 'the end of the first');
    assert.deepEqual(first.endings, [0x8e]);
    assert.equal(second.isClosed, false);
    assert.equal(bench.cloud.sessions, 1);
    assert.deepEqual(bench.cloud.filters(), []);
  });

  it('does not let a stranger take over', async () => {
    const first = await join();
    await assert.rejects(listen(bench, 'V3_unknown'), { code: 0x86 });
    assert.equal(first.isClosed, false);
  });

  it('ends a session when the token it came with expires, whatever was refreshed meanwhile', async () => {
    const listener = await join();
    await clock.advance(200_000_000);
    const next = tokensOf(await bench.refresh(refresh)).access;
    await clock.advance(59_199_000);
    assert.equal(listener.isClosed, false);
    await clock.advance(1_000);
    await until(() => listener.isClosed, 'the end');
    assert.deepEqual(listener.endings, [0x87]);
    await join(next);
  });

  it('waits for tokens that live longer than a timer can', async () => {
    const delays: number[] = [];
    class WatchedClock extends ManualClock {
      override setTimeout(callback: () => void, delayMs: number): unknown {
        delays.push(delayMs);
        return super.setTimeout(callback, delayMs);
      }
    }
    clock = new WatchedClock();
    const long = await CloudBench.open({ expiresIn: 7_776_000 }, { clock });
    const listener = await listen(long, (await long.signIn()).access);
    await clock.advance(7_775_999_000);
    assert.equal(listener.isClosed, false);
    await clock.advance(1_000);
    await until(() => listener.isClosed, 'the end');
    assert.ok(Math.max(...delays) < 2 ** 31, String(Math.max(...delays)));
    await long.close();
  });

  it('ends sessions at once when the permission is taken back, and when the device id signs in anew', async () => {
    const first = await join();
    await bench.signIn();
    await until(() => first.isClosed, 'the end of the first');
    const again = (await bench.signIn()).access;
    const second = await join(again);
    bench.cloud.fault({ fault: 'revoke' });
    await until(() => second.isClosed, 'the end of the second');
    assert.deepEqual([first.endings, second.endings], [[0x87], [0x87]]);
  });

  it('takes no messages from clients', async () => {
    const listener = await join();
    listener.client.publish(`device/${lamp.did}/down/set`, '{}', { qos: 0 });
    await until(() => listener.isClosed, 'the end');
    assert.deepEqual(listener.endings, [0x87]);
  });

  it('ends a client that is silent for one and a half keepalives, not one that pings', async function () {
    this.timeout(10_000);
    const pinging = await join(access, { keepalive: 1 });
    const other = await bench.signIn('ha.silent');
    const began = performance.now();
    const received = await sendBytes(bench, connectPacket(other.access, { clientId: 'ha.silent', keepalive: 1 }));
    assert.ok(performance.now() - began >= 1_490);
    assert.deepEqual([...received.subarray(-4)], [0xe0, 0x02, 0x8d, 0x00]);
    assert.equal(pinging.isClosed, false);
  });

  it('sends again, marked, what a kept session never acknowledged', async () => {
    const kept = connectPacket(access, { clean: false, properties: { sessionExpiryInterval: 3_600 } });
    const first = await Mute.open(bench, kept);
    await first.subscribe(properties);
    bench.cloud.change(lamp.did, 2, 1, true);
    await until(() => first.published.length === 1, 'a push');
    first.leave();
    await until(() => bench.cloud.sessions === 0, 'the end');
    bench.cloud.change(lamp.did, 2, 1, false);
    const second = await Mute.open(bench, kept);
    await until(() => second.published.length === 2, 'both pushes');
    assert.deepEqual(
      second.published.map(({ dup, messageId }) => [dup, messageId]),
      [
        [true, 1],
        [false, 2],
      ],
    );
    assert.deepEqual(
      [first, second].map(({ packets }) => (packets[0] as IConnackPacket).sessionPresent),
      [false, true],
    );
    second.leave();
    await until(() => bench.cloud.sessions === 0, 'the end');
    await clock.advance(3_600_000);
    const third = await Mute.open(bench, kept);
    assert.equal((third.packets[0] as IConnackPacket).sessionPresent, false);
    assert.deepEqual(bench.cloud.filters(), []);
    third.leave();
  });

  it('forgets what a clean session never acknowledged', async () => {
    const first = await Mute.open(bench, connectPacket(access));
    await first.subscribe(properties);
    bench.cloud.change(lamp.did, 2, 1, true);
    first.leave();
    await until(() => bench.cloud.sessions === 0, 'the end');
    const second = await Mute.open(bench, connectPacket(access, { clean: false }));
    assert.equal((second.packets[0] as IConnackPacket).sessionPresent, false);
    second.leave();
  });

  it('has no more open at once than the client wants', async () => {
    const mute = await Mute.open(bench, connectPacket(access, { properties: { receiveMaximum: 2 } }));
    await mute.subscribe(properties);
    for (let value = 1; value <= 5; value += 1) bench.cloud.change(lamp.did, 2, 2, value);
    await mute.subscribe(`device/${lamp.did}/state/online`);
    mute.send({ cmd: 'pingreq' });
    await until(() => mute.packets.some(({ cmd }) => cmd === 'pingresp'), 'PINGRESP');
    assert.deepEqual(
      mute.published.map(({ messageId }) => messageId),
      [1, 2],
    );
    mute.send({ cmd: 'puback', messageId: 1 });
    await until(() => mute.published.length === 3, 'one more');
    assert.equal(mute.published[2]?.messageId, 3);
    mute.leave();
  });

  it('survives bytes that are no MQTT, and packets that are cut, too long or out of place', async () => {
    const listener = await join();
    const connect = connectPacket('wrong');
    const bytes = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from([0x00, 0x00]),
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0x10, 0x02, 0x00, 0x04]),
      Buffer.from([0x82, 0x03, 0x00, 0x01, 0x00]),
      Buffer.concat([Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(300_000)]),
      Buffer.concat([connect, connect]),
      ...Array.from({ length: 40 }, (_, seed) => {
        const broken = Buffer.from(connect);
        broken[(seed * 7) % broken.length] = (seed * 31) % 256;
        return Buffer.concat([broken, Buffer.from([0xc1, 0x00])]);
      }),
    ];
    for (const [index, garbage] of bytes.entries()) {
      // Some of it is the beginning of a packet: whoever goes away in the middle must do no harm either.
      const socket = connectTcp(Number(new URL(bench.cloud.addresses.mqtt).port), '127.0.0.1', () => socket.write(garbage));
      socket.on('error', () => {});
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        setTimeout(() => socket.destroy(), index < 7 ? 100 : 15);
      });
    }
    assert.equal(listener.isClosed, false);
    await listener.subscribe(properties);
    bench.cloud.change(lamp.did, 2, 1, true);
    await until(() => listener.heard.length === 1, 'a push after all that');
    assert.deepEqual(bench.log, []);
  });

  it('says what was wrong with a packet of a client it knows', async () => {
    const connect = connectPacket(access);
    const malformed = await sendBytes(bench, Buffer.concat([connect, Buffer.from([0xc1, 0x00])]));
    assert.deepEqual([...malformed.subarray(-4)], [0xe0, 0x02, 0x81, 0x00]);
    const header = Buffer.from([0x82, 0xff, 0xff, 0xff, 0x7f]);
    const endless = await sendBytes(bench, Buffer.concat([connect, header, Buffer.alloc(300_000)]));
    assert.ok(endless.includes(Buffer.from([0xe0, 0x02, 0x95, 0x00])));
    const twice = await sendBytes(bench, Buffer.concat([connect, connect]));
    assert.deepEqual([...twice.subarray(-4)], [0xe0, 0x02, 0x82, 0x00]);
  });

  it('goes down and comes back on the same port, and forgets everybody', async () => {
    const listener = await join();
    const { mqtt } = bench.cloud.addresses;
    const other = connectPacket((await bench.signIn('ha.other')).access, {
      clientId: 'ha.other',
      clean: false,
      properties: { sessionExpiryInterval: 3_600 },
    });
    const away = await Mute.open(bench, other);
    away.leave();
    await until(() => bench.cloud.sessions === 1, 'the end of one');
    bench.cloud.fault({ fault: 'broker-down' });
    await until(() => listener.isClosed, 'the end');
    await bench.cloud.settled();
    assert.deepEqual(listener.endings, []);
    await assert.rejects(listen(bench, access), { code: 'ECONNREFUSED' });
    bench.cloud.fault({ fault: 'clear' });
    await bench.cloud.settled();
    assert.equal(bench.cloud.addresses.mqtt, mqtt);
    await join();
    assert.deepEqual(bench.cloud.filters(), []);
    const again = await Mute.open(bench, other);
    assert.equal((again.packets[0] as IConnackPacket).sessionPresent, false);
    again.leave();
  });

  it('comes back by itself where the fault has an end', async () => {
    bench.cloud.fault({ fault: 'broker-down', ms: 5_000 });
    await bench.cloud.settled();
    await clock.advance(4_999);
    await assert.rejects(listen(bench, access), { code: 'ECONNREFUSED' });
    await clock.advance(1);
    await bench.cloud.settled();
    await join();
  });

  it('can kick everybody and refuse the wildcard of states', async () => {
    const first = await join();
    bench.cloud.fault({ fault: 'broker-kick' });
    await until(() => first.isClosed, 'the end');
    assert.deepEqual(first.endings, [0x98]);
    const second = await join();
    bench.cloud.fault({ fault: 'refuse-state-wildcard' });
    assert.deepEqual(await second.subscribe([`device/${lamp.did}/state/#`, `device/${lamp.did}/state/online`]), [0x87, 1]);
  });
});

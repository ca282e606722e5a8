import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isIgnored, parsePush } from '../../../lib/miot/payloads';
import type { PushEvent } from '../../../lib/miot/push-events';

const PROPERTY = 'device/68332340/up/properties_changed/2/1';
const EVENT = 'device/68332340/up/event_occured/3/1';
const ONLINE = 'device/68332340/state/online';

type Told = Record<string, unknown>;

function read(topic: string, payload: unknown): Told[] | string {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const result = parsePush(topic, Buffer.from(text));
  return isIgnored(result) ? result.ignored : result.map(({ raw: _raw, ...told }: PushEvent) => told);
}

describe('payloads of the broker', () => {
  it('of a property: did, numbers and value', () => {
    const payload = { id: 1, method: 'properties_changed', params: { did: '68332340', siid: 2, piid: 1, value: true } };
    assert.deepEqual(read(PROPERTY, payload), [{ kind: 'property', did: '68332340', siid: 2, piid: 1, value: true }]);
    const [event] = parsePush(PROPERTY, Buffer.from(JSON.stringify(payload))) as PushEvent[];
    assert.deepEqual(event?.raw, payload);
  });

  it('carry several properties in a list, and a bad one takes none with it', () => {
    const params = [
      { siid: 2, piid: 1, value: 1 },
      { siid: 2, piid: 2, value: null },
      7,
      { did: 'another', siid: 2, piid: 3, value: 3 },
      { did: 68332340, siid: '2', piid: '4', value: 'text' },
    ];
    assert.deepEqual(read(PROPERTY, { params }), [
      { kind: 'property', did: '68332340', siid: 2, piid: 1, value: 1 },
      { kind: 'property', did: '68332340', siid: 2, piid: 4, value: 'text' },
    ]);
  });

  it('keep every digit of numbers above 2^53, of ids as of values', () => {
    const topic = PROPERTY.replace('68332340', '9007199254740993');
    const payload = '{"params":{"did":9007199254740993,"siid":2,"piid":1,"value":18446744073709551615}}';
    assert.deepEqual(read(topic, payload), [
      { kind: 'property', did: '9007199254740993', siid: 2, piid: 1, value: '18446744073709551615' },
    ]);
    assert.equal(read(topic, payload.replace('0993', '0992')), 'a payload about another device than its topic');
  });

  it('take from the topic what they do not say', () => {
    assert.deepEqual(read(PROPERTY, { params: { value: 5 } }), [{ kind: 'property', did: '68332340', siid: 2, piid: 1, value: 5 }]);
    assert.deepEqual(read(EVENT, { params: {} }), [{ kind: 'event', did: '68332340', siid: 3, eiid: 1, arguments: [] }]);
    assert.equal(read('device/1/up/properties_changed', { params: { value: 5 } }), 'a property without its numbers');
    assert.equal(read('device/1/up/event_occured/2', { params: {} }), 'an event without its numbers');
  });

  it('about another device than the topic are refused', () => {
    const did = 'another';
    for (const [topic, payload] of [
      [PROPERTY, { params: { did, siid: 2, piid: 1, value: 1 } }],
      [EVENT, { params: { did, siid: 2, eiid: 1 } }],
      [EVENT, { attr: 'event.2.1', did, status: [] }],
      [PROPERTY, { params: { did: { toString: 1 }, siid: 2, piid: 1, value: 1 } }],
      [ONLINE, { device_id: did, event: 'online' }],
    ] as const)
      assert.equal(read(topic, payload), 'a payload about another device than its topic');
  });

  it('of an event: arguments with their piid or bare, in their order', () => {
    const sent = [{ piid: 2, value: 5 }, 'bare', 0, false, { piid: '3', value: '' }];
    assert.deepEqual(read(EVENT, { params: { siid: 3, eiid: 1, arguments: sent } }), [
      {
        kind: 'event',
        did: '68332340',
        siid: 3,
        eiid: 1,
        arguments: [
          { piid: 2, value: 5 },
          { piid: undefined, value: 'bare' },
          { piid: undefined, value: 0 },
          { piid: undefined, value: false },
          { piid: 3, value: '' },
        ],
      },
    ]);
  });

  it('of an event leave out a named argument without a plain value, and end before a bare one', () => {
    const told = (sent: unknown): unknown => (read(EVENT, { params: { arguments: sent } }) as Told[])[0]?.arguments;
    assert.deepEqual(
      told([
        { piid: 1, value: {} },
        { piid: 2, value: 2 },
      ]),
      [{ piid: 2, value: 2 }],
    );
    assert.deepEqual(told([1, null, 3]), [{ piid: undefined, value: 1 }]);
    for (const none of [undefined, null, {}, 'x', 5]) assert.deepEqual(told(none), []);
  });

  it('in the envelope of the inner bus are read as well', () => {
    const status = [{ piid: 1004, value: 2 }];
    assert.deepEqual(read('device/blt.3.1/up/event_occured/2/1018', { attr: 'event.2.1018', did: 'blt.3.1', status }), [
      { kind: 'event', did: 'blt.3.1', siid: 2, eiid: 1018, arguments: [{ piid: 1004, value: 2 }] },
    ]);
    assert.deepEqual(read(PROPERTY, { attr: 'prop.4.7', value: 1.5 }), [
      { kind: 'property', did: '68332340', siid: 4, piid: 7, value: 1.5 },
    ]);
    assert.deepEqual(read(PROPERTY, { attr: 'prop.4.7', status: 'ok' }), [
      { kind: 'property', did: '68332340', siid: 4, piid: 7, value: 'ok' },
    ]);
    // Anything else in `attr` says nothing, and the payload itself is the content.
    for (const attr of [undefined, 7, ['event.9.9'], 'event.9', 'action.9.9', 'xprop.9.9'])
      assert.deepEqual(read(PROPERTY, { attr, value: 5 }), [{ kind: 'property', did: '68332340', siid: 2, piid: 1, value: 5 }]);
  });

  it('of the state say online, and offline for every other word', () => {
    const told = (isOnline: boolean): Told[] => [{ kind: 'online', did: '68332340', isOnline }];
    assert.deepEqual(read(ONLINE, { device_id: 68332340, event: 'online', device_name: 'Plug' }), told(true));
    assert.deepEqual(read('device/68332340/state/offline', { device_id: '68332340', event: 'offline' }), told(false));
    assert.deepEqual(read(ONLINE, { event: 'gone' }), told(false));
    assert.deepEqual(read(ONLINE, {}), told(true));
    assert.deepEqual(read('device/68332340/state/offline', {}), told(false));
    assert.equal(read('device/68332340/state/rssi', {}), 'a state that is neither online nor offline');
  });

  it('that hold no plain value tell nothing', () => {
    for (const value of ['null', '{}', '[1]', '1e999'])
      assert.equal(
        read(PROPERTY, `{"params":{"siid":2,"piid":1,"value":${value}}}`),
        'a property whose value is no boolean, number or text',
      );
  });

  it('that are garbage tell nothing and break nothing', () => {
    for (const text of ['', ' ', 'null', '5', '"x"', '[]', '[{"params":{}}]', '{', '\u0000', '{"params":', '\ufeff{}', '[1]'.repeat(9)])
      assert.equal(read(PROPERTY, text), 'a payload that is no JSON object', text);
    assert.equal(typeof read(PROPERTY, '{}'), 'string');
    assert.equal(read(PROPERTY, { params: [] }), 'a payload without content');
    assert.equal(read('device/1/g_op/rename', {}), 'a topic of another kind');
    assert.ok(isIgnored(parsePush(PROPERTY, Buffer.from([0xff, 0xfe, 0x00, 0x80]))));
    for (const numbers of [
      { siid: -1, piid: 1 },
      { siid: 1.5, piid: 1 },
      { siid: 0, piid: 1 },
      { siid: '__proto__', piid: 1e300 },
    ])
      assert.equal(typeof read('device/1/up/properties_changed', { params: { ...numbers, value: 1 } }), 'string');
  });

  it('are bounded in size and depth', () => {
    const large = JSON.stringify({ params: { value: 'x'.repeat(256 * 1024) } });
    assert.match(String(read(PROPERTY, large)), /more than 262144 bytes/);
    assert.equal(read(PROPERTY, `{"params":{"value":1},"x":${'['.repeat(40)}${']'.repeat(40)}}`), 'a payload that is no JSON object');
    assert.equal(
      read(PROPERTY, `{"params":{"value":1},"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      'a payload that is no JSON object',
    );
    // The payload itself is one level.
    const nested = (lists: number): unknown => read(PROPERTY, `{"params":{"value":1},"x":${'['.repeat(lists)}${']'.repeat(lists)}}`);
    assert.equal((nested(32) as Told[]).length, 1);
    assert.equal(nested(33), 'a payload that is no JSON object');
    const long = (bytes: number): unknown => read(PROPERTY, '{"params":{"value":"x"}}'.padEnd(bytes));
    assert.equal((long(256 * 1024) as Told[]).length, 1);
    assert.match(String(long(256 * 1024 + 1)), /more than/);
  });

  it('cannot change what objects are', () => {
    const hostile =
      '{"__proto__":{"polluted":1},"params":{"__proto__":{"siid":9,"polluted":1},"value":1,"constructor":{"prototype":{"polluted":1}}}}';
    const spelled = hostile.replaceAll('__proto__', '\\u005f_proto__');
    for (const text of [hostile, spelled]) {
      const [event] = parsePush(PROPERTY, Buffer.from(text)) as PushEvent[];
      assert.ok(event !== undefined && 'siid' in event && event.siid === 2);
      assert.ok(!Object.hasOwn(event.raw as object, '__proto__'));
      assert.equal(({} as Told).polluted, undefined);
      assert.equal(Object.assign({} as Told, event.raw).polluted, undefined);
    }
  });

  it('of random bytes never throw', () => {
    const seeds = [PROPERTY, EVENT, ONLINE];
    const whole = JSON.stringify({
      id: 1,
      method: 'x',
      params: [{ did: '68332340', siid: 2, piid: 1, value: true, arguments: [{ piid: 1 }] }],
      event: 'online',
    });
    let state = 7;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % limit;
    };
    for (let round = 0; round < 5_000; round++) {
      const bytes = Buffer.from(whole);
      for (let change = 0; change <= below(4); change++) bytes[below(bytes.length)] = below(256);
      const result = parsePush(seeds[round % seeds.length] ?? PROPERTY, bytes.subarray(0, bytes.length - below(3)));
      assert.ok(isIgnored(result) || result.every(({ did }) => did === '68332340'));
    }
  });
});

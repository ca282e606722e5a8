/** What a broker tells a home: commands, and how each is answered. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import type { HomeAnswer, MqttMessage } from '../../../lib/mqtt';
import { Bench, PretendHome } from '../../support/pretend-home';

const PLUG = '158d0001a2b3c4';
const DEVICE = `lumiot/34ce00fb61a9/${PLUG}`;

describe('commands from MQTT', () => {
  let home: PretendHome;
  let bench: Bench;

  beforeEach(async () => {
    home = new PretendHome();
    home.put(PLUG, { name: 'Kettle', state: { on: true } });
    bench = await new Bench({ home }).up();
    bench.take();
  });
  afterEach(() => bench.mapping.close(false));

  const result = (): Record<string, unknown> => {
    const [message] = bench.published.splice(0);
    assert.equal(message?.topic, `${DEVICE}/result`);
    assert.equal(message?.retain, false);
    return JSON.parse(message?.payload ?? '') as Record<string, unknown>;
  };
  const bytes = (text: string): Buffer => Buffer.from(text);

  for (const [given, meant] of [
    ['on', 'on'],
    [' Toggle \n', 'Toggle'],
    ['65', 65],
    ['-0.5', -0.5],
    ['true', true],
    ['"off"', 'off'],
    ['0x10', '0x10'],
    ['007', '007'],
    ['{"on":true,"brightness":40}', { on: true, brightness: 40 }],
    ['{}', {}],
    [bytes('{"on":false}'), { on: false }],
    [bytes('\uFEFFon'), 'on'],
    [new Uint8Array(bytes('open')), 'open'],
    [true, true],
    [0, 0],
    [{ color: '#ff8800' }, { color: '#ff8800' }],
    ['{"write":{"status":"on"},"list":[1,[2,null]]}', { write: { status: 'on' }, list: [1, [2, null]] }],
  ] as const) {
    it(`take ${given instanceof Uint8Array ? 'the bytes of ' : ''}${JSON.stringify(given instanceof Uint8Array ? String.fromCharCode(...given) : given)}`, async () => {
      await bench.receive(`${DEVICE}/set`, given);
      assert.deepEqual(home.calls, [['set', PLUG, meant]]);
    });
  }

  it('are answered with what took effect', async () => {
    const received = await bench.receive(`${DEVICE}/set`, 'on');
    const meant = { command: 'set', ok: true, payload: { on: true }, ack: { ok: true } };
    assert.deepEqual(received, { outcome: 'answered', device: PLUG, result: meant });
    assert.deepEqual(result(), meant);
  });

  it('say that a newer one took their place', async () => {
    home.answer = undefined;
    await bench.receive(`${DEVICE}/set`, 'on');
    assert.deepEqual(result(), { command: 'set', ok: true, overtaken: true });
  });

  it('that have no answer are answered all the same', async () => {
    home.answer = { payload: undefined };
    await bench.receive(`${DEVICE}/set`, 'on');
    assert.deepEqual(result(), { command: 'set', ok: true, payload: null });
  });

  for (const requestId of ['a-7', '', 7, -1.5, 'x'.repeat(1_000)]) {
    it(`give back the requestId ${JSON.stringify(requestId).slice(0, 20)}, which no device sees`, async () => {
      await bench.receive(`${DEVICE}/set`, JSON.stringify({ on: true, requestId }));
      assert.deepEqual(home.calls, [['set', PLUG, { on: true }]]);
      assert.equal(result().requestId, requestId);
      home.answer = new LumiotError('TIMEOUT', 'It does not answer.');
      await bench.receive(`${DEVICE}/get`, { requestId });
      const { requestId: back, ok } = result();
      assert.deepEqual([back, ok], [requestId, false]);
    });
  }

  for (const requestId of [null, true, {}, ['a'], 'x'.repeat(1_001)]) {
    it(`refuse the requestId ${JSON.stringify(requestId).slice(0, 20)}`, async () => {
      await bench.receive(`${DEVICE}/set`, JSON.stringify({ on: true, requestId }));
      assert.deepEqual(home.calls, []);
      assert.equal(result().code, 'BAD_INPUT');
    });
  }

  it('give back the correlation data of the caller as it came, and never publish where a caller wants', async () => {
    const correlationData = bytes('\x00\xffabc');
    const stranger = { topic: `${DEVICE}/set`, payload: 'on', retain: false, correlationData, responseTopic: 'somewhere/else' };
    await bench.mapping.receive(stranger);
    assert.equal(bench.published.length, 1);
    assert.equal(bench.published[0]?.topic, `${DEVICE}/result`);
    assert.equal(bench.published[0]?.correlationData, correlationData);
    bench.take();
    await bench.receive(`${DEVICE}/set`, '{"broken', { correlationData });
    assert.equal(bench.published[0]?.correlationData, correlationData);
    bench.take();
    await bench.receive(`${DEVICE}/set`, 'on');
    assert.equal('correlationData' in (bench.published[0] as MqttMessage), false);
  });

  it('that fail say why, with device and gateway, on the broker and to the node', async () => {
    home.answer = new LumiotError('TIMEOUT', 'The device does not answer. Move it closer.');
    const received = await bench.receive(`${DEVICE}/set`, 'on');
    const text = 'The device does not answer. Move it closer. [device Kettle (158d0001a2b3c4), gateway Hall (34ce00fb61a9)]';
    assert.deepEqual(result(), { command: 'set', ok: false, code: 'TIMEOUT', error: text });
    assert.ok(received.outcome === 'failed');
    assert.deepEqual(
      [received.error.code, received.error.message, received.error.device, received.error.gateway],
      ['TIMEOUT', text, PLUG, '34ce00fb61a9'],
    );
  });

  it('that fail name nothing twice', async () => {
    const text = 'Gateway Hall does not reach 158d0001a2b3c4. Move it closer.';
    home.answer = new LumiotError('TIMEOUT', text);
    await bench.receive(`${DEVICE}/set`, 'on');
    assert.equal(result().error, text);
  });

  it('survive what is no error of ours, and answers that are no JSON', async () => {
    home.answer = new TypeError('undefined is not a function');
    await bench.receive(`${DEVICE}/set`, 'on');
    assert.equal(result().code, 'UNSUPPORTED');
    home.answer = { payload: 1n };
    assert.equal((await bench.receive(`${DEVICE}/set`, 'on')).outcome, 'failed');
    assert.equal(result().code, 'UNSUPPORTED');
  });

  it('for a device that does not exist say so', async () => {
    const received = await bench.receive('lumiot/34ce00fb61a9/nobody/set', 'on');
    assert.ok(received.outcome === 'failed' && received.error.code === 'NO_DEVICE');
    assert.match(received.error.message, /no device nobody.*\[gateway Hall \(34ce00fb61a9\)\]$/);
    assert.equal(bench.published[0]?.topic, 'lumiot/34ce00fb61a9/nobody/result');
    assert.deepEqual(home.calls, []);
  });

  it('find a device under the spelling of the caller, who is answered there', async () => {
    const received = await bench.receive(`lumiot/34ce00fb61a9/${PLUG.toUpperCase()}/set`, 'on');
    assert.ok(received.outcome === 'answered');
    assert.equal(received.device, PLUG);
    assert.equal(bench.published[0]?.topic, `lumiot/34ce00fb61a9/${PLUG.toUpperCase()}/result`);
  });

  it('are answered beside where they came, letter by letter, for what a stranger encodes may get the edge thrown out', async () => {
    for (const device of ['%C2%80', '%00', '%EF%BF%BF', '%EF%B7%90', '%2B', '%23', '%2F', '%zz', '%41', '$x', 'Küche']) {
      await bench.receive(`lumiot/34ce00fb61a9/${device}/set`, 'on');
      assert.deepEqual(
        bench.take().map(([topic]) => topic),
        [`lumiot/34ce00fb61a9/${device}/result`],
      );
    }
    // What no broker gives: wildcards, and characters that no topic has.
    for (const device of ['+', '#', 'a\u0000', 'a\u0080', 'a\uffff', 'a\ud800'])
      assert.deepEqual(await bench.receive(`lumiot/34ce00fb61a9/${device}/set`, 'on'), { outcome: 'ignored' });
    assert.deepEqual(bench.take(), []);
  });

  it('that were retained are refused, and say how to get rid of them', async () => {
    for (const command of ['set', 'get']) {
      const received = await bench.receive(`${DEVICE}/${command}`, '{"on":true,"requestId":5}', { retain: true });
      assert.ok(received.outcome === 'failed');
      const { code, error, requestId } = result();
      assert.deepEqual([code, requestId], ['BAD_INPUT', 5]);
      assert.match(String(error), /retained.*without retain.*empty retained payload/);
    }
    assert.deepEqual(home.calls, []);
  });

  it('that were retained can be taken back without a word', async () => {
    for (const payload of ['', Buffer.alloc(0), ' ', undefined]) {
      assert.deepEqual(await bench.receive(`${DEVICE}/set`, payload), { outcome: 'ignored' });
      assert.deepEqual(await bench.receive(`${DEVICE}/get`, payload, { retain: true }), { outcome: 'ignored' });
    }
    assert.deepEqual(bench.take(), []);
  });

  for (const payload of ['', Buffer.alloc(0), '{}', '{"read":true}', '{"requestId":1}', '[]', {}, { properties: [] }]) {
    it(`read everything with ${JSON.stringify(payload)}`, async () => {
      home.answer = { payload: { on: false } };
      await bench.receive(`${DEVICE}/get`, payload);
      assert.deepEqual(home.calls, [['get', PLUG, []]]);
      const { command, ok, payload: answer } = result();
      assert.deepEqual([command, ok, answer], ['get', true, { on: false }]);
    });
  }

  it('read some values', async () => {
    await bench.receive(`${DEVICE}/get`, '["light:on","light:on","light:brightness"]');
    await bench.receive(`${DEVICE}/get`, { properties: ['light:on'], read: true, requestId: 1 });
    assert.deepEqual(home.calls, [
      ['get', PLUG, ['light:on', 'light:brightness']],
      ['get', PLUG, ['light:on']],
    ]);
  });

  const deep = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  const cycle: Record<string, unknown> = {};
  cycle.a = cycle;
  const trap = Object.defineProperty({}, 'on', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  const nonsense: [string, 'set' | 'get', unknown][] = [
    ['broken JSON', 'set', '{"on":tru'],
    ['a broken list', 'set', '[1,'],
    ['a broken text', 'set', '"on'],
    ['null', 'set', 'null'],
    ['a list', 'set', '[1]'],
    ['bytes that are no text', 'set', Buffer.from([0xff, 0xfe, 0x00])],
    ['more than 64 kB', 'set', 'x'.repeat(65_537)],
    ['more than 64 kB of bytes', 'set', Buffer.alloc(65_537, 0x20)],
    ['few characters of many bytes', 'set', 'ü'.repeat(40_000)],
    ['much that was parsed', 'set', { a: 'x'.repeat(600_000) }],
    ['what is nested deep', 'set', deep(20)],
    ['what is nested as deep as fits', 'set', deep(32_000)],
    ['a circle', 'set', cycle],
    ['a trap', 'set', trap],
    ['a function', 'set', () => 1],
    ['a symbol', 'set', { a: Symbol('a') }],
    ['a large number', 'set', 1n],
    ['no number', 'set', Number.NaN],
    ['an endless number', 'set', { a: '', b: Number.POSITIVE_INFINITY }],
    ['a number no device knows', 'set', '1e999'],
    ['a word', 'get', 'on'],
    ['a number', 'get', '7'],
    ['false', 'get', 'false'],
    ['null', 'get', 'null'],
    ['another object', 'get', '{"set":{"on":true}}'],
    ['read: false', 'get', '{"read":false}'],
    ['a list of numbers', 'get', '[1]'],
    ['an empty name', 'get', '[""]'],
    ['a name as long as a book', 'get', JSON.stringify(['x'.repeat(201)])],
    ['properties that are none', 'get', '{"properties":"on"}'],
  ];
  for (const [what, command, payload] of nonsense) {
    it(`refuse ${what} under …/${command}`, async () => {
      const received = await bench.receive(`${DEVICE}/${command}`, payload);
      assert.ok(received.outcome === 'failed');
      assert.equal(received.error.code, 'BAD_INPUT');
      assert.equal(result().code, 'BAD_INPUT');
      assert.deepEqual(home.calls, []);
    });
  }

  it('carry names of prototypes as data', async () => {
    const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"requestId":1}';
    await bench.receive(`${DEVICE}/set`, text);
    await bench.receive(`${DEVICE}/set`, JSON.parse(text));
    for (const call of home.calls as [string, string, object][]) {
      assert.deepEqual(Object.keys(call[2]), ['__proto__', 'constructor']);
      assert.equal(Object.getPrototypeOf(call[2]), Object.prototype);
    }
    assert.equal(home.calls.length, 2);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    for (const id of ['__proto__', 'constructor', 'toString']) {
      const received = await bench.receive(`lumiot/34ce00fb61a9/${id}/set`, 'on');
      assert.ok(received.outcome === 'failed' && received.error.code === 'NO_DEVICE');
    }
  });

  it('are not shared with the flow they came from', async () => {
    const payload = { list: [{ a: 1 }] };
    await bench.receive(`${DEVICE}/set`, payload);
    const [, , given] = home.calls[0] as [string, string, typeof payload];
    assert.notEqual(given, payload);
    assert.notEqual(given.list[0], payload.list[0]);
  });

  it('that end after the node was closed are answered all the same: whoever asked knows of no deploy', async () => {
    const ending = bench.receive(`${DEVICE}/set`, '{"on":true,"requestId":7}');
    await bench.mapping.close(false);
    await ending;
    assert.equal(bench.published.length, 1);
    const { ok, requestId } = result();
    assert.deepEqual([ok, requestId], [true, 7]);
  });

  it('that come to a node that is being closed are carried out: nobody else hears them', async () => {
    await bench.mapping.close(false);
    assert.equal((await bench.receive(`${DEVICE}/set`, '{"on":true,"requestId":8}')).outcome, 'answered');
    const { ok, requestId } = result();
    assert.deepEqual([home.calls.length, ok, requestId], [1, true, 8]);
  });

  it('that come after the node was deleted are not', async () => {
    await bench.mapping.close(true);
    bench.take();
    assert.deepEqual(await bench.receive(`${DEVICE}/set`, 'on'), { outcome: 'ignored' });
    assert.deepEqual([home.calls, bench.take()], [[], []]);
  });

  it('end unknown when the node is deleted, and are answered once', async () => {
    let answer: (answered: HomeAnswer) => void = () => {};
    home.set = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const ending = bench.receive(`${DEVICE}/set`, '{"on":true,"requestId":7}', { correlationData: bytes('q') });
    const closing = bench.mapping.close(true);
    const received = await ending;
    await closing;
    answer({ payload: true });
    await bench.clock.settle();
    assert.ok(received.outcome === 'failed' && received.error.code === 'UNKNOWN_OUTCOME');
    const answers = bench.published.filter(({ topic }) => topic === `${DEVICE}/result`);
    assert.deepEqual([answers.length, answers[0]?.correlationData?.length], [1, 1]);
    const { ok, code, requestId, error } = JSON.parse(answers[0]?.payload ?? '') as Record<string, unknown>;
    assert.deepEqual([ok, code, requestId], [false, 'UNKNOWN_OUTCOME', 7]);
    assert.match(String(error), /deleted.*Look at the device\. \[.*gateway Hall/);
  });

  it('reach a home before it was started', async () => {
    await bench.mapping.close(false);
    bench = new Bench({ home });
    assert.equal((await bench.receive(`${DEVICE}/set`, 'on')).outcome, 'answered');
  });

  it('are told from everything that comes back, which is ignored', async () => {
    const looped = [
      DEVICE,
      `${DEVICE}/info`,
      `${DEVICE}/availability`,
      `${DEVICE}/action`,
      `${DEVICE}/result`,
      `${DEVICE}/set/more`,
      `${DEVICE}/set/`,
      `${DEVICE}//set`,
      `${DEVICE}/SET`,
      'lumiot/34ce00fb61a9/availability',
      'lumiot/34ce00fb61a9/event',
      'lumiot/34ce00fb61a9/set',
      'lumiot/34ce00fb61a9//set',
      `lumiot/34ce00fb61aa/${PLUG}/set`,
      `lumiot/34ce00fb61a90/${PLUG}/set`,
      `lumiot/34ce00fb61a9x${PLUG}/set`,
      `Lumiot/34ce00fb61a9/${PLUG}/set`,
      `/lumiot/34ce00fb61a9/${PLUG}/set`,
      `lumiot/34ce00fb61a9/${'x'.repeat(2_000)}/set`,
      `homeassistant/device/lumiot_${PLUG}/config`,
      'lumiot',
      '',
      'status',
      'lumiot/status/set',
    ];
    for (const topic of looped)
      assert.deepEqual(await bench.receive(topic, '{"on":true}', { retain: true }), { outcome: 'ignored' }, topic);
    await bench.clock.advance(60_000);
    assert.deepEqual(bench.take(), []);
    assert.deepEqual(home.calls, []);
  });
});

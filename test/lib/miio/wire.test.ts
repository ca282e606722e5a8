// What networks and odd devices do to requests and answers, with a bare socket at the other end.
import assert from 'node:assert/strict';
import { boundSocket, closed } from '../../support/sockets';
import { type Asked, BareDevice, DID, OTHER_TOKEN, Rig, refs, TOKEN } from './rig';

describe('requests on the wire', () => {
  let rig: Rig;
  let bare: BareDevice;

  beforeEach(async () => {
    rig = new Rig();
    bare = await rig.bare();
  });

  afterEach(() => rig.close());

  const value = (asked: Asked, told: unknown): unknown[] => [{ ...(asked.params as object[])[0], code: 0, value: told }];

  it('are greeted before the first, after a minute of silence, and not in between', async () => {
    bare.onAsked = (asked) => bare.answer(asked, 'ok');
    const device = rig.device({ host: bare.host });
    await rig.outcome(device.call('a', [], 'read'));
    await rig.clock.advance(59_000);
    await rig.outcome(device.call('b', [], 'read'));
    assert.equal(bare.hellos, 1);
    await rig.clock.advance(61_000);
    bare.stamp += 120;
    await rig.outcome(device.call('c', [], 'read'));
    assert.equal(bare.hellos, 2);
    assert.deepEqual(
      bare.asked.map(({ id }) => id),
      [1, 2, 3],
    );
    assert.equal(bare.asked[2]?.stamp, bare.stamp);
  });

  it('are greeted again after the socket was idle, from another port', async () => {
    bare.onAsked = (asked) => bare.answer(asked, 'ok');
    const device = rig.device({ host: bare.host });
    await rig.outcome(device.call('a', [], 'read'));
    await rig.clock.advance(95_000);
    assert.equal(rig.sockets.open.size, 0);
    assert.equal(rig.clock.openTimers, 0);
    bare.stamp += 95;
    await rig.outcome(device.call('b', [], 'read'));
    assert.equal(bare.hellos, 2);
    assert.equal(rig.sockets.created, 2);
  });

  it('are greeted again after the socket broke, before anything else', async () => {
    bare.onAsked = (asked) => bare.answer(asked, 'ok');
    const device = rig.device({ host: bare.host });
    await rig.outcome(device.call('a', [], 'read'));
    const lose = (): void => {
      for (const socket of rig.sockets.open) socket.emit('error', new Error('the interface is gone'));
    };
    lose();
    await rig.clock.advance(1_000);
    let requests = 0;
    assert.equal(await rig.outcome(device.call('b', [], 'read', () => requests++)), 'ok');
    assert.deepEqual([bare.hellos, requests], [2, 1]);
    // While no socket can be opened yet, the next try has one.
    lose();
    assert.equal(await rig.outcome(device.call('c', [], 'read')), 'ok');
    assert.ok(rig.lines.some((line) => line.includes('the interface is gone')));
  });

  it('are greeted three times at most, 1.5 s apart', async () => {
    bare.answersHello = false;
    const begin = rig.clock.monotonic();
    assert.equal(await rig.outcome(rig.device({ host: bare.host }).call('a', [], 'read')), 'DEVICE_OFFLINE');
    assert.equal(bare.hellos, 3);
    assert.ok(Math.abs(rig.clock.monotonic() - begin - 4_500) < 50);
  });

  it('are not greeted again where a search finds the place that was tried', async () => {
    bare.answersHello = false;
    const device = rig.device({ host: bare.host }, { find: async () => bare.host });
    assert.equal(await rig.outcome(device.call('a', [], 'read')), 'DEVICE_OFFLINE');
    assert.equal(bare.hellos, 3);
  });

  it('go out again after 2, 3 and 5 s, with hello between', async () => {
    const at: number[] = [];
    bare.onAsked = () => void at.push(rig.clock.monotonic());
    assert.equal(await rig.outcome(rig.device({ host: bare.host }).call('a', [], 'read')), 'TOKEN_REJECTED');
    assert.deepEqual(
      at.slice(1).map((time, index) => time - (at[index] ?? 0)),
      [2_000, 3_000, 5_000],
    );
    assert.deepEqual(
      bare.asked.map(({ id, method }) => `${id} ${method}`),
      ['1 a', '101 a', '201 a', '202 miIO.info'],
    );
    // Before the first, and after each that was not answered: it is there.
    assert.equal(bare.hellos, 5);
  });

  it('are answered by the late answer to an earlier try', async () => {
    bare.onAsked = () => bare.asked.length === 2 && bare.asked[0] && bare.answer(bare.asked[0], 'late');
    assert.equal(await rig.outcome(rig.device({ host: bare.host }).call('a', [], 'set')), 'late');
    assert.equal(bare.asked.length, 2);
  });

  it('are answered by a late answer that comes in place of hello', async () => {
    const device = rig.device({ host: bare.host });
    const call = rig.outcome(device.call('a', [], 'action'));
    bare.onAsked = (asked) => {
      if (asked.method === 'miIO.info') bare.answer(asked, {});
      else bare.answersHello = false;
    };
    await rig.clock.advance(2_100);
    const [, action] = bare.asked;
    assert.ok(action);
    bare.answer(action, 'late');
    assert.equal(await call, 'late');
    assert.equal(bare.asked.length, 2);
  });

  it('are not answered by what belongs to others: another id, an earlier call, a report, a copy', async () => {
    bare.onAsked = (asked) => {
      bare.say(JSON.stringify({ id: asked.id + 1, result: 'other' }), asked.from);
      bare.say(JSON.stringify({ id: String(asked.id), result: 'text' }), asked.from);
      bare.say(JSON.stringify({ id: asked.id, method: 'properties_changed', params: [], result: 'report' }), asked.from);
      bare.say(JSON.stringify({ id: { valueOf: 1 }, result: 'odd' }), asked.from);
      const [first] = bare.asked;
      if (first && first !== asked) bare.answer(first, 'copy');
      bare.answer(asked, asked.method);
      bare.answer(asked, 'copy');
    };
    const device = rig.device({ host: bare.host });
    const answers = ['a', 'b', 'c'].map((method) => device.call(method, [], 'read'));
    assert.deepEqual(await rig.clock.during(Promise.all(answers)), ['a', 'b', 'c']);
  });

  it('are not answered from another address, nor under another did', async () => {
    const stranger = new BareDevice(await boundSocket('127.0.54.9', 0), DID);
    bare.onAsked = (asked) => {
      stranger.answer(asked, 'stranger');
      bare.say(JSON.stringify({ id: asked.id, result: 'neighbour' }), asked.from, { did: 999n });
      rig.clock.setTimeout(() => bare.answer(asked, 'own'), 20);
    };
    assert.equal(await rig.outcome(rig.device({ host: bare.host }).call('a', [], 'read')), 'own');
    assert.ok(rig.network.ignored >= 2);
    await closed(stranger.socket);
  });

  it('are answered under a did with something in its upper half', async () => {
    bare.onAsked = (asked) => bare.say(JSON.stringify({ id: asked.id, result: 'ok' }), asked.from, { did: (16n << 32n) | BigInt(DID) });
    assert.equal(await rig.outcome(rig.device({ host: bare.host }).call('a', [], 'read')), 'ok');
  });

  it('survive anything that arrives', async () => {
    bare.onAsked = (asked) => {
      for (const bytes of [Buffer.alloc(0), Buffer.alloc(32), Buffer.from('2131', 'hex'), Buffer.alloc(65_000, 0x21)])
        bare.raw(bytes, asked.from);
      for (const text of ['null', '[]', '1', '{}', '{"id":null}', '{"id":1,"error":{"code":{"valueOf":1}}}x']) bare.say(text, asked.from);
      rig.clock.setTimeout(() => bare.answer(asked, 'ok'), 20);
    };
    assert.equal(await rig.outcome(rig.device({ host: bare.host }).call('a', [], 'action')), 'ok');
  });

  it('know a wrong token by an answer it does not open', async () => {
    bare.onAsked = (asked) => bare.say(JSON.stringify({ id: asked.id, result: 1 }), asked.from, { token: OTHER_TOKEN });
    const begin = rig.clock.monotonic();
    const device = rig.device({ host: bare.host });
    assert.equal(await rig.outcome(device.call('a', [], 'read')), 'TOKEN_REJECTED');
    assert.ok(rig.clock.monotonic() - begin < 6_000);
    assert.equal(device.standing, 'token-rejected');
  });

  it('are not given up for one answer that was changed on its way', async () => {
    bare.onAsked = (asked) => {
      if (bare.asked.length === 1) bare.say('{}', asked.from, { token: OTHER_TOKEN });
      else bare.answer(asked, 'ok');
    };
    assert.equal(await rig.outcome(rig.device({ host: bare.host }).call('a', [], 'read')), 'ok');
  });

  it('say so when the answer cannot be read', async () => {
    bare.onAsked = (asked) => bare.say('{"id": 1,,"a":0', asked.from);
    const error = await rig.error(rig.device({ host: bare.host }).call('a', [], 'read'));
    assert.equal(error.code, 'TIMEOUT');
    assert.match(error.message, /answers 'a' with something that cannot be read/);
  });

  it('have the stamp of a device whose clock was set meanwhile, at the second try', async () => {
    const device = rig.device({ host: bare.host });
    bare.onAsked = (asked) => Math.abs(asked.stamp - bare.stamp) <= 60 && bare.answer(asked, 'ok');
    await rig.outcome(device.call('a', [], 'read'));
    bare.stamp = 1_700_000_000;
    assert.equal(await rig.outcome(device.call('b', [], 'set')), 'ok');
    assert.deepEqual(
      bare.asked.map(({ stamp }) => stamp),
      [123_456, 123_456, 1_700_000_000],
    );
  });

  it('are greeted again when an answer shows that the device has restarted', async () => {
    const device = rig.device({ host: bare.host });
    bare.onAsked = (asked) => {
      bare.stamp = 7;
      bare.answer(asked, 'ok');
    };
    await rig.outcome(device.call('a', [], 'read'));
    await rig.outcome(device.call('b', [], 'read'));
    assert.equal(bare.hellos, 2);
    assert.deepEqual(
      bare.asked.map(({ stamp }) => stamp),
      [123_456, 7],
    );
  });

  it('are not sent again for an action when the device has restarted meanwhile: it has forgotten what it did', async () => {
    bare.onAsked = (asked) => {
      if (asked.method === 'miIO.info') bare.answer(asked, {});
      else bare.stamp = 2;
    };
    assert.equal(await rig.outcome(rig.device({ host: bare.host }).call('a', [], 'action')), 'UNKNOWN_OUTCOME');
    assert.equal(bare.asked.filter(({ method }) => method === 'a').length, 1);
  });

  it('do not take a clock from an answer to hello that nobody asked for', async () => {
    const device = rig.device({ host: bare.host });
    bare.onAsked = (asked) => {
      bare.answer(asked, 'ok');
      bare.raw(Buffer.from(`21310020000000000412ab34${'000003e8'}${'ff'.repeat(16)}`, 'hex'), asked.from);
    };
    await rig.outcome(device.call('a', [], 'read'));
    await rig.clock.settle();
    await rig.outcome(device.call('b', [], 'read'));
    assert.deepEqual(
      bare.asked.map(({ stamp }) => stamp),
      [123_456, 123_456],
    );
  });

  it('are repeated once for -9999, twice for -30001, and an action never', async () => {
    const device = rig.device({ host: bare.host });
    bare.onAsked = (asked) => {
      const code = asked.method === 'busy' ? -30_001 : asked.method === 'late' ? -704_053_036 : -9_999;
      if (asked.method === 'miIO.info') bare.answer(asked, {});
      else bare.say(JSON.stringify({ id: asked.id, error: { code, message: 'user ack timeout' } }), asked.from);
    };
    const count = (method: string): number => bare.asked.filter((asked) => asked.method === method).length;
    assert.equal(await rig.outcome(device.call('ack', [], 'set')), 'TIMEOUT');
    assert.equal(count('ack'), 2);
    assert.equal(await rig.outcome(device.call('busy', [], 'read')), 'MIOT_-30001');
    assert.equal(count('busy'), 3);
    assert.equal(await rig.outcome(device.call('act', [], 'action')), 'UNKNOWN_OUTCOME');
    assert.equal(count('act'), 1);
    assert.equal(await rig.outcome(device.call('late', [], 'action')), 'UNKNOWN_OUTCOME');
  });

  it('tell what a code means', async () => {
    const device = rig.device({ host: bare.host });
    const codes: readonly (readonly [number, string])[] = [
      [-5_001, 'BAD_INPUT'],
      [-5_005, 'BAD_INPUT'],
      [-10_000, 'UNSUPPORTED'],
      [-32_601, 'UNSUPPORTED'],
      [-4_004, 'MIOT_-4004'],
      [-704_042_011, 'DEVICE_OFFLINE'],
      [-704_012_345, 'MIOT_-704012345'],
      [7, 'UNSUPPORTED'],
    ];
    for (const [code, expected] of codes) {
      bare.onAsked = (asked) => bare.say(JSON.stringify({ id: asked.id, error: { code } }), asked.from);
      assert.equal(await rig.outcome(device.call('a', [], 'read')), expected, String(code));
    }
    for (const error of ['no such thing', { message: 'x' }, { code: 'x' }, []]) {
      bare.onAsked = (asked) => bare.say(JSON.stringify({ id: asked.id, error }), asked.from);
      assert.equal(await rig.outcome(device.call('a', [], 'read')), 'UNSUPPORTED');
    }
  });

  it('bring values of any kind, in any order, under any label', async () => {
    const device = rig.device({ host: bare.host });
    const told: unknown[] = [true, 21.5, 'text', undefined, null, [1], { a: 1 }];
    bare.onAsked = (asked) => {
      const items = (asked.params as object[]).map((ref, index) => ({ ...ref, did: 'label', code: 0, value: told[index] }));
      bare.answer(asked, items.reverse());
    };
    const results = await rig.clock.during(device.get(refs(1, 2, 3, 4, 5, 6, 7)));
    assert.deepEqual(
      results.map((result) => result.ok && result.value),
      [true, 21.5, 'text', null, null, '[1]', '{"a":1}'],
    );
    bare.onAsked = (asked) =>
      bare.say(`{"id":${asked.id},"result":[{"did":"${DID}","siid":2,"piid":1,"code":0,"value":18446744073709551615}]}`, asked.from);
    const [wide] = await rig.clock.during(device.get(refs(1)));
    assert.equal(wide?.ok && wide.value, '18446744073709551615');
  });

  it('tell accepted from done, and what was left out', async () => {
    const device = rig.device({ host: bare.host });
    bare.onAsked = (asked) => {
      const [one, two, three, four] = asked.params as object[];
      bare.answer(asked, [
        { ...one, code: 1 },
        { ...two, code: -702_010_000 },
        { ...three, code: 0 },
        { ...four },
        'x',
        { did: { toString: 1 }, siid: 2, piid: 9 },
      ]);
    };
    const results = await rig.clock.during(device.set(refs(1, 2, 3, 4, 5).map((ref) => ({ ...ref, value: 1 }))));
    assert.deepEqual(
      results.map((result) => (result.ok ? result.isAccepted : result.error.code)),
      [true, true, false, true, 'TIMEOUT'],
    );
  });

  it('bring the outputs of an action, bare or numbered, in their places', async () => {
    const device = rig.device({ host: bare.host });
    const answers: readonly (readonly [unknown, unknown])[] = [
      [
        { code: 0, out: [1, 'a', null, { piid: 4, value: true }, { piid: 5 }] },
        { outputs: [1, 'a', '', true, ''], isAccepted: false },
      ],
      [{ code: 1 }, { outputs: [], isAccepted: true }],
      [['ok'], { outputs: [], isAccepted: true }],
      [{ code: -4_003 }, 'UNSUPPORTED'],
      [{ code: -4_006 }, 'BAD_INPUT'],
      [{ code: -704_053_036 }, 'UNKNOWN_OUTCOME'],
    ];
    for (const [result, expected] of answers) {
      bare.onAsked = (asked) => bare.answer(asked, result);
      assert.deepEqual(await rig.outcome(device.action({ did: DID, siid: 2, aiid: 1 }, [])), expected);
    }
  });

  it('take the new token and address that arrive meanwhile', async () => {
    const elsewhere = await rig.bare(DID, '127.0.54.3');
    elsewhere.onAsked = (asked) => elsewhere.answer(asked, value(asked, 1));
    bare.answersHello = false;
    const device = rig.device({ host: bare.host, token: OTHER_TOKEN });
    const read = device.get(refs(1));
    await rig.clock.advance(1_000);
    device.configure({ did: DID, host: elsewhere.host, token: TOKEN, model: '', label: '' });
    assert.equal((await rig.clock.during(read))[0]?.ok, true);
    assert.equal(device.address, elsewhere.host);
  });
});

// A Wi-Fi device used through the LAN, against pretend devices over real sockets.
import assert from 'node:assert/strict';
import type { MiioStanding } from '../../../lib/miio';
import { ADDRESS, DID, OTHER_ADDRESS, OTHER_TOKEN, Rig, refs, TOKEN, upTo } from './rig';

describe('a device on the LAN', () => {
  let rig: Rig;

  beforeEach(() => {
    rig = new Rig();
  });

  afterEach(() => rig.close());

  it('is read and set', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host });
    assert.equal(device.standing, 'unknown');
    assert.equal(device.address, undefined);
    const results = await rig.outcome(device.get(refs(3, 1)));
    assert.deepEqual(results, [
      { did: DID, siid: 2, piid: 3, ok: true, value: 2, isAccepted: false },
      { did: DID, siid: 2, piid: 1, ok: true, value: 0, isAccepted: false },
    ]);
    assert.equal(device.standing, 'reachable');
    assert.equal(device.address, pretend.host);
    let requests = 0;
    const set = device.set([{ did: DID, siid: 2, piid: 3, value: 7 }], () => requests++);
    assert.deepEqual(await rig.outcome(set), [{ did: DID, siid: 2, piid: 3, ok: true, value: null, isAccepted: false }]);
    assert.equal(pretend.value(2, 3), 7);
    assert.equal(requests, 1);
    assert.deepEqual(await rig.outcome(device.get([])), []);
  });

  it('tells what one property is refused for, beside the values of the others', async () => {
    const pretend = await rig.pretend();
    const results = await rig.clock.during(rig.device({ host: pretend.host }).get([...refs(1), { did: DID, siid: 9, piid: 9 }]));
    assert.equal(results[0]?.ok, true);
    assert.ok(results[1]?.ok === false && results[1].code === -4003 && results[1].error.code === 'UNSUPPORTED');
    assert.match(results[1].error.message, /Desk lamp \(property 9\.9\) has no such property/);
  });

  it('carries out an action once', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host });
    let requests = 0;
    const action = device.action({ did: DID, siid: 2, aiid: 1 }, [{ piid: 3, value: 1 }], () => requests++);
    assert.deepEqual(await rig.outcome(action), { outputs: [], isAccepted: false });
    assert.equal(pretend.carriedOut().get('2.1'), 1);
    assert.equal(requests, 1);
    assert.deepEqual(pretend.requests().at(-1)?.params, { did: DID, siid: 2, aiid: 1, in: [{ piid: 3, value: 1 }] });
  });

  it('carries out an action once where its answer is lost, and does not know what became of it', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host });
    await rig.outcome(device.get(refs(1)));
    await pretend.fault({ fault: 'lose-reply' });
    const error = await rig.error(device.action({ did: DID, siid: 2, aiid: 1 }, []));
    assert.equal(error.code, 'UNKNOWN_OUTCOME');
    assert.match(error.message, /Desk lamp was sent action 2\.1 .* may have been carried out\. Look at its state/);
    assert.equal(pretend.carriedOut().get('2.1'), 1);
    const sent = pretend.requests().filter(({ method }) => method === 'action');
    assert.equal(sent.length, 2);
    assert.deepEqual(new Set(sent.map(({ id }) => id)).size, 1);
    assert.deepEqual(new Set(sent.map(({ stamp }) => stamp)).size, 1);
  });

  it('carries out an action whose request is lost by the second packet', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host });
    await rig.outcome(device.get(refs(1)));
    await pretend.fault({ fault: 'drop', count: 1 });
    assert.deepEqual(await rig.outcome(device.action({ did: DID, siid: 2, aiid: 1 }, [])), { outputs: [], isAccepted: false });
    assert.equal(pretend.carriedOut().get('2.1'), 1);
  });

  it('does not know what became of an action when it falls silent altogether', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host });
    await rig.outcome(device.get(refs(1)));
    const action = device.action({ did: DID, siid: 2, aiid: 1 }, []);
    await pretend.fault({ fault: 'lose-reply' });
    await rig.clock.settle();
    await pretend.fault({ fault: 'offline' });
    assert.equal(await rig.outcome(action), 'UNKNOWN_OUTCOME');
    assert.equal(pretend.carriedOut().get('2.1'), 1);
    assert.equal(device.standing, 'offline');
  });

  it('repeats a set whose answer is lost, with another id', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host });
    await pretend.fault({ fault: 'lose-reply', count: 2 });
    let requests = 0;
    const set = device.set([{ did: DID, siid: 2, piid: 1, value: 5 }], () => requests++);
    assert.deepEqual(await rig.outcome(set), [{ did: DID, siid: 2, piid: 1, ok: true, value: null, isAccepted: false }]);
    assert.equal(requests, 3);
    assert.deepEqual(
      pretend.requests().map(({ id }) => id),
      [1, 101, 201],
    );
    assert.equal(pretend.value(2, 1), 5);
  });

  it('tells a wrong token from being offline', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host, token: OTHER_TOKEN });
    for (const call of [
      () => device.get(refs(1)),
      () => device.get(refs(1, 2)),
      () => device.info(),
      () => device.action({ did: DID, siid: 2, aiid: 1 }, []),
    ]) {
      const error = await rig.error(call());
      assert.equal(error.code, 'TOKEN_REJECTED');
      assert.match(error.message, /Desk lamp is there, and does not accept its token\. .* import it again/);
      assert.ok(!error.message.includes(OTHER_TOKEN));
      assert.equal(device.standing, 'token-rejected');
    }
    assert.equal(pretend.carriedOut().size, 0);

    const { host } = pretend;
    await pretend.close();
    const error = await rig.error(rig.device({ host }).get(refs(1)));
    assert.equal(error.code, 'DEVICE_OFFLINE');
    assert.match(error.message, /Desk lamp does not answer at 127\.0\.54\.1:\d+: it is offline or in another subnet\. Check /);
  });

  it('does not send an action under a token that has opened nothing', async () => {
    const pretend = await rig.pretend();
    let requests = 0;
    const device = rig.device({ host: pretend.host, token: OTHER_TOKEN });
    assert.equal(await rig.outcome(device.action({ did: DID, siid: 2, aiid: 1 }, [], () => requests++)), 'TOKEN_REJECTED');
    assert.equal(requests, 0);
  });

  it('is told that its token has changed, and works with the new one', async () => {
    const pretend = await rig.pretend();
    const seen: MiioStanding[] = [];
    const device = rig.device({ host: pretend.host }, { onStanding: (standing) => seen.push(standing) });
    await rig.outcome(device.get(refs(1)));
    await pretend.fault({ fault: 'new-token', token: OTHER_TOKEN });
    assert.equal(await rig.outcome(device.get(refs(1))), 'TOKEN_REJECTED');
    // That it answers hello says nothing new.
    assert.equal(await rig.outcome(device.get(refs(1))), 'TOKEN_REJECTED');
    device.configure({ did: DID, host: pretend.host, token: OTHER_TOKEN, model: '', label: '' });
    assert.notEqual(await rig.outcome(device.get(refs(1))), 'TOKEN_REJECTED');
    assert.deepEqual(seen, ['reachable', 'token-rejected', 'unknown', 'reachable']);
  });

  it('needs one try to know that its token is still refused, or accepted again', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host });
    await pretend.fault({ fault: 'new-token', token: OTHER_TOKEN });
    await rig.outcome(device.get(refs(1)));
    const before = rig.clock.monotonic();
    assert.equal(await rig.outcome(device.get(refs(1))), 'TOKEN_REJECTED');
    assert.ok(rig.clock.monotonic() - before < 3_000);
    await pretend.fault({ fault: 'new-token', token: TOKEN });
    assert.notEqual(await rig.outcome(device.get(refs(1))), 'TOKEN_REJECTED');
    assert.equal(device.standing, 'reachable');
  });

  it('that ignores one method has no wrong token', async () => {
    const bare = await rig.bare();
    bare.onAsked = (asked) => asked.method === 'miIO.info' && bare.answer(asked, {});
    const error = await rig.error(rig.device({ host: bare.host }).call('get_nothing', [], 'read'));
    assert.equal(error.code, 'TIMEOUT');
    assert.match(error.message, /accepts its token, and does not answer 'get_nothing'/);
  });

  it('is greeted again after it restarted, and answers', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host });
    await rig.outcome(device.get(refs(1)));
    await rig.clock.advance(10_000);
    await pretend.fault({ fault: 'reboot' });
    assert.deepEqual(await rig.outcome(device.get(refs(2))), [{ did: DID, siid: 2, piid: 2, ok: true, value: 1, isAccepted: false }]);
    assert.ok(rig.lines.some((line) => line === 'Desk lamp has restarted.'));
  });

  it('is sent the time of its own clock, however ours is set', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host });
    await rig.outcome(device.get(refs(1)));
    await rig.clock.advance(45_000);
    rig.clock.jump(86_400_000);
    await rig.outcome(device.get(refs(1)));
    const stamps = pretend.requests().map(({ stamp }) => stamp);
    assert.equal((stamps[1] ?? 0) - (stamps[0] ?? 0), 45);
    assert.equal(pretend.ignored, 0);
  });

  it('is looked for by its did when it has moved', async () => {
    const pretend = await rig.pretend();
    const searched: string[] = [];
    const find = async (did: string): Promise<string | undefined> => {
      searched.push(did);
      return pretend.host;
    };
    const device = rig.device({ host: pretend.host }, { find });
    await rig.outcome(device.get(refs(1)));
    await pretend.fault({ fault: 'move', to: `${OTHER_ADDRESS}:0` });
    assert.notEqual(await rig.outcome(device.get(refs(1))), 'DEVICE_OFFLINE');
    assert.deepEqual(searched, [DID]);
    assert.equal(device.address, pretend.host);
    assert.ok(pretend.host.startsWith(OTHER_ADDRESS));
  });

  it('needs no address where it can be found', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: '' }, { find: async () => pretend.host });
    assert.notEqual(await rig.outcome(device.get(refs(1))), 'DEVICE_OFFLINE');
    const lost = await rig.error(rig.device({ host: '' }, { find: async () => undefined }).get(refs(1)));
    assert.equal(lost.code, 'DEVICE_OFFLINE');
    assert.match(lost.message, /did not answer a search of the network.*enter its address/);
    const never = rig.device({ host: '' }, { find: () => new Promise(() => {}) });
    assert.equal(await rig.outcome(never.get(refs(1))), 'DEVICE_OFFLINE');
    const broken = rig.device({ host: '' }, { find: () => Promise.reject(new Error('no socket')) });
    const begin = rig.clock.monotonic();
    assert.equal(await rig.outcome(broken.get(refs(1))), 'DEVICE_OFFLINE');
    assert.ok(rig.clock.monotonic() - begin < 100);
  });

  it('is not searched for by every poll while it is gone', async () => {
    let searches = 0;
    const device = rig.device({ host: `${ADDRESS}:9` }, { find: async () => void searches++ });
    await rig.outcome(device.get(refs(1)));
    await rig.outcome(device.get(refs(1)));
    assert.equal(searches, 1);
    await rig.clock.advance(15_000);
    await rig.outcome(device.get(refs(1)));
    assert.equal(searches, 2);
  });

  it('needs no did where it has an address', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ did: '', host: pretend.host, label: '' });
    assert.equal((await rig.clock.during(device.get(refs(2))))[0]?.ok, true);
    const error = await rig.error(device.call('no_such', [], 'read'));
    assert.match(error.message, new RegExp(`Device ${DID} does not know the method 'no_such'`));
  });

  it('may have a did of 64 bits', async () => {
    const pretend = await rig.pretend({ did: '1082939475968' });
    for (const did of ['1082939475968', '']) {
      const device = rig.device({ did, host: pretend.host });
      assert.equal((await rig.clock.during(device.get([{ did: '1082939475968', siid: 2, piid: 2 }])))[0]?.ok, true);
      device.close();
    }
  });

  it('that has another address by now is told from one that is off', async () => {
    const pretend = await rig.pretend({ did: '777' });
    const error = await rig.error(rig.device({ host: pretend.host }).get(refs(1)));
    assert.equal(error.code, 'DEVICE_OFFLINE');
    assert.match(error.message, /another device \(777\) answers at 127\.0\.54\.1/);
  });

  it('shares the network with others, also at the same address', async () => {
    const [one, other] = [
      await rig.pretend({ did: '1', values: { '2.1': 'one' } }),
      await rig.pretend({ did: '2', values: { '2.1': 'other' } }),
    ];
    const devices = [rig.device({ did: '1', host: one.host }), rig.device({ did: '2', host: other.host })];
    const both = Promise.all(devices.map((device) => device.call('get_properties', refs(1), 'read')));
    const results = (await rig.clock.during(both)) as { value: unknown }[][];
    assert.deepEqual(
      results.map((result) => result[0]?.value),
      ['one', 'other'],
    );
    assert.equal(rig.sockets.created, 1);
  });

  it('may be used by two at once', async () => {
    const pretend = await rig.pretend();
    const [one, other] = [rig.device({ host: pretend.host }), rig.device({ host: pretend.host, did: '' }, { random: () => 0.5 })];
    await pretend.fault({ fault: 'delay', ms: 50 });
    const results = await rig.clock.during(Promise.all([one.get(refs(2)), other.get(refs(3)), one.get(refs(4))]));
    assert.deepEqual(
      results.map(([result]) => result?.ok && result.value),
      [1, 2, 3],
    );
    assert.equal(pretend.requests().length, 3);
  });

  it('tells what it is, and no secret', async () => {
    const pretend = await rig.pretend({ mac: '34:CE:00:FB:61:A9' });
    const device = rig.device({ host: pretend.host });
    const info = await rig.clock.during(device.info());
    assert.deepEqual({ ...info, firmware: '' }, { model: 'test.any.v1', firmware: '', hardware: 'ESP8266', mac: '34:CE:00:FB:61:A9' });
    const raw = await rig.clock.during(device.call('miIO.info', [], 'read'));
    const text = JSON.stringify(raw);
    assert.ok(!text.includes(TOKEN) && !text.includes('planted-network') && !text.includes('02:00:00:00:00:01'));
    assert.ok(text.includes('test.any.v1'));
  });

  it('that needs legacy commands says so', async () => {
    const pretend = await rig.pretend({ legacy: true });
    const device = rig.device({ host: pretend.host });
    for (const call of [
      () => device.get(refs(1)),
      () => device.get(refs(1, 2)),
      () => device.set([{ did: DID, siid: 2, piid: 1, value: 1 }]),
      () => device.action({ did: DID, siid: 2, aiid: 1 }, []),
    ]) {
      const error = await rig.error(call());
      assert.equal(error.code, 'UNSUPPORTED');
      assert.match(error.message, /its model needs legacy commands\. Send them with a raw call/);
    }
  });

  it('is not used on the LAN without what it needs', async () => {
    for (const target of [
      { token: '' },
      { token: 'xyz' },
      { did: 'blt.3.abc' },
      { host: 'no address' },
      { host: 'a:99999' },
      { did: '', host: '' },
    ]) {
      const error = await rig.error(rig.device({ host: `${ADDRESS}:9`, ...target }).get(refs(1)));
      assert.equal(error.code, 'NOT_CONFIGURED');
      assert.match(error.message, /Desk lamp cannot be used on the LAN: .*\. (Import|Use|Enter|Correct)|Enter its address\./);
    }
    assert.equal(rig.sockets.created, 0);
  });

  it('understands the broken JSON of devices', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host });
    await pretend.fault({ fault: 'odd-json' });
    for (const _ of upTo(6)) assert.equal((await rig.clock.during(device.get(refs(1))))[0]?.ok, true);
    assert.equal(pretend.requests().length, 6);
  });
});

describe('the queue before a device', () => {
  let rig: Rig;

  beforeEach(() => {
    rig = new Rig();
  });

  afterEach(() => rig.close());

  it('has one request under way, the others in their order', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host });
    await pretend.fault({ fault: 'delay', ms: 300 });
    const calls = upTo(5).map((piid) => device.get(refs(piid)));
    await rig.clock.advance(200);
    assert.equal(pretend.requests().length, 1);
    assert.equal(device.isBusy, true);
    await rig.clock.during(Promise.all(calls));
    const asked = pretend.requests().map(({ params }) => (params as { piid: number }[])[0]?.piid);
    assert.deepEqual(asked, [1, 2, 3, 4, 5]);
  });

  it('is full with ten', async () => {
    const device = rig.device({ host: `${ADDRESS}:9` });
    const calls = upTo(11).map(() => rig.outcome(device.get(refs(1))));
    const error = await rig.error(device.get(refs(1)));
    assert.equal(error.code, 'QUEUE_FULL');
    assert.match(error.message, /10 requests wait for Desk lamp already\. Send fewer/);
    device.close();
    assert.deepEqual(new Set(await Promise.all(calls)), new Set(['DEVICE_OFFLINE']));
  });

  it('is emptied by close, and nothing stays behind', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host });
    await rig.outcome(device.get(refs(1)));
    await pretend.fault({ fault: 'drop' });
    const read = rig.outcome(device.get(refs(1)));
    const waiting = rig.outcome(device.info());
    await rig.clock.settle();
    device.close();
    rig.network.close();
    assert.deepEqual(await Promise.all([read, waiting]), ['DEVICE_OFFLINE', 'DEVICE_OFFLINE']);
    assert.equal(await rig.outcome(device.get(refs(1))), 'DEVICE_OFFLINE');
    await rig.clock.settle();
    assert.equal(rig.clock.openTimers, 0);
    assert.equal(rig.sockets.open.size, 0);
  });

  it('does not know what became of an action that close met on its way', async () => {
    const pretend = await rig.pretend();
    const device = rig.device({ host: pretend.host });
    await rig.outcome(device.get(refs(1)));
    await pretend.fault({ fault: 'lose-reply' });
    const action = rig.outcome(device.action({ did: DID, siid: 2, aiid: 1 }, []));
    await rig.clock.settle();
    device.close();
    assert.equal(await action, 'UNKNOWN_OUTCOME');
    assert.equal(rig.clock.openTimers, 1, 'the idle socket');
  });

  it('hears nothing any more once it is closed', async () => {
    const bare = await rig.bare();
    bare.onAsked = (asked) => bare.answer(asked, 'ok');
    const device = rig.device({ host: bare.host });
    await rig.outcome(device.call('a', [], 'read'));
    device.close();
    for (const asked of bare.asked) bare.answer(asked, 'late');
    await rig.clock.settle();
    assert.equal(rig.network.ignored, 1);
  });

  it('hears nothing any more once it is closed, also just before hello', async () => {
    const bare = await rig.bare();
    bare.onAsked = (asked) => bare.answer(asked, 'ok');
    const device = rig.device({ host: bare.host });
    await rig.outcome(device.call('a', [], 'read'));
    await rig.clock.advance(61_000);
    const call = rig.outcome(device.call('b', [], 'read'));
    device.close();
    assert.equal(await call, 'DEVICE_OFFLINE');
    for (const asked of bare.asked) bare.answer(asked, 'late');
    await rig.clock.settle();
    assert.equal(rig.network.ignored, 1);
  });

  it('is closed while it is searched for', async () => {
    const device = rig.device({ host: '' }, { find: () => new Promise(() => {}) });
    const read = rig.outcome(device.get(refs(1)));
    await rig.clock.settle();
    device.close();
    assert.equal(await read, 'DEVICE_OFFLINE');
    assert.equal(rig.clock.openTimers, 0);
  });

  it('is closed while it says hello', async () => {
    const device = rig.device({ host: `${ADDRESS}:9` });
    const read = rig.outcome(device.get(refs(1)));
    await rig.clock.settle();
    device.close();
    assert.equal(await read, 'DEVICE_OFFLINE');
  });
});

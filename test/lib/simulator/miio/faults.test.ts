import assert from 'node:assert/strict';
import { parseWifiFault, type WifiFaultRequest } from '../../../../lib/simulator/miio';
import { hello } from '../../../../lib/simulator/miio/wire';
import { ManualClock } from '../../../support/clock';
import { clientOf, closeBench, deviceWith, did } from './bench';

const toggle = { did, siid: 2, aiid: 1, in: [] };
const read = [{ did, siid: 2, piid: 1 }];

describe('faults of a simulated Wi-Fi device', () => {
  afterEach(closeBench);

  it('drops as many requests as told, and goes on answering hello', async () => {
    const device = await deviceWith();
    const client = await clientOf(device);
    await device.fault({ fault: 'drop', count: 2 });
    assert.deepEqual(device.faults(), ['drop']);
    client.send('action', toggle);
    assert.ok(await client.greet());
    client.send('action', toggle);
    assert.ok((await client.call('action', toggle)).result);
    assert.deepEqual(device.faults(), []);
    assert.equal(device.carriedOut().get('2.1'), 1);
    assert.equal(device.requests().length, 3);
  });

  it('drops hello alone', async () => {
    const device = await deviceWith();
    const client = await clientOf(device);
    await device.fault({ fault: 'drop', on: 'hello' });
    client.raw(hello);
    assert.equal(await client.isSilent(), true);
  });

  it('carries out and loses the answer, which a repeated packet gets', async () => {
    const device = await deviceWith();
    const client = await clientOf(device);
    await device.fault({ fault: 'lose-reply', count: 1 });
    client.send('action', toggle, { id: 5 });
    const { id } = await client.call('action', toggle, { id: 5 });
    assert.equal(id, 5);
    assert.equal(device.carriedOut().get('2.1'), 1);
    assert.equal(client.received.length, 0);
  });

  it('answers late, and twice', async () => {
    const clock = new ManualClock();
    const device = await deviceWith({}, clock);
    const client = await clientOf(device);
    await device.fault({ fault: 'delay', ms: 3_000 });
    await device.fault({ fault: 'duplicate' });
    client.send('miIO.info');
    await clock.advance(2_900);
    assert.equal(client.received.length, 0);
    await clock.advance(200);
    const [first, second] = [await client.next(), await client.next()];
    assert.deepEqual(first, second);
    assert.ok(first);
  });

  it('begins its clock anew, and is silent to the old time', async () => {
    const device = await deviceWith();
    const client = await clientOf(device);
    const { stamp } = device;
    await device.fault({ fault: 'reboot' });
    assert.equal(device.stamp, 0);
    client.send('miIO.info', [], { offset: stamp });
    assert.equal(await client.isSilent(), true);
  });

  it('forgets with a reboot what it had answered', async () => {
    const device = await deviceWith();
    const client = await clientOf(device);
    await client.call('action', toggle, { id: 5 });
    await device.fault({ fault: 'reboot' });
    await client.call('action', toggle, { id: 5 });
    assert.equal(device.carriedOut().get('2.1'), 2);
  });

  it('moves to another address and is gone from the old one', async () => {
    const device = await deviceWith();
    const client = await clientOf(device);
    const { host } = device;
    await device.fault({ fault: 'move', to: '127.0.61.2:0' });
    assert.match(device.host, /^127\.0\.61\.2:[1-9]\d*$/);
    client.raw(hello, host);
    assert.equal(await client.isSilent(), true);
    await assert.rejects(device.fault({ fault: 'move', to: '203.0.113.1:1' }), { code: 'SOCKET' });
    assert.ok((await client.call('miIO.info')).result, 'stays where it is when it cannot move');
  });

  it('takes another token', async () => {
    const device = await deviceWith();
    const client = await clientOf(device);
    const { token } = device;
    await device.fault({ fault: 'new-token' });
    assert.notEqual(device.token, token);
    client.send('miIO.info', [], { token });
    assert.equal(await client.isSilent(), true);
    await device.fault({ fault: 'new-token', token: 'A'.repeat(32) });
    assert.equal(device.token, 'a'.repeat(32));
  });

  it('is gone altogether for a while', async () => {
    const clock = new ManualClock();
    const device = await deviceWith({}, clock);
    const client = await clientOf(device);
    await device.fault({ fault: 'offline', ms: 1_000 });
    client.raw(hello);
    client.send('miIO.info');
    await clock.settle();
    await clock.advance(1_001);
    assert.equal(await client.isSilent(), true);
  });

  it('answers in every broken JSON it knows', async () => {
    const device = await deviceWith({ values: { '2.1': false } });
    const client = await clientOf(device);
    await device.fault({ fault: 'odd-json' });
    const texts: string[] = [];
    for (let turn = 0; turn < 5; turn++) {
      client.send('get_properties', [{ did, siid: 2, piid: 1 }]);
      texts.push(await client.text());
    }
    for (const [turn, part] of ['}\0\u0003rest', '\n\u0001', ',,'].entries()) assert.ok(texts[turn]?.includes(part), part);
    for (const text of texts.slice(0, 3)) assert.throws(() => JSON.parse(text));
    assert.ok(JSON.parse(texts[4] ?? ''));
    await device.fault({ fault: 'clear' });
    assert.ok((await client.call('get_properties', read)).result);
  });

  it('doubles a nought and loses a word', async () => {
    const device = await deviceWith({ model: 'acme.toaster.t1', values: { '2.1': 0, '2.2': true } });
    const client = await clientOf(device);
    await device.fault({ fault: 'odd-json' });
    const texts: string[] = [];
    for (let turn = 0; turn < 4; turn++) {
      client.send('get_properties', [{ did, siid: 2, piid: 1 }]);
      texts.push(await client.text());
    }
    assert.match(texts[3] ?? '', /"value":00\}/);
    const lamp = await deviceWith();
    const other = await clientOf(lamp);
    await lamp.fault({ fault: 'odd-json' });
    other.send('set_power', ['on']);
    await other.text();
    other.send('set_power', ['on']);
    assert.match(await other.text(), /"result":,/);
  });

  it('is too busy to read, and not to write', async () => {
    const device = await deviceWith();
    const client = await clientOf(device);
    await device.fault({ fault: 'busy' });
    assert.equal((await client.call('get_properties', read)).error?.code, -9999);
    assert.ok((await client.call('set_properties', [{ did, siid: 2, piid: 1, value: true }])).result);
  });

  it('leaves no timer and no answer behind when it is closed', async () => {
    const clock = new ManualClock();
    const device = await deviceWith({}, clock);
    const client = await clientOf(device);
    await device.fault({ fault: 'delay', ms: 5_000 });
    client.send('miIO.info');
    await clock.settle(50);
    assert.equal(clock.openTimers, 1);
    await device.close();
    assert.equal(clock.openTimers, 0);
    await device.close();
  });

  it('takes faults only in the form they have', () => {
    const good: WifiFaultRequest = parseWifiFault({ fault: 'move', to: '127.0.0.1:54321', ms: 5 });
    assert.equal(good.to, '127.0.0.1:54321');
    const bad: readonly [unknown, RegExp][] = [
      [[], /JSON object/],
      [{ fault: 'rain' }, /send one of drop,/],
      [{ fault: 'drop', ratio: 2 }, /"ratio"/],
      [{ fault: 'drop', count: -1 }, /"count"/],
      [{ fault: 'drop', on: 'read' }, /"on"/],
      [{ fault: 'move' }, /needs a "to"/],
      [{ fault: 'move', to: '127.0.0.1:99999' }, /"to"/],
      [{ fault: 'move', to: 'home:1' }, /"to"/],
      [{ fault: 'new-token', token: 'x' }, /"token"/],
    ];
    for (const [json, sentence] of bad) assert.throws(() => parseWifiFault(json), { code: 'BAD_INPUT', message: sentence });
  });
});

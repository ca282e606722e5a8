import assert from 'node:assert/strict';
import { ManualClock } from '../../../support/clock';
import { clientOf, closeBench, deviceWith, did, token } from './bench';

const ref = (siid: number, piid: number) => ({ did, siid, piid });

describe('a simulated Wi-Fi device', () => {
  afterEach(closeBench);

  it('answers hello with its did and its own clock', async () => {
    const clock = new ManualClock();
    const device = await deviceWith({}, clock);
    const client = await clientOf(device);
    const first = await client.greet();
    assert.equal(first?.readUInt32BE(8), Number(did));
    assert.equal(first?.readUInt32BE(12), device.stamp);
    assert.equal(first?.subarray(16).toString('hex'), 'ff'.repeat(16));
    const before = device.stamp;
    await clock.advance(7_000);
    assert.equal((await client.greet())?.readUInt32BE(12), before + 7);
  });

  it('tells its token where it is not set up, and its wide did', async () => {
    const client = await clientOf(await deviceWith({ showsToken: true, did: '1082939475968' }));
    const reply = await client.greet();
    assert.equal(reply?.readBigUInt64BE(4), 1082939475968n);
    assert.equal(reply?.subarray(16).toString('hex'), token);
    const info = (await client.call('miIO.info')).result as Record<string, unknown>;
    assert.equal(info.model, 'lumiot.light.lamp1');
    assert.equal(info.token, token);
  });

  it('is silent to a wrong checksum, a stale stamp, another did and what is malformed', async () => {
    const device = await deviceWith();
    const client = await clientOf(device);
    client.send('miIO.info', [], { token: 'ff112233445566778899aabbccddeeff' });
    assert.equal(await client.isSilent(), true, 'token');
    for (const offset of [-62, 62]) {
      client.send('miIO.info', [], { offset });
      assert.equal(await client.isSilent(), true, `stamp ${offset}`);
    }
    client.send('miIO.info', [], { did: '68332341' });
    assert.equal(await client.isSilent(), true, 'did');
    client.raw(Buffer.from('21310021'));
    client.send('miIO.info', [], { id: 1.5 });
    assert.equal(await client.isSilent(), true, 'malformed');
    assert.equal(device.ignored, 6);
    for (const offset of [-58, 58]) assert.ok((await client.call('miIO.info', [], { offset })).result, `stamp ${offset}`);
  });

  it('reads and writes by its description', async () => {
    const device = await deviceWith({ values: { '2.2': 40 } });
    const client = await clientOf(device);
    const read = await client.call('get_properties', [ref(2, 1), { ...ref(2, 2), did: 'bright' }, ref(2, 9), ref(9, 1)]);
    assert.deepEqual(read.result, [
      { ...ref(2, 1), code: 0, value: false },
      { ...ref(2, 2), did: 'bright', code: 0, value: 40 },
      { ...ref(2, 9), code: -4003 },
      { ...ref(9, 1), code: -4003 },
    ]);
    const written = await client.call('set_properties', [
      { ...ref(2, 1), value: true },
      { ...ref(2, 2), value: 101 },
      { ...ref(1, 1), value: 'x' },
    ]);
    assert.deepEqual(written.result, [
      { ...ref(2, 1), code: 0 },
      { ...ref(2, 2), code: -4005 },
      { ...ref(1, 1), code: -4002 },
    ]);
    assert.equal(device.value(2, 1), true);
    assert.equal(device.value(2, 2), 40);
    assert.deepEqual([...device.carriedOut()], [['2.1', 1]]);
  });

  it('carries out actions with inputs by number or bare, and refuses others', async () => {
    const device = await deviceWith({ model: 'lumiot.vacuum.robot1' });
    const client = await clientOf(device);
    const definition = device.snapshot().state;
    assert.ok('vacuum:status' in definition);
    const none = await client.call('action', { did, siid: 2, aiid: 1, in: [] });
    assert.deepEqual(none.result, { did, siid: 2, aiid: 1, code: 0, out: [] });
    const many = await client.call('action', { did, siid: 2, aiid: 1, in: [{ piid: 1, value: 1 }] });
    assert.deepEqual(many.result, { did, siid: 2, aiid: 1, code: -4006 });
    assert.deepEqual((await client.call('action', { did, siid: 2, aiid: 99, in: [] })).result, { did, siid: 2, aiid: 99, code: -4003 });
    assert.deepEqual((await client.call('action', [])).error?.code, -5005);
    assert.equal(device.carriedOut().get('2.1'), 1);
  });

  it('answers a repeated id from memory and does nothing twice', async () => {
    const device = await deviceWith();
    const client = await clientOf(device);
    const toggle = { did, siid: 2, aiid: 1, in: [] };
    const first = await client.call('action', toggle, { id: 77 });
    const second = await client.call('action', toggle, { id: 77 });
    assert.deepEqual(second, first);
    assert.equal(device.value(2, 1), true);
    assert.equal(device.carriedOut().get('2.1'), 1);
    assert.equal(device.requests().length, 2);
    await client.call('action', toggle, { id: 78 });
    assert.equal(device.value(2, 1), false);
  });

  it('refuses more properties at once than it can', async () => {
    const client = await clientOf(await deviceWith({ maxProperties: 2 }));
    assert.equal((await client.call('get_properties', [ref(2, 1), ref(2, 2), ref(2, 3)])).error?.code, -9999);
    assert.ok((await client.call('get_properties', [ref(2, 1), ref(2, 2)])).result);
  });

  it('speaks only the old methods where it is old', async () => {
    const device = await deviceWith({ legacy: true });
    const client = await clientOf(device);
    for (const method of ['get_properties', 'set_properties', 'action', 'nonsense'])
      assert.equal((await client.call(method, [{ did, siid: 2, piid: 1, value: true }])).error?.code, -10_000, method);
    assert.deepEqual((await client.call('set_power', ['on'])).result, ['ok']);
    assert.deepEqual((await client.call('get_prop', ['power', 'bright', 'ct', 'nothing'])).result, ['on', 60, 4000, '']);
    assert.equal((await client.call('set_bright', [200])).error?.code, -5005);
    assert.equal(device.carriedOut().get('set_power'), 1);
  });

  it('is made of its values where nothing describes its model', async () => {
    const device = await deviceWith({ model: 'acme.toaster.t1', values: { '2.1': false, '2.2': 3, '3.1': 'crisp' } });
    const client = await clientOf(device);
    assert.deepEqual((await client.call('set_properties', [{ ...ref(2, 2), value: 4.5 }])).result, [{ ...ref(2, 2), code: 0 }]);
    assert.deepEqual((await client.call('set_properties', [{ ...ref(2, 2), value: 'x' }])).result, [{ ...ref(2, 2), code: -4005 }]);
    assert.equal(device.value(2, 2), 4.5);
    const act = { did, siid: 3, aiid: 5, in: [{ piid: 1, value: 'dark' }] };
    assert.deepEqual((await client.call('action', act)).result, { did, siid: 3, aiid: 5, code: 0, out: [] });
    assert.equal(device.carriedOut().get('3.5'), 1);
  });

  it('takes the description of its kind where its model has none of its own', async () => {
    const device = await deviceWith({ model: 'yeelink.light.lamp1', values: { '2.1': true } });
    assert.equal(device.value(2, 2), 60);
    assert.equal(device.value(2, 1), true);
  });

  it('changes by hand, and refuses what it does not have', async () => {
    const device = await deviceWith();
    device.change(2, 1, true);
    assert.equal(device.value(2, 1), true);
    assert.throws(() => device.change(2, 9, true), { code: 'BAD_INPUT' });
  });

  it('says what is wrong with its description, and never its token', async () => {
    const refused = [
      [{ did: 'abc' }, /decimal digits in quotes/],
      [{ did: '0' }, /decimal digits/],
      [{ token: 'secretsecret' }, /"token" must be 32 hexadecimal digits/],
      [{ token: '0'.repeat(32) }, /not all 0/],
      [{ model: 'acme.toaster.t1' }, /no description/],
      [{ values: { '2.9': 1 } }, /no property "2.9"/],
      [{ values: { power: 'on' } }, /"siid.piid"/],
      [{ port: 70_000 }, /"port"/],
      [{ address: 'here' }, /IPv4/],
      [{ lanKey: 'short' }, /16 ASCII/],
    ] as const;
    for (const [config, sentence] of refused)
      await assert.rejects(deviceWith(config), (error: Error & { code: string }) => {
        assert.equal(error.code, 'BAD_INPUT');
        assert.match(error.message, sentence);
        assert.doesNotMatch(error.message, /secretsecret|00000000/);
        return true;
      });
  });

  it('says which port is taken', async () => {
    const device = await deviceWith();
    await assert.rejects(deviceWith({ did: '5', port: Number(device.host.split(':')[1]) }), {
      code: 'SOCKET',
      message: /device 5 cannot start.*in use/,
    });
  });
});

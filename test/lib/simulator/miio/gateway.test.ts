import assert from 'node:assert/strict';
import { clientOf, closeBench, deviceWith } from './bench';

const model = 'lumi.gateway.v3';

describe('a simulated gateway over miIO', () => {
  afterEach(closeBench);

  it('gives its LAN key and takes another', async () => {
    const device = await deviceWith({ model, lanKey: '0987654321qwerty' });
    const client = await clientOf(device);
    assert.deepEqual((await client.call('get_lumi_dpf_aes_key')).result, ['0987654321qwerty']);
    assert.deepEqual((await client.call('set_lumi_dpf_aes_key', ['A4D81977ED8A4177'])).result, ['ok']);
    assert.deepEqual((await client.call('get_lumi_dpf_aes_key')).result, ['A4D81977ED8A4177']);
    assert.equal((await client.call('set_lumi_dpf_aes_key', ['short'])).error?.code, -5005);
    assert.deepEqual([...device.carriedOut()], [['set_lumi_dpf_aes_key', 1]]);
    assert.doesNotMatch(JSON.stringify(device.snapshot()), /A4D8/);
  });

  it('may have no key yet', async () => {
    const client = await clientOf(await deviceWith({ model, lanKey: '' }));
    assert.deepEqual((await client.call('get_lumi_dpf_aes_key')).result, ['']);
  });

  it('is armed and disarmed', async () => {
    const device = await deviceWith({ model });
    const client = await clientOf(device);
    assert.deepEqual((await client.call('get_arming')).result, ['off']);
    assert.deepEqual((await client.call('set_arming', ['on'])).result, ['ok']);
    assert.deepEqual((await client.call('get_arming')).result, ['on']);
    assert.equal((await client.call('set_arming', [true])).error?.code, -5005);
    assert.equal(device.snapshot().state.armed, true);
  });

  it('plays radio', async () => {
    const device = await deviceWith({ model });
    const client = await clientOf(device);
    const url = 'http://127.0.0.1/stream.m3u8';
    const radio = () => device.snapshot().state.radio;
    assert.deepEqual((await client.call('play_specify_fm', { id: 1025, type: 0, url })).result, ['ok']);
    assert.deepEqual(radio(), { isPlaying: true, volume: 30, program: 1025, url });
    assert.deepEqual((await client.call('volume_ctrl_fm', ['12'])).result, ['ok']);
    assert.deepEqual((await client.call('play_fm', ['off'])).result, ['ok']);
    assert.deepEqual(radio(), { isPlaying: false, volume: 12, program: 1025, url });
    assert.deepEqual((await client.call('play_specify_fm', [527782000, 20])).result, ['ok']);
    const { result } = await client.call('get_prop_fm');
    assert.deepEqual(result, {
      current_program: 527782000,
      current_volume: 20,
      current_player: 0,
      current_status: 'run',
      current_progress: 0,
      current_url: '',
    });
    for (const [method, params] of [
      ['play_fm', ['loud']],
      ['play_specify_fm', ['x']],
      ['volume_ctrl_fm', [101]],
    ] as const)
      assert.equal((await client.call(method, params)).error?.code, -5005, method);
  });

  it('is the only kind of device that knows these methods', async () => {
    const client = await clientOf(await deviceWith());
    for (const method of ['get_lumi_dpf_aes_key', 'get_arming', 'play_fm'])
      assert.equal((await client.call(method)).error?.code, -10_000, method);
  });
});

import assert from 'node:assert/strict';
import { Bench } from './bench';
import { HALL } from './support';

const PLUG = '158d0001000040';
const NOVELTY = '158d0001000041';
const CURTAIN = '158d0001000042';
const PLUG2 = '158d0002000040';
const place = {
  hall: [
    { sid: PLUG, model: 'plug', fields: { status: 'off', load_power: '0.00', inuse: '0' } },
    { sid: NOVELTY, model: 'novelty.v9', fields: { glow: '3', voltage: 3005 } },
    { sid: CURTAIN, model: 'curtain', fields: { curtain_level: '20' }, travelMs: 20 },
  ],
  attic: [{ sid: PLUG2, model: 'plug', fields: { channel_0: 'off' } }],
};

describe('lumi-device', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open(place);
  });
  afterEach(() => bench.close());
  const start = (more = {}): Promise<void> => bench.start('lumi-device', { device: PLUG, ...more });

  it('sets values of the vocabulary, however they are spelt', async () => {
    await start();
    const message = await bench.answer({ set: { on: true } });
    assert.deepEqual([message.payload, message.previous], [{ on: true }, { on: false }]);
    assert.equal((message.ack as { confirmed: string }).confirmed, 'report');
    assert.deepEqual((await bench.answer({ set: { on: 'OFF' } })).payload, { on: false });
    assert.deepEqual(bench.stage.writes(), [{ status: 'on' }, { status: 'off' }]);
  });

  it('takes numbers as text', async () => {
    await start({ device: CURTAIN });
    await bench.answer({ set: { position: '40' } });
    assert.deepEqual(bench.stage.writes(), [{ curtain_level: '40' }]);
  });

  it('works in dialect 2', async () => {
    await start({ gateway: 'attic', device: PLUG2 });
    await bench.answer({ set: { on: true } });
    await bench.answer({ write: { channel_0: 'off' } });
    assert.deepEqual(bench.stage.writes(), [{ channel_0: 'on' }, { channel_0: 'off' }]);
  });

  it('writes raw fields, acknowledged', async () => {
    await start();
    const message = await bench.answer({ write: { status: 'on' } });
    assert.deepEqual([message.payload, (message.ack as { confirmed: string }).confirmed], [{ status: 'on' }, 'ack']);
    assert.deepEqual(bench.stage.writes(), [{ status: 'on' }]);
  });

  it('reads everything the gateway knows', async () => {
    await start();
    bench.stage.simulator.setDevice(HALL, PLUG, { inuse: '1', load_power: '12.50' });
    const message = await bench.answer({ read: true });
    assert.equal((message.payload as { power: number }).power, 12.5);
    assert.equal('ack' in message, false);
  });

  it('tells every value that changes', async () => {
    await start();
    assert.deepEqual((await bench.told(PLUG, { status: 'on' })).payload, { on: true });
  });

  describe('with a model that nobody has met', () => {
    it('tells its fields under their own names', async () => {
      await start({ device: NOVELTY });
      assert.deepEqual((await bench.told(NOVELTY, { glow: '4', hum: 'loud' })).payload, { glow: '4', hum: 'loud' });
      assert.equal(((await bench.answer({ read: true })).payload as { glow: string }).glow, '4');
    });

    it('is refused what nobody knows how to say, and passes on what the gateway answers to a raw field', async () => {
      await start({ device: NOVELTY });
      assert.equal((await bench.failure({ set: { on: true } })).code, 'UNSUPPORTED');
      assert.equal((await bench.failure({ write: { glow: '9' } })).code, 'UNSUPPORTED');
      assert.deepEqual(bench.stage.writes(), [{ glow: '9' }]);
    });
  });

  describe('without a device of its own', () => {
    for (const device of [PLUG, { id: PLUG }, 'LUMI.158D0001000040', '15:8d:00:01:00:00:40', { id: PLUG, name: 'Plug', family: 'plug' }]) {
      it(`takes the one the message names: ${JSON.stringify(device)}`, async () => {
        await start({ device: '' });
        const message = await bench.answer({ set: { on: true } }, { device });
        assert.equal((message.device as { id: string }).id, PLUG);
      });
    }

    it('takes the gateway itself, in any spelling', async () => {
      await start({ device: '' });
      const message = await bench.answer({ read: true }, { device: HALL.toUpperCase() });
      assert.equal((message.device as { family: string }).family, 'gateway');
    });

    it('says so when the message names none, or one that is not there', async () => {
      await start({ device: '' });
      assert.equal((await bench.failure({ read: true })).code, 'NOT_CONFIGURED');
      assert.equal((await bench.failure({ read: true }, { device: { name: 'Plug' } })).code, 'NOT_CONFIGURED');
      const { code, message } = await bench.failure({ read: true }, { device: '158d00ffffffff' });
      assert.equal(code, 'NO_DEVICE');
      assert.match(message, /158d00ffffffff/);
    });
  });

  for (const payload of [
    true,
    'on',
    {},
    { set: {} },
    { set: 'on' },
    { set: { on: true }, write: { status: 'on' } },
    { write: { status: null } },
    { write: { key: '00112233445566778899aabbccddeeff' } },
    { read: false },
    { set: { on: 'perhaps' } },
  ]) {
    it(`refuses ${JSON.stringify(payload)}`, async () => {
      await start();
      const { code, message } = await bench.failure(payload);
      assert.equal(code, 'BAD_INPUT');
      assert.doesNotMatch(message, /00112233/);
      assert.deepEqual(bench.stage.writes(), []);
    });
  }
});

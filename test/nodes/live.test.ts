import assert from 'node:assert/strict';
import { Bench } from './bench';
import { HALL, KEY } from './support';

const DOOR = '158d0001000002';
const PLUG = '158d0001000040';
const place = {
  hall: [
    { sid: DOOR, model: 'magnet', fields: { status: 'close', voltage: 3005 } },
    { sid: PLUG, model: 'plug', fields: { status: 'off', load_power: '0.00' } },
  ],
};

interface Push {
  readonly id: string;
  readonly gateway: { readonly pairing: number; readonly phase: string };
  readonly devices: readonly { readonly id: string; readonly online: boolean | null; readonly state: Record<string, unknown> }[];
}

describe('live values', () => {
  let bench: Bench;
  let pushes: Push[];
  let restore: () => void;
  beforeEach(async () => {
    bench = await Bench.open(place);
    await bench.start('lumi-contact', { device: DOOR });
    const { comms } = bench.stage.RED();
    const { publish } = comms;
    pushes = [];
    comms.publish = (topic, data) => {
      assert.equal(topic, 'lumiot/devices');
      pushes.push(data as Push);
    };
    restore = () => {
      comms.publish = publish;
    };
  });
  afterEach(async () => {
    restore();
    await bench.close();
  });
  const watch = async (): Promise<void> => {
    assert.deepEqual(await bench.stage.post('/lumiot/watch', {}), { status: 200, body: { seconds: 30 } });
    await bench.pass(1);
  };
  const sids = (push: Push | undefined): string[] => (push?.devices ?? []).map(({ id }) => id).sort();

  it('begin with everything known, for whoever asks', async () => {
    await watch();
    assert.deepEqual(sids(pushes[0]), [DOOR, PLUG, HALL].sort());
    assert.equal(pushes[0]?.gateway.phase, 'online');
  });

  it('come at most once a second, whatever is said meanwhile, and tell only what is new', async () => {
    await watch();
    pushes = [];
    for (let power = 1; power <= 20; power++) await bench.report(PLUG, { load_power: `${power}.00` });
    await bench.pass(1);
    assert.deepEqual(pushes.map(sids), [[PLUG]]);
    await bench.pass(3);
    assert.equal(pushes.length, 1);
  });

  it('come as long as somebody asks again, and end half a minute after', async () => {
    await watch();
    await bench.pass(20);
    await watch();
    await bench.pass(20);
    await bench.report(DOOR, { status: 'open' });
    await bench.pass(1);
    assert.ok(sids(pushes.at(-1)).includes(DOOR));
    await bench.pass(15);
    pushes = [];
    await bench.report(DOOR, { status: 'close' });
    await bench.pass(5);
    assert.deepEqual(pushes, []);
    await watch();
    assert.equal(pushes.length, 1);
  });

  it('come only while somebody asks', async () => {
    await bench.report(DOOR, { status: 'open' });
    await bench.pass(3);
    assert.deepEqual(pushes, []);
  });

  it('tell the pairing countdown', async () => {
    await watch();
    pushes = [];
    const { status, body } = await bench.stage.post('/lumiot/gateways/hall/pair', { seconds: 5 });
    assert.deepEqual([status, body], [200, { pairing: true, seconds: 5 }]);
    await bench.pass(7);
    const counts = pushes.map(({ gateway }) => gateway.pairing);
    assert.deepEqual([counts.at(-1), new Set(counts).size >= 5], [0, true]);
  });

  it('go on after a deploy that changes the gateway, and never hold the key', async () => {
    await watch();
    await bench.redeploy({}, 'full');
    pushes = [];
    await bench.report(DOOR, { status: 'open' });
    await bench.pass(1);
    assert.ok(sids(pushes.at(-1)).includes(DOOR));
    assert.equal(JSON.stringify(pushes).includes(KEY), false);
  });
});

/** How an edge learns of its connection, of its loss, and of Home Assistant's restarts. */

import assert from 'node:assert/strict';
import { Bench, PretendHome } from '../../support/pretend-home';

const PLUG = '158d0001a2b3c4';
const HOME = 'lumiot/34ce00fb61a9';
const STATUS = 'lumiot/status';
const DISCOVERY = `homeassistant/device/lumiot_${PLUG}/config`;
const EVERYTHING = [STATUS, `${HOME}/availability`, DISCOVERY, `${HOME}/${PLUG}/info`, `${HOME}/${PLUG}/availability`, `${HOME}/${PLUG}`];

describe('the status of an edge', () => {
  let home: PretendHome;
  let bench: Bench;

  beforeEach(() => {
    home = new PretendHome();
    home.put(PLUG, { state: { on: true } });
    bench = new Bench({ home });
  });
  afterEach(() => bench.mapping.close(false));

  const topics = (): string[] => bench.take().map(([topic]) => topic);

  it('is said at the start, before everything', async () => {
    assert.equal(bench.mapping.isHeard, false);
    await bench.up();
    assert.deepEqual(topics(), EVERYTHING);
    assert.equal(bench.mapping.isHeard, true);
  });

  it('is repeated with everything until it comes back, and then no more', async () => {
    bench.isEchoing = false;
    bench.mapping.start();
    await bench.clock.settle();
    const told: number[] = [];
    for (let second = 0; second <= 130; second++) {
      if (topics().includes(STATUS)) told.push(second);
      await bench.clock.advance(1_000);
    }
    assert.deepEqual(told, [0, 5, 15, 35, 65, 95, 125]);
    assert.match(bench.log.join('\n'), /^Nothing has come back on lumiot\/status\. Subscribe an "mqtt in" to it[^\n]*$/);
    await bench.receive(STATUS, 'online', { retain: true });
    await bench.clock.advance(5_000);
    assert.deepEqual(topics(), EVERYTHING.slice(1));
    await bench.clock.advance(300_000);
    assert.deepEqual(topics(), []);
  });

  it('reaches a broker that is connected late, with everything', async () => {
    await bench.mapping.close(false);
    bench = await new Bench({ home, isConnected: false }).up();
    bench.isConnected = true;
    // The birth message of the core.
    await bench.receive(STATUS, 'online');
    await bench.clock.advance(5_000);
    assert.deepEqual([...bench.broker.kept.keys()], EVERYTHING.slice(1));
    bench.take();
    await bench.clock.advance(300_000);
    assert.deepEqual(topics(), []);
  });

  it('makes everything be published again with each connection, so that nothing is lost or old', async () => {
    await bench.up();
    bench.isConnected = false;
    home.report(PLUG, { on: false });
    home.remove('nothing');
    bench.isConnected = true;
    bench.take();
    await bench.receive(STATUS, Buffer.from('online'));
    await bench.clock.advance(200);
    assert.deepEqual(topics(), EVERYTHING.slice(1));
    assert.equal(JSON.parse(bench.broker.kept.get(`${HOME}/${PLUG}`) ?? '').on, false);
  });

  it('takes a device back again that was removed while there was no connection', async () => {
    await bench.up();
    bench.isConnected = false;
    home.remove(PLUG);
    bench.isConnected = true;
    await bench.receive(STATUS, 'online');
    await bench.clock.advance(3_000);
    assert.deepEqual([...bench.broker.kept.keys()], EVERYTHING.slice(0, 2));
    // A second time, should the first have been sent into a connection that was just being lost; then never again.
    bench.take();
    await bench.receive(STATUS, 'online');
    await bench.clock.advance(3_000);
    assert.equal(topics().filter((topic) => topic.includes(PLUG)).length, 4);
    await bench.receive(STATUS, 'online');
    await bench.clock.advance(3_000);
    assert.equal(topics().filter((topic) => topic.includes(PLUG)).length, 0);
  });

  it('answers a will that fired, retained or not, and publishes everything', async () => {
    await bench.up();
    for (const retain of [true, false]) {
      bench.take();
      bench.broker.kept.set(STATUS, 'offline');
      assert.deepEqual(await bench.receive(STATUS, 'offline', { retain }), { outcome: 'noticed' });
      assert.equal(bench.broker.kept.get(STATUS), 'online');
      await bench.clock.advance(5_000);
      assert.deepEqual([...new Set(topics())], EVERYTHING);
    }
  });

  it('answers when it is taken back: several nodes share it', async () => {
    await bench.up();
    bench.broker.kept.delete(STATUS);
    await bench.receive(STATUS, '');
    assert.equal(bench.broker.kept.get(STATUS), 'online');
  });

  it('goes in no circle with itself', async () => {
    await bench.up();
    await bench.clock.advance(5_000);
    bench.take();
    await bench.receive(STATUS, 'online');
    await bench.clock.advance(600_000);
    assert.deepEqual(topics(), EVERYTHING.slice(1));
  });

  it('is not repeated where it was heard before the gateway was found', async () => {
    await bench.mapping.close(false);
    home.id = undefined;
    bench = await new Bench({ home }).up();
    bench.isEchoing = false;
    await bench.receive(STATUS, 'online');
    home.id = '34ce00fb61a9';
    home.listener?.availability();
    await bench.clock.advance(600_000);
    assert.equal(bench.taken(STATUS).length, 1);
  });

  it('is not made busy by somebody who contradicts it', async () => {
    await bench.up();
    bench.take();
    for (let time = 0; time < 100; time++) {
      await bench.receive(STATUS, 'offline');
      await bench.clock.advance(100);
    }
    // Ten seconds, one answer in two.
    const said = bench.taken(STATUS).length;
    assert.ok(said >= 5 && said <= 6, `${said} answers`);
    await bench.clock.advance(5_000);
    assert.equal(bench.broker.kept.get(STATUS), 'online');
  });

  it('bundles many births into few rounds, and loses none', async () => {
    await bench.up();
    bench.take();
    for (let time = 0; time < 50; time++) {
      await bench.receive(STATUS, 'online');
      await bench.clock.advance(20);
    }
    assert.equal(bench.taken(`${HOME}/${PLUG}`).length, 1);
    home.put(PLUG, { state: { on: false } });
    await bench.receive(STATUS, 'online');
    await bench.clock.advance(2_100);
    assert.equal(bench.taken(`${HOME}/${PLUG}`).length, 1);
    assert.equal(JSON.parse(bench.broker.kept.get(`${HOME}/${PLUG}`) ?? '').on, false);
  });

  it('is answered also while the gateway is still searched for', async () => {
    await bench.mapping.close(false);
    home.id = undefined;
    bench = await new Bench({ home }).up();
    await bench.receive(STATUS, 'offline');
    assert.equal(bench.broker.kept.get(STATUS), 'online');
    await bench.clock.advance(5_000);
    assert.deepEqual([...bench.broker.kept.keys()], [STATUS]);
  });

  it('is nothing else than its two words', async () => {
    await bench.up();
    bench.take();
    for (const payload of ['Online', 'onlin', 'x', 1, true, {}, null, undefined, ['online'], Buffer.alloc(1_000), Buffer.from([0xff])]) {
      assert.deepEqual(await bench.receive(STATUS, payload), { outcome: 'ignored' });
    }
    await bench.clock.advance(10_000);
    assert.deepEqual(topics(), []);
  });
});

describe('the birth of Home Assistant', () => {
  let home: PretendHome;
  let bench: Bench;

  beforeEach(async () => {
    home = new PretendHome();
    home.put(PLUG, { state: { on: true } });
    bench = await new Bench({ home, stored: { discoveryPrefix: 'ha' } }).up();
    bench.take();
  });
  afterEach(() => bench.mapping.close(false));

  it('is answered with discovery and states', async () => {
    assert.deepEqual(await bench.receive('ha/status', 'online'), { outcome: 'noticed' });
    assert.deepEqual(bench.take(), []);
    await bench.clock.advance(5_000);
    assert.deepEqual(
      bench.take().map(([topic]) => topic),
      [`ha/device/lumiot_${PLUG}/config`, `${HOME}/${PLUG}`],
    );
  });

  it('is one round with a new connection', async () => {
    await bench.receive('ha/status', 'online', { retain: true });
    await bench.receive(STATUS, 'online');
    await bench.clock.advance(5_000);
    assert.equal(bench.take().length, 5);
  });

  it('is not its end, and not that of another', async () => {
    assert.deepEqual(await bench.receive('ha/status', 'offline'), { outcome: 'ignored' });
    assert.deepEqual(await bench.receive('homeassistant/status', 'online'), { outcome: 'ignored' });
    await bench.clock.advance(5_000);
    assert.deepEqual(bench.take(), []);
  });
});

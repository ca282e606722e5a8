/** What a home tells a broker. */

import assert from 'node:assert/strict';
import { Bench, PretendHome } from '../../support/pretend-home';

const PLUG = '158d0001a2b3c4';
const DOOR = '158d0001a2b3c5';
const HOME = 'lumiot/34ce00fb61a9';

describe('the mapping of a home to MQTT', () => {
  let home: PretendHome;
  let bench: Bench;

  beforeEach(() => {
    home = new PretendHome();
    home.put(PLUG, { name: 'Plug', room: 'Kitchen', state: { on: true, power: 12.5 }, lastSeen: '2026-01-02T03:04:05.000Z' });
    bench = new Bench({ home });
  });
  afterEach(() => bench.mapping.close(false));

  it('publishes each device with its values, what it is, whether it can be reached, and what Home Assistant needs, all retained', async () => {
    await bench.up();
    assert.deepEqual(Object.fromEntries(bench.broker.kept), {
      'lumiot/status': 'online',
      [`${HOME}/availability`]: 'online',
      [`${HOME}/${PLUG}`]: '{"on":true,"power":12.5,"lastSeen":"2026-01-02T03:04:05.000Z"}',
      [`${HOME}/${PLUG}/availability`]: 'online',
      [`${HOME}/${PLUG}/info`]:
        '{"id":"158d0001a2b3c4","name":"Plug","model":"plug","family":"plug","room":"Kitchen","gateway":"34ce00fb61a9","transport":"lumi"}',
      [`homeassistant/device/lumiot_${PLUG}/config`]: `{"name":"Plug","state":"${HOME}/${PLUG}","qos":1}`,
    });
  });

  it('says it once where the connection answers at once', async () => {
    await bench.up();
    const topics = bench.take().map(([topic]) => topic);
    assert.equal(new Set(topics).size, topics.length);
  });

  it('publishes with the quality that was set, JSON as JSON, words as words', async () => {
    await bench.mapping.close(false);
    bench = await new Bench({ home, stored: { qos: 1 } }).up();
    const of = (topic: string): unknown => bench.published.find((one) => one.topic === topic);
    assert.deepEqual(of(`${HOME}/${PLUG}/availability`), {
      topic: `${HOME}/${PLUG}/availability`,
      payload: 'online',
      qos: 1,
      retain: true,
    });
    assert.equal((of(`${HOME}/${PLUG}`) as { contentType?: string }).contentType, 'application/json');
  });

  it('publishes with QoS 2 what happens only once; what is kept needs no more than QoS 1, and survives a burst', async () => {
    await bench.mapping.close(false);
    bench = await new Bench({ home, stored: { qos: 2 } }).up();
    home.listener?.action(home.put(PLUG, {}), { name: 'single' });
    const qosOf = (isRetained: boolean): number[] => [
      ...new Set(bench.published.filter(({ retain }) => retain === isRetained).map(({ qos }) => qos)),
    ];
    assert.deepEqual([qosOf(true), qosOf(false)], [[1], [2]]);
  });

  it('publishes a state when it changes, and nothing else with it', async () => {
    await bench.up();
    bench.take();
    home.report(PLUG, { on: false });
    assert.deepEqual(bench.take(), [[`${HOME}/${PLUG}`, '{"on":false,"power":12.5,"lastSeen":"2026-01-02T03:04:05.000Z"}']]);
  });

  it('publishes nothing where what is read first after a start is what was remembered', async () => {
    await bench.up();
    bench.take();
    home.report(PLUG, { on: true });
    assert.deepEqual(bench.take(), []);
    // But with a new connection, which may be to another broker.
    await bench.receive('lumiot/status', 'online');
    home.report(PLUG, { on: true });
    await bench.clock.advance(5_000);
    assert.equal(bench.taken(`${HOME}/${PLUG}`).length, 1);
    home.report(PLUG, { on: false });
    home.report(PLUG, { on: true });
    assert.equal(bench.taken(`${HOME}/${PLUG}`).length, 2);
  });

  it('publishes each of a thousand changes in a second', async () => {
    await bench.up();
    bench.take();
    for (let power = 0; power < 1_000; power++) home.report(PLUG, { power });
    const powers = bench.take().map(([, payload]) => (JSON.parse(payload) as { power: number }).power);
    assert.deepEqual(
      powers,
      Array.from({ length: 1_000 }, (_, index) => index),
    );
  });

  it('publishes what happens, not retained, with its time', async () => {
    await bench.up();
    bench.take();
    home.listener?.action(home.put(PLUG, {}), { name: 'rotate', angle: -90, durationMs: 500 });
    home.listener?.action(home.put(PLUG, {}), { name: 'button:click', arguments: { 'button:count': 2 } });
    const at = new Date(bench.clock.now()).toISOString();
    assert.deepEqual(bench.published, [
      {
        topic: `${HOME}/${PLUG}/action`,
        payload: `{"action":"rotate","angle":-90,"durationMs":500,"at":"${at}"}`,
        qos: 1,
        retain: false,
        contentType: 'application/json',
      },
      {
        topic: `${HOME}/${PLUG}/action`,
        payload: `{"action":"button:click","arguments":{"button:count":2},"at":"${at}"}`,
        qos: 1,
        retain: false,
        contentType: 'application/json',
      },
    ]);
  });

  it('publishes the news of a home, not retained', async () => {
    await bench.up();
    bench.take();
    home.listener?.news({ event: 'pairing', pairing: true, seconds: 30 });
    home.listener?.news({ event: 'left', device: home.put(PLUG, {}).info });
    const [pairing, left] = bench.published;
    assert.deepEqual([pairing?.topic, pairing?.retain], [`${HOME}/event`, false]);
    const at = new Date(bench.clock.now()).toISOString();
    assert.deepEqual(JSON.parse(pairing?.payload ?? ''), { event: 'pairing', pairing: true, seconds: 30, at });
    const { device } = JSON.parse(left?.payload ?? '') as { device: object };
    assert.deepEqual(Object.keys(device), ['id', 'name', 'model', 'family', 'room', 'gateway', 'transport']);
  });

  it('says offline only of what is known to be', async () => {
    home.put(DOOR, { online: null });
    await bench.up();
    assert.equal(bench.broker.kept.get(`${HOME}/${DOOR}/availability`), 'online');
    bench.take();
    home.put(DOOR, { online: false });
    home.isOnline = null;
    home.listener?.availability();
    await bench.clock.advance(10);
    assert.deepEqual(bench.take(), [[`${HOME}/${DOOR}/availability`, 'offline']]);
    home.isOnline = false;
    home.listener?.availability();
    await bench.clock.advance(10);
    assert.deepEqual(bench.take(), [[`${HOME}/availability`, 'offline']]);
  });

  it('says a device online with the report that shows it', async () => {
    home.put(PLUG, { online: false });
    await bench.up();
    bench.take();
    home.put(PLUG, { online: true });
    home.report(PLUG, { on: false });
    assert.deepEqual(
      bench.take().map(([topic]) => topic),
      [`${HOME}/${PLUG}/availability`, `${HOME}/${PLUG}`],
    );
  });

  it('tells a new device whole', async () => {
    await bench.up();
    bench.take();
    home.add(DOOR, { state: { open: true } });
    await bench.clock.advance(10);
    assert.deepEqual(
      bench.take().map(([topic]) => topic),
      [`homeassistant/device/lumiot_${DOOR}/config`, `${HOME}/${DOOR}/info`, `${HOME}/${DOOR}/availability`, `${HOME}/${DOOR}`],
    );
  });

  it('tells what differs when a device is renamed, told by the home or looked at', async () => {
    await bench.up();
    bench.take();
    home.add(PLUG, { name: 'Kettle' });
    await bench.clock.advance(10);
    assert.deepEqual(
      bench.take().map(([topic]) => topic),
      [`homeassistant/device/lumiot_${PLUG}/config`, `${HOME}/${PLUG}/info`],
    );
    home.put(PLUG, { room: 'Hall' });
    bench.mapping.look();
    await bench.clock.advance(10);
    assert.deepEqual(
      bench.take().map(([topic]) => topic),
      [`${HOME}/${PLUG}/info`],
    );
    bench.mapping.look();
    await bench.clock.advance(10);
    assert.deepEqual(bench.take(), []);
  });

  it('takes back what is removed', async () => {
    await bench.up();
    bench.take();
    home.remove(PLUG);
    assert.deepEqual([...bench.broker.kept.keys()], ['lumiot/status', `${HOME}/availability`]);
    assert.ok(bench.published.every(({ payload, retain, contentType }) => payload === '' && retain && contentType === undefined));
    assert.equal(bench.published.length, 4);
  });

  it('tells nothing of a device that is removed before its turn', async () => {
    await bench.up();
    bench.take();
    home.add(DOOR);
    home.remove(DOOR);
    await bench.clock.advance(10);
    assert.deepEqual(bench.take(), []);
  });

  it('says nothing to Home Assistant where that is not wanted', async () => {
    await bench.mapping.close(false);
    bench = await new Bench({ home, stored: { homeAssistant: false } }).up();
    assert.deepEqual(
      [...bench.broker.kept.keys()].filter((topic) => topic.startsWith('homeassistant')),
      [],
    );
    assert.deepEqual(await bench.receive('homeassistant/status', 'online'), { outcome: 'ignored' });
  });

  it('leaves a discovery as it is until it is known what the device is', async () => {
    home.put(DOOR, { isUndescribed: true });
    await bench.up();
    assert.equal(bench.broker.kept.has(`homeassistant/device/lumiot_${DOOR}/config`), false);
    home.add(DOOR, { isUndescribed: false });
    await bench.clock.advance(10);
    assert.equal(bench.broker.kept.has(`homeassistant/device/lumiot_${DOOR}/config`), true);
  });

  it('takes back the discovery of a device that Home Assistant can show no more', async () => {
    let isShown = true;
    await bench.mapping.close(false);
    bench = await new Bench({ home, discovery: () => (isShown ? { a: 1 } : undefined) }).up();
    isShown = false;
    bench.mapping.look();
    await bench.clock.advance(10);
    assert.equal(bench.broker.kept.has(`homeassistant/device/lumiot_${PLUG}/config`), false);
  });

  it('goes on where the discovery of one device cannot be made, and says so once', async () => {
    home.put(DOOR, {});
    await bench.mapping.close(false);
    bench = await new Bench({
      home,
      discovery: ({ info }) => {
        if (info.id === PLUG) throw new Error('no such thing');
        return {};
      },
    }).up();
    await bench.receive('lumiot/status', 'online');
    await bench.clock.advance(5_000);
    assert.equal(bench.broker.kept.has(`${HOME}/${DOOR}`), true);
    assert.deepEqual(bench.log, ['The home could not be told to MQTT: no such thing']);
  });

  it('publishes nothing before it is started, and nothing after it is closed', async () => {
    await bench.clock.advance(60_000);
    assert.deepEqual(bench.take(), []);
    await bench.up();
    const { listener } = home;
    bench.take();
    await bench.mapping.close(false);
    listener?.state(home.put(PLUG, {}));
    assert.deepEqual(await bench.receive('lumiot/status', 'offline'), { outcome: 'ignored' });
    await bench.clock.advance(60_000);
    assert.deepEqual(bench.take(), []);
    assert.equal(bench.clock.openTimers, 0);
  });

  it('takes everything back when its node is deleted, but not the status of the edge', async () => {
    await bench.up();
    await bench.mapping.close(true);
    assert.deepEqual([...bench.broker.kept], [['lumiot/status', 'online']]);
  });

  it('waits for a gateway to be found', async () => {
    await bench.mapping.close(false);
    home.id = undefined;
    bench = await new Bench({ home }).up();
    assert.deepEqual(bench.take(), []);
    home.id = '34ce00fb61a9';
    home.listener?.availability();
    await bench.clock.advance(1_000);
    assert.equal(bench.broker.kept.has(`${HOME}/${PLUG}`), true);
    assert.equal(bench.broker.kept.get('lumiot/status'), 'online');
  });

  it('takes the topics of one gateway back when another stands behind its node', async () => {
    await bench.up();
    home.id = '34ce00fb61aa';
    home.said.clear();
    home.add(DOOR);
    await bench.clock.advance(5_000);
    assert.deepEqual(
      [...bench.broker.kept.keys()].sort(),
      [
        'lumiot/status',
        'lumiot/34ce00fb61aa/availability',
        `lumiot/34ce00fb61aa/${DOOR}`,
        `lumiot/34ce00fb61aa/${DOOR}/availability`,
        `lumiot/34ce00fb61aa/${DOOR}/info`,
        `homeassistant/device/lumiot_${DOOR}/config`,
      ]
        .sort()
        // The same device may be there again in a moment: what Home Assistant knows stays until the home has settled.
        .concat(`homeassistant/device/lumiot_${PLUG}/config`)
        .sort(),
    );
    await bench.clock.advance(125_000);
    assert.equal(bench.broker.kept.has(`homeassistant/device/lumiot_${PLUG}/config`), false);
  });

  it('keeps a state that changes during a round from being overtaken by an older one', async () => {
    for (let index = 0; index < 500; index++) home.put(`dev${index}`, { state: { power: 0 } });
    await bench.up();
    await bench.receive('lumiot/status', 'online');
    bench.take();
    let power = 0;
    const last = new Map<string, number>();
    for (let turn = 0; turn < 40; turn++) {
      await bench.clock.advance(10);
      for (const id of ['dev0', 'dev250', 'dev499']) home.report(id, { power: ++power });
    }
    for (const [topic, payload] of bench.take()) {
      const id = topic.split('/')[2] ?? '';
      if (!topic.endsWith(id) || id === 'availability' || !id.startsWith('dev')) continue;
      const { power: told } = JSON.parse(payload) as { power: number };
      assert.ok(told >= (last.get(id) ?? 0), `${id} went back from ${last.get(id)} to ${told}`);
      last.set(id, told);
    }
    for (const id of ['dev0', 'dev250', 'dev499']) assert.equal(last.get(id), home.said.get(id)?.state?.power);
  });

  it('never holds up the event loop for ten thousand devices', async function () {
    this.timeout(30_000);
    for (let index = 0; index < 10_000; index++) home.put(`dev${index}`, { state: { power: index } });
    bench.mapping.start();
    await bench.clock.settle();
    const perTurn: number[] = [];
    const begin = bench.clock.setTimeout.bind(bench.clock);
    bench.clock.setTimeout = (callback, delayMs) =>
      begin(() => {
        const before = bench.published.length;
        callback();
        perTurn.push(bench.published.length - before);
      }, delayMs);
    bench.clock.settle = () => new Promise((resolve) => setImmediate(resolve));
    await bench.clock.advance(3_000);
    assert.equal(bench.broker.kept.size, 2 + 10_001 * 4);
    assert.ok(Math.max(...perTurn) <= 50 * 4 + 1, `${Math.max(...perTurn)} messages in one turn`);
  });
});

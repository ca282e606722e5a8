/** What was published is remembered over a restart, so that what is no longer there can be taken back. */

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../lib/home/clock';
import { type DiscoveryOf, type PublishedMemory, publishedIn } from '../../../lib/mqtt';
import { Neighbours } from '../../../lib/mqtt/neighbours';
import { Bench, type BenchOptions, PretendBroker, PretendHome, pretendDiscovery } from '../../support/pretend-home';
import { until } from '../../support/wait';

const PLUG = '158d0001a2b3c4';
const DOOR = '158d0001a2b3c5';
const HOME = 'lumiot/34ce00fb61a9';

describe('what was published', () => {
  let folder: string;
  let path: string;
  let complaints: string[];
  let home: PretendHome;
  let broker: PretendBroker;
  let open: Bench[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lumiot-published-'));
    path = join(folder, 'deeper', 'node.json');
    complaints = [];
    home = new PretendHome();
    home.put(PLUG, { state: { on: true } });
    home.put(DOOR, { state: { open: true } });
    broker = new PretendBroker();
    open = [];
  });
  afterEach(async () => {
    for (const bench of open) await bench.mapping.close(false);
    rmSync(folder, { recursive: true, force: true });
  });

  const memory = (file = path): PublishedMemory => {
    const line = (text: string): void => {
      complaints.push(text);
    };
    return publishedIn({ path: file, clock: systemClock, log: { info: line, warn: line, error: line } });
  };
  /** A run of the mapping, from its start to when everything is published. */
  const run = async (options: BenchOptions = {}): Promise<Bench> => {
    const bench = new Bench({ home, broker, memory: memory(), ...options });
    open.push(bench);
    bench.mapping.start();
    await until(() => home.listener !== undefined || home.id === undefined, 'the memory is loaded');
    await bench.up();
    return bench;
  };
  const stop = async (bench: Bench): Promise<void> => {
    await bench.mapping.close(false);
    open.splice(open.indexOf(bench), 1);
  };
  /** In the middle of a round: after so many of its slices, which begin with the next. */
  const afterTurn = (bench: Bench, turn: number, act: () => void): void => {
    const { clock } = bench;
    const begin = clock.setTimeout.bind(clock);
    let turns = 0;
    clock.setTimeout = (callback, delayMs) =>
      begin(() => {
        callback();
        if (delayMs === 0 && ++turns === turn) act();
      }, delayMs);
  };
  const kept = (word: string): string[] => [...broker.kept.keys()].filter((topic) => topic.includes(word));

  it('is written as topics, without a value', async () => {
    await stop(await run());
    const { version, topics } = JSON.parse(readFileSync(path, 'utf8')) as { version: number; topics: string[] };
    assert.equal(version, 1);
    assert.deepEqual(topics.sort(), [...broker.kept.keys()].sort());
  });

  it('is nothing that was not published', async () => {
    home.put(DOOR, { isUndescribed: true });
    await stop(await run());
    assert.equal((JSON.parse(readFileSync(path, 'utf8')) as { topics: string[] }).topics.length, broker.kept.size);
  });

  it('is not written again by a run that changes nothing', async () => {
    await stop(await run());
    rmSync(path);
    writeFileSync(path, JSON.stringify({ version: 1, topics: [...broker.kept.keys()] }));
    const before = readFileSync(path, 'utf8');
    await stop(await run());
    assert.equal(readFileSync(path, 'utf8'), before);
  });

  it('is taken back when a device was removed while nobody looked, once the home has told all it has', async () => {
    await stop(await run());
    home.said.delete(DOOR);
    home.isOnline = null;
    const bench = await run();
    await bench.clock.advance(600_000);
    // Nobody knows yet: the gateway may be the one that is late.
    assert.equal(kept(DOOR).length, 4);
    home.isOnline = true;
    home.listener?.availability();
    await bench.clock.advance(119_000);
    assert.equal(kept(DOOR).length, 4);
    await bench.clock.advance(2_000);
    assert.equal(kept(DOOR).length, 0);
    assert.equal(kept(PLUG).length, 4);
    await stop(bench);
    // Owed until it has surely arrived, also by the next run.
    assert.equal((JSON.parse(readFileSync(path, 'utf8')) as { topics: string[] }).topics.filter((topic) => topic.includes(DOOR)).length, 4);
  });

  it('stays where the discovery of a device cannot be made, which is told all the same', async () => {
    let isBroken = false;
    const discovery: DiscoveryOf = (device, context) => {
      if (isBroken) throw new Error('a strange device');
      return pretendDiscovery(device, context);
    };
    const bench = await run({ discovery });
    await bench.clock.advance(120_000);
    isBroken = true;
    home.put(DOOR, { state: { open: false } });
    await bench.receive('lumiot/status', 'online');
    await bench.clock.advance(5_000);
    assert.deepEqual([kept(PLUG).length, kept(DOOR).length], [4, 4]);
    assert.match(broker.kept.get(`${HOME}/${DOOR}`) ?? '', /"open":false/);
  });

  it('stays where the device comes late', async () => {
    await stop(await run());
    home.said.delete(DOOR);
    const bench = await run();
    await bench.clock.advance(60_000);
    bench.take();
    home.add(DOOR, { state: { open: false } });
    await bench.clock.advance(600_000);
    assert.equal(kept(DOOR).length, 4);
    assert.ok(bench.published.every(({ payload }) => payload !== ''));
  });

  it('stays where the device comes just when it is about to be taken back', async () => {
    for (let index = 0; index < 200; index++) home.put(`dev${index}`, {});
    await stop(await run());
    const ids = [...home.said.keys()];
    home.said.clear();
    const bench = await run();
    afterTurn(bench, 1, () => {
      for (const id of ids) home.report(id, { on: false });
    });
    await bench.clock.advance(120_000);
    for (const id of ids) assert.ok(broker.kept.has(`${HOME}/${id}`), id);
    bench.mapping.look();
    await bench.clock.advance(1_000);
    assert.equal(broker.kept.size, 2 + ids.length * 4);
  });

  it('stays where it is published again just when it is taken back a second time', async () => {
    for (let index = 0; index < 200; index++) home.put(`dev${index}`, {});
    const bench = await run();
    const ids = [...home.said.keys()];
    for (const id of ids) home.remove(id);
    await bench.receive('lumiot/status', 'online');
    await bench.clock.advance(0);
    afterTurn(bench, 3, () => {
      for (const id of ids) home.report(id, { on: true });
    });
    await bench.clock.advance(10_000);
    for (const id of ids) assert.ok(broker.kept.has(`${HOME}/${id}`), id);
  });

  it('stays where a device was removed and has come again', async () => {
    const bench = await run();
    home.remove(DOOR);
    home.add(DOOR, { state: { open: true } });
    await bench.clock.advance(1_000);
    await bench.receive('lumiot/status', 'online');
    await bench.clock.advance(5_000);
    assert.equal(kept(DOOR).length, 4);
  });

  it('stays while the home is away, which may have no devices then', async () => {
    const bench = await run();
    await bench.clock.advance(200_000);
    home.isOnline = false;
    home.said.clear();
    await bench.receive('lumiot/status', 'online');
    await bench.clock.advance(5_000);
    assert.equal(kept(DOOR).length, 4);
  });

  it('stays for Home Assistant until it is known again what the device is', async () => {
    await stop(await run());
    home.put(DOOR, { isUndescribed: true });
    const bench = await run();
    await bench.clock.advance(600_000);
    assert.equal(kept(DOOR).length, 4);
    assert.equal(bench.published.filter(({ topic }) => topic === `homeassistant/device/lumiot_${DOOR}/config`).length, 0);
    // Of the wrong home, should it have moved: published anew once it is known.
    bench.take();
    home.add(DOOR, { isUndescribed: false });
    await bench.clock.advance(1_000);
    assert.equal(bench.taken(`homeassistant/device/lumiot_${DOOR}/config`).length, 1);
  });

  it('waits anew for all devices of another gateway', async () => {
    const bench = await run();
    await bench.clock.advance(200_000);
    home.id = '34ce00fb61aa';
    home.said.clear();
    home.listener?.availability();
    await bench.clock.advance(60_000);
    assert.deepEqual(kept(DOOR), [`homeassistant/device/lumiot_${DOOR}/config`]);
    await bench.clock.advance(65_000);
    assert.deepEqual(kept(DOOR), []);
  });

  it('is owed no longer once it was taken back twice', async () => {
    await stop(await run());
    const bench = await run();
    home.remove(DOOR);
    for (let time = 0; time < 2; time++) {
      await bench.receive('lumiot/status', 'online');
      await bench.clock.advance(5_000);
    }
    await stop(bench);
    assert.doesNotMatch(readFileSync(path, 'utf8'), new RegExp(DOOR));
  });

  it('waits again when the gateway goes away before it has told all', async () => {
    await stop(await run());
    home.said.delete(DOOR);
    const bench = await run();
    await bench.clock.advance(100_000);
    home.isOnline = false;
    home.listener?.availability();
    await bench.clock.advance(600_000);
    home.isOnline = true;
    home.listener?.availability();
    await bench.clock.advance(60_000);
    await bench.receive('lumiot/status', 'online');
    await bench.clock.advance(5_000);
    assert.equal(kept(DOOR).length, 4);
    await bench.clock.advance(60_000);
    assert.equal(kept(DOOR).length, 0);
  });

  it('is taken back where the home was online from the start', async () => {
    await stop(await run());
    home.said.delete(DOOR);
    const bench = await run();
    await bench.clock.advance(120_000);
    assert.equal(kept(DOOR).length, 0);
  });

  it('is taken back when the node is deleted while its gateway is searched for', async () => {
    await stop(await run());
    home.id = undefined;
    home.listener = undefined;
    const bench = new Bench({ home, broker, memory: memory() });
    bench.mapping.start();
    await until(() => home.listener !== undefined, 'the memory is loaded');
    await bench.mapping.close(true);
    assert.deepEqual([...broker.kept.keys()], ['lumiot/status']);
    assert.equal(existsSync(path), false);
  });

  it('is taken back at once when the base topic changed, with the old status', async () => {
    await stop(await run());
    await run({ stored: { baseTopic: 'lumiot/house-a' } });
    assert.deepEqual(kept(HOME), []);
    assert.equal(broker.kept.has('lumiot/status'), false);
    assert.equal(broker.kept.get('lumiot/house-a/status'), 'online');
    assert.equal(kept('homeassistant/').length, 2);
    assert.equal(kept('lumiot/house-a/').length, 2 + 2 * 3);
  });

  it('is taken back at once when the prefix changed', async () => {
    await stop(await run());
    await run({ stored: { discoveryPrefix: 'ha' } });
    assert.deepEqual(kept('homeassistant/'), []);
    assert.equal(kept('ha/device').length, 2);
    assert.equal(kept(HOME).length, 1 + 2 * 3);
  });

  it('is taken back at once when Home Assistant is switched off', async () => {
    await stop(await run());
    await run({ stored: { homeAssistant: false } });
    assert.deepEqual(kept('homeassistant/'), []);
  });

  it('is taken back at once when the node got another gateway', async () => {
    await stop(await run());
    home.id = '34ce00fb61aa';
    await run();
    assert.deepEqual(kept(HOME), []);
  });

  it('is taken back when the connection comes, however late', async () => {
    await stop(await run());
    const bench = await run({ stored: { discoveryPrefix: 'ha' }, isConnected: false });
    await bench.clock.advance(60_000);
    assert.equal(kept('homeassistant/').length, 2);
    bench.isConnected = true;
    await bench.receive('lumiot/status', 'online');
    await bench.clock.advance(3_000);
    assert.equal(kept('homeassistant/').length, 0);
  });

  it('is taken back by the run after, if there was no connection at all', async () => {
    await stop(await run());
    await stop(await run({ stored: { discoveryPrefix: 'ha' }, isConnected: false }));
    await run({ stored: { discoveryPrefix: 'ha' } });
    assert.equal(kept('homeassistant/').length, 0);
  });

  it('is forgotten with the node', async () => {
    const bench = await run();
    await stop(bench);
    assert.equal(existsSync(path), true);
    await (await run()).mapping.close(true);
    assert.equal(existsSync(path), false);
    assert.deepEqual([...broker.kept.keys()], ['lumiot/status']);
  });

  for (const [what, text] of [
    ['half a file', '{"version":1,"topics":["lum'],
    ['another file', '{"version":1,"devices":[]}'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['no topics', '{"topics":{"0":"a"}}'],
  ] as const) {
    it(`is begun anew out of ${what}, with one line in the log`, async () => {
      mkdirSync(join(folder, 'deeper'));
      writeFileSync(path, text);
      await stop(await run());
      assert.equal(complaints.length, 1, complaints.join('\n'));
      assert.match(complaints[0] ?? '', /begun anew/);
      assert.equal((JSON.parse(readFileSync(path, 'utf8')) as { topics: string[] }).topics.length, broker.kept.size);
    });
  }

  it('is only ever topics, whatever a file says', async () => {
    mkdirSync(join(folder, 'deeper'));
    writeFileSync(path, JSON.stringify({ topics: [1, null, '', 'a/#', '+/b', 'a\u0000', {}, 'x'.repeat(70_000), 'old/topic'] }));
    const bench = await run();
    const empties = bench.published.filter(({ payload }) => payload === '').map(({ topic }) => topic);
    assert.deepEqual([...new Set(empties)], ['old/topic']);
  });

  it('stays where the device has moved to another gateway of this process', async () => {
    const neighbours = new Neighbours();
    const attic = new PretendHome();
    attic.id = '34ce00fb61aa';
    const here = await run({ neighbours });
    const there = new Bench({ home: attic, broker, neighbours });
    open.push(there);
    await there.up();
    attic.add(DOOR, { state: { open: true } });
    await there.clock.advance(1_000);
    home.remove(DOOR);
    await here.clock.advance(1_000);
    assert.deepEqual(kept(DOOR).sort(), [
      `homeassistant/device/lumiot_${DOOR}/config`,
      `lumiot/34ce00fb61aa/${DOOR}`,
      `lumiot/34ce00fb61aa/${DOOR}/availability`,
      `lumiot/34ce00fb61aa/${DOOR}/info`,
    ]);
    assert.match(broker.kept.get(`homeassistant/device/lumiot_${DOOR}/config`) ?? '', /34ce00fb61aa/);
  });

  it('is told by the gateway to which the device has moved, whoever of the two spoke last', async () => {
    const neighbours = new Neighbours();
    const attic = new PretendHome();
    attic.id = '34ce00fb61aa';
    const here = await run({ neighbours });
    const there = new Bench({ home: attic, broker, neighbours });
    open.push(there);
    await there.up();
    attic.add(DOOR, { state: { open: true } });
    await there.clock.advance(1_000);
    // A connection: the gateway that still lists it tells of it, too, and last.
    await here.receive('lumiot/status', 'online');
    await here.clock.advance(5_000);
    assert.match(broker.kept.get(`homeassistant/device/lumiot_${DOOR}/config`) ?? '', /34ce00fb61a9/);
    home.remove(DOOR);
    await here.clock.advance(1_000);
    await there.clock.advance(5_000);
    assert.match(broker.kept.get(`homeassistant/device/lumiot_${DOOR}/config`) ?? '', /34ce00fb61aa/);
    assert.equal(kept(DOOR).length, 4);
  });

  it('is told again within an hour where the device has moved to a gateway of another edge, which took its discovery back', async () => {
    const attic = new PretendHome();
    attic.id = '34ce00fb61aa';
    const here = await run();
    const there = new Bench({ home: attic, broker });
    open.push(there);
    await there.up();
    attic.add(DOOR, { state: { open: true } });
    await there.clock.advance(1_000);
    home.remove(DOOR);
    await here.clock.advance(1_000);
    assert.equal(kept(DOOR).length, 3);
    there.take();
    await there.clock.advance(3_600_000);
    assert.equal(kept(DOOR).length, 4);
    assert.match(broker.kept.get(`homeassistant/device/lumiot_${DOOR}/config`) ?? '', /34ce00fb61aa/);
    await there.clock.advance(7_200_000);
    assert.deepEqual(
      there.take().map(([topic]) => topic),
      Array(3).fill(`homeassistant/device/lumiot_${DOOR}/config`),
      'and nothing else',
    );
  });

  it('is published again by the node that stays, when one of two for the same gateway is deleted', async () => {
    const neighbours = new Neighbours();
    const twin = new Bench({ home: Object.assign(new PretendHome(), { said: home.said }), broker, neighbours });
    open.push(twin);
    await twin.up();
    const bench = await run({ neighbours });
    await bench.mapping.close(true);
    assert.equal(kept(PLUG).length, 0);
    await twin.clock.advance(3_000);
    assert.equal(kept(PLUG).length, 4);
  });
});

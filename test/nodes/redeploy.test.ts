/** What a deploy must not cost: a report, a socket, a timer, a listener. */

import assert from 'node:assert/strict';
import { allHosts } from '../../nodes/shared/runtime/gateway-host';
import {
  ATTIC,
  ATTIC_KEY,
  ATTIC_WEATHER,
  attic,
  CLIMATE,
  type Credentials,
  type Deploy,
  type FlowNode,
  gatewayConfig,
  HALL,
  hall,
  hallConfig,
  KEY,
  PLUG,
  type Received,
  type Stage,
  sink,
  stage,
  until,
  WRONG_KEY,
} from './support';

const keys: Credentials = { hall: { key: KEY }, attic: { key: ATTIC_KEY } };

describe('a redeploy', () => {
  let home: Stage;
  beforeEach(async () => {
    home = await stage({ gateways: [hall(), attic()] });
  });
  afterEach(() => home.close());

  const flow = (note = 0): FlowNode[] => [
    hallConfig(),
    gatewayConfig('attic', ATTIC),
    { id: 's', type: 'lumi-sensor', gateway: 'hall', device: CLIMATE, property: 'temperature', note, wires: [['out']] },
    { id: 'w', type: 'lumi-sensor', gateway: 'attic', device: ATTIC_WEATHER, property: 'temperature', note, wires: [['attic-out']] },
    { id: 'p', type: 'lumi-switch', gateway: 'hall', device: PLUG, channel: 0, note, wires: [['answers']] },
    { id: 'r', type: 'lumi-ringtone', gateway: 'hall', note, wires: [['answers']] },
    sink('out'),
    sink('attic-out'),
    sink('answers'),
  ];
  const start = async (): Promise<void> => {
    await home.load(flow(), keys);
    await home.online('hall', 'attic');
  };
  const counts = (): Record<string, number> => ({
    sockets: home.sockets.size,
    socketListeners: [...home.sockets].reduce(
      (sum, socket) => sum + socket.eventNames().reduce((all, name) => all + socket.listenerCount(name), 0),
      0,
    ),
    events: home
      .RED()
      .events.eventNames()
      .reduce((sum, name) => sum + home.RED().events.listenerCount(name), 0),
    subscriptions: home.gateway('hall').subscriptions.size + home.gateway('attic').subscriptions.size,
  });
  const temperatures = (id: string): unknown[] => home.received(id).map(({ payload }) => payload);
  /** Reports 0.01, 0.02, … until told to stop; returns what was said. */
  const talk = (gateway: string, device: string, toWire: (hundredths: number) => unknown): (() => Promise<number[]>) => {
    const said: number[] = [];
    let isOver = false;
    const running = (async () => {
      while (!isOver) {
        await home.simulator.report(gateway, device, { temperature: toWire(said.length + 1) });
        said.push((said.length + 1) / 100);
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
    })();
    return async () => {
      isOver = true;
      await running;
      return said;
    };
  };

  it('loses no report and tells none twice, twenty times over', async () => {
    await start();
    const stopHall = talk(HALL, CLIMATE, String);
    const stopAttic = talk(ATTIC, ATTIC_WEATHER, (hundredths) => hundredths);
    const types: readonly Deploy[] = [...Array<Deploy>(20).fill('full'), 'nodes', 'flows', 'nodes', 'flows'];
    for (const [index, type] of types.entries()) {
      const heard = home.received('out').length;
      await home.deploy(flow(index + 1), type, keys);
      // Node-RED itself drops a message on its way between two nodes that are replaced: let it arrive.
      await until(() => home.received('out').length > heard, 'reports arrive again');
    }
    const [said, saidInAttic] = [await stopHall(), await stopAttic()];
    await until(
      () => temperatures('out').length >= said.length && temperatures('attic-out').length >= saidInAttic.length,
      'all reports arrived',
    );
    assert.ok(said.length > 50, `only ${said.length} reports`);
    assert.deepEqual(temperatures('out'), said);
    assert.deepEqual(temperatures('attic-out'), saidInAttic);
  });

  it('leaves no socket, listener or timer behind', async () => {
    await start();
    // Statuses are shown at most once a second: let those be over.
    await home.clock.skip(2_000);
    const [before, timers] = [counts(), home.clock.pending];
    for (let note = 1; note <= 20; note++) await home.deploy(flow(note), 'full');
    for (const [index, type] of (['nodes', 'flows', 'nodes', 'flows'] as const).entries()) await home.deploy(flow(21 + index), type);
    assert.deepEqual(counts(), before);
    await home.clock.skip(2_000);
    assert.equal(home.clock.pending, timers);
  });

  it('of what comes after a sensor loses none of its reports, however slowly that closes', async () => {
    await home.load(flow(), keys);
    await home.online('hall', 'attic');
    (home.node('out') as unknown as { on(event: 'close', listener: (done: () => void) => void): void }).on('close', (done) => {
      setTimeout(done, 100);
    });
    const stop = talk(HALL, CLIMATE, String);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await home.deploy(
      flow().map((node) => (node.id === 'out' ? { ...node, note: 99 } : node)),
      'nodes',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const said = await stop();
    await until(() => temperatures('out').at(-1) === said.at(-1), 'the last report arrived');
    assert.deepEqual(temperatures('out'), said);
  });

  it('leaves nobody watching the gateway who is gone', async () => {
    await start();
    const gateway = home.gateway('hall');
    const watching = new Set<object>();
    const watch = gateway.watch.bind(gateway);
    gateway.watch = (listener) => {
      const stop = watch(listener);
      watching.add(listener);
      return () => {
        watching.delete(listener);
        stop();
      };
    };
    await home.deploy(flow(1), 'full');
    assert.equal(watching.size, 1, 'one for all nodes of the gateway');
    for (let note = 2; note <= 5; note++) await home.deploy(flow(note), 'full');
    assert.equal(watching.size, 1);
    await home.deploy([hallConfig()], 'full');
    assert.equal(watching.size, 0);
  });

  it('keeps the gateway: it is neither searched nor read again', async () => {
    await start();
    const [gateway, requests] = [home.gateway('hall'), home.simulator.commands().length];
    await home.deploy(flow(1), 'full');
    const next = home.next('out');
    await home.simulator.report(HALL, CLIMATE, { temperature: '2275' });
    await next;
    assert.equal(home.gateway('hall'), gateway);
    assert.equal(home.simulator.commands().length, requests);
  });

  it('closes everything ten seconds after the flows stopped for good', async () => {
    await start();
    await home.stop();
    assert.ok(home.sockets.size > 0);
    await home.clock.skip(10_500);
    await until(() => home.sockets.size === 0, 'all sockets are closed');
    assert.equal(allHosts().size, 0);
    assert.equal(home.clock.pending, 0);
  });

  it('closes everything when the last node that uses a gateway is deleted', async () => {
    await start();
    await home.deploy([hallConfig(), gatewayConfig('attic', ATTIC)], 'full');
    await until(() => home.sockets.size === 0, 'all sockets are closed');
    assert.equal(home.clock.pending, 0);
  });

  it('closes everything when the gateways themselves are deleted', async () => {
    await start();
    await home.deploy([sink('out')], 'full');
    await until(() => home.sockets.size === 0, 'all sockets are closed');
    assert.equal(allHosts().size, 0);
    assert.equal(home.clock.pending, 0);
  });

  it('opens nothing for a gateway that nobody uses', async () => {
    await home.load([hallConfig()], keys);
    assert.deepEqual([home.sockets.size, home.clock.pending], [0, 0]);
  });

  it('leaves nothing behind when a command is still under way', async () => {
    await start();
    home.simulator.fault(HALL, { fault: 'no-ack' });
    home.send('p', { payload: true });
    await until(() => home.writes().length > 0, 'the command was sent');
    await home.deploy([sink('out')], 'full');
    await until(() => home.sockets.size === 0, 'all sockets are closed');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(home.clock.pending, 0);
  });

  for (const type of ['full', 'nodes', 'flows'] as const satisfies readonly Deploy[]) {
    it(`takes a new device of a node (${type})`, async () => {
      await start();
      const changed = flow().map((node) => (node.id === 's' ? { ...node, device: PLUG, property: 'power' } : node));
      await home.deploy(changed, type);
      const next = home.next('out');
      await home.simulator.report(HALL, CLIMATE, { temperature: '2275' });
      await home.simulator.report(HALL, PLUG, { load_power: '5.00' });
      assert.deepEqual([((await next).device as Received).id, (await next).payload], [PLUG, 5]);
    });

    it(`takes a gateway node that now means another gateway (${type})`, async () => {
      await start();
      const changed = flow().map((node) => {
        if (node.id === 'hall') return { ...gatewayConfig('hall', ATTIC) };
        return node.id === 's' ? { ...node, device: ATTIC_WEATHER } : node;
      });
      await home.deploy(changed, type, { hall: { key: ATTIC_KEY } });
      await home.online('hall');
      const next = home.next('out');
      await home.simulator.report(ATTIC, ATTIC_WEATHER, { temperature: 2275 });
      assert.equal((await next).payload, 22.75);
    });
  }

  it('takes a new key where it stands', async () => {
    await home.load(flow(), { hall: { key: WRONG_KEY } });
    await home.online('hall');
    const gateway = home.gateway('hall');
    await home.deploy(flow(), 'nodes', { hall: { key: KEY } });
    const next = home.next('answers', ({ ack }) => ack !== undefined);
    home.send('p', { payload: true });
    assert.equal((await next).payload, true);
    assert.equal(home.gateway('hall'), gateway);
  });
});

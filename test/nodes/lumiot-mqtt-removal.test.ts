/** lumiot-mqtt: what a broker had kept of it is taken back, however the node goes. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import mqttNode from '../../nodes/lumiot-mqtt/lumiot-mqtt';
import { type FlowNode, HALL, hall, hallConfig, hallKey, PLUG, type Received, type Stage, sink, stage, until } from './support';

/** Without coordinates Node-RED takes a node for a configuration. */
const place = { z: 'tab', x: 100, y: 100 };
const STATE = `lumiot/${HALL}/${PLUG}`;

describe('lumiot-mqtt that goes', () => {
  let home: Stage;
  let retained: Map<string, string>;
  beforeEach(async () => {
    retained = new Map();
    home = await stage({ gateways: [hall()] }, { nodes: [mqttNode, brokerNode] });
  });
  afterEach(() => home.close());

  /** Where "mqtt out" and a broker would be: its memory lasts longer than the node. */
  function brokerNode(RED: NodeAPI): void {
    function BrokerNode(this: Node, definition: NodeDef): void {
      RED.nodes.createNode(this, definition);
      this.on('input', (message, _send, done) => {
        const { topic, payload, retain } = message as unknown as Received;
        if (retain === true && payload === '') retained.delete(String(topic));
        else if (retain === true) retained.set(String(topic), String(payload));
        done();
      });
    }
    RED.nodes.registerType('broker', BrokerNode);
  }

  const node = (more: Record<string, unknown> = {}): FlowNode => ({
    ...{ id: 'n', type: 'lumiot-mqtt', gateway: 'hall', account: '', baseTopic: 'lumiot', homeAssistant: true },
    ...{ discoveryPrefix: 'homeassistant', qos: 1, version: 1, ...place, wires: [['out']] },
    ...more,
  });
  const broker = (more: Record<string, unknown> = {}): FlowNode => ({ id: 'out', type: 'broker', ...place, wires: [], ...more });
  const tab = (more: Record<string, unknown> = {}): FlowNode => ({ id: 'tab', type: 'tab', label: 'Edge', ...more });
  const start = async (...nodes: readonly FlowNode[]): Promise<void> => {
    await home.load([hallConfig(), ...nodes], hallKey);
    await home.online('hall');
    await until(
      () => retained.has(STATE),
      'it is published',
      () => home.clock.skip(100),
    );
  };
  const nothingIsKept = (): void =>
    assert.deepEqual(
      [...retained.keys()].filter((topic) => topic !== 'lumiot/status'),
      [],
    );

  for (const type of ['full', 'nodes', 'flows'] as const) {
    for (const [first, second] of [
      [node, broker],
      [broker, node],
    ] as const) {
      const order = first === node ? 'before' : 'behind';
      it(`alone takes back what it said (${type}, ${order} the one it is wired to)`, async () => {
        await start(tab(), first(), second());
        await home.deploy([hallConfig(), tab(), broker()], type, hallKey);
        await until(() => retained.size <= 1, 'everything is taken back');
        nothingIsKept();
      });

      it(`with its flow takes back what it said (${type}, ${order} the one it is wired to)`, async () => {
        await start(tab(), first(), second());
        await home.deploy([hallConfig()], type, hallKey);
        nothingIsKept();
      });
    }

    it(`because its flow is disabled takes back what it said, and says it again (${type})`, async () => {
      await start(tab(), node(), broker());
      await home.deploy([hallConfig(), tab({ disabled: true }), node(), broker()], type, hallKey);
      nothingIsKept();
      await home.deploy([hallConfig(), tab(), node(), broker()], type, hallKey);
      await until(
        () => retained.has(STATE),
        'it is published again',
        () => home.clock.skip(100),
      );
    });

    it(`with an instance of its subflow takes back what it said, and its file (${type})`, async () => {
      const subflow = { id: 'sub', type: 'subflow', name: 'Edge', in: [], out: [], env: [] };
      const inner = [subflow, node({ z: 'sub' }), broker({ z: 'sub' })];
      const instance = { id: 'one', type: 'subflow:sub', ...place, wires: [] };
      await start(tab(), ...inner, instance);
      const file = join(home.userDir, 'lumiot', 'one-n.json');
      await until(
        () => existsSync(file),
        'the file is written',
        () => home.clock.skip(1_000),
      );
      await home.deploy([hallConfig(), tab(), ...inner], type, hallKey);
      nothingIsKept();
      await until(() => !existsSync(file), 'the file is deleted');
    });
  }

  it('through a node between it and "mqtt out" takes back what it said', async () => {
    const between = { ...sink('between'), ...place, wires: [['out']] };
    await start(tab(), node({ wires: [['between', 'out']] }), between, broker());
    await home.deploy([hallConfig(), tab(), between, broker()], 'nodes');
    await until(() => retained.size <= 1, 'everything is taken back');
    nothingIsKept();
    assert.ok(home.received('between').some(({ topic, payload }) => topic === STATE && payload === ''));
  });

  for (const [what, settings] of [
    ['no gateway any more', { gateway: '' }],
    ['a gateway that is not there', { gateway: 'nowhere' }],
    ['settings that cannot be used', { baseTopic: 'lumiot/#' }],
  ] as const) {
    it(`and had ${what} takes back what it said before`, async () => {
      await start(tab(), node(), broker());
      const file = join(home.userDir, 'lumiot', 'n.json');
      await home.deploy([hallConfig(), tab(), node(settings), broker()], 'nodes');
      await until(
        () => existsSync(file),
        'the file is written',
        () => home.clock.skip(1_000),
      );
      assert.ok(retained.has(STATE));
      // What it said is read again whenever flows start.
      await home.deploy([hallConfig(), tab(), node(settings), broker({ note: 1 })], 'nodes');
      await new Promise((resolve) => setTimeout(resolve, 100));
      await home.deploy([hallConfig(), tab(), broker({ note: 1 })], 'full', hallKey);
      nothingIsKept();
      await until(() => !existsSync(file), 'the file is deleted');
    });
  }

  it('and is only replaced takes nothing back', async () => {
    await start(tab(), node(), broker());
    for (const type of ['full', 'nodes', 'flows'] as const) {
      await home.deploy([hallConfig(), tab(), node({ note: type }), broker()], type, hallKey);
      assert.ok(retained.has(STATE), type);
    }
  });
});

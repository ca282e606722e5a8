/** A real Node-RED, a pretend home on loopback, and the messages that flow between: what every test of a node needs. */

import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeAPI, NodeMessage } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { LanEnvironment } from '../../lib/lumi';
import { type HomeConfig, type Simulator, startSimulator } from '../../lib/simulator';
import gatewayNode from '../../nodes/lumi-gateway/lumi-gateway';
import ringtoneNode from '../../nodes/lumi-ringtone/lumi-ringtone';
import sensorNode from '../../nodes/lumi-sensor/lumi-sensor';
import switchNode from '../../nodes/lumi-switch/lumi-switch';
import { useEnvironment } from '../../nodes/shared/runtime/environment';
import { closeAllHosts } from '../../nodes/shared/runtime/gateway-host';

const require = createRequire(__filename);
helper.init(require.resolve(process.env.NODE_RED ?? 'node-red'));

type Register = (RED: NodeAPI) => void;
const nodeSets: Register[] = [gatewayNode, sensorNode, switchNode, ringtoneNode];

export const KEY = '0987654321qwerty';
export const HALL = '34ce00fb61a9';
export const ATTIC = '7811dcb2a7d9';

export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [setting: string]: unknown;
}

/** Any message a test looks at. */
export type Received = NodeMessage & Record<string, unknown> & { payload: never };

export interface Stage {
  readonly simulator: Simulator;
  readonly userDir: string;
  /** Deploys flows; credentials by node id. */
  load(flow: readonly FlowNode[], credentials?: Record<string, Record<string, string>>): Promise<void>;
  /** Deploys again, as the editor does. */
  deploy(flow: readonly FlowNode[], type?: 'full' | 'nodes' | 'flows', credentials?: Record<string, Record<string, string>>): Promise<void>;
  node(id: string): Node;
  /** Messages that a sink node (type 'helper') received so far. */
  received(id: string): Received[];
  /** The next message of a sink that fits; fails after `withinMs`. */
  next(id: string, fits?: (message: Received) => boolean, withinMs?: number): Promise<Received>;
  /** The next error a node reports for a message. */
  send(id: string, message: Record<string, unknown>): void;
  close(): Promise<void>;
}

/** A free UDP port of loopback. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => resolve(port));
    });
  });
}

/** Sets up a home and Node-RED with our nodes. Ports of its own, so that nothing else on the machine is heard. */
export async function stage(home: HomeConfig, environment: Partial<LanEnvironment> = {}): Promise<Stage> {
  const whoisPort = await freePort();
  const eventPort = await freePort();
  const simulator = await startSimulator({ ...home, whoisPort, eventPort });
  useEnvironment({ whoisPort, eventPort, ...environment });
  const userDir = mkdtempSync(join(tmpdir(), 'lumiot-test-'));
  helper.settings({ userDir });
  await new Promise<void>((resolve) => helper.startServer(() => resolve()));
  const sinks = new Map<string, Received[]>();
  const waiters = new Set<() => void>();
  let api: NodeAPI | undefined;
  const remember: Register = (RED) => {
    api = RED;
  };
  const listen = (flow: readonly FlowNode[]): void => {
    for (const { id, type } of flow) {
      if (type !== 'helper') continue;
      const list = sinks.get(id) ?? [];
      sinks.set(id, list);
      const node = helper.getNode(id);
      node?.on('input', (message: NodeMessage, _send, done) => {
        list.push(message as Received);
        for (const wake of [...waiters]) wake();
        done();
      });
    }
  };
  const received = (id: string): Received[] => sinks.get(id) ?? [];
  return {
    simulator,
    userDir,
    load: async (flow, credentials = {}) => {
      await helper.load([remember, ...nodeSets], [...flow] as never, credentials as never);
      listen(flow);
    },
    deploy: async (flow, type = 'full', credentials) => {
      const runtime = helper as unknown as { setFlows(flow: unknown, type: string): Promise<void> };
      void credentials;
      await runtime.setFlows([...flow], type);
      listen(flow);
    },
    node: (id) => helper.getNode(id),
    received,
    next: (id, fits = () => true, withinMs = 5_000) =>
      new Promise((resolve, reject) => {
        const seen = received(id).length;
        const look = (): boolean => {
          const found = received(id).slice(seen).find(fits);
          if (found === undefined) return false;
          clearTimeout(timer);
          waiters.delete(look);
          resolve(found);
          return true;
        };
        const timer = setTimeout(() => {
          waiters.delete(look);
          const got = received(id).slice(seen).map((one) => `${String(one.property)}=${JSON.stringify(one.payload)}`);
          reject(new Error(`no fitting message at ${id} within ${withinMs} ms; got: ${got.join(', ') || 'nothing'}`));
        }, withinMs);
        waiters.add(look);
      }),
    send: (id, message) => helper.getNode(id).receive(message as never),
    close: async () => {
      await helper.unload();
      if (api !== undefined) await closeAllHosts(api);
      await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
      await simulator.close();
      useEnvironment({});
      rmSync(userDir, { recursive: true, force: true });
    },
  };
}

/** The config node of a gateway on loopback. */
export function gatewayConfig(id: string, sid: string, more: Record<string, unknown> = {}): FlowNode {
  return { id, type: 'lumi-gateway', name: '', sid, host: '', interface: '127.0.0.1', discoveryRetries: 3, pollInterval: 0, devices: [], version: 1, ...more };
}

/** Waits until a gateway's config node is online. */
export function online(node: Node): Promise<void> {
  const { host } = node as Node & { host: { watch(listener: (state: { phase: string }) => void): () => void } };
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the gateway did not come online')), 8_000);
    let unwatch: (() => void) | undefined;
    unwatch = host.watch(({ phase }) => {
      if (phase !== 'online') return;
      clearTimeout(timer);
      queueMicrotask(() => unwatch?.());
      resolve();
    });
  });
}

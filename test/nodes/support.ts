/** A real Node-RED, a pretend home on loopback, and the messages that flow between: what every test of a node needs. */

import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import helper from 'node-red-node-test-helper';
import { type Gateway, type LanEnvironment, systemEnvironment } from '../../lib/lumi';
import { type DeviceConfig, type GatewayConfig, type HomeConfig, type Simulator, startSimulator } from '../../lib/simulator';
import gatewayNode from '../../nodes/lumi-gateway/lumi-gateway';
import ringtoneNode from '../../nodes/lumi-ringtone/lumi-ringtone';
import sensorNode from '../../nodes/lumi-sensor/lumi-sensor';
import switchNode from '../../nodes/lumi-switch/lumi-switch';
import { useEnvironment } from '../../nodes/shared/runtime/environment';
import { closeAllHosts, type GatewayHost } from '../../nodes/shared/runtime/gateway-host';
import { LEASE_S } from '../../nodes/shared/runtime/live';
import { SkipClock } from './skip-clock';

const require = createRequire(__filename);
helper.init(require.resolve(process.env.NODE_RED ?? 'node-red'));

type Register = (RED: NodeAPI) => void;
const nodeSets: Register[] = [gatewayNode, sensorNode, switchNode, ringtoneNode];

export const HALL = '34ce00fb61a9';
export const KEY = '0987654321qwerty';
export const ATTIC = '7811dcb2a7d9';
export const ATTIC_KEY = 'ytrewq1234567890';
export const WRONG_KEY = 'aaaaaaaaaaaaaaaa';

export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [setting: string]: unknown;
}

export type Deploy = 'full' | 'nodes' | 'flows';
export type Credentials = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Any message a test looks at. */
export type Received = Record<string, unknown>;

export interface Status {
  readonly fill?: string;
  readonly shape?: string;
  readonly text?: string;
}

/** What the admin API answered. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface StageOptions {
  readonly environment?: Partial<LanEnvironment>;
  /** More nodes than the first four. */
  readonly nodes?: readonly Register[];
}

export interface Stage {
  readonly simulator: Simulator;
  readonly userDir: string;
  /** The clock of the nodes; the pretend home has the machine's. */
  readonly clock: SkipClock;
  /** Sockets of the nodes that are open now. */
  readonly sockets: ReadonlySet<Socket>;
  /** Permissions that were asked for, one entry for each route. */
  readonly permissions: readonly string[];
  /** Permissions that requests lack from now on. */
  readonly denied: Set<string>;
  RED(): NodeAPI;
  /** Starts flows; credentials by node id. */
  load(flow: readonly FlowNode[], credentials?: Credentials): Promise<void>;
  /** Deploys again, as the editor does: the credentials given are the ones that were typed. */
  deploy(flow: readonly FlowNode[], type?: Deploy, credentials?: Credentials): Promise<void>;
  /** Stops the flows, as a shutdown does. */
  stop(): Promise<void>;
  node(id: string): Node;
  gateway(id: string): Gateway;
  /** Waits until a gateway is online and has read all its devices. */
  online(...ids: string[]): Promise<void>;
  /** Messages that a node of type 'sink' received so far. */
  received(id: string): Received[];
  /** The next message of a sink that fits; fails after `withinMs`. */
  next(id: string, fits?: (message: Received) => boolean, withinMs?: number): Promise<Received>;
  /** Sends a message into a node. */
  send(id: string, message: Received): void;
  /** Statuses a node has shown so far. */
  statuses(id: string): Status[];
  /** Everything that was logged, as one text. */
  log(): string;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  /** Requests that the home received and that change something. */
  writes(): Record<string, unknown>[];
  close(): Promise<void>;
}

/** A UDP port that is free everywhere, and not one of those that the system gives away by itself meanwhile. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => socket.close(() => resolve(freePort())));
    socket.bind(10_000 + Math.floor(Math.random() * 20_000), () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

const WITHIN_MS = 5_000;

/** Waits until something holds. For what tells nobody when it happens. */
export async function until(holds: () => boolean, what: string, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
  const end = performance.now() + WITHIN_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`within ${WITHIN_MS} ms it did not come true that ${what}`);
    await meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Sets up a home and Node-RED with our nodes. Ports of its own, so that nothing else on the machine is heard. */
export async function stage(home: HomeConfig, options: StageOptions = {}): Promise<Stage> {
  const whoisPort = await freePort();
  const eventPort = await freePort();
  const simulator = await startSimulator({ ...home, whoisPort, eventPort });
  const clock = new SkipClock();
  const sockets = new Set<Socket>();
  const { createSocket: create } = systemEnvironment();
  useEnvironment({
    clock,
    whoisPort,
    eventPort,
    createSocket: (sharesPort) => {
      const socket = create(sharesPort);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
    ...options.environment,
  });
  const userDir = mkdtempSync(join(tmpdir(), 'lumiot-test-'));
  // Wi-Fi devices are searched on loopback alone.
  const localSearch = { interface: '127.0.0.1', broadcast: ['127.0.0.1'], port: 9, mdnsPort: 0 };
  helper.settings({ userDir, lumiot: { localSearch } } as never);
  await new Promise<void>((resolve) => helper.startServer(() => resolve()));

  const received = new Map<string, Received[]>();
  const statuses = new Map<string, Status[]>();
  const waiters = new Set<() => void>();
  const permissions: string[] = [];
  const denied = new Set<string>();
  const lines: string[] = [];
  let api: NodeAPI | undefined;
  let isLoaded = false;

  const listOf = <One>(lists: Map<string, One[]>, id: string): One[] => {
    const list = lists.get(id) ?? [];
    lists.set(id, list);
    return list;
  };
  const onStatus = ({ id, status }: { id: string; status: Status }): void => {
    listOf(statuses, id).push(status);
  };
  const onLog = (line: { msg?: unknown }): void => {
    lines.push(line.msg instanceof Error ? `${line.msg.stack}` : typeof line.msg === 'string' ? line.msg : JSON.stringify(line));
  };
  /** Comes first: what it sees of Node-RED is what the nodes see. */
  const prepare: Register = (RED) => {
    api = RED;
    // The helper leaves it out.
    RED.version ??= () => Promise.resolve('test');
    RED.auth.needsPermission = (permission) => {
      permissions.push(permission);
      return (_request, response, next) => (denied.has(permission) ? response.sendStatus(401) : next());
    };
    RED.events.on('node-status', onStatus);
    (RED.log as unknown as { addHandler(handler: object): void }).addHandler(logHandler);
    function Sink(this: Node, definition: NodeDef): void {
      RED.nodes.createNode(this, definition);
      const list = listOf(received, this.id);
      this.on('input', (message: NodeMessage, _send, done) => {
        list.push(message as unknown as Received);
        for (const wake of [...waiters]) wake();
        done();
      });
    }
    RED.nodes.registerType('sink', Sink);
  };
  const logHandler = { emit: (_event: string, line: { msg?: unknown }) => onLog(line) };

  const ask = async (method: 'get' | 'post', path: string, body?: unknown): Promise<Answer> => {
    const request = helper.request() as unknown as Record<string, (path: string) => { send(body?: unknown): Promise<Answer> }>;
    const { status, body: answer } = await (request[method] as (path: string) => { send(body?: unknown): Promise<Answer> })(path).send(
      body as never,
    );
    return { status, body: answer };
  };

  const self: Stage = {
    simulator,
    userDir,
    clock,
    sockets,
    permissions,
    denied,
    RED: () => {
      if (api === undefined) throw new Error('load flows first');
      return api;
    },
    load: async (flow, credentials = {}) => {
      isLoaded = true;
      await helper.load(
        [prepare, ...nodeSets, ...(options.nodes ?? [])] as never,
        onTab(flow) as never,
        structuredClone(credentials) as never,
      );
    },
    deploy: async (flow, type = 'full', credentials = {}) => {
      const typed = onTab(flow).map((node) =>
        credentials[node.id] === undefined ? node : { ...node, credentials: { ...credentials[node.id] } },
      );
      await helper.setFlows(typed as never, type);
    },
    stop: async () => {
      await helper.clearFlows();
    },
    node: (id) => helper.getNode(id),
    gateway: (id) => (helper.getNode(id) as Node & { host: GatewayHost }).host.gateway,
    online: async (...ids) => {
      const skipGaps = (): Promise<void> => clock.skipGap();
      for (const id of ids) {
        await until(() => self.gateway(id).isOnline, `gateway ${id} is online`, skipGaps);
        const { inventory } = self.gateway(id);
        await until(
          () => [...inventory.devices].every((device) => device.readAt !== undefined),
          `gateway ${id} has read its devices`,
          skipGaps,
        );
      }
    },
    received: (id) => received.get(id) ?? [],
    next: (id, fits = () => true, withinMs = 3_000) =>
      new Promise((resolve, reject) => {
        const list = listOf(received, id);
        const seen = list.length;
        const stop = (): void => {
          clearTimeout(timer);
          waiters.delete(look);
        };
        const look = (): void => {
          const found = list.slice(seen).find(fits);
          if (found === undefined) return;
          stop();
          resolve(found);
        };
        const timer = setTimeout(() => {
          stop();
          const got = list.slice(seen).map((one) => `${String(one.property)}=${JSON.stringify(one.payload)}`);
          reject(new Error(`no fitting message at ${id} within ${withinMs} ms; got: ${got.join(', ') || 'nothing'}`));
        }, withinMs);
        waiters.add(look);
      }),
    send: (id, message) => helper.getNode(id).receive(message as never),
    statuses: (id) => statuses.get(id) ?? [],
    log: () => lines.join('\n'),
    get: (path) => ask('get', path),
    post: (path, body) => ask('post', path, body),
    writes: () =>
      simulator
        .commands()
        .filter(({ cmd }) => cmd === 'write')
        .map(({ fields }) => ({ ...fields })),
    close: async () => {
      if (isLoaded) await helper.unload();
      if (api !== undefined) {
        await closeAllHosts(api);
        // Whoever looked on is gone: live values flow half a minute longer, and would make the gateways of the next test work.
        await clock.skip(LEASE_S * 1_000 + 1_000);
        api.events.off('node-status', onStatus);
        (api.log as unknown as { removeHandler(handler: object): void }).removeHandler(logHandler);
      }
      await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
      await simulator.close();
      useEnvironment({});
      rmSync(userDir, { recursive: true, force: true });
    },
  };
  return self;
}

/** Puts nodes where the editor would: on a tab, at a place. What has no place is a config node to Node-RED. */
function onTab(flow: readonly FlowNode[]): FlowNode[] {
  const isPlaced = ({ type }: FlowNode): boolean => !['tab', 'subflow', 'lumi-gateway', 'miot-cloud'].includes(type);
  const placed = flow.map((node): FlowNode => (isPlaced(node) ? { z: 'tab', x: 10, y: 10, ...node } : node));
  return [{ id: 'tab', type: 'tab', label: 'Test' }, ...placed];
}

/** The config node of a gateway on loopback. */
export function gatewayConfig(id: string, sid: string, more: Record<string, unknown> = {}): FlowNode {
  return {
    id,
    type: 'lumi-gateway',
    name: '',
    sid,
    host: '',
    interface: '127.0.0.1',
    discoveryRetries: 3,
    pollInterval: 0,
    devices: [],
    version: 1,
    ...more,
  };
}

export const sink = (id: string, more: Record<string, unknown> = {}): FlowNode => ({ id, type: 'sink', ...more });

// ----- the home of most tests -----

export const CLIMATE = '158d0001a2b3c4';
export const MOTION = '158d0001a2b3c5';
export const BUTTON = '158d0001a2b3c6';
export const PLUG = '158d0001a2b3c7';
export const TWO_GANG = '158d0001a2b3c8';
export const ONE_GANG = '158d0001a2b3c9';
export const VIBRATION = '158d0001a2b3ca';
export const ATTIC_WEATHER = '158d0002a2b3c4';
export const ATTIC_TWO_GANG = '158d0002a2b3c8';
export const ATTIC_PLUG = '158d0002a2b3c7';

const hallDevices: readonly DeviceConfig[] = [
  { sid: CLIMATE, model: 'sensor_ht', fields: { temperature: '2240', humidity: '4812', voltage: 3005 } },
  { sid: MOTION, model: 'motion', fields: { status: 'motion', voltage: 3005 } },
  { sid: BUTTON, model: 'switch', fields: { voltage: 3005 } },
  { sid: PLUG, model: 'plug', fields: { status: 'off', voltage: 3600, inuse: '0', power_consumed: '1568', load_power: '0.00' } },
  { sid: TWO_GANG, model: 'ctrl_neutral2', fields: { channel_0: 'off', channel_1: 'on' } },
  { sid: ONE_GANG, model: 'ctrl_neutral1', fields: { channel_0: 'off' } },
];

/** A gateway of the older dialect. */
export function hall(more: Partial<GatewayConfig> = {}): GatewayConfig {
  return { sid: HALL, key: KEY, address: '127.0.1.2', port: 0, protocol: 1, model: 'gateway', devices: hallDevices, ...more };
}

/** A gateway of the newer dialect. */
export function attic(more: Partial<GatewayConfig> = {}): GatewayConfig {
  const devices: readonly DeviceConfig[] = [
    { sid: ATTIC_WEATHER, model: 'weather', fields: { temperature: 1830, humidity: 5500, pressure: 101_325, battery_voltage: 2995 } },
    { sid: ATTIC_TWO_GANG, model: 'ctrl_ln2', fields: { channel_0: 'off', channel_1: 'off' } },
    { sid: ATTIC_PLUG, model: 'plug', fields: { channel_0: 'off', load_power: 0, energy_consumed: 1568 } },
  ];
  return { sid: ATTIC, key: ATTIC_KEY, address: '127.0.1.3', port: 0, protocol: 2, model: 'gateway.v3', devices, ...more };
}

/** The gateway of the hall with names and rooms. */
export function hallConfig(more: Record<string, unknown> = {}): FlowNode {
  const devices = [
    { sid: CLIMATE, name: 'Bedroom', room: 'Upstairs', model: '' },
    { sid: PLUG, name: 'Lamp', room: 'Living room', model: '' },
    { sid: TWO_GANG, name: 'Stairs', room: 'Living room', model: '' },
  ];
  return gatewayConfig('hall', HALL, { name: 'Hall', devices, ...more });
}

export const hallKey: Credentials = { hall: { key: KEY } };

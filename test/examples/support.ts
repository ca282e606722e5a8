/** Plays an example flow as it was imported: a real Node-RED with the core nodes and ours, a pretend home, the blanks filled in. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeAPI, NodeMessage } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { Account } from '../../lib/miot';
import { type DeviceConfig, type GatewayConfig, type Simulator, startSimulator } from '../../lib/simulator';
import type { CloudDeviceConfig, PretendCloud } from '../../lib/simulator/cloud';
import { type AccountHost, closeAllAccounts } from '../../nodes/shared/runtime/account-host';
import { useEnvironment } from '../../nodes/shared/runtime/environment';
import { closeAllHosts } from '../../nodes/shared/runtime/gateway-host';
import { freePort } from '../support/sockets';
import { until } from '../support/wait';
import type { Broker } from './broker';
import { accountSettings, openCloud, STORE_KEY, signIn } from './cloud';

export const root = join(__dirname, '..', '..');
const folder = join(root, 'examples');
const load = createRequire(__filename);
const nodeRed = createRequire(load.resolve(process.env.NODE_RED ?? 'node-red'));

helper.init(load.resolve(process.env.NODE_RED ?? 'node-red'));

type Register = (RED: NodeAPI) => void;

export const KEY = '0987654321qwerty';

export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [setting: string]: unknown;
}

/** A message that reached a sink. */
export type Received = Readonly<Record<string, unknown>>;

/** Where Node-RED keeps the core nodes that the examples use. */
const coreFiles: Readonly<Record<string, string>> = {
  inject: 'common/20-inject',
  catch: 'common/25-catch',
  comment: 'common/90-comment',
  'link in': 'common/60-link',
  'link out': 'common/60-link',
  switch: 'function/10-switch',
  change: 'function/15-change',
  trigger: 'function/89-trigger',
  rbe: 'function/rbe',
  'mqtt-broker': 'network/10-mqtt',
  'mqtt in': 'network/10-mqtt',
  'mqtt out': 'network/10-mqtt',
  split: 'sequence/17-split',
  join: 'sequence/17-split',
};
/** What an example may use beside our nodes: a sink of the test stands in for the debug nodes. */
export const coreTypes: ReadonlySet<string> = new Set([...Object.keys(coreFiles), 'tab', 'debug']);

/** Where messages leave an example: people look there, so the test does. */
const sinks: ReadonlySet<string> = new Set(['debug', 'ui-chart', 'ui-table']);

/** Every example, as the import menu names it. */
export function exampleNames(): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

export function readExample(name: string): FlowNode[] {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as FlowNode[];
}

/** The types of the package, config nodes included: one folder each. */
export function ownTypes(): string[] {
  return readdirSync(join(root, 'nodes')).filter(isOwn);
}

export function isOwn(type: string): boolean {
  return /^(lumi|miot)-|^lumiot-mqtt$/.test(type);
}

export type Dialect = 1 | 2;
export const dialects: readonly Dialect[] = [1, 2];
export const GATEWAY = '34ce00fb61a9';

/** A gateway of a dialect with these devices. */
export function gatewayOf(protocol: Dialect, devices: readonly DeviceConfig[], more: Partial<GatewayConfig> = {}): GatewayConfig {
  const model = protocol === 1 ? 'gateway' : 'gateway.v3';
  return { sid: GATEWAY, key: KEY, address: '127.0.21.1', port: 0, protocol, model, devices, ...more };
}

export interface PlayOptions {
  /** The gateway of the flow; absent where it has none. */
  readonly gateway?: GatewayConfig;
  /** Devices of the account, for a flow that has one: signed in before the test begins. */
  readonly cloud?: readonly CloudDeviceConfig[];
  /** What a person types into the dialog of an account that nobody signs in to. */
  readonly account?: Readonly<Record<string, unknown>>;
  /** What a person chooses in the dialogs, by name of the node: a device, a shorter time. */
  readonly set?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The LAN key that was typed; the right one unless told. */
  readonly key?: string;
  /** The device token of the gateway that was typed; none unless told. */
  readonly token?: string;
  /** The broker that the server nodes of the flow connect to. */
  readonly broker?: Broker;
  /** Where the inject nodes act by themselves at the start. */
  readonly once?: boolean;
  /** Which gateway; the only one there is, as imported, takes a second longer to find. */
  readonly sid?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** What a play is made of. */
interface Stage {
  readonly simulator: Simulator;
  readonly cloud: PretendCloud | undefined;
  readonly received: ReadonlyMap<string, Received[]>;
  readonly find: (name: string) => Node;
  readonly gateway: () => GatewayNode;
  readonly account: () => AccountNode;
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export class Play {
  readonly #stage: Stage;

  private constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Imports, fills in, deploys, and waits until the gateway has told all its devices and the account is signed in. */
  static async open(
    from: string | readonly FlowNode[],
    { gateway, cloud: devices, account = {}, set = {}, key = KEY, token = '', broker, once = false, sid = GATEWAY }: PlayOptions,
  ): Promise<Play> {
    const ports = { whoisPort: await freePort(), eventPort: await freePort() };
    const simulator = await startSimulator({ gateways: gateway === undefined ? [] : [gateway], ...ports });
    const cloud = devices === undefined ? undefined : await openCloud(devices);
    useEnvironment(ports);
    const userDir = mkdtempSync(join(tmpdir(), 'lumiot-example-'));
    // Wi-Fi devices are searched on loopback alone.
    helper.settings({
      userDir,
      lumiot: { localSearch: { interface: '127.0.0.1', broadcast: ['127.0.0.1'], port: 9, mdnsPort: 0 } },
    } as never);
    await new Promise<void>((resolve) => helper.startServer(() => resolve()));

    const own = {
      'lumi-gateway': { sid, interface: '127.0.0.1' },
      'miot-cloud': cloud === undefined ? account : accountSettings(cloud),
      ...(broker === undefined ? {} : { 'mqtt-broker': { port: String(broker.port), protocolVersion: broker.protocolVersion } }),
    };
    const flow = filledIn(typeof from === 'string' ? readExample(from) : from, set, once, own);
    const idOf = (wanted: string): string => flow.find(({ type }) => type === wanted)?.id ?? '';
    const nodeOf = (wanted: string): FlowNode => {
      const found = flow.filter((node) => node.name === wanted && node.type !== 'comment');
      if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} nodes are called "${wanted}"`);
      return found[0];
    };
    let api: NodeAPI | undefined;
    const remember: Register = (RED) => {
      api = RED;
    };
    const credentials = {
      [idOf('lumi-gateway')]: { key, ...(token === '' ? {} : { token }) },
      [idOf('miot-cloud')]: { storeKey: STORE_KEY },
    };
    const received = new Map<string, Received[]>();
    const start = async (): Promise<void> => {
      await helper.load([remember, ...registers(flow)], flow as never, credentials as never);
      for (const node of flow.filter(({ type }) => type === 'helper')) {
        const list: Received[] = [];
        received.set(String(node.name), list);
        helper.getNode(node.id).on('input', (message: NodeMessage, _send, done) => {
          list.push(message as unknown as Received);
          done();
        });
      }
    };
    const end = async (): Promise<void> => {
      await helper.unload();
      if (api !== undefined) await Promise.all([closeAllHosts(api), closeAllAccounts(api)]);
    };
    await start();
    const close = async (): Promise<void> => {
      // Deleted, not stopped: nothing is carried over to the next play of the same nodes.
      await (helper as unknown as { setFlows(flow: unknown): Promise<void> }).setFlows([]);
      await end();
      await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
      await Promise.all([simulator.close(), cloud?.close()]);
      useEnvironment({});
      rmSync(userDir, { recursive: true, force: true });
    };
    const stage: Stage = {
      simulator,
      cloud,
      received,
      find: (wanted) => helper.getNode(nodeOf(wanted).id),
      gateway: () => helper.getNode(idOf('lumi-gateway')) as GatewayNode,
      account: () => helper.getNode(idOf('miot-cloud')) as AccountNode,
      restart: () => end().then(start),
      close,
    };
    try {
      await Promise.all([
        gateway === undefined ? undefined : found(stage.gateway(), gateway),
        cloud === undefined ? undefined : signIn(stage.account().host, cloud),
      ]);
    } catch (error) {
      await close();
      throw error;
    }
    return new Play(stage);
  }

  get simulator(): Simulator {
    return this.#stage.simulator;
  }

  /** The pretend cloud of the account. */
  get cloud(): PretendCloud {
    if (this.#stage.cloud === undefined) throw new Error('this flow has no account');
    return this.#stage.cloud;
  }

  get account(): Account {
    return this.#stage.account().host.account;
  }

  /** Waits until what these devices push arrives: only then a test may change something. */
  async listens(...dids: readonly string[]): Promise<void> {
    const isHeard = (did: string): boolean => this.cloud.filters().some((filter) => filter.startsWith(`device/${did}/up/`));
    await until(() => dids.every(isHeard), `somebody listens to ${dids.join(', ')}`);
  }

  /** Waits until the account knows a value by name, 'light:on': everything pushed before it has arrived too. */
  async knows(did: string, property: string, value: unknown): Promise<void> {
    await until(() => this.account.device(did)?.values[property] === value, `${property} of ${did} is ${JSON.stringify(value)}`);
  }

  /** Waits until a device of the account has a value. */
  async hasValue(did: string, siid: number, piid: number, value: unknown): Promise<void> {
    await until(() => this.cloud.value(did, siid, piid) === value, `${siid}.${piid} of ${did} is ${JSON.stringify(value)}`);
  }

  /** A person does something at a device: it reports raw fields. */
  async report(device: string, fields: Fields): Promise<void> {
    await this.simulator.report(GATEWAY, device, { ...fields });
  }

  /** Presses an inject node. */
  press(name: string): void {
    this.#stage.find(name).receive({});
  }

  /** Sends a payload to any other node, as a further wire would. */
  send(name: string, payload: unknown): void {
    this.#stage.find(name).receive({ payload } as NodeMessage);
  }

  /** Everything a sink received. */
  said(sink: string): readonly Received[] {
    const list = this.#stage.received.get(sink);
    if (list === undefined) throw new Error(`no sink is called "${sink}"`);
    return list;
  }

  /** Waits for a message whose payload is this text. */
  async hears(sink: string, payload: string): Promise<void> {
    const texts = (): string[] => this.said(sink).map((message) => JSON.stringify(message.payload));
    await until(() => texts().includes(JSON.stringify(payload)), `"${payload}" at ${sink}`).catch((error: Error) => {
      throw new Error(`${error.message}; it got ${texts().join(', ') || 'nothing'}`);
    });
  }

  /** The writes that reached a device, oldest first. */
  writes(device: string): Fields[] {
    return this.simulator
      .commands()
      .filter(({ cmd, sid, applied }) => cmd === 'write' && applied && sid === device)
      .map(({ fields }) => fields);
  }

  /** Waits until a device was told this, at least so many times. */
  async told(device: string, fields: Fields, times = 1): Promise<void> {
    const found = (): number =>
      this.writes(device).filter((one) => Object.entries(fields).every(([name, value]) => one[name] === value)).length;
    await until(() => found() >= times, `${times} × ${JSON.stringify(fields)} for ${device}`).catch((error: Error) => {
      throw new Error(`${error.message}; it got ${JSON.stringify(this.writes(device))}`);
    });
  }

  /** Waits until a device is as it should be. What needs the cloud to be given up takes longer than usual. */
  async becomes(device: string, fields: Fields, withinMs = 4_000): Promise<void> {
    const state = (): Fields => this.simulator.state(GATEWAY, device);
    await until(
      () => Object.entries(fields).every(([name, value]) => state()[name] === value),
      `${device} is ${JSON.stringify(fields)}`,
      withinMs,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; it is ${JSON.stringify(state())}`);
    });
  }

  /** Waits until everything reported so far has gone through the flow: the gateway's next heartbeat comes after it on the wire. */
  async settled(): Promise<void> {
    const { host } = this.#stage.gateway();
    const before = host.gateway.device(GATEWAY)?.heardAt;
    await this.simulator.heartbeat(GATEWAY);
    await until(() => host.gateway.device(GATEWAY)?.heardAt !== before, 'the heartbeat of the gateway');
    for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** Ends Node-RED and starts it again in the same folder; the sinks begin anew. */
  restart(): Promise<void> {
    return this.#stage.restart();
  }

  close(): Promise<void> {
    return this.#stage.close();
  }
}

type GatewayNode = Node & {
  host: { gateway: { readonly isOnline: boolean; device(sid: string): { readAt?: number; heardAt?: number } | undefined } };
};

type AccountNode = Node & { readonly host: AccountHost };

/** Waits until the gateway has told all its devices. */
async function found({ host }: GatewayNode, { sid: own, devices = [] }: GatewayConfig): Promise<void> {
  await until(() => host.gateway.isOnline, 'the gateway is online');
  const sids = [own, ...devices.filter(({ hidden }) => hidden !== true).map(({ sid }) => sid)];
  await until(() => sids.every((sid) => host.gateway.device(sid)?.readAt !== undefined), 'every device was read');
}

/** What a person does after the import: fills in config nodes (`own`, by type) and chooses devices. And what the test does: sinks for eyes. */
function filledIn(
  example: readonly FlowNode[],
  set: NonNullable<PlayOptions['set']>,
  once: boolean,
  own: Readonly<Record<string, Fields>>,
): FlowNode[] {
  const unused = new Set(Object.keys(set));
  const flow = example
    .filter(({ type }) => !/^ui-(base|theme|page|group)$/.test(type))
    .map((node): FlowNode => {
      const typed = own[node.type];
      if (typed !== undefined) return { ...node, ...typed };
      if (sinks.has(node.type)) return { id: node.id, type: 'helper', z: node.z, name: node.name, wires: [] };
      const chosen = typeof node.name === 'string' ? set[node.name] : undefined;
      if (chosen !== undefined && node.type !== 'comment') {
        unused.delete(String(node.name));
        const strange = Object.keys(chosen).filter((setting) => !(setting in node));
        if (strange.length > 0) throw new Error(`"${String(node.name)}" has no setting ${strange.join(', ')}`);
        return { ...node, ...chosen };
      }
      return node.type === 'inject' && !once ? { ...node, once: false } : node;
    });
  if (unused.size > 0) throw new Error(`no node is called ${[...unused].join(', ')}`);
  return flow;
}

/** The node sets that a flow needs. */
function registers(flow: readonly FlowNode[]): Register[] {
  const paths = new Set<string>();
  for (const { type } of flow) {
    const core = coreFiles[type];
    if (isOwn(type)) paths.add(join(root, 'nodes', type, `${type}.ts`));
    else if (core !== undefined) paths.add(nodeRed.resolve(`@node-red/nodes/core/${core}.js`));
  }
  return [...paths].map((path) => {
    const module = load(path) as Register | { default: Register };
    return typeof module === 'function' ? module : module.default;
  });
}

/** An edge: a Node-RED of its own process with gateways, their `lumiot-mqtt` nodes, and Node-RED's own MQTT nodes around them. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Flow, Red } from '../faults/red';
import type { Broker } from './broker';
import { KEY } from './home';

export interface EdgeSettings {
  readonly broker: Broker;
  readonly ports: { readonly whoisPort: number; readonly eventPort: number };
  readonly base: string;
  /** Sids, one `lumiot-mqtt` for each. */
  readonly gateways: readonly string[];
  /** Of the connection; a second client of the same id takes it over. */
  readonly clientId?: string;
  readonly isDiscovered?: boolean;
  readonly qos?: 0 | 1 | 2;
  /** More nodes of the same Node-RED. */
  readonly more?: Flow;
}

const settingsFile = join(__dirname, 'node-red', 'settings.cjs');

export class Edge {
  readonly settings: EdgeSettings;
  readonly userDir = mkdtempSync(join(tmpdir(), 'lumiot-edge-'));
  #red: Red | undefined;

  private constructor(settings: EdgeSettings) {
    this.settings = settings;
    writeFileSync(join(this.userDir, 'flows.json'), JSON.stringify(flowOf(settings)));
    const keys = settings.gateways.map((sid) => [`gateway-${sid}`, { key: KEY }]);
    writeFileSync(join(this.userDir, 'flows_cred.json'), JSON.stringify(Object.fromEntries(keys)));
  }

  /** Resolves when its flows run; not before it is connected or knows its home. */
  static async start(settings: EdgeSettings): Promise<Edge> {
    const edge = new Edge(settings);
    try {
      await edge.start();
      return edge;
    } catch (error) {
      await edge.close();
      throw error;
    }
  }

  get red(): Red {
    if (this.#red === undefined) throw new Error('the edge is not running');
    return this.#red;
  }

  async start(): Promise<void> {
    this.#red = await Red.start(this.userDir, this.settings.ports, settingsFile);
  }

  /** SIGTERM lets it say goodbye, SIGKILL does not. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await this.#red?.end(signal);
    this.#red = undefined;
  }

  /** Deploys with other settings, or with a note that changes nothing but itself. */
  async deploy(type: 'full' | 'nodes' | 'flows', changes: Partial<EdgeSettings> & { readonly note?: number } = {}): Promise<void> {
    const { note, ...settings } = changes;
    await this.red.deploy(flowOf({ ...this.settings, ...settings }, note), type);
  }

  /** Lets time pass for the package in there, and for nobody else. */
  async pass(ms: number): Promise<void> {
    await this.red.post(`pass/${ms}`);
  }

  async close(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.userDir, { recursive: true, force: true });
  }
}

/** The connection of a Node-RED. With `base`: what it says when it comes, goes, and is gone. */
export function brokerNode({ port, version }: Broker, { base, clientId = '' }: { base?: string; clientId?: string } = {}): Flow[number] {
  const said = (kind: 'birth' | 'close' | 'will', payload: string): object => ({
    [`${kind}Topic`]: base === undefined ? '' : `${base}/status`,
    [`${kind}Qos`]: '1',
    [`${kind}Retain`]: 'true',
    [`${kind}Payload`]: payload,
    [`${kind}Msg`]: {},
  });
  const connection = { broker: '127.0.0.1', port: String(port), clientid: clientId, autoConnect: true, usetls: false, cleansession: true };
  return {
    id: 'broker',
    type: 'mqtt-broker',
    name: '',
    ...connection,
    protocolVersion: String(version),
    keepalive: '60',
    autoUnsubscribe: true,
    ...said('birth', 'online'),
    ...said('close', 'offline'),
    ...said('will', 'offline'),
    userProps: '',
    sessionExpiry: '',
  };
}

/** A core "mqtt in" as the editor makes it. */
export function mqttIn(id: string, topic: string, wires: readonly string[], z = 'edge'): Flow[number] {
  const subscription = { qos: '2', datatype: 'auto-detect', nl: false, rap: true, rh: 0, inputs: 0 };
  return { id, type: 'mqtt in', z, name: '', topic, ...subscription, broker: 'broker', x: 100, y: 100, wires: [wires] };
}

/** A core "mqtt out" that does what a message says. */
export function mqttOut(id: string, z = 'edge'): Flow[number] {
  const empty = { topic: '', qos: '', retain: '', respTopic: '', contentType: '', userProps: '', correl: '', expiry: '' };
  return { id, type: 'mqtt out', z, name: '', ...empty, broker: 'broker', x: 500, y: 100, wires: [] };
}

function flowOf({ broker, base, gateways, clientId, isDiscovered = true, qos = 1, more = [] }: EdgeSettings, note?: number): Flow {
  const bridges = gateways.map((sid) => `bridge-${sid}`);
  const gatewaySettings = { host: '', interface: '127.0.0.1', discoveryRetries: 3, pollInterval: 0, version: 1 };
  const bridge = { account: '', baseTopic: base, homeAssistant: isDiscovered, discoveryPrefix: 'homeassistant', qos, version: 1 };
  const caught = "return { topic: 'caught', payload: { message: msg.error.message, topic: msg.topic, error: msg.error }, qos: 1 };";
  return [
    { id: 'edge', type: 'tab', label: 'Edge' },
    brokerNode(broker, { base, ...(clientId === undefined ? {} : { clientId }) }),
    ...gateways.map((sid) => ({
      id: `gateway-${sid}`,
      type: 'lumi-gateway',
      name: `Gateway ${sid}`,
      sid,
      devices: [],
      ...gatewaySettings,
    })),
    mqttIn('in-set', `${base}/+/+/set`, bridges),
    mqttIn('in-get', `${base}/+/+/get`, bridges),
    mqttIn('in-status', `${base}/status`, bridges),
    mqttIn('in-home-assistant', 'homeassistant/status', bridges),
    ...gateways.map((sid) => ({
      id: `bridge-${sid}`,
      type: 'lumiot-mqtt',
      z: 'edge',
      name: '',
      gateway: `gateway-${sid}`,
      ...bridge,
      ...(note === undefined ? {} : { note }),
      x: 300,
      y: 100,
      wires: [['out']],
    })),
    mqttOut('out'),
    { id: 'catch', type: 'catch', z: 'edge', scope: bridges, uncaught: false, x: 300, y: 200, wires: [['why']] },
    { id: 'why', type: 'function', z: 'edge', name: '', func: caught, outputs: 1, x: 400, y: 200, wires: [['out']] },
    ...more,
  ];
}

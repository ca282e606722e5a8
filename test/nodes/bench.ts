/** One node of the palette between a pretend home of both dialects and the sinks that show what it does. */

import type { DeviceConfig, GatewayConfig } from '../../lib/simulator';
import alarmNode from '../../nodes/lumi-alarm/lumi-alarm';
import buttonNode from '../../nodes/lumi-button/lumi-button';
import climateNode from '../../nodes/lumi-climate/lumi-climate';
import contactNode from '../../nodes/lumi-contact/lumi-contact';
import cubeNode from '../../nodes/lumi-cube/lumi-cube';
import curtainNode from '../../nodes/lumi-curtain/lumi-curtain';
import deviceNode from '../../nodes/lumi-device/lumi-device';
import hubNode from '../../nodes/lumi-hub/lumi-hub';
import lightNode from '../../nodes/lumi-light/lumi-light';
import motionNode from '../../nodes/lumi-motion/lumi-motion';
import {
  ATTIC,
  ATTIC_KEY,
  attic,
  type Credentials,
  type Deploy,
  type FlowNode,
  gatewayConfig,
  HALL,
  hall,
  KEY,
  type Received,
  type Stage,
  type StageOptions,
  sink,
  stage,
  until,
} from './support';

export const nodes = [
  alarmNode,
  buttonNode,
  climateNode,
  contactNode,
  cubeNode,
  curtainNode,
  deviceNode,
  hubNode,
  lightNode,
  motionNode,
] as const;

export interface Place {
  /** Devices of the older dialect. */
  readonly hall?: readonly DeviceConfig[];
  /** Devices of the newer dialect. */
  readonly attic?: readonly DeviceConfig[];
  readonly hallGateway?: Partial<GatewayConfig>;
  readonly atticGateway?: Partial<GatewayConfig>;
  /** Names, rooms and models set in the gateways' dialogs. */
  readonly named?: readonly object[];
  readonly keys?: Credentials;
  readonly options?: Omit<StageOptions, 'nodes'>;
}

export interface Failure {
  readonly message: string;
  readonly code: string;
}

const keys: Credentials = { hall: { key: KEY }, attic: { key: ATTIC_KEY } };

export class Bench {
  readonly stage: Stage;
  readonly #place: Place;
  #flow: FlowNode[] = [];

  private constructor(home: Stage, place: Place) {
    this.stage = home;
    this.#place = place;
  }

  static async open(place: Place): Promise<Bench> {
    const gateways: GatewayConfig[] = [];
    if (place.hall !== undefined) gateways.push(hall({ devices: place.hall, ...place.hallGateway }));
    if (place.attic !== undefined) gateways.push(attic({ devices: place.attic, ...place.atticGateway }));
    return new Bench(await stage({ gateways }, { ...place.options, nodes }), place);
  }

  /** Starts the flow with one node, and waits until its gateway has read its devices. */
  async start(type: string, settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    this.#flow = this.#flowOf(type, settings);
    await this.stage.load(this.#flow, this.#place.keys ?? keys);
    await this.stage.online(this.#used);
  }

  /** The same flow without waiting for anything. */
  async begin(type: string, settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    this.#flow = this.#flowOf(type, settings);
    await this.stage.load(this.#flow, this.#place.keys ?? keys);
  }

  /** Deploys again, with other settings where told. */
  async redeploy(settings: Readonly<Record<string, unknown>> = {}, type: Deploy = 'nodes', typed: Credentials = {}): Promise<void> {
    // Only what differs is deployed again: every redeploy moves the node.
    const moved = this.#flow.map((node) => (node.id === 'n' ? { ...node, y: Number(node.y ?? 10) + 10, ...settings } : node));
    this.#flow = moved;
    await this.stage.deploy(moved, type, typed);
  }

  get received(): Received[] {
    return this.stage.received('out');
  }

  get payloads(): unknown[] {
    return this.received.map(({ payload }) => payload);
  }

  next(fits?: (message: Received) => boolean, withinMs?: number): Promise<Received> {
    return this.stage.next('out', fits, withinMs);
  }

  /** Resolves when the gateway has heard it and the node has sent what it makes of it. */
  async report(device: string, fields: Record<string, unknown>): Promise<void> {
    const gateway = this.#gatewayOf(device);
    await this.#heard(device, () => this.stage.simulator.report(gateway, device, fields));
  }

  async heartbeat(device: string): Promise<void> {
    const gateway = this.#gatewayOf(device);
    await this.#heard(device, () => this.stage.simulator.heartbeat(gateway, device));
  }

  /** The heartbeat of a gateway itself. */
  async heartbeatOf(gateway: string): Promise<void> {
    const peer = this.stage.gateway(gateway === HALL ? 'hall' : 'attic');
    const device = peer.placeholder();
    const before = device.heardAt;
    await this.stage.simulator.heartbeat(gateway);
    await until(() => device.heardAt !== before, `gateway ${gateway} was heard`);
  }

  /** A report, and the message it gives. */
  async told(device: string, fields: Record<string, unknown>): Promise<Received> {
    const next = this.next();
    await this.report(device, fields);
    return next;
  }

  /** An input, and the answer to it. */
  async answer(payload: unknown, message: Received = {}, withinMs?: number): Promise<Received> {
    const next = this.next((one) => 'ack' in one || one.origin === 'command', withinMs);
    this.stage.send('n', { payload, ...message });
    return next;
  }

  /** An input, and the error it ends with. */
  async failure(payload: unknown, message: Received = {}, withinMs = 8_000): Promise<Failure> {
    const next = this.stage.next('errors', undefined, withinMs);
    this.stage.send('n', { payload, ...message });
    return (await next).error as Failure;
  }

  /** Lets time pass for the nodes, second by second, while the gateways go on to speak. */
  async pass(seconds: number): Promise<void> {
    for (let second = 1; second <= seconds; second++) {
      if (second % 10 === 0) for (const { sid } of this.stage.simulator.addresses.gateways) await this.stage.simulator.heartbeat(sid);
      await this.stage.clock.skip(1_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  close(): Promise<void> {
    return this.stage.close();
  }

  async #heard(device: string, speak: () => Promise<void>): Promise<void> {
    const record = this.stage.gateway(this.#gatewayOf(device) === HALL ? 'hall' : 'attic').device(device);
    const before = record?.heardAt;
    await speak();
    if (record !== undefined) await until(() => record.heardAt !== before, `${device} was heard`);
    // Node-RED hands messages on in the next turn.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** The gateway of the node; the others are not even searched for. */
  get #used(): string {
    return String(this.#flow.find(({ id }) => id === 'n')?.gateway);
  }

  #gatewayOf(device: string): string {
    if (device === HALL || device === ATTIC) return device;
    return this.#place.hall?.some(({ sid }) => sid === device) ? HALL : ATTIC;
  }

  #flowOf(type: string, settings: Readonly<Record<string, unknown>>): FlowNode[] {
    const gateway = this.#place.hall === undefined ? 'attic' : 'hall';
    const more = { devices: this.#place.named ?? [] };
    return [
      ...(this.#place.hall === undefined ? [] : [gatewayConfig('hall', HALL, { name: 'Hall', ...more })]),
      ...(this.#place.attic === undefined ? [] : [gatewayConfig('attic', ATTIC, { name: 'Attic', ...more })]),
      { id: 'n', type, gateway, device: '', version: 1, ...settings, wires: [['out']] },
      { id: 'failures', type: 'catch', scope: null, uncaught: false, wires: [['errors']] },
      { id: 'completions', type: 'complete', scope: ['n'], uncaught: false, wires: [['done']] },
      sink('out'),
      sink('errors'),
      sink('done'),
    ];
  }
}

/** What most tests compare of a message. */
export function essence({ payload, property, event, origin }: Received): unknown {
  return { payload, property, event, origin };
}

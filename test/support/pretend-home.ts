/** A home in memory, and a broker that keeps what is retained: for the rules of the mapping to MQTT that need no wire. */

import { definitions } from '../../lib/devices';
import type { DeviceInfo, Values } from '../../lib/home/device';
import type { LumiotError } from '../../lib/home/errors';

import {
  checkMqttSettings,
  type DiscoveryOf,
  type Home,
  type HomeAnswer,
  type HomeDevice,
  type HomeListener,
  Mapping,
  type MqttMessage,
  type MqttReceived,
  noPublished,
  type PublishedMemory,
  type Received,
} from '../../lib/mqtt';
import { Neighbours } from '../../lib/mqtt/neighbours';
import { ManualClock } from './clock';

const [definition] = definitions;

/** What a test says of a device; the rest is ordinary. */
export type Said = Partial<Pick<DeviceInfo, 'name' | 'room' | 'online' | 'lastSeen'>> & {
  readonly state?: Values;
  /** It is not known what it is. */
  readonly isUndescribed?: boolean;
};

export class PretendHome implements Home {
  readonly kind = 'gateway';
  id: string | undefined = '34ce00fb61a9';
  name = 'Hall';
  isOnline: boolean | null = true;
  isListed = true;
  readonly said = new Map<string, Said>();
  readonly calls: unknown[] = [];
  /** How commands end. */
  answer: HomeAnswer | undefined | LumiotError | Error = { payload: { on: true }, ack: { ok: true } };
  listener: HomeListener | undefined;

  /** Says something of a device, without telling. */
  put(id: string, said: Said): HomeDevice {
    const known = { ...this.said.get(id), ...said };
    this.said.set(id, known);
    return this.#deviceOf(id, known);
  }

  /** A report. */
  report(id: string, state: Values): void {
    this.listener?.state(this.put(id, { state: { ...this.said.get(id)?.state, ...state } }));
  }

  add(id: string, said: Said = {}): void {
    this.listener?.added(this.put(id, said));
  }

  remove(id: string): void {
    this.said.delete(id);
    this.listener?.removed(id);
  }

  *devices(): Iterable<HomeDevice> {
    for (const [id, said] of this.said) yield this.#deviceOf(id, said);
  }

  device(id: string): HomeDevice | undefined {
    const said = this.said.get(id.toLowerCase());
    return said && this.#deviceOf(id.toLowerCase(), said);
  }

  listen(listener: HomeListener): () => void {
    this.listener = listener;
    return () => {
      this.listener = undefined;
    };
  }

  async set(id: string, payload: unknown): Promise<HomeAnswer | undefined> {
    this.calls.push(['set', id, payload]);
    if (this.answer instanceof Error) throw this.answer;
    return this.answer;
  }

  async get(id: string, properties: readonly string[]): Promise<HomeAnswer> {
    this.calls.push(['get', id, properties]);
    if (this.answer instanceof Error) throw this.answer;
    return this.answer ?? { payload: null };
  }

  #deviceOf(id: string, { state = {}, isUndescribed = false, ...info }: Said): HomeDevice {
    return {
      info: {
        id,
        name: id,
        model: 'plug',
        family: 'plug',
        room: '',
        gateway: this.id ?? '',
        transport: 'lumi',
        online: true,
        battery: null,
        lastSeen: null,
        ...info,
      },
      state,
      description: isUndescribed || definition === undefined ? undefined : { kind: 'lumi', definition },
    };
  }
}

/** What is told to Home Assistant in these tests. */
export const pretendDiscovery: DiscoveryOf = ({ info }, { topics, qos }) => ({ name: info.name, state: topics.state(info.id), qos });

export interface BenchOptions {
  readonly home?: PretendHome;
  readonly stored?: Readonly<Record<string, unknown>>;
  readonly memory?: PublishedMemory;
  readonly discovery?: DiscoveryOf | undefined;
  /** The broker hears nothing until it is connected. */
  readonly isConnected?: boolean;
  readonly broker?: PretendBroker;
  readonly neighbours?: Neighbours;
  readonly clock?: ManualClock;
}

/** Keeps what is retained, and gives a status back to whoever subscribed to it. */
export class PretendBroker {
  readonly kept = new Map<string, string>();
}

/** A mapping between a pretend home and a pretend broker. */
export class Bench {
  readonly home: PretendHome;
  readonly clock: ManualClock;
  readonly broker: PretendBroker;
  readonly mapping: Mapping;
  readonly published: MqttMessage[] = [];
  readonly log: string[] = [];
  readonly memory: PublishedMemory;
  isConnected: boolean;
  /** The status is subscribed to. */
  isEchoing = true;

  constructor(options: BenchOptions = {}) {
    this.home = options.home ?? new PretendHome();
    this.clock = options.clock ?? new ManualClock();
    this.broker = options.broker ?? new PretendBroker();
    this.memory = options.memory ?? noPublished;
    this.isConnected = options.isConnected ?? true;
    const { settings } = checkMqttSettings(options.stored ?? {});
    this.mapping = new Mapping({
      home: this.home,
      settings,
      memory: this.memory,
      clock: this.clock,
      neighbours: options.neighbours ?? new Neighbours(),
      discovery: 'discovery' in options ? options.discovery : pretendDiscovery,
      publish: (message) => this.#publish(message, `${settings.baseTopic}/status`),
      log: { info: () => {}, warn: (text) => this.log.push(text), error: (text) => this.log.push(text) },
    });
  }

  /** Starts, and lets everything be published. */
  async up(): Promise<this> {
    this.mapping.start();
    await this.clock.settle();
    await this.clock.advance(5_000);
    return this;
  }

  receive(topic: string, payload: unknown, more: Partial<MqttReceived> = {}): Promise<Received> {
    return this.mapping.receive({ topic, payload, retain: false, correlationData: undefined, ...more });
  }

  /** What was published since it was last asked, as [topic, payload]. */
  take(): [string, string][] {
    return this.published.splice(0).map(({ topic, payload }) => [topic, payload]);
  }

  /** The same, of one topic. */
  taken(topic: string): string[] {
    return this.take()
      .filter(([one]) => one === topic)
      .map(([, payload]) => payload);
  }

  #publish(message: MqttMessage, status: string): void {
    if (!this.isConnected) return;
    this.published.push(message);
    if (!message.retain) return;
    if (message.payload === '') this.broker.kept.delete(message.topic);
    else this.broker.kept.set(message.topic, message.payload);
    if (message.topic === status && this.isEchoing) void Promise.resolve().then(() => this.receive(status, message.payload));
  }
}

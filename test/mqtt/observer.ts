/** Somebody else on the broker: hears and remembers everything, and says what a person or another program would. */

import mqtt, { type IClientPublishOptions, type MqttClient } from 'mqtt';
import { until } from '../support/wait';
import type { Broker } from './broker';

export interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly qos: number;
  /** Told from memory: the broker had kept it. */
  readonly isRetained: boolean;
  readonly correlation: string | undefined;
  readonly contentType: string | undefined;
  /** `performance.now()`. */
  readonly at: number;
}

export interface Saying {
  readonly retain?: boolean;
  readonly correlation?: string;
  readonly qos?: 0 | 1 | 2;
}

/** What a machine on two busy cores may need. */
const WITHIN_MS = 12_000;

export class Observer {
  readonly heard: Heard[] = [];
  readonly #client: MqttClient;
  readonly #version: 4 | 5;

  private constructor(client: MqttClient, version: 4 | 5) {
    this.#client = client;
    this.#version = version;
    client.on('error', () => {});
    client.on('message', (topic, payload, packet) => {
      const { properties } = packet;
      this.heard.push({
        topic,
        text: payload.toString(),
        qos: packet.qos,
        isRetained: packet.retain,
        correlation: properties?.correlationData?.toString(),
        contentType: properties?.contentType,
        at: performance.now(),
      });
    });
  }

  /** Resolves when it hears. */
  static async open(broker: Broker, filter = '#', qos: 1 | 2 = 2): Promise<Observer> {
    const client = await mqtt.connectAsync(broker.url, { protocolVersion: broker.version, reconnectPeriod: 20 });
    const observer = new Observer(client, broker.version);
    await client.subscribeAsync(filter, { qos });
    return observer;
  }

  get isConnected(): boolean {
    return this.#client.connected;
  }

  async say(topic: string, payload: unknown, { retain = false, correlation, qos = 1 }: Saying = {}): Promise<void> {
    const options: IClientPublishOptions = { qos, retain };
    if (correlation !== undefined && this.#version === 5) options.properties = { correlationData: Buffer.from(correlation) };
    await this.#client.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), options);
  }

  /** Everything heard on a topic, in its order. */
  on(topic: string): Heard[] {
    return this.heard.filter((one) => one.topic === topic);
  }

  /** The same as values, without what was taken back. */
  values(topic: string): Record<string, unknown>[] {
    return this.on(topic).flatMap(({ text }) => (text === '' ? [] : [parsed(text)]));
  }

  /** The next value on a topic that fits, after the first `from` things heard. */
  async next(topic: string, fits: (value: Record<string, unknown>) => boolean = () => true, from = 0): Promise<Record<string, unknown>> {
    const find = (): Record<string, unknown> | undefined =>
      this.heard
        .slice(from)
        .filter((one) => one.topic === topic && one.text !== '')
        .map(({ text }) => parsed(text))
        .find(fits);
    await this.until(() => find() !== undefined, `${topic} says what is expected; it said ${JSON.stringify(this.on(topic).slice(-5))}`);
    return find() ?? {};
  }

  /** The next plain text on a topic, after the first `from` things heard. */
  async text(topic: string, text: string, from = 0): Promise<void> {
    await this.until(() => this.heard.slice(from).some((one) => one.topic === topic && one.text === text), `${topic} says ${text}`);
  }

  async until(holds: () => boolean, what: string, withinMs = WITHIN_MS): Promise<void> {
    await until(holds, what, withinMs);
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }
}

/** What the broker keeps, as somebody who comes now is told it: text by topic. */
export async function kept(broker: Broker, filter = '#'): Promise<Map<string, string>> {
  // With QoS 1 everything arrives in its order, and what was kept before the marker.
  const [marker, late] = [`marker/${Math.random()}`, await Observer.open(broker, filter, 1)];
  try {
    await late.say(marker, 'here');
    if (filter === '#') await late.text(marker, 'here');
    // aedes tells what it kept bit by bit, whatever else comes meanwhile.
    for (let count = -1; count < late.heard.length; ) {
      count = late.heard.length;
      await new Promise((resolve) => setTimeout(resolve, broker.kind === 'aedes' ? 60 : 10));
    }
    return new Map(late.heard.filter(({ isRetained }) => isRetained).map(({ topic, text }) => [topic, text]));
  } finally {
    await late.close();
  }
}

/** What the broker keeps as soon as it fits; fails with what is wrong. `wrong`: in words, undefined where nothing is. */
export async function untilKept(
  broker: Broker,
  wrong: (all: ReadonlyMap<string, string>) => string | undefined,
  withinMs = WITHIN_MS,
): Promise<Map<string, string>> {
  for (const end = performance.now() + withinMs; ; ) {
    const all = await kept(broker);
    const problem = wrong(all);
    if (problem === undefined) return all;
    if (performance.now() > end) throw new Error(`what the broker keeps is not right within ${withinMs} ms: ${problem}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { value };
  } catch {
    return { text };
  }
}

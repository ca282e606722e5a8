/** Brokers for flows that speak MQTT: aedes within the test (MQTT 3.1.1), and Mosquitto (MQTT 5) where it is installed; and a client that looks on. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import mqtt, { type IClientPublishOptions, type MqttClient } from 'mqtt';
import { until } from '../support/wait';

// Debian puts Mosquitto where only root looks.
export const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin` };
const { error: missing } = spawnSync('mosquitto', ['-h'], { env });

export const hasMosquitto = missing === undefined;

/** Skips a suite where there is no Mosquitto, and says so. */
export function needsMosquitto(context: Mocha.Context): void {
  if (hasMosquitto) return;
  console.log(`      not run: mosquitto cannot be started (${missing?.message}); on Debian it is in the package "mosquitto"`);
  context.skip();
}

export type BrokerKind = 'aedes' | 'mosquitto';
export const brokerKinds: readonly BrokerKind[] = ['aedes', 'mosquitto'];

export interface Broker {
  readonly port: number;
  /** What the server node of a flow is set to as "Protocol". */
  readonly protocolVersion: '4' | '5';
  close(): Promise<void>;
}

export function openBroker(kind: BrokerKind): Promise<Broker> {
  return kind === 'aedes' ? openAedes() : openMosquitto();
}

async function openAedes(): Promise<Broker> {
  // ES modules only.
  const { Aedes } = await import('aedes');
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  await listening(server);
  const close = async (): Promise<void> => {
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port: (server.address() as AddressInfo).port, protocolVersion: '4', close };
}

/** A Mosquitto for one test. `lines`: its configuration, beside the listener. */
export async function openMosquitto(lines: readonly string[] = ['allow_anonymous true'], port?: number): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), 'lumiot-broker-'));
  const free = port ?? (await freeTcpPort());
  const file = join(folder, 'mosquitto.conf');
  const listener = port === undefined ? [`listener ${free} 127.0.0.1`, 'persistence false'] : [];
  writeFileSync(file, [`user ${userInfo().username}`, ...listener, ...lines, ''].join('\n'));
  const child = spawn('mosquitto', ['-c', file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString('utf8')));
  const close = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (let tries = 0; !(await answers(free)); tries++) {
      if (child.exitCode !== null || tries > 500) throw new Error(`mosquitto does not listen: ${output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { port: free, protocolVersion: '5', close };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function listening(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

export async function freeTcpPort(): Promise<number> {
  const server = createServer();
  await listening(server);
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** What somebody heard. */
export interface Heard {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** Somebody else on the broker: hears everything, and keeps what is retained in mind. */
export class Onlooker {
  readonly heard: Heard[] = [];
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on('message', (topic, payload, { retain }) => this.heard.push({ topic, payload: payload.toString('utf8'), retain }));
  }

  static async open({ port, protocolVersion }: Broker, filter = '#'): Promise<Onlooker> {
    const version = protocolVersion === '5' ? 5 : 4;
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: version, reconnectPeriod: 0 });
    const onlooker = new Onlooker(client);
    await client.subscribeAsync(filter, { qos: 1 });
    return onlooker;
  }

  /** Objects become JSON. */
  async says(topic: string, payload: unknown, options: IClientPublishOptions = {}): Promise<void> {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    await this.#client.publishAsync(topic, text, { qos: 1, ...options });
  }

  /** Everything said on a topic, oldest first. */
  on(topic: string): string[] {
    return this.heard.filter((message) => message.topic === topic).map(({ payload }) => payload);
  }

  /** Waits until a topic says something that fits, after the first `after` messages there. */
  async hears(topic: string, isIt: (payload: string) => boolean = () => true, after = 0): Promise<void> {
    await until(() => this.on(topic).slice(after).some(isIt), `something on ${topic}`).catch((error: Error) => {
      const all = [...new Set(this.heard.map((message) => `${message.topic} ${message.payload}`))];
      throw new Error(`${error.message}; heard were\n${all.join('\n')}`);
    });
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }
}

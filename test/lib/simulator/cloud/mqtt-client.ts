/** The `mqtt` package as the broker's client, and a bare socket for what no client would send. */

import { connect as connectTcp, type Socket } from 'node:net';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from 'mqtt-packet';
import { until } from '../../../support/wait';
import type { CloudBench } from './bench';
import { clientId, deviceId, type Json } from './bench';

export interface Heard {
  readonly topic: string;
  readonly json: Json;
  readonly qos: number;
  readonly dup: boolean;
}

/** A connection with what it heard; no reconnects of its own. */
export interface Listener {
  readonly client: MqttClient;
  readonly heard: Heard[];
  /** Reason codes of DISCONNECT from the broker. */
  readonly endings: number[];
  /** Whether the connection is gone. */
  isClosed: boolean;
  subscribe(filter: string | string[], qos?: 0 | 1 | 2): Promise<number[]>;
  end(): Promise<void>;
}

/** Rejects with the client's error, whose `code` is the CONNACK's reason. */
export function listen(bench: CloudBench, password: string, options: IClientOptions = {}): Promise<Listener> {
  const client = connect(bench.cloud.addresses.mqtt, {
    protocolVersion: 5,
    clientId: deviceId,
    username: clientId,
    password,
    reconnectPeriod: 0,
    ...options,
  });
  const listener: Listener = {
    client,
    heard: [],
    endings: [],
    isClosed: false,
    subscribe: (filter, qos = 1) =>
      new Promise((resolve, reject) => {
        client.subscribe(filter, { qos }, (error, _granted, packet) => {
          // With MQTT 3.1.1 a refusal is no error; with 5 the client makes one of it and keeps the packet.
          const granted = packet?.granted as number[] | undefined;
          if (granted === undefined) reject(error ?? new Error('no SUBACK'));
          else resolve(granted);
        });
      }),
    end: () => client.endAsync(true),
  };
  client.on('message', (topic, payload, { qos, dup }) =>
    listener.heard.push({ topic, json: JSON.parse(payload.toString('utf8')) as Json, qos, dup }),
  );
  client.on('disconnect', ({ reasonCode }) => listener.endings.push(reasonCode ?? 0));
  client.on('close', () => {
    listener.isClosed = true;
  });
  return new Promise((resolve, reject) => {
    client.once('connect', () => {
      client.on('error', () => {});
      resolve(listener);
    });
    client.once('error', (error) => {
      client.end(true);
      reject(error);
    });
  });
}

/** A TCP connection to the broker; resolves with everything received once the broker has closed it. */
export function sendBytes(bench: CloudBench, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket: Socket = connectTcp(Number(new URL(bench.cloud.addresses.mqtt).port), '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(chunks)));
  });
}

export function connectPacket(password: string, fields: Partial<IConnectPacket> = {}): Buffer {
  const login = { clientId: deviceId, username: clientId, password: Buffer.from(password) };
  return toBytes({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clean: true, keepalive: 0, ...login, ...fields });
}

function toBytes(packet: Packet): Buffer {
  return generate(packet, { protocolVersion: 5 });
}

/** A client that hears and never acknowledges until it is told to. */
export class Mute {
  readonly packets: Packet[] = [];
  private readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
    const received = parser({ protocolVersion: 5 });
    received.on('packet', (packet) => this.packets.push(packet));
    socket.on('data', (bytes: Buffer) => received.parse(bytes));
    socket.on('error', () => {});
  }

  static async open(bench: CloudBench, connecting: Buffer): Promise<Mute> {
    const mute = new Mute(connectTcp(Number(new URL(bench.cloud.addresses.mqtt).port), '127.0.0.1'));
    mute.socket.write(connecting);
    await until(() => mute.packets.length > 0, 'CONNACK');
    return mute;
  }

  get published(): IPublishPacket[] {
    return this.packets.filter((packet) => packet.cmd === 'publish');
  }

  async subscribe(topic: string): Promise<void> {
    this.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] });
    await until(() => this.packets.some(({ cmd }) => cmd === 'suback'), 'SUBACK');
  }

  send(packet: Packet): void {
    this.socket.write(toBytes(packet));
  }

  leave(): void {
    this.socket.destroy();
  }
}

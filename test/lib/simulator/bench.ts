/** What the simulator's tests share: an ear on the event port, an asker, a clock that is moved by hand. Knows the wire from lumi-lan.md only. */

import { createCipheriv } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Clock } from '../../../lib/home/clock';
import { type HomeConfig, type Simulator, type SimulatorOptions, startSimulator } from '../../../lib/simulator';

/** Ports of these tests' own, so that others may use the real ones at the same time. */
export const ports = { whoisPort: 24_321, eventPort: 29_898 } as const;
export const GROUP = '224.0.0.50';
export const password = '0987654321qwerty';
export const hall = '34ce00fb61a9';
export const bedroom = '7811dcb2a7d9';

export type Json = Record<string, unknown>;

export interface Heard {
  readonly text: string;
  readonly json: Json;
  readonly from: RemoteInfo;
}

/** A socket that keeps what it hears and lets a test wait for a datagram. */
export class Ear {
  readonly heard: Heard[] = [];
  readonly socket: Socket;
  private readonly waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('message', (bytes, from) => {
      const text = bytes.toString('utf8');
      this.heard.push({ text, json: parse(text), from });
      for (const look of this.waiting) look();
    });
  }

  /** The first datagram that fits, heard already or within the time. */
  next(fits: (heard: Heard) => boolean, withinMs = 2_000): Promise<Heard> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.heard.find(fits);
        if (found === undefined) return;
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.waiting.delete(look);
        reject(new Error(`Not heard; heard were ${this.heard.map(({ text }) => text).join('\n') || 'nothing'}`));
      }, withinMs);
      this.waiting.add(look);
      look();
    });
  }

  forget(): void {
    this.heard.length = 0;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()));
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}

export function bind(address: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.once('error', reject);
    socket.bind(port, address, () => resolve(socket));
  });
}

export interface Place {
  readonly address: string;
  readonly port: number;
}

/** A home that runs, with an ear on its events and a socket to ask from. */
export class Bench {
  readonly simulator: Simulator;
  readonly events: Ear;
  readonly asker: Ear;
  readonly log: string[];

  private constructor(simulator: Simulator, events: Ear, asker: Ear, log: string[]) {
    this.simulator = simulator;
    this.events = events;
    this.asker = asker;
    this.log = log;
  }

  static async open(home: HomeConfig, options: SimulatorOptions = {}): Promise<Bench> {
    const log: string[] = [];
    const events = await bind('0.0.0.0', home.eventPort ?? ports.eventPort);
    events.addMembership(GROUP, '127.0.0.1');
    const asker = await bind('127.0.0.1', 0);
    asker.setMulticastInterface('127.0.0.1');
    const ear = new Ear(events);
    const simulator = await startSimulator({ ...ports, ...home }, { log: (line) => log.push(line), ...options });
    return new Bench(simulator, ear, new Ear(asker), log);
  }

  async close(): Promise<void> {
    await this.simulator.close();
    await this.events.close();
    await this.asker.close();
  }

  place(gateway: string): Place {
    const place = this.simulator.addresses.gateways.find(({ sid }) => sid === gateway);
    if (place === undefined) throw new Error(`no gateway ${gateway}`);
    return place;
  }

  /** Sends a request to a gateway's port and gives its next answer. */
  async ask(gateway: string, request: unknown, withinMs?: number): Promise<Heard> {
    this.asker.forget();
    this.tell(gateway, request);
    const { address, port } = this.place(gateway);
    return this.asker.next(({ from }) => from.address === address && from.port === port, withinMs);
  }

  tell(gateway: string, request: unknown): void {
    const { address, port } = this.place(gateway);
    this.asker.socket.send(typeof request === 'string' ? request : JSON.stringify(request), port, address);
  }

  /** A write as the gateway's dialect wants it, with a right key. */
  write(gateway: string, sid: string, fields: Json, withinMs?: number): Promise<Heard> {
    return this.ask(gateway, this.writeRequest(gateway, sid, fields), withinMs);
  }

  writeRequest(gateway: string, sid: string, fields: Json, token = this.simulator.token(gateway)): Json {
    const key = writeKey(password, token);
    const isFirst = this.simulator.addresses.gateways.find((entry) => entry.sid === gateway)?.protocol === 1;
    if (isFirst) return { cmd: 'write', sid, data: JSON.stringify({ ...fields, key }) };
    return { cmd: 'write', sid, key, params: Object.entries(fields).map(([name, value]) => ({ [name]: value })) };
  }

  /** The next report of a device, as its fields. */
  async reported(sid: string, withinMs?: number): Promise<Json> {
    return fieldsOf((await this.events.next(({ json }) => json.cmd === 'report' && json.sid === sid, withinMs)).json);
  }
}

/** lumi-lan.md §2.7 */
export function writeKey(lanPassword: string, token: string): string {
  const iv = Buffer.from('17996d093d28ddb3ba695a2e6f58562e', 'hex');
  const cipher = createCipheriv('aes-128-cbc', lanPassword, iv).setAutoPadding(false);
  return cipher.update(token, 'latin1', 'hex').toUpperCase();
}

/** `data` or `params`, flattened. */
export function fieldsOf(json: Json): Json {
  if (typeof json.data === 'string') return JSON.parse(json.data) as Json;
  return Object.assign({}, ...(json.params as Json[])) as Json;
}

/** Waits in real time, for datagrams that must not come. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  private time = 1_000_000;
  private readonly timers = new Set<{ at: number; callback: () => void }>();

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    const timer = { at: this.time + delayMs, callback };
    this.timers.add(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.timers.delete(timer as { at: number; callback: () => void });
  }

  get pending(): number {
    return this.timers.size;
  }

  /** Runs what is due, in order, then lets the sockets work. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter(({ at }) => at <= end).sort((left, right) => left.at - right.at)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.time = Math.max(this.time, due.at);
      due.callback();
    }
    this.time = end;
    await pause(20);
  }
}

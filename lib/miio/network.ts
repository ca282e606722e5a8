/**
 * The UDP socket that all devices of an interface share: opened by the first packet, closed when nobody speaks for a while. An answer
 * finds its device by where it comes from and by its did (miio-lan.md §4).
 */

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { awaitCallback, type Waiting } from '../home/callbacks';
import type { Clock, Timer } from '../home/clock';
import { LumiotError } from '../home/errors';
import { harmless, type Log } from '../home/log';
import type { Endpoint } from './endpoint';
import { type PacketHeader, readHeader } from './packet';

export interface MiioNetworkOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Local IPv4 address; '' = the system chooses the way. */
  readonly interface?: string | undefined;
  readonly createSocket?: (() => Socket) | undefined;
}

/** Whoever awaits packets of one device from one endpoint. */
export interface Listener {
  /** Decimal digits; '' = whichever device speaks from the endpoint. */
  readonly did: string;
  packet(bytes: Buffer, header: PacketHeader): void;
  /** Another device speaks from the endpoint. */
  stranger(did: string): void;
}

interface Registration {
  readonly port: number;
  readonly listener: Listener;
}

interface Opened {
  readonly socket: Socket;
  readonly ready: Promise<void>;
  /** Ends what still waits when the socket closes: it calls nobody back then. */
  readonly waiting: Waiting;
}

const IDLE_MS = 90_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

export class MiioNetwork {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #interface: string;
  readonly #createSocket: () => Socket;
  readonly #byAddress = new Map<string, Set<Registration>>();
  #opened: Opened | undefined;
  #generation = 0;
  #ignored = 0;
  #isClosed = false;
  #usedAt = 0;
  #idleTimer: Timer | undefined;
  #retryMs = FIRST_RETRY_MS;
  #notBefore = Number.NEGATIVE_INFINITY;
  #failure = '';

  constructor(options: MiioNetworkOptions) {
    this.#clock = options.clock;
    this.#log = harmless(options.log);
    this.#interface = options.interface ?? '';
    this.#createSocket = options.createSocket ?? (() => createSocket('udp4'));
  }

  /** Grows with each socket that is gone: a device that was greeted from another port is greeted again (miio-lan.md §2). */
  get generation(): number {
    return this.#generation;
  }

  /** Datagrams that were no packet, or of nobody. */
  get ignored(): number {
    return this.#ignored;
  }

  /** Ends with the function it gives. */
  listen(endpoint: Endpoint, listener: Listener): () => void {
    const registration: Registration = { port: endpoint.port, listener };
    const registrations = this.#byAddress.get(endpoint.address) ?? new Set();
    registrations.add(registration);
    this.#byAddress.set(endpoint.address, registrations);
    return () => {
      registrations.delete(registration);
      if (registrations.size === 0 && this.#byAddress.get(endpoint.address) === registrations) this.#byAddress.delete(endpoint.address);
    };
  }

  /** Resolves when the system took the packet; rejects with `SOCKET`. */
  async sendTo(address: string, port: number, bytes: Uint8Array): Promise<void> {
    try {
      const { socket, ready, waiting } = this.#open();
      await ready;
      await awaitCallback(waiting, (done) => socket.send(bytes, port, address, done));
      this.#retryMs = FIRST_RETRY_MS;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const way = this.#interface === '' ? '' : ` through ${this.#interface}`;
      throw new LumiotError(
        'SOCKET',
        `Nothing could be sent to ${address}:${port}${way}: ${reason}. Check the network of this computer and the interface in the settings.`,
        { cause: error },
      );
    }
  }

  /** For good. */
  close(): void {
    this.#isClosed = true;
    this.#byAddress.clear();
    this.#drop(new Error('the network is closed'));
  }

  #open(): Opened {
    if (this.#isClosed) throw new Error('the network is closed');
    this.#usedAt = this.#clock.monotonic();
    if (this.#opened !== undefined) return this.#opened;
    if (this.#usedAt < this.#notBefore) throw new Error(this.#failure);
    const socket = this.#createSocket();
    const waiting: Waiting = new Set();
    const fail = (error: Error): void => {
      if (this.#opened?.socket === socket) this.#lost(error);
    };
    socket.on('message', (bytes: Buffer, from: RemoteInfo) => this.#receive(bytes, from));
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the socket was closed')));
    const ready = awaitCallback(waiting, (done) => {
      socket.bind({ port: 0, ...(this.#interface === '' ? {} : { address: this.#interface }) }, () => {
        quietly(() => socket.unref());
        done(null);
      });
    });
    // Whoever sends awaits it; a socket that fails with nobody waiting must not end the process.
    ready.catch(() => {});
    const opened = { socket, ready, waiting };
    this.#opened = opened;
    this.#idleTimer ??= this.#clock.setTimeout(this.#watch, IDLE_MS);
    return opened;
  }

  #lost(error: Error): void {
    this.#failure = error.message;
    this.#notBefore = this.#clock.monotonic() + this.#retryMs;
    this.#log.warn(`The socket for devices on the LAN was lost: ${error.message}. It is opened again in ${this.#retryMs / 1_000} s.`);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
    this.#drop(error);
  }

  #drop(error: Error): void {
    this.#clock.clearTimeout(this.#idleTimer);
    this.#idleTimer = undefined;
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    this.#generation++;
    quietly(() => opened.socket.close());
    for (const give of [...opened.waiting]) give(error);
  }

  readonly #watch = (): void => {
    this.#idleTimer = undefined;
    const left = this.#usedAt + IDLE_MS - this.#clock.monotonic();
    if (left > 0) this.#idleTimer = this.#clock.setTimeout(this.#watch, left);
    else this.#drop(new Error('the socket was idle'));
  };

  #receive(bytes: Buffer, from: RemoteInfo): void {
    const reading = readHeader(bytes);
    const registrations = [...(this.#byAddress.get(from.address) ?? [])];
    if (!reading.ok || registrations.length === 0) {
      this.#ignored++;
      return;
    }
    const { header } = reading;
    const { did64, did32 } = header;
    const isFrom = (did: string) => registrations.filter(({ listener }) => listener.did === did);
    const exact = isFrom(did64);
    // Several may use one device: a flow, and a dialog that tries it.
    const meant = [
      ...(exact.length > 0 ? exact : isFrom(did32)),
      ...registrations.filter(({ listener, port }) => listener.did === '' && port === from.port),
    ];
    for (const { listener } of meant) this.#guard(() => listener.packet(bytes, header));
    if (meant.length > 0) return;
    this.#ignored++;
    for (const { listener, port } of registrations) if (port === from.port) this.#guard(() => listener.stranger(did64));
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#log.warn(`A packet of a device on the LAN could not be taken: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // It is gone already.
  }
}

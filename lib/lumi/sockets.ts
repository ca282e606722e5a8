/**
 * The UDP sockets of the process: one on 9898 that only hears multicast, and the ephemeral ones that ask and hear the answers
 * (senders.ts). Knows nothing of gateways.
 */

import type { RemoteInfo, Socket } from 'node:dgram';
import type { Timer } from '../home/clock';
import { LumiotError } from '../home/errors';
import { GROUP, type LanEnvironment } from './environment';
import { listInterfaces, selectInterfaces } from './interfaces';
import { closeSocket, type OnAnswer, quietly, Senders, type Source, sendError } from './senders';

export interface SocketEvents {
  /** A datagram that came by multicast. */
  multicast(bytes: Buffer, from: Source): void;
  readonly answer: OnAnswer;
  /** The multicast socket was lost or came back. */
  changed(): void;
}

/** State of the multicast socket as the doctor tells it. */
export interface SocketsState {
  readonly isBound: boolean;
  readonly error: LumiotError | undefined;
  /** Interfaces whose group membership stands. */
  readonly joined: readonly string[];
  /** Interfaces that refused, with the reason. */
  readonly refused: ReadonlyMap<string, string>;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
const WATCH_MS = 10_000;
/** What the system keeps while Node.js is busy; its own default is full within 300 reports. The system gives less where it allows less. */
const RECEIVE_BYTES = 4 * 1024 * 1024;

export class Sockets {
  readonly #environment: LanEnvironment;
  readonly #events: SocketEvents;
  /** Interface settings and how many gateways want each. */
  readonly #wanted = new Map<string, number>();
  readonly #joined = new Set<string>();
  readonly #refused = new Map<string, string>();
  readonly #senders: Senders;
  #multicast: Socket | undefined;
  #isBound = false;
  #error: LumiotError | undefined;
  #retryMs = FIRST_RETRY_MS;
  #retryTimer: Timer | undefined;
  #watchTimer: Timer | undefined;

  constructor(environment: LanEnvironment, events: SocketEvents) {
    this.#environment = environment;
    this.#events = events;
    this.#senders = new Senders(environment, events.answer);
  }

  get state(): SocketsState {
    return { isBound: this.#isBound, error: this.#error, joined: [...this.#joined], refused: this.#refused };
  }

  /** Local addresses in use for an interface setting: what `whois` is sent on. */
  addressesOf(setting: string): string[] {
    return selectInterfaces(setting, listInterfaces(this.#environment));
  }

  /** Joins the group on the interfaces of a setting, and opens the socket for the first who asks. Undone by `release`. */
  use(setting: string): void {
    this.#wanted.set(setting, (this.#wanted.get(setting) ?? 0) + 1);
    if (this.#multicast === undefined && this.#retryTimer === undefined) this.#open();
    else this.#join();
    this.#watchTimer ??= this.#environment.clock.setTimeout(this.#watch, WATCH_MS);
  }

  /** Resolves when everything is closed, if this was the last user. */
  async release(setting: string): Promise<void> {
    const left = (this.#wanted.get(setting) ?? 0) - 1;
    if (left > 0) this.#wanted.set(setting, left);
    else this.#wanted.delete(setting);
    if (this.#wanted.size === 0) await this.close();
  }

  /** See `Senders.send`. Rejects with `SOCKET` once nobody uses the network any more: a late question must not open it again. */
  send(bytes: Uint8Array, to: Source, via: string): Promise<void> {
    if (this.#wanted.size === 0) return Promise.reject(sendError(new Error('the network is closed'), to, via));
    return this.#senders.send(bytes, to, via);
  }

  /** Drops the group membership and takes it again: what helps when a switch forgot it (lumi-lan.md §1.3, IGMP snooping). */
  rejoin(): void {
    const socket = this.#multicast;
    if (socket === undefined || !this.#isBound) return;
    for (const address of this.#joined) quietly(() => socket.dropMembership(GROUP, address));
    this.#joined.clear();
    this.#join();
  }

  async close(): Promise<void> {
    const { clock } = this.#environment;
    clock.clearTimeout(this.#retryTimer);
    clock.clearTimeout(this.#watchTimer);
    this.#retryTimer = undefined;
    this.#watchTimer = undefined;
    this.#wanted.clear();
    this.#retryMs = FIRST_RETRY_MS;
    this.#error = undefined;
    const multicast = this.#multicast;
    this.#forgetMulticast();
    await Promise.all([this.#senders.close(), multicast === undefined ? undefined : closeSocket(multicast)]);
  }

  #open(): void {
    const socket = this.#environment.createSocket(true);
    this.#multicast = socket;
    socket.on('message', (bytes: Buffer, from: RemoteInfo) => this.#events.multicast(bytes, from));
    socket.on('error', (error) => {
      if (this.#multicast !== socket) return;
      this.#forgetMulticast();
      void closeSocket(socket);
      this.#fail(error);
    });
    // Never the group's address: that fails on Windows, WSL and FreeBSD (lumi-lan.md §1.3).
    socket.bind({ port: this.#environment.eventPort, address: '0.0.0.0' }, () => {
      if (this.#multicast !== socket) return;
      socket.unref();
      quietly(() => socket.setRecvBufferSize(RECEIVE_BYTES));
      this.#isBound = true;
      this.#error = undefined;
      this.#retryMs = FIRST_RETRY_MS;
      this.#join();
      this.#events.changed();
    });
  }

  #forgetMulticast(): void {
    this.#multicast = undefined;
    this.#isBound = false;
    this.#joined.clear();
    this.#refused.clear();
  }

  #fail(error: Error): void {
    const port = this.#environment.eventPort;
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    this.#error = new LumiotError(
      'SOCKET',
      isTaken
        ? `UDP port ${port} is held by another program that does not share it. Stop that program (another gateway integration on this host); Lumiot tries again by itself.`
        : `UDP port ${port} could not be opened: ${error.message}. Lumiot tries again by itself.`,
      { cause: error },
    );
    this.#retryTimer = this.#environment.clock.setTimeout(() => {
      this.#retryTimer = undefined;
      if (this.#wanted.size > 0) this.#open();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
    this.#events.changed();
  }

  /** Brings the memberships in line with the interfaces wanted now. Each join is guarded: one bad interface spoils none. */
  #join(): void {
    const socket = this.#multicast;
    if (socket === undefined || !this.#isBound) return;
    const wanted = new Set([...this.#wanted.keys()].flatMap((setting) => this.addressesOf(setting)));
    for (const address of this.#joined) {
      if (wanted.has(address)) continue;
      quietly(() => socket.dropMembership(GROUP, address));
      this.#joined.delete(address);
      this.#senders.drop(address);
    }
    for (const address of this.#refused.keys()) if (!wanted.has(address)) this.#refused.delete(address);
    for (const address of wanted) {
      if (this.#joined.has(address)) continue;
      try {
        socket.addMembership(GROUP, address);
      } catch (error) {
        // Two addresses on one interface: the membership stands already (lumi-lan.md §1.3).
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
          this.#refused.set(address, (error as Error).message);
          continue;
        }
      }
      this.#refused.delete(address);
      this.#joined.add(address);
    }
  }

  /** Interfaces come, go and change their address. */
  readonly #watch = (): void => {
    this.#join();
    this.#watchTimer = this.#environment.clock.setTimeout(this.#watch, WATCH_MS);
  };
}

/** One search: a socket on each network that calls hello to everybody and asks by mDNS, until its time is over or nobody waits for more. */

import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram';
import type { Clock, Timer } from '../home/clock';
import { Finds } from './discovery-finds';
import type { Network } from './discovery-networks';
import { MIIO_PORT } from './endpoint';
import { loadMdns, MDNS_GROUP, type Mdns } from './mdns';
import { HELLO, readHelloReply } from './packet';

/** When hello is called: answers and questions get lost, and devices sleep (miio-lan.md §5). */
const HELLO_AFTER_MS = [0, 500, 1_000];
const ASK_AFTER_MS = [0, 1_000];
const MDNS_TTL = 255;

export interface RoundOptions {
  readonly clock: Clock;
  readonly networks: readonly Network[];
  readonly waitMs: number;
  /** Where hello goes. */
  readonly port: number;
  /** 0 = no mDNS. */
  readonly mdnsPort: number;
  readonly isKnown: (did: string) => boolean;
  readonly createSocket?: ((options: SocketOptions) => Socket) | undefined;
}

interface Opening {
  readonly network: Network;
  readonly address: string;
  readonly port: number;
  /** Undefined for the socket that calls hello; it also greets whoever announces itself to the other. */
  readonly caller: Socket | undefined;
}

export class Round {
  readonly finds: Finds;
  /** Resolves when it is over; never rejects. */
  readonly ended: Promise<void>;
  readonly #options: RoundOptions;
  readonly #sockets = new Set<Socket>();
  readonly #timers = new Set<Timer>();
  readonly #wanted = new Set<string>();
  #mdns: Mdns | undefined;
  #wantsAll = false;
  #ignored = 0;
  #opened = 0;
  #failure: unknown;
  #isOver = false;
  #resolve: () => void = () => {};

  constructor(options: RoundOptions) {
    this.#options = options;
    this.finds = new Finds(options.isKnown);
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Datagrams that were neither an answer to hello nor an announcement. */
  get ignored(): number {
    return this.#ignored;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Why nothing could be searched at all; undefined where something was. */
  get failure(): Error | undefined {
    if (this.#opened > 0) return undefined;
    return this.#failure instanceof Error ? this.#failure : new Error('there is none');
  }

  /** Lasts its full time. */
  wantAll(): void {
    this.#wantsAll = true;
  }

  /** Lasts until that device answered. */
  want(did: string): void {
    this.#wanted.add(did);
    this.#look();
  }

  start(): void {
    const { mdnsPort, waitMs } = this.#options;
    this.#after(waitMs, () => this.stop());
    const mdns = mdnsPort === 0 ? Promise.resolve(undefined) : loadMdns().catch(() => undefined);
    void mdns.then(async (loaded) => {
      this.#mdns = loaded;
      await Promise.all(this.#options.networks.map((network) => this.#search(network)));
      if (this.#opened === 0) this.stop();
    });
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const timer of this.#timers) this.#options.clock.clearTimeout(timer);
    this.#timers.clear();
    for (const socket of this.#sockets) close(socket);
    this.#sockets.clear();
    this.#resolve();
  }

  async #search(network: Network): Promise<void> {
    const { port, mdnsPort } = this.#options;
    const caller = await this.#open({ network, address: network.address, port: 0, caller: undefined });
    if (caller === undefined) return;
    this.#opened += 1;
    for (const afterMs of HELLO_AFTER_MS)
      this.#after(afterMs, () => {
        for (const address of network.broadcasts) this.#send(caller, HELLO, port, address);
      });
    const mdns = this.#mdns;
    if (mdns === undefined) return;
    // Who asks from a port of its own is answered alone; but there are devices that answer only all, and only the usual port.
    const listener = await this.#open({ network, address: '0.0.0.0', port: mdnsPort, caller });
    for (const afterMs of ASK_AFTER_MS)
      this.#after(afterMs, () => {
        for (const socket of [caller, listener]) if (socket !== undefined) this.#send(socket, mdns.question, mdnsPort, MDNS_GROUP);
      });
  }

  /** Undefined where the system does not allow it. */
  #open({ network, address, port, caller }: Opening): Promise<Socket | undefined> {
    return new Promise((resolve) => {
      if (this.#isOver) {
        resolve(undefined);
        return;
      }
      const fail = (error: unknown, socket?: Socket): void => {
        this.#failure ??= error;
        if (socket !== undefined && this.#sockets.delete(socket)) close(socket);
        resolve(undefined);
      };
      const attempt = (action: () => void, socket?: Socket): void => {
        try {
          action();
        } catch (error) {
          fail(error, socket);
        }
      };
      attempt(() => {
        const socket = (this.#options.createSocket ?? createSocket)({ type: 'udp4', reuseAddr: caller !== undefined });
        this.#sockets.add(socket);
        socket.on('error', (error) => fail(error, socket));
        socket.on('close', () => resolve(undefined));
        socket.on('message', (bytes, from) => this.#hear(bytes, from, network, caller ?? socket));
        const ready = (): void => {
          socket.unref();
          socket.setMulticastInterface(network.address);
          socket.setMulticastTTL(MDNS_TTL);
          if (caller === undefined) socket.setBroadcast(true);
          else socket.addMembership(MDNS_GROUP, network.address);
          resolve(socket);
        };
        attempt(() => socket.bind({ address, port }, () => attempt(ready, socket)), socket);
      });
    });
  }

  #hear(bytes: Buffer, from: RemoteInfo, network: Network, caller: Socket): void {
    if (this.#isOver) return;
    const hello = readHelloReply(bytes);
    if (hello.ok) {
      this.finds.greet(hello.header, from, hello.token);
      this.#look();
      return;
    }
    const announcements = this.#mdns?.read(bytes);
    if (announcements === undefined) {
      this.#ignored += 1;
      return;
    }
    for (const { did, model, address, port } of announcements) {
      // An address of another network would make us call somebody there.
      const place = { address: network.has(address) && address !== '' ? address : from.address, port: port === 0 ? MIIO_PORT : port };
      if (this.finds.announce(did, model, place)) this.#send(caller, HELLO, place.port, place.address);
    }
  }

  #look(): void {
    if (this.#wantsAll || this.#wanted.size === 0) return;
    if ([...this.#wanted].every((did) => this.finds.greetedAt(did) !== undefined)) this.stop();
  }

  #send(socket: Socket, bytes: Buffer, port: number, address: string): void {
    if (!this.#sockets.has(socket)) return;
    try {
      // A network that takes no broadcast is one where nothing is found: the others go on.
      socket.send(bytes, port, address, () => {});
    } catch {
      // It was closed in between.
    }
  }

  #after(delayMs: number, action: () => void): void {
    if (this.#isOver) return;
    if (delayMs === 0) {
      action();
      return;
    }
    const timer = this.#options.clock.setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }
}

function close(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // It is closed already.
  }
}

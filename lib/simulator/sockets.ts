/** The sockets of a pretend home: bound with sentences for errors, and the air that carries whois, iam and all multicast. */

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { LumiotError } from '../home/errors';

export const MULTICAST_GROUP = '224.0.0.50';
// Gateways send multicast with 255 (lumi-lan.md §1.1).
const TTL = 255;

export type Log = (line: string) => void;

export interface UdpOptions {
  readonly address: string;
  readonly port: number;
  /** Lets a client's socket on 0.0.0.0 share the port; two programs on one address would go unnoticed. */
  readonly isShared: boolean;
  readonly log: Log;
}

/** Binds a UDP socket whose later errors are logged and never thrown. Rejects with a `SOCKET` error. */
export function openUdp({ address, port, isShared, log }: UdpOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: isShared });
    const refuse = (cause: NodeJS.ErrnoException): void => {
      socket.close();
      reject(new LumiotError('SOCKET', explain(cause, address, port), { cause }));
    };
    socket.once('error', refuse);
    socket.bind(port, address, () => {
      socket.off('error', refuse);
      socket.on('error', (error) => log(`Socket ${address}:${port}: ${error.message}`));
      resolve(socket);
    });
  });
}

function explain(error: NodeJS.ErrnoException, address: string, port: number): string {
  if (error.code === 'EADDRINUSE') return `UDP ${address}:${port} is in use; stop the other program or choose another "port" or "address".`;
  if (error.code === 'EADDRNOTAVAIL')
    return `This machine has no address ${address}; use 127.0.0.1 with a port of its own, or add the address to an interface first.`;
  return `UDP ${address}:${port} cannot be opened (${error.message}); choose another "port" or "address".`;
}

export function closeUdp(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

/** Hands one datagram to a socket; failures are logged. */
export function sendUdp(socket: Socket, bytes: Buffer | string, port: number, address: string, log: Log): Promise<void> {
  return new Promise((resolve) => {
    const done = (error: Error | null): void => {
      if (error !== null) log(`A datagram to ${address}:${port} was not sent: ${error.message}`);
      resolve();
    };
    try {
      socket.send(bytes, port, address, done);
    } catch (error) {
      // The socket was closed in between.
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

export interface AirOptions {
  readonly interface: string;
  readonly whoisPort: number;
  readonly eventPort: number;
  /** `to` is the address that was asked, undefined for everybody. */
  readonly onWhois: (to: string | undefined, bytes: Buffer, from: RemoteInfo) => void;
  readonly log: Log;
}

interface Voice {
  readonly socket: Promise<Socket>;
  users: number;
}

/**
 * What gateways say and hear on the whois port. One socket hears the group; per gateway address one socket hears unicast whois
 * and sends `iam` and all multicast, because a real gateway speaks from its own address and port 4321 (lumi-lan.md §1.1).
 */
export class Air {
  private readonly voices = new Map<string, Voice>();
  private readonly options: AirOptions;
  private readonly receiver: Socket;
  readonly whoisPort: number;

  private constructor(options: AirOptions, receiver: Socket) {
    this.options = options;
    this.receiver = receiver;
    this.whoisPort = receiver.address().port;
    receiver.on('message', (bytes, from) => options.onWhois(undefined, bytes, from));
  }

  static async open(options: AirOptions): Promise<Air> {
    const receiver = await openReceiver(options);
    try {
      receiver.addMembership(MULTICAST_GROUP, options.interface);
    } catch (cause) {
      await closeUdp(receiver);
      const text = `The interface ${options.interface} cannot join ${MULTICAST_GROUP}; set "interface" to an IPv4 address of this machine.`;
      throw new LumiotError('SOCKET', text, { cause });
    }
    return new Air(options, receiver);
  }

  /** Gives `address` a voice; every `join` wants one `leave`. */
  async join(address: string): Promise<void> {
    const voice = this.voices.get(address) ?? { socket: this.openVoice(address), users: 0 };
    this.voices.set(address, voice);
    voice.users += 1;
    try {
      await voice.socket;
    } catch (error) {
      if (this.voices.get(address) === voice) this.voices.delete(address);
      throw error;
    }
  }

  async leave(address: string): Promise<void> {
    const voice = this.voices.get(address);
    if (voice === undefined) return;
    voice.users -= 1;
    if (voice.users > 0) return;
    this.voices.delete(address);
    await closeUdp(await voice.socket);
  }

  /** Sends to everybody who listens for events, from the address given. */
  multicast(address: string, bytes: Buffer | string): Promise<void> {
    return this.send(address, bytes, this.options.eventPort, MULTICAST_GROUP);
  }

  /** Sends to one listener on the whois side. */
  async send(address: string, bytes: Buffer | string, port: number, host: string): Promise<void> {
    const voice = this.voices.get(address);
    if (voice === undefined) return;
    await sendUdp(await voice.socket, bytes, port, host, this.options.log);
  }

  async close(): Promise<void> {
    const voices = [...this.voices.values()];
    this.voices.clear();
    await Promise.all([closeUdp(this.receiver), ...voices.map(async ({ socket }) => closeUdp(await socket))]);
  }

  private async openVoice(address: string): Promise<Socket> {
    const { log, onWhois } = this.options;
    const port = this.whoisPort;
    const own = { address, port, isShared: true, log };
    const socket = await openUdp(own).catch((error: unknown) => {
      if (!isInUse(error)) throw error;
      // Systems that let no second socket share the port: speak from every address instead of none.
      return openUdp({ ...own, address: '0.0.0.0' });
    });
    socket.on('message', (bytes, from) => onWhois(address, bytes, from));
    socket.setMulticastInterface(this.options.interface);
    socket.setMulticastTTL(TTL);
    socket.setMulticastLoopback(true);
    return socket;
  }
}

/**
 * Bound to the group where the system allows it, so that a unicast whois to an address without a gateway stays unanswered;
 * to every address where it does not (lumi-lan.md §1.3).
 */
async function openReceiver({ whoisPort, log }: AirOptions): Promise<Socket> {
  const everywhere = { address: '0.0.0.0', port: whoisPort, isShared: true, log };
  if (process.platform === 'win32') return openUdp(everywhere);
  return openUdp({ ...everywhere, address: MULTICAST_GROUP }).catch(() => openUdp(everywhere));
}

function isInUse(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
}

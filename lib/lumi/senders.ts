/**
 * The ephemeral sockets, one for each local address: they send whois and requests and hear the answers, because a shared port gets only
 * some of the unicast (lumi-lan.md §1.3). Opened by the first datagram.
 */

import type { RemoteInfo, Socket } from 'node:dgram';
import { awaitCallback, type Waiting } from '../home/callbacks';
import { LumiotError } from '../home/errors';
import type { LanEnvironment } from './environment';

export interface Source {
  readonly address: string;
  readonly port: number;
}

/** A datagram that answers something we sent; `via` is the local address whose socket heard it. */
export type OnAnswer = (bytes: Buffer, from: Source, via: string) => void;

/** The socket without an interface of its own: the system chooses the way to a unicast address. */
export const ANY_INTERFACE = '';

const TIME_TO_LIVE = 32;

interface Sender {
  readonly socket: Socket;
  readonly ready: Promise<void>;
  isReady: boolean;
  /** Ends what still waits when the socket closes: it calls nobody back then. */
  readonly waiting: Waiting;
}

export class Senders {
  readonly #environment: Pick<LanEnvironment, 'createSocket'>;
  readonly #onAnswer: OnAnswer;
  readonly #byAddress = new Map<string, Sender>();

  constructor(environment: Pick<LanEnvironment, 'createSocket'>, onAnswer: OnAnswer) {
    this.#environment = environment;
    this.#onAnswer = onAnswer;
  }

  /**
   * Sends one datagram from the socket of a local address (`ANY_INTERFACE`: the system chooses).
   * Rejects with `SOCKET` when the system refuses; the text says what to do.
   */
  send(bytes: Uint8Array, to: Source, via: string): Promise<void> {
    const { socket, ready, isReady, waiting } = this.#byAddress.get(via) ?? this.#open(via);
    const begin = (): Promise<void> => awaitCallback(waiting, (done) => socket.send(bytes, to.port, to.address, done));
    // At once where it can be: a command waits for this.
    return (isReady ? begin() : ready.then(begin)).catch((error: unknown) => {
      throw sendError(error, to, via);
    });
  }

  /** Forgets the socket of a local address that is no more. */
  drop(via: string): void {
    const sender = this.#byAddress.get(via);
    this.#byAddress.delete(via);
    if (sender !== undefined) void closeSocket(sender.socket);
  }

  async close(): Promise<void> {
    const sockets = [...this.#byAddress.values()].map(({ socket }) => socket);
    this.#byAddress.clear();
    await Promise.all(sockets.map(closeSocket));
  }

  #open(via: string): Sender {
    // Not shared: the system could give two sockets that share the same free port, and one of them would hear nothing.
    const socket = this.#environment.createSocket(false);
    const waiting: Waiting = new Set();
    const fail = (error: Error): void => {
      if (this.#byAddress.get(via)?.socket === socket) this.drop(via);
      for (const reject of [...waiting]) reject(error);
    };
    socket.on('message', (bytes: Buffer, from: RemoteInfo) => this.#onAnswer(bytes, from, via));
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the socket was closed')));
    const ready = awaitCallback(waiting, (done) => {
      socket.bind({ port: 0, ...(via === ANY_INTERFACE ? {} : { address: via }) }, () => {
        socket.unref();
        // A socket of its own for each interface: two quick sends through one would both leave on the last one set.
        if (via !== ANY_INTERFACE) quietly(() => socket.setMulticastInterface(via));
        quietly(() => socket.setMulticastTTL(TIME_TO_LIVE));
        done(null);
      });
    });
    const sender: Sender = { socket, ready, isReady: false, waiting };
    ready.then(
      () => {
        sender.isReady = true;
      },
      // Whoever sends awaits it; a socket that fails with nobody waiting must not end the process.
      () => {},
    );
    this.#byAddress.set(via, sender);
    return sender;
  }
}

/** Resolves when the socket is closed, also one that was closed already. */
export function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.close(() => resolve());
    } catch {
      resolve();
    }
  });
}

/** For tidying up a socket that may be gone. */
export function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // It is gone; what comes next tells what is wrong.
  }
}

export function sendError(error: unknown, to: Source, via: string): LumiotError {
  const reason = error instanceof Error ? error.message : String(error);
  const way = via === ANY_INTERFACE ? '' : ` through ${via}`;
  return new LumiotError(
    'SOCKET',
    `Nothing could be sent to ${to.address}:${to.port}${way}: ${reason}. Check the address and the interface in the gateway's settings.`,
    { cause: error },
  );
}

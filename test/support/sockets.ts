/** Sockets that can be counted, and free ports: a test shows that it left nothing open and disturbs nobody. */

import { createSocket, type Socket } from 'node:dgram';
import { createServer } from 'node:net';

export class CountingSockets {
  readonly open = new Set<Socket>();
  created = 0;

  readonly create = (sharesPort: boolean): Socket => {
    const socket = createSocket({ type: 'udp4', reuseAddr: sharesPort });
    this.created++;
    this.open.add(socket);
    socket.on('close', () => this.open.delete(socket));
    return socket;
  };
}

/** A UDP port that is free just now. */
export async function freePort(): Promise<number> {
  const socket = await boundSocket('0.0.0.0', 0);
  const { port } = socket.address();
  await closed(socket);
  return port;
}

/** A TCP port of this machine that is free just now. */
export function freeTcpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

export function boundSocket(address: string, port: number, reuseAddr = false): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: 'udp4', reuseAddr });
    socket.once('error', reject);
    socket.bind(port, address, () => resolve(socket));
  });
}

export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

/** Sends one datagram from an address of loopback to the multicast group, as anybody on a network could. */
export async function multicastFrom(address: string, port: number, text: string): Promise<void> {
  const socket = await boundSocket(address, 0);
  socket.setMulticastInterface('127.0.0.1');
  await new Promise<void>((resolve, reject) => socket.send(text, port, '224.0.0.50', (error) => (error ? reject(error) : resolve())));
  await closed(socket);
}

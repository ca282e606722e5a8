/** Searches two networks of a namespace of its own, each a cable whose other end is nobody's. Prints what was found and what was heard where. */

import { createSocket, type Socket } from 'node:dgram';
import { systemClock } from '../../../lib/home/clock';
import { discover } from '../../../lib/miio/discovery';
import { hello, helloReply } from '../../../lib/simulator/miio/wire';
import { boundSocket } from '../../support/sockets';

const PORT = 54_321;
const networks = [
  { address: '10.9.0.1', directed: '10.9.0.255', did: 4711n },
  { address: '10.9.4.1', directed: '10.9.4.255', did: 4712n },
];

async function main(): Promise<void> {
  const heard: Record<string, number> = {};
  const sockets: Socket[] = [];
  const devices = new Map<string, { readonly socket: Socket; readonly did: bigint }>();
  for (const { address, did } of networks) {
    const socket = await boundSocket(address, PORT, true);
    sockets.push(socket);
    devices.set(address, { socket, did });
  }
  for (const to of ['255.255.255.255', ...networks.map(({ directed }) => directed)]) {
    const socket = await boundSocket(to, PORT, true);
    sockets.push(socket);
    socket.on('message', (bytes, from) => {
      const key = `${from.address} > ${to}`;
      heard[key] = (heard[key] ?? 0) + 1;
      const device = devices.get(from.address);
      if (!bytes.equals(hello) || device === undefined) return;
      device.socket.send(helloReply({ did: device.did, stamp: 5, token: undefined }), from.port, from.address);
    });
  }
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const createdAt: string[] = [];
  const found = await discover({
    clock: systemClock,
    log,
    interface: '',
    waitMs: 1_300,
    createSocket: (options) => {
      const socket = createSocket(options);
      socket.on('listening', () => createdAt.push(socket.address().address));
      return socket;
    },
  });
  process.stdout.write(`${JSON.stringify({ found, heard, createdAt: createdAt.sort() })}\n`);
  for (const socket of sockets) socket.close();
}

void main();

/** Opening and closing the pretend cloud's servers on 127.0.0.1, with sentences for errors. */

import type { AddressInfo, Server, Socket } from 'node:net';
import { LumiotError } from '../../home/errors';

export const ADDRESS = '127.0.0.1';

/** Resolves with the port really used; rejects with `SOCKET`. `field` is what the home file calls the port. */
export function listen(server: Server, port: number, field: string, log: (line: string) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void => {
      const text = cause.code === 'EADDRINUSE' ? 'is in use' : `cannot be opened (${cause.message})`;
      reject(new LumiotError('SOCKET', `TCP ${ADDRESS}:${port} ${text}; choose another "${field}" in the home file.`, { cause }));
    };
    server.once('error', refuse);
    server.listen(port, ADDRESS, () => {
      server.off('error', refuse);
      server.on('error', (error) => log(`Cloud: ${error.message}`));
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** The connections of a server, so that closing it needs nobody's consent. */
export function connectionsOf(server: Server): { close(): Promise<void> } {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // Whoever reads from the socket may have gone: an error without an ear would end the process.
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    close: () =>
      new Promise((resolve) => {
        if (!server.listening) {
          resolve();
          return;
        }
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

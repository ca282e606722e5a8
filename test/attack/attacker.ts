/**
 * The liar, a process of its own: `attacker.ts <kind> <rate> <event port>`. Floods from some addresses of loopback from when it is told the ports
 * of the sockets that ask until it is ended, and says over IPC how much it has sent.
 */

import type { Socket } from 'node:dgram';
import { boundSocket } from '../support/sockets';
import { type Kind, poolOf } from './kinds';

const GROUP = '224.0.0.50';
/** Each of many stays below what is called a flood. */
const FEW = 4;
const MANY = 60;
/** Sent in one go; then the loop may turn. */
const BURST = 64;

async function main(): Promise<void> {
  const [kind, rate, eventPort] = process.argv.slice(2);
  const pool = poolOf(kind as Kind);
  const perMs = Number(rate) / 1_000;
  const sockets = await Promise.all(
    Array.from({ length: kind === 'many senders' ? MANY : FEW }, (_, index) => open(`127.0.66.${index + 1}`)),
  );
  process.send?.('ready');
  const ports = await new Promise<readonly number[]>((resolve) => process.once('message', (told) => resolve(told as number[])));
  const startedAt = performance.now();
  let sent = 0;
  const burst = (): void => {
    for (let left = Math.min(BURST, (performance.now() - startedAt) * perMs - sent); left > 0; left--) {
      const { bytes, to } = pool[sent % pool.length] ?? { bytes: Buffer.alloc(0), to: 'group' };
      const socket = sockets[sent % sockets.length] as Socket;
      const port = to === 'askers' ? ports[sent % Math.max(1, ports.length)] : undefined;
      if (port === undefined) socket.send(bytes, Number(eventPort), GROUP, ignore);
      else socket.send(bytes, port, '127.0.0.1', ignore);
      sent++;
    }
    setImmediate(burst);
  };
  burst();
  process.on('message', () => process.send?.({ sent, ms: performance.now() - startedAt }));
  process.on('disconnect', () => process.exit());
}

async function open(address: string): Promise<Socket> {
  const socket = await boundSocket(address, 0);
  socket.setMulticastInterface('127.0.0.1');
  socket.on('error', ignore);
  return socket;
}

function ignore(): void {}

void main();

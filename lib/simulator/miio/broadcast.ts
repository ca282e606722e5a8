/**
 * Where Wi-Fi devices hear what is meant for everybody: hellos to a broadcast address, and mDNS questions. A socket bound to one
 * address of loopback hears neither, so they share one for each; every device answers for itself.
 */

import type { Socket } from 'node:dgram';
import { LumiotError } from '../../home/errors';
import type { ResolvedBroadcast } from '../config';
import { closeUdp, type Log, openUdp, sendUdp } from '../sockets';
import type { WifiDevice } from './device';
import { announce, MDNS_GROUP, parseQuestion } from './mdns';
import { isHello } from './wire';

export interface EarOptions extends ResolvedBroadcast {
  /** Local address that carries mDNS. */
  readonly interface: string;
  readonly devices: readonly WifiDevice[];
  readonly log: Log;
}

/** Ports as really used. */
export interface Ears {
  readonly port: number;
  readonly mdnsPort: number;
  close(): Promise<void>;
}

/** Rejects with `SOCKET` and a sentence; nothing stays open then. */
export async function openEars(options: EarOptions): Promise<Ears> {
  const hellos = await openHellos(options);
  try {
    const questions = await openQuestions(options);
    return {
      port: hellos.address().port,
      mdnsPort: questions.address().port,
      close: () => Promise.all([closeUdp(hellos), closeUdp(questions)]).then(() => {}),
    };
  } catch (error) {
    await closeUdp(hellos);
    throw error;
  }
}

/** Bound to the broadcast address itself where the system allows it, so that a hello to an address without a device stays unanswered. */
async function openHellos({ address, port, devices, log }: EarOptions): Promise<Socket> {
  const everywhere = { address: '0.0.0.0', port, isShared: true, log };
  const socket = await openUdp({ ...everywhere, address }).catch(() => openUdp(everywhere));
  socket.on('message', (bytes, from) => {
    if (isHello(bytes)) for (const device of devices) device.greet(from);
  });
  return socket;
}

async function openQuestions({ interface: network, mdnsPort, devices, log }: EarOptions): Promise<Socket> {
  const socket = await openUdp({ address: '0.0.0.0', port: mdnsPort, isShared: true, log });
  try {
    socket.addMembership(MDNS_GROUP, network);
    socket.setMulticastInterface(network);
    socket.setMulticastLoopback(true);
  } catch (cause) {
    await closeUdp(socket);
    const text = `The interface ${network} cannot join ${MDNS_GROUP}; set "interface" to an IPv4 address of this machine.`;
    throw new LumiotError('SOCKET', text, { cause });
  }
  socket.on('message', (bytes, from) => {
    const question = parseQuestion(bytes);
    if (question === undefined) return;
    const { port } = socket.address();
    const isOneShot = from.port !== port;
    const isAlone = isOneShot || question.isUnicast;
    for (const device of devices) {
      const place = device.announces();
      if (place === undefined) continue;
      const answer = announce(place, isOneShot ? question : undefined);
      void sendUdp(socket, answer, isAlone ? from.port : port, isAlone ? from.address : MDNS_GROUP, log);
    }
  });
  return socket;
}

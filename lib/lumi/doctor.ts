/** Looks a gateway over: what works, what does not, and what to do about it. The questions are those people ask (lumi-lan.md §9). */

import { readFile } from 'node:fs/promises';
import { type LumiotError, toLumiotError } from '../home/errors';
import type { SocketsState } from './sockets';

export interface Finding {
  readonly check: 'socket' | 'groups' | 'sharing' | 'unicast' | 'port' | 'heartbeats' | 'key';
  /** `null` where it cannot be told. */
  readonly ok: boolean | null;
  readonly detail: string;
  /** What to do; '' where nothing has to be done. */
  readonly remedy: string;
}

/** What the doctor may ask of a gateway. */
export interface Patient {
  readonly eventPort: number;
  readonly sockets: SocketsState;
  readonly address: () => string | undefined;
  readonly port: () => number | undefined;
  readonly hasKey: boolean;
  /** Milliseconds since the last multicast; undefined before the first. */
  readonly multicastAge: number | undefined;
  /** Milliseconds since somebody began to listen. */
  readonly listeningFor: number;
  /** True when whois was answered. */
  readonly locate: () => Promise<boolean>;
  /** Rejects when the gateway's port does not answer. */
  readonly list: () => Promise<unknown>;
  /** Rejects when the key is wrong. */
  readonly verifyKey: () => Promise<void>;
}

const HEARTBEAT_LATE_MS = 35_000;

/** Never rejects: what goes wrong is what was looked for. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const unicast = await checkUnicast(patient);
  const port = await checkPort(patient);
  return [
    checkSocket(patient),
    checkGroups(patient),
    await checkSharing(patient),
    unicast,
    port,
    checkHeartbeats(patient),
    await checkKey(patient, port),
  ];
}

function checkSocket({ sockets, eventPort }: Patient): Finding {
  if (sockets.isBound) return fine('socket', `UDP port ${eventPort} is open.`);
  return wrong(
    'socket',
    sockets.error?.message ?? `UDP port ${eventPort} is not open yet.`,
    `Stop the other program that holds UDP port ${eventPort}; Lumiot tries again by itself.`,
  );
}

function checkGroups({ sockets }: Patient): Finding {
  const refused = [...sockets.refused].map(([address, reason]) => `${address} (${reason})`);
  if (sockets.joined.length > 0 && refused.length === 0)
    return fine('groups', `The multicast group is joined on ${sockets.joined.join(', ')}.`);
  const detail =
    refused.length > 0
      ? `The multicast group could not be joined on ${refused.join(', ')}.`
      : 'No network interface is there to join the multicast group on.';
  return wrong('groups', detail, "Choose the interface of the gateway's network in its settings; in Docker use host networking.");
}

/** Linux tells who has a port open; elsewhere it cannot be told. */
async function checkSharing({ eventPort }: Patient): Promise<Finding> {
  const table = await readFile('/proc/net/udp', 'utf8').catch(() => undefined);
  if (table === undefined)
    return { check: 'sharing', ok: null, detail: 'Whether another program uses the same port cannot be told on this system.', remedy: '' };
  const wanted = `:${eventPort.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = table
    .split('\n')
    .filter(
      (line) => line.trim().split(/\s+/)[1]?.startsWith('00000000') === true && line.trim().split(/\s+/)[1]?.endsWith(wanted) === true,
    );
  if (sockets.length <= 1) return fine('sharing', `No other program uses UDP port ${eventPort}.`);
  return {
    check: 'sharing',
    ok: true,
    detail: `Another program on this host listens on UDP port ${eventPort} too. Both hear the gateway.`,
    remedy: 'If sensors are not heard, stop the other program to see whether it is the reason.',
  };
}

async function checkUnicast({ address, locate }: Patient): Promise<Finding> {
  const isThere = await locate().catch(() => false);
  if (isThere) return fine('unicast', `The gateway answers at ${address()}.`);
  return wrong(
    'unicast',
    'The gateway does not answer whois.',
    'Check that it has power and is in the same network, and its address and interface in the settings.',
  );
}

async function checkPort({ port, list }: Patient): Promise<Finding> {
  const error = await list().then(
    () => undefined,
    (thrown: unknown) => toLumiotError(thrown, 'TIMEOUT'),
  );
  if (error === undefined) return fine('port', `UDP port ${port()} of the gateway is open.`);
  return wrong('port', error.message, 'In Mi Home switch the LAN protocol of the gateway off and on, confirm, and restart the gateway.');
}

function checkHeartbeats({ multicastAge, listeningFor }: Patient): Finding {
  if (multicastAge !== undefined && multicastAge < HEARTBEAT_LATE_MS)
    return fine('heartbeats', `Multicast was heard ${Math.round(multicastAge / 1_000)} s ago.`);
  if (multicastAge === undefined && listeningFor < HEARTBEAT_LATE_MS) {
    const detail = 'No multicast of the gateway was heard yet, but it was only just begun to listen.';
    return { check: 'heartbeats', ok: null, detail, remedy: 'Ask again in half a minute.' };
  }
  const detail =
    multicastAge === undefined
      ? 'No multicast of the gateway was ever heard.'
      : `No multicast was heard for ${Math.round(multicastAge / 1_000)} s.`;
  return wrong(
    'heartbeats',
    detail,
    'Check the firewall (UDP 9898), Docker (host networking), the interface, and IGMP snooping of switch and access point; or set a poll interval.',
  );
}

async function checkKey({ hasKey, verifyKey }: Patient, port: Finding): Promise<Finding> {
  if (!hasKey)
    return wrong(
      'key',
      'No LAN key is set: devices can be read, not switched.',
      'Enter the key from Mi Home › gateway › About › LAN protocol.',
    );
  if (port.ok !== true) return { check: 'key', ok: null, detail: 'The key cannot be tested while the port does not answer.', remedy: '' };
  const error: LumiotError | undefined = await verifyKey().then(
    () => undefined,
    (thrown: unknown) => toLumiotError(thrown, 'TIMEOUT'),
  );
  if (error === undefined) return fine('key', 'The LAN key is right.');
  return wrong(
    'key',
    error.message,
    'Copy the key again from Mi Home › gateway › About › LAN protocol. Keys made on an iPhone are sometimes wrong: use Android.',
  );
}

function fine(check: Finding['check'], detail: string): Finding {
  return { check, ok: true, detail, remedy: '' };
}

function wrong(check: Finding['check'], detail: string, remedy: string): Finding {
  return { check, ok: false, detail, remedy };
}

/** Scripted faults of one gateway: what is broken just now, and what that does to each datagram. */

import { isIPv4 } from 'node:net';
import { fail, object } from './check';
import { faultNumbers, type RunningFault, RunningFaults } from './running-faults';

export const faultNames = [
  'drop',
  'delay',
  'duplicate',
  'reboot',
  'new-token',
  'move',
  'silent',
  'no-ack',
  'closed-port',
  'no-report',
  'wrong-key-error',
  'clear',
] as const;

export type FaultName = (typeof faultNames)[number];
const directions = ['in', 'out', 'both'] as const;
export type Direction = (typeof directions)[number];

export interface FaultRequest {
  readonly fault: FaultName;
  /** drop, delay, duplicate: share of the datagrams it meets, 1 unless told. */
  readonly ratio?: number | undefined;
  /** delay: how late a datagram is, 500 unless told; reboot: how long it takes, 3000; every other: when the fault ends by itself. */
  readonly ms?: number | undefined;
  /** Datagrams (no-ack, wrong-key-error: writes) after which the fault ends by itself. */
  readonly count?: number | undefined;
  /** move: the new address. */
  readonly address?: string | undefined;
  /** drop: both unless told; delay and duplicate: out. In is what clients send, out what the gateway sends. */
  readonly direction?: Direction | undefined;
}

const DEFAULT_DELAY_MS = 500;
const DEFAULT_REBOOT_MS = 3_000;
// Copies of one report were captured 17 ms apart (lumi-lan.md §1.3).
const DUPLICATE_GAP_MS = 17;

interface Active extends RunningFault<FaultName> {
  readonly delayMs: number;
  readonly direction: Direction;
}

/** Checks a fault request from outside. Throws `BAD_INPUT` with a sentence that says what to send. */
export function parseFault(json: unknown): FaultRequest {
  const request = object(json, 'A fault', 'is a JSON object such as {"fault": "drop"}');
  const { fault, address, direction } = request;
  const name = faultNames.find((known) => known === fault);
  if (name === undefined) return fail(`"fault" is ${JSON.stringify(fault)}; send one of ${faultNames.join(', ')}.`);
  if (address !== undefined && (typeof address !== 'string' || !isIPv4(address)))
    return fail('"address" must be an IPv4 address such as "127.0.0.5".');
  if (name === 'move' && address === undefined) return fail('A move needs an "address", such as "127.0.0.5".');
  const way = directions.find((known) => known === direction);
  if (direction !== undefined && way === undefined) return fail('"direction" must be "in", "out" or "both".');
  return { fault: name, ...faultNumbers(request), address, direction: way };
}

export class FaultBoard extends RunningFaults<FaultName, Active> {
  add({ fault, ratio, ms, count, direction }: FaultRequest): void {
    const isDelay = fault === 'delay';
    const lastsMs = isDelay ? undefined : (ms ?? (fault === 'reboot' ? DEFAULT_REBOOT_MS : undefined));
    this.begin({
      ...this.bounds({ ratio, lastsMs, count }),
      name: fault,
      delayMs: isDelay ? (ms ?? DEFAULT_DELAY_MS) : 0,
      direction: direction ?? (fault === 'drop' ? 'both' : 'out'),
    });
  }

  /** Like `has`, and counts as one use of it. */
  strikes(name: FaultName): boolean {
    const fault = this.running().find((candidate) => candidate.name === name);
    if (fault === undefined) return false;
    fault.left -= 1;
    return true;
  }

  /** When each copy of a datagram goes through, in ms from now: [] lost, [0] as if nothing were wrong. */
  copies(direction: 'in' | 'out'): number[] {
    if (this.hits('drop', direction)) return [];
    const delayMs = this.hits('delay', direction)?.delayMs ?? 0;
    return this.hits('duplicate', direction) ? [delayMs, delayMs + DUPLICATE_GAP_MS] : [delayMs];
  }

  private hits(name: FaultName, direction: 'in' | 'out'): Active | undefined {
    const fault = this.running().find((candidate) => candidate.name === name && [direction, 'both'].includes(candidate.direction));
    return fault !== undefined && this.strikesNow(fault) ? fault : undefined;
  }
}

/** How long a reboot takes. */
export function rebootMs({ ms }: FaultRequest): number {
  return ms ?? DEFAULT_REBOOT_MS;
}

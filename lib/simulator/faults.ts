/** Scripted faults of one gateway: what is broken just now, and what that does to each datagram. */

import { isIPv4 } from 'node:net';
import type { Clock } from '../home/clock';
import { LumiotError } from '../home/errors';

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

interface Active {
  readonly name: FaultName;
  readonly ratio: number;
  readonly delayMs: number;
  readonly direction: Direction;
  readonly endsAt: number;
  left: number;
}

/** Checks a fault request from outside. Throws `BAD_INPUT` with a sentence that says what to send. */
export function parseFault(json: unknown): FaultRequest {
  const refuse = (message: string): never => {
    throw new LumiotError('BAD_INPUT', message);
  };
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return refuse('Send a JSON object such as {"fault": "drop"}.');
  const { fault, ratio, ms, count, address, direction } = json as Record<string, unknown>;
  const name = faultNames.find((known) => known === fault);
  if (name === undefined) return refuse(`"fault" is ${JSON.stringify(fault)}; send one of ${faultNames.join(', ')}.`);
  const inRange = (value: unknown, field: string, max: number): number | undefined => {
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !(value >= 0 && value <= max)) return refuse(`"${field}" must be a number from 0 to ${max}.`);
    return value;
  };
  if (address !== undefined && (typeof address !== 'string' || !isIPv4(address)))
    return refuse('"address" must be an IPv4 address such as "127.0.0.5".');
  if (name === 'move' && address === undefined) return refuse('A move needs an "address", such as "127.0.0.5".');
  const way = directions.find((known) => known === direction);
  if (direction !== undefined && way === undefined) return refuse('"direction" must be "in", "out" or "both".');
  const result = { fault: name, ratio: inRange(ratio, 'ratio', 1), ms: inRange(ms, 'ms', 86_400_000), address, direction: way };
  return { ...result, count: inRange(count, 'count', 1_000_000) };
}

export class FaultBoard {
  private faults: Active[] = [];
  private readonly clock: Clock;
  private readonly random: () => number;

  constructor(clock: Clock, random: () => number) {
    this.clock = clock;
    this.random = random;
  }

  add({ fault, ratio = 1, ms, count, direction }: FaultRequest): void {
    const isDelay = fault === 'delay';
    const lastsMs = isDelay ? Number.POSITIVE_INFINITY : (ms ?? (fault === 'reboot' ? DEFAULT_REBOOT_MS : Number.POSITIVE_INFINITY));
    this.faults.push({
      name: fault,
      ratio,
      delayMs: isDelay ? (ms ?? DEFAULT_DELAY_MS) : 0,
      direction: direction ?? (fault === 'drop' ? 'both' : 'out'),
      endsAt: this.clock.monotonic() + lastsMs,
      left: count ?? Number.POSITIVE_INFINITY,
    });
  }

  clear(): void {
    this.faults = [];
  }

  end(name: FaultName): void {
    this.faults = this.faults.filter((fault) => fault.name !== name);
  }

  /** Names of what is broken now. */
  names(): FaultName[] {
    return this.running().map(({ name }) => name);
  }

  has(name: FaultName): boolean {
    return this.running().some((fault) => fault.name === name);
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
    if (fault === undefined || this.random() >= fault.ratio) return undefined;
    fault.left -= 1;
    return fault;
  }

  private running(): Active[] {
    const now = this.clock.monotonic();
    this.faults = this.faults.filter(({ endsAt, left }) => now < endsAt && left > 0);
    return this.faults;
  }
}

/** How long a reboot takes. */
export function rebootMs({ ms }: FaultRequest): number {
  return ms ?? DEFAULT_REBOOT_MS;
}

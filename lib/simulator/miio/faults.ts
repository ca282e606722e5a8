/** Scripted faults of one Wi-Fi device: what is broken just now, and which hellos and requests it meets. */

import { isIPv4 } from 'node:net';
import type { Clock } from '../../home/clock';
import { fail, object } from '../check';
import { type WifiFaultName, type WifiFaultRequest, wifiFaultNames } from './types';

const DEFAULT_DELAY_MS = 500;
const kinds = ['hello', 'call'] as const;
export type PacketKind = (typeof kinds)[number];
const TOKEN = /^[0-9a-f]{32}$/i;

/** Faults that last, and what they meet unless told. The others are done at once. */
const meets: Partial<Record<WifiFaultName, readonly PacketKind[]>> = {
  drop: ['call'],
  'lose-reply': ['call'],
  delay: ['call'],
  duplicate: ['call'],
  offline: kinds,
  'odd-json': ['call'],
  busy: ['call'],
};

interface Active {
  readonly name: WifiFaultName;
  readonly ratio: number;
  readonly delayMs: number;
  readonly kinds: readonly PacketKind[];
  readonly endsAt: number;
  left: number;
}

/** What happens to one packet. */
export interface Strike {
  readonly names: ReadonlySet<WifiFaultName>;
  readonly delayMs: number;
}

/** Checks a fault request from outside. Throws `BAD_INPUT` with a sentence that says what to send. */
export function parseWifiFault(json: unknown): WifiFaultRequest {
  const { fault, ratio, ms, count, on, to, token } = object(json, 'A fault', 'is a JSON object such as {"fault": "drop"}');
  const name = wifiFaultNames.find((known) => known === fault);
  if (name === undefined) return fail(`"fault" is ${JSON.stringify(fault)}; send one of ${wifiFaultNames.join(', ')}.`);
  const inRange = (value: unknown, field: string, max: number): number | undefined => {
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !(value >= 0 && value <= max)) return fail(`"${field}" must be a number from 0 to ${max}.`);
    return value;
  };
  const kind = kinds.find((known) => known === on);
  if (on !== undefined && kind === undefined) return fail(`"on" must be one of ${kinds.join(', ')}.`);
  if (to !== undefined && (typeof to !== 'string' || parsePlace(to) === undefined))
    return fail('"to" must be text such as "127.0.0.5:54321".');
  if (name === 'move' && to === undefined) return fail('A move needs a "to", such as "127.0.0.5:54321".');
  if (token !== undefined && (typeof token !== 'string' || !TOKEN.test(token))) return fail('"token" must be 32 hexadecimal digits.');
  const numbers = { ratio: inRange(ratio, 'ratio', 1), ms: inRange(ms, 'ms', 86_400_000), count: inRange(count, 'count', 1_000_000) };
  return { fault: name, ...numbers, on: kind, to, token };
}

/** 'address:port', or an address alone; undefined where it is neither. */
export function parsePlace(place: string): { readonly address: string; readonly port: number | undefined } | undefined {
  const [, address = '', digits] = /^([\d.]+)(?::(\d{1,5}))?$/.exec(place) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  return isIPv4(address) && (port ?? 0) <= 65_535 ? { address, port } : undefined;
}

export class WifiFaults {
  private faults: Active[] = [];
  private readonly clock: Clock;
  private readonly random: () => number;

  constructor(clock: Clock, random: () => number) {
    this.clock = clock;
    this.random = random;
  }

  add({ fault, ratio = 1, ms, count, on }: WifiFaultRequest): void {
    const isDelay = fault === 'delay';
    const lastsMs = isDelay ? Number.POSITIVE_INFINITY : (ms ?? Number.POSITIVE_INFINITY);
    this.faults.push({
      name: fault,
      ratio,
      delayMs: isDelay ? (ms ?? DEFAULT_DELAY_MS) : 0,
      kinds: on === undefined ? (meets[fault] ?? []) : [on],
      endsAt: this.clock.monotonic() + lastsMs,
      left: count ?? Number.POSITIVE_INFINITY,
    });
  }

  clear(): void {
    this.faults = [];
  }

  names(): WifiFaultName[] {
    return this.running().map(({ name }) => name);
  }

  has(name: WifiFaultName): boolean {
    return this.running().some((fault) => fault.name === name);
  }

  /** Decides about one packet and counts it. `isRead`: only those can be answered with "busy". */
  strike(kind: PacketKind, isRead: boolean): Strike {
    const names = new Set<WifiFaultName>();
    let delayMs = 0;
    for (const fault of this.running()) {
      if (!fault.kinds.includes(kind) || (fault.name === 'busy' && !isRead) || this.random() >= fault.ratio) continue;
      fault.left -= 1;
      names.add(fault.name);
      delayMs += fault.delayMs;
    }
    return { names, delayMs };
  }

  private running(): Active[] {
    const now = this.clock.monotonic();
    this.faults = this.faults.filter(({ endsAt, left }) => now < endsAt && left > 0);
    return this.faults;
  }
}

/** Scripted faults of one Wi-Fi device: what is broken just now, and which hellos and requests it meets. */

import { isIPv4 } from 'node:net';
import { fail, object } from '../check';
import { faultNumbers, type RunningFault, RunningFaults } from '../running-faults';
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

interface Active extends RunningFault<WifiFaultName> {
  readonly delayMs: number;
  readonly kinds: readonly PacketKind[];
}

/** What happens to one packet. */
export interface Strike {
  readonly names: ReadonlySet<WifiFaultName>;
  readonly delayMs: number;
}

/** Checks a fault request from outside. Throws `BAD_INPUT` with a sentence that says what to send. */
export function parseWifiFault(json: unknown): WifiFaultRequest {
  const request = object(json, 'A fault', 'is a JSON object such as {"fault": "drop"}');
  const { fault, on, to, token } = request;
  const name = wifiFaultNames.find((known) => known === fault);
  if (name === undefined) return fail(`"fault" is ${JSON.stringify(fault)}; send one of ${wifiFaultNames.join(', ')}.`);
  const kind = kinds.find((known) => known === on);
  if (on !== undefined && kind === undefined) return fail(`"on" must be one of ${kinds.join(', ')}.`);
  if (to !== undefined && (typeof to !== 'string' || parsePlace(to) === undefined))
    return fail('"to" must be text such as "127.0.0.5:54321".');
  if (name === 'move' && to === undefined) return fail('A move needs a "to", such as "127.0.0.5:54321".');
  if (token !== undefined && (typeof token !== 'string' || !TOKEN.test(token))) return fail('"token" must be 32 hexadecimal digits.');
  return { fault: name, ...faultNumbers(request), on: kind, to, token };
}

/** 'address:port', or an address alone; undefined where it is neither. */
export function parsePlace(place: string): { readonly address: string; readonly port: number | undefined } | undefined {
  const [, address = '', digits] = /^([\d.]+)(?::(\d{1,5}))?$/.exec(place) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  return isIPv4(address) && (port ?? 0) <= 65_535 ? { address, port } : undefined;
}

export class WifiFaults extends RunningFaults<WifiFaultName, Active> {
  add({ fault, ratio, ms, count, on }: WifiFaultRequest): void {
    const isDelay = fault === 'delay';
    this.begin({
      ...this.bounds({ ratio, lastsMs: isDelay ? undefined : ms, count }),
      name: fault,
      delayMs: isDelay ? (ms ?? DEFAULT_DELAY_MS) : 0,
      kinds: on === undefined ? (meets[fault] ?? []) : [on],
    });
  }

  /** Decides about one packet and counts it. `isRead`: only those can be answered with "busy". */
  strike(kind: PacketKind, isRead: boolean): Strike {
    const names = new Set<WifiFaultName>();
    let delayMs = 0;
    for (const fault of this.running()) {
      if (!fault.kinds.includes(kind) || (fault.name === 'busy' && !isRead) || !this.strikesNow(fault)) continue;
      names.add(fault.name);
      delayMs += fault.delayMs;
    }
    return { names, delayMs };
  }
}

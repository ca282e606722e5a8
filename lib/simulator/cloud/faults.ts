/** Scripted faults of the pretend cloud: what is broken just now, and which requests it meets. */

import type { Clock } from '../../home/clock';
import { fail, object } from '../check';
import { type CloudFaultName, type CloudFaultRequest, cloudFaultNames } from './types';

export type RequestKind = 'token' | 'api' | 'spec';

const kinds = ['token', 'api', 'spec'] as const satisfies readonly RequestKind[];

/** Faults that meet HTTP requests, and the kinds they meet unless told. */
const meets: Partial<Record<CloudFaultName, readonly RequestKind[]>> = {
  'status-401': ['api'],
  'status-500': kinds,
  'status-429': kinds,
  hang: kinds,
  'lose-reply': kinds,
  refuse: kinds,
  'invalid-refresh': ['token'],
  'backend-glitch': ['token'],
  'bad-json': kinds,
  slow: kinds,
};

// `ms` of these is not when the fault ends.
const DEFAULT_RETRY_AFTER_MS = 5_000;
const DEFAULT_DELAY_MS = 500;

interface Active {
  readonly name: CloudFaultName;
  readonly ratio: number;
  readonly ms: number;
  readonly kinds: readonly RequestKind[];
  readonly endsAt: number;
  left: number;
}

/** What happens to one request. */
export interface Strike {
  readonly delayMs: number;
  readonly fault: CloudFaultName | undefined;
  readonly retryAfterMs: number;
}

/** Checks a fault request from outside. Throws `BAD_INPUT` with a sentence that says what to send. */
export function parseCloudFault(json: unknown): CloudFaultRequest {
  const { fault, ratio, ms, count, on } = object(json, 'A fault', 'is a JSON object such as {"fault": "hang"}');
  const name = cloudFaultNames.find((known) => known === fault);
  if (name === undefined) return fail(`"fault" is ${JSON.stringify(fault)}; send one of ${cloudFaultNames.join(', ')}.`);
  const inRange = (value: unknown, field: string, max: number): number | undefined => {
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !(value >= 0 && value <= max)) return fail(`"${field}" must be a number from 0 to ${max}.`);
    return value;
  };
  const kind = kinds.find((known) => known === on);
  if (on !== undefined && kind === undefined) return fail(`"on" must be one of ${kinds.join(', ')}.`);
  const result = { fault: name, ratio: inRange(ratio, 'ratio', 1), ms: inRange(ms, 'ms', 86_400_000), on: kind };
  return { ...result, count: inRange(count, 'count', 1_000_000) };
}

export class CloudFaults {
  private faults: Active[] = [];
  private readonly clock: Clock;
  private readonly random: () => number;

  constructor(clock: Clock, random: () => number) {
    this.clock = clock;
    this.random = random;
  }

  add({ fault, ratio = 1, ms, count, on }: CloudFaultRequest): void {
    const isOwnMs = fault === 'slow' || fault === 'status-429';
    const lastsMs = isOwnMs ? Number.POSITIVE_INFINITY : (ms ?? Number.POSITIVE_INFINITY);
    this.faults.push({
      name: fault,
      ratio,
      ms: ms ?? (fault === 'slow' ? DEFAULT_DELAY_MS : DEFAULT_RETRY_AFTER_MS),
      kinds: on === undefined ? (meets[fault] ?? []) : [on],
      endsAt: this.clock.monotonic() + lastsMs,
      left: count ?? Number.POSITIVE_INFINITY,
    });
  }

  clear(): void {
    this.faults = [];
  }

  names(): CloudFaultName[] {
    return this.running().map(({ name }) => name);
  }

  has(name: CloudFaultName): boolean {
    return this.running().some((fault) => fault.name === name);
  }

  /** Decides about one request and counts it. `isRefresh`: only those can have an unknown refresh token. */
  strike(kind: RequestKind, isRefresh: boolean): Strike {
    let delayMs = 0;
    for (const fault of this.running()) {
      if (!fault.kinds.includes(kind) || (fault.name === 'invalid-refresh' && !isRefresh) || this.random() >= fault.ratio) continue;
      fault.left -= 1;
      if (fault.name !== 'slow') return { delayMs, fault: fault.name, retryAfterMs: fault.ms };
      delayMs += fault.ms;
    }
    return { delayMs, fault: undefined, retryAfterMs: 0 };
  }

  private running(): Active[] {
    const now = this.clock.monotonic();
    this.faults = this.faults.filter(({ endsAt, left }) => now < endsAt && left > 0);
    return this.faults;
  }
}

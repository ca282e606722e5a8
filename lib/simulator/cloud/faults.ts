/** Scripted faults of the pretend cloud: what is broken just now, and which requests it meets. */

import { fail, object } from '../check';
import { faultNumbers, type RunningFault, RunningFaults } from '../running-faults';
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

interface Active extends RunningFault<CloudFaultName> {
  readonly ms: number;
  readonly kinds: readonly RequestKind[];
}

/** What happens to one request. */
export interface Strike {
  readonly delayMs: number;
  readonly fault: CloudFaultName | undefined;
  readonly retryAfterMs: number;
}

/** Checks a fault request from outside. Throws `BAD_INPUT` with a sentence that says what to send. */
export function parseCloudFault(json: unknown): CloudFaultRequest {
  const request = object(json, 'A fault', 'is a JSON object such as {"fault": "hang"}');
  const { fault, on } = request;
  const name = cloudFaultNames.find((known) => known === fault);
  if (name === undefined) return fail(`"fault" is ${JSON.stringify(fault)}; send one of ${cloudFaultNames.join(', ')}.`);
  const kind = kinds.find((known) => known === on);
  if (on !== undefined && kind === undefined) return fail(`"on" must be one of ${kinds.join(', ')}.`);
  return { fault: name, ...faultNumbers(request), on: kind };
}

export class CloudFaults extends RunningFaults<CloudFaultName, Active> {
  add({ fault, ratio, ms, count, on }: CloudFaultRequest): void {
    const isOwnMs = fault === 'slow' || fault === 'status-429';
    this.begin({
      ...this.bounds({ ratio, lastsMs: isOwnMs ? undefined : ms, count }),
      name: fault,
      ms: ms ?? (fault === 'slow' ? DEFAULT_DELAY_MS : DEFAULT_RETRY_AFTER_MS),
      kinds: on === undefined ? (meets[fault] ?? []) : [on],
    });
  }

  /** Decides about one request and counts it. `isRefresh`: only those can have an unknown refresh token. */
  strike(kind: RequestKind, isRefresh: boolean): Strike {
    let delayMs = 0;
    for (const fault of this.running()) {
      if (!fault.kinds.includes(kind) || (fault.name === 'invalid-refresh' && !isRefresh) || !this.strikesNow(fault)) continue;
      if (fault.name !== 'slow') return { delayMs, fault: fault.name, retryAfterMs: fault.ms };
      delayMs += fault.ms;
    }
    return { delayMs, fault: undefined, retryAfterMs: 0 };
  }
}

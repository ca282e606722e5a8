/** The faults that run just now, each until its time is over or it has met what it was to meet. What they do is known by whoever keeps them. */

import type { Clock } from '../home/clock';
import { fail } from './check';

export interface RunningFault<Name extends string> {
  readonly name: Name;
  /** Share of what it meets. */
  readonly ratio: number;
  /** On the monotonic clock. */
  readonly endsAt: number;
  /** How often it still strikes. */
  left: number;
}

/** How long and how often a fault of this request runs. `lastsMs` undefined: until it is cleared. */
export interface Bounds {
  readonly ratio?: number | undefined;
  readonly lastsMs?: number | undefined;
  readonly count?: number | undefined;
}

export class RunningFaults<Name extends string, Fault extends RunningFault<Name>> {
  private faults: Fault[] = [];
  protected readonly clock: Clock;
  protected readonly random: () => number;

  constructor(clock: Clock, random: () => number) {
    this.clock = clock;
    this.random = random;
  }

  clear(): void {
    this.faults = [];
  }

  end(name: Name): void {
    this.faults = this.faults.filter((fault) => fault.name !== name);
  }

  /** Names of what is broken now. */
  names(): Name[] {
    return this.running().map(({ name }) => name);
  }

  has(name: Name): boolean {
    return this.running().some((fault) => fault.name === name);
  }

  protected begin(fault: Fault): void {
    this.faults.push(fault);
  }

  protected bounds({ ratio = 1, lastsMs = Number.POSITIVE_INFINITY, count = Number.POSITIVE_INFINITY }: Bounds): {
    ratio: number;
    endsAt: number;
    left: number;
  } {
    return { ratio, endsAt: this.clock.monotonic() + lastsMs, left: count };
  }

  /** Whether this one strikes now; counts it. */
  protected strikesNow(fault: Fault): boolean {
    if (this.random() >= fault.ratio) return false;
    fault.left -= 1;
    return true;
  }

  protected running(): Fault[] {
    const now = this.clock.monotonic();
    this.faults = this.faults.filter(({ endsAt, left }) => now < endsAt && left > 0);
    return this.faults;
  }
}

/** The numbers of a fault request, as they come from outside. Throws `BAD_INPUT`. */
export function faultNumbers({ ratio, ms, count }: Readonly<Record<string, unknown>>): {
  readonly ratio: number | undefined;
  readonly ms: number | undefined;
  readonly count: number | undefined;
} {
  return { ratio: inRange(ratio, 'ratio', 1), ms: inRange(ms, 'ms', 86_400_000), count: inRange(count, 'count', 1_000_000) };
}

function inRange(value: unknown, field: string, max: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !(value >= 0 && value <= max)) return fail(`"${field}" must be a number from 0 to ${max}.`);
  return value;
}

/**
 * Waits for a device to say that a command took effect. The acknowledgement of a write holds the state *before* it
 * (lumi-lan.md §2.5), so only a later report or a read proves anything. Commands stand in line: one report proves one command.
 */

import type { Clock, Timer } from '../home/clock';
import type { Value, Values } from '../home/device';

/** 'passed': a newer command for the same value was proved first, so this one can no longer be. */
export type Confirmed = 'report' | 'passed' | 'nothing';

export interface Expectation {
  readonly done: Promise<Confirmed>;
  /** The write was acknowledged: from now on `timeoutMs` count until 'nothing'. */
  begin(timeoutMs: number): void;
  /** Resolves with what it comes to within `ms`, or with 'waiting'. */
  within(ms: number): Promise<Confirmed | 'waiting'>;
  /** It was proved in another way, or will never be. */
  cancel(): void;
}

interface Waiting {
  readonly sid: string;
  readonly values: Values;
  readonly settle: (result: Confirmed) => void;
}

export class Confirmations {
  readonly #clock: Clock;
  /** In the order of the commands; a Set keeps it. */
  readonly #line = new Set<Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a place in the line, when the command is sent. */
  expect(sid: string, values: Values): Expectation {
    const timers = new Set<Timer>();
    const wakers = new Set<() => void>();
    let resolve: (result: Confirmed) => void = () => {};
    const done = new Promise<Confirmed>((settle) => {
      resolve = settle;
    });
    const waiting: Waiting = {
      sid,
      values,
      settle: (result) => {
        for (const timer of timers) this.#clock.clearTimeout(timer);
        this.#line.delete(waiting);
        resolve(result);
        for (const wake of wakers) wake();
      },
    };
    this.#line.add(waiting);
    return {
      done,
      begin: (timeoutMs) => {
        if (this.#line.has(waiting)) timers.add(this.#clock.setTimeout(() => waiting.settle('nothing'), timeoutMs));
      },
      within: (ms) => {
        if (!this.#line.has(waiting)) return done;
        const early = new Promise<'waiting'>((wake) => {
          wakers.add(() => wake('waiting'));
          timers.add(this.#clock.setTimeout(() => wake('waiting'), ms));
        });
        return Promise.race([done, early]);
      },
      cancel: () => waiting.settle('nothing'),
    };
  }

  /** True while an earlier command for one of these values is unproved. */
  isAwaiting(sid: string, values: Values): boolean {
    return [...this.#line].some((waiting) => waiting.sid === sid && sharesProperty(waiting.values, values));
  }

  /** Offers what a report said, and all that is known with it: several channels may be reported one by one. */
  offer(sid: string, said: Values, known: Values): void {
    if (this.#line.size === 0) return;
    const proved: Waiting[] = [];
    for (const waiting of [...this.#line]) {
      // What a device said before the command proves nothing, however well it fits; and one report proves one command.
      if (waiting.sid !== sid || !sharesProperty(waiting.values, said)) continue;
      if (proved.some((one) => sharesProperty(one.values, waiting.values))) continue;
      if (!agrees(waiting.values, known)) continue;
      proved.push(waiting);
    }
    for (const one of proved) {
      for (const older of [...this.#line]) {
        if (older === one) break;
        if (older.sid === sid && sharesProperty(older.values, one.values)) older.settle('passed');
      }
      one.settle('report');
    }
  }

  clear(): void {
    for (const waiting of [...this.#line]) waiting.settle('nothing');
  }
}

/** True when `actual` has every expected value. */
export function agrees(expected: Values, actual: Values): boolean {
  return Object.entries(expected).every(([property, value]) => isEqual(value, actual[property]));
}

function isEqual(expected: Value, actual: Value | undefined): boolean {
  if (typeof expected === 'number' && typeof actual === 'number') return Math.abs(expected - actual) <= 0.5;
  if (typeof expected === 'string' && typeof actual === 'string') return expected.toLowerCase() === actual.toLowerCase();
  return expected === actual;
}

function sharesProperty(a: Values, b: Values): boolean {
  return Object.keys(a).some((property) => property in b);
}

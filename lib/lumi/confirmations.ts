/**
 * Waits for a device to say that a command took effect. The acknowledgement of a write holds the state *before* it
 * (lumi-lan.md §2.5), so only a later report or a read proves anything.
 */

import type { Clock, Timer } from '../home/clock';
import type { Value, Values } from '../home/device';

/** 'superseded': a newer command for the same value went out meanwhile, so this one can no longer be proved. */
export type Confirmed = 'report' | 'superseded' | 'nothing';

interface Expectation {
  readonly sid: string;
  readonly values: Values;
  readonly settle: (result: Confirmed) => void;
}

export class Confirmations {
  readonly #clock: Clock;
  readonly #open = new Set<Expectation>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Starts to listen; resolves with 'nothing' `timeoutMs` after `begin()`, which the caller calls when the write was acknowledged. */
  expect(sid: string, values: Values, timeoutMs: number): { begin(): void; cancel(): void; readonly done: Promise<Confirmed> } {
    let timer: Timer | undefined;
    let resolve: (result: Confirmed) => void = () => {};
    const done = new Promise<Confirmed>((settle) => {
      resolve = settle;
    });
    const expectation: Expectation = {
      sid,
      values,
      settle: (result) => {
        this.#clock.clearTimeout(timer);
        this.#open.delete(expectation);
        resolve(result);
      },
    };
    this.#open.add(expectation);
    return {
      done,
      begin: () => {
        if (!this.#open.has(expectation)) return;
        for (const older of this.#open) {
          if (older === expectation) break; // a Set keeps its order: everything after is newer
          if (older.sid === sid && sharesProperty(older.values, values)) older.settle('superseded');
        }
        timer = this.#clock.setTimeout(() => expectation.settle('nothing'), timeoutMs);
      },
      cancel: () => expectation.settle('nothing'),
    };
  }

  /** Offers what a report said, and all that is known with it: several channels may be reported one by one. */
  offer(sid: string, said: Values, known: Values): void {
    for (const expectation of this.#open) {
      // What a device said before the command proves nothing, however well it fits.
      if (expectation.sid !== sid || !sharesProperty(expectation.values, said)) continue;
      if (agrees(expectation.values, known)) expectation.settle('report');
    }
  }

  clear(): void {
    for (const expectation of [...this.#open]) expectation.settle('nothing');
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

/**
 * How an edge learns of its connection, which it does not see: its own status comes back. `online` is the birth of a connection, `offline`
 * the last will of one that was lost. `online` is only ever said at the start and as the answer to `offline`, so that nothing goes in circles.
 */

import type { Clock, Timer } from '../home/clock';
import { OFFLINE, ONLINE } from './topics';

export interface EdgeStatusOptions {
  readonly clock: Clock;
  /** Publishes `online`, retained. */
  readonly sayOnline: () => void;
  /** There is a connection, or there may be one: everything must be published. */
  readonly publishAll: () => void;
  /** False: nothing has come back for long; true: after that it has. */
  readonly onHeard: (isHeard: boolean) => void;
}

/** While nothing came back the broker may not be connected yet, and there may be no birth message. The last one goes on for ever. */
const REPEATS_MS = [5_000, 10_000, 20_000, 30_000];
/** After so many repeats without an echo somebody should know. */
const UNHEARD_REPEATS = 4;
/** Between two `online`: somebody who answers each with `offline` must not make the two of us busy. */
const APART_MS = 2_000;

export class EdgeStatus {
  readonly #options: EdgeStatusOptions;
  #isHeard = false;
  #repeats = 0;
  #repeat: Timer | undefined;
  #answer: Timer | undefined;
  /** Monotonic; of the last `online`. */
  #saidAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: EdgeStatusOptions) {
    this.#options = options;
  }

  /** The status came back since the start. */
  get isHeard(): boolean {
    return this.#isHeard;
  }

  begin(): void {
    this.#say();
    this.#options.publishAll();
    if (!this.#isHeard) this.#repeatLater();
  }

  /** Takes what was published under the status topic. False for what is no status. */
  hear(word: string): boolean {
    // Empty: it was taken back, by somebody who is gone now.
    const isOffline = word === OFFLINE || word === '';
    if (this.#isClosed || (!isOffline && word !== ONLINE)) return false;
    if (!this.#isHeard && this.#repeats >= UNHEARD_REPEATS) this.#options.onHeard(true);
    this.#isHeard = true;
    this.#options.clock.clearTimeout(this.#repeat);
    this.#repeat = undefined;
    if (isOffline) this.#answerOffline();
    this.#options.publishAll();
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#options.clock.clearTimeout(this.#repeat);
    this.#options.clock.clearTimeout(this.#answer);
  }

  #answerOffline(): void {
    const { clock } = this.#options;
    const waitMs = this.#saidAt + APART_MS - clock.monotonic();
    if (waitMs <= 0) {
      this.#say();
      return;
    }
    this.#answer ??= clock.setTimeout(() => {
      this.#answer = undefined;
      this.#say();
    }, waitMs);
  }

  #say(): void {
    this.#saidAt = this.#options.clock.monotonic();
    this.#options.sayOnline();
  }

  #repeatLater(): void {
    const delayMs = REPEATS_MS[this.#repeats] ?? REPEATS_MS.at(-1);
    this.#repeat = this.#options.clock.setTimeout(() => {
      this.#repeats++;
      if (this.#repeats === UNHEARD_REPEATS) this.#options.onHeard(false);
      this.#say();
      this.#options.publishAll();
      this.#repeatLater();
    }, delayMs ?? 0);
  }
}

/** A word as an "mqtt in" gives it, whatever it is set to. Anything else is some word that means nothing. */
export function wordOf(payload: unknown): string {
  if (typeof payload === 'string') return payload;
  return payload instanceof Uint8Array && payload.byteLength < 100 ? Buffer.from(payload).toString('utf8') : 'nothing';
}

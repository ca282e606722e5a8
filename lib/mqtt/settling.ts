/** Whether a home has told all its devices: only then is a device that is missing no longer there, and not just late. */

import type { Clock, Timer } from '../home/clock';
import type { Home } from './types';

export interface SettlingOptions {
  readonly home: Home;
  readonly clock: Clock;
  readonly onSettled: () => void;
}

/** Of being online and listed without a break; an inventory is read in some seconds. */
const SETTLED_MS = 120_000;

export class Settling {
  readonly #options: SettlingOptions;
  #timer: Timer | undefined;
  #hasToldAll = false;

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /** Not while it is away: a home that was signed out of has no devices. */
  get isSettled(): boolean {
    return this.#hasToldAll && this.#isThere;
  }

  /** The home may have become reachable or unreachable. */
  look(): void {
    const { clock, onSettled } = this.#options;
    if (this.#hasToldAll) return;
    if (!this.#isThere) {
      this.stop();
      return;
    }
    this.#timer ??= clock.setTimeout(() => {
      this.#timer = undefined;
      this.#hasToldAll = true;
      onSettled();
    }, SETTLED_MS);
  }

  /** It is another home. */
  restart(): void {
    this.stop();
    this.#hasToldAll = false;
    this.look();
  }

  get #isThere(): boolean {
    const { isOnline, isListed } = this.#options.home;
    return isOnline === true && isListed;
  }

  stop(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

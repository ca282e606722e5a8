/**
 * Somebody at another address says to be the gateway. As long as the gateway answers where it was, that is a lie: `iam` is not signed, and
 * whoever is believed hears every command. It has moved only if nobody answers there any more.
 */

import type { Clock, Timer } from '../home/clock';
import type { Found } from './found';

/** A question or its answer may get lost. */
const ASK_EVERY_MS = 230;
const ASK_TIMES = 3;

export interface ClaimsHandlers {
  /** Asks the address where the gateway was. */
  ask(): void;
  /** Nobody answers there: it has moved. */
  follow(found: Found): void;
  /** It is where it was. */
  refuse(found: Found): void;
}

export class Claims {
  readonly #clock: Clock;
  readonly #handlers: ClaimsHandlers;
  #claimed: Found | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, handlers: ClaimsHandlers) {
    this.#clock = clock;
    this.#handlers = handlers;
  }

  /** True until it is decided whether the gateway has moved. */
  get isPending(): boolean {
    return this.#claimed !== undefined;
  }

  /** The gateway shows itself at an address that is not its own. One claim at a time: the first of several may be as true as the next. */
  hear(found: Found): void {
    if (this.#claimed !== undefined) return;
    this.#claimed = found;
    this.#ask(ASK_TIMES);
  }

  /** The gateway answered where it was. */
  answered(): void {
    const claimed = this.#forget();
    if (claimed !== undefined) this.#handlers.refuse(claimed);
  }

  close(): void {
    this.#forget();
  }

  #ask(times: number): void {
    if (times === 0) {
      const claimed = this.#forget();
      if (claimed !== undefined) this.#handlers.follow(claimed);
      return;
    }
    this.#timer = this.#clock.setTimeout(() => this.#ask(times - 1), ASK_EVERY_MS);
    this.#handlers.ask();
  }

  #forget(): Found | undefined {
    const claimed = this.#claimed;
    this.#claimed = undefined;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    return claimed;
  }
}

/**
 * Who sends nothing of use, and a lot of it, is not listened to for a while: to parse a lie costs as much as to parse a report, and
 * what the system's buffer cannot hold meanwhile is lost. Counts by sender's address; who is never to be silenced, its owner decides.
 */

import type { Clock } from '../home/clock';

const WINDOW_MS = 1_000;
/** Far more than all devices of a neighbour's gateways say. */
const MOST_USELESS = 1_000;
/** Where it comes from everywhere at once, less is enough: addresses can be forged. */
const MOST_OF_ALL = 5_000;
const MOST_USELESS_IN_FLOOD = 100;
const MUTE_MS = 10_000;
/** Senders counted at a time. An address can be forged: more of them must not fill the memory. */
const MOST_SENDERS = 1_000;

export class Floods {
  readonly #clock: Clock;
  readonly #useless = new Map<string, number>();
  /** Until when (monotonic), by address. */
  readonly #muted = new Map<string, number>();
  #ofAll = 0;
  #windowAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True while what comes from an address is not even parsed. Costs next to nothing where nobody is muted. */
  isMuted(address: string): boolean {
    if (this.#muted.size === 0) return false;
    const until = this.#muted.get(address);
    if (until === undefined) return false;
    if (this.#clock.monotonic() < until) return true;
    this.#muted.delete(address);
    return false;
  }

  /** Counts a datagram that was of no use. True when its sender has sent too many of them: then mute it, or not. */
  isFlood(address: string): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#windowAt >= WINDOW_MS) {
      this.#windowAt = now;
      this.#useless.clear();
      this.#ofAll = 0;
    }
    this.#ofAll++;
    const count = (this.#useless.get(address) ?? 0) + 1;
    if (count > 1 || this.#useless.size < MOST_SENDERS) this.#useless.set(address, count);
    return count > (this.#ofAll > MOST_OF_ALL ? MOST_USELESS_IN_FLOOD : MOST_USELESS);
  }

  mute(address: string): void {
    if (this.#muted.size >= MOST_SENDERS) this.#muted.clear();
    this.#muted.set(address, this.#clock.monotonic() + MUTE_MS);
    this.#useless.delete(address);
  }
}

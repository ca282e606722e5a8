/**
 * Datagrams whose sender is not who it should be, kept for at most two seconds while somebody asks. Bounded, so that a liar on the
 * network costs neither memory nor more than one question an address.
 */

import type { Clock, Timer } from '../home/clock';
import type { Frame } from './frame';
import type { Source } from './senders';

const HOLD_MS = 2_000;
const MOST_ADDRESSES = 32;
const MOST_FRAMES = 500;

interface Suspect {
  readonly frames: { readonly frame: Frame; readonly from: Source }[];
  readonly timer: Timer;
}

export interface SuspectsHandlers {
  /** The question was answered: route the datagram again, this time for good. */
  release(frame: Frame, from: Source): void;
  /** Nobody answered in time. */
  drop(frame: Frame, from: Source): void;
}

export class Suspects {
  readonly #clock: Clock;
  readonly #handlers: SuspectsHandlers;
  readonly #byAddress = new Map<string, Suspect>();

  constructor(clock: Clock, handlers: SuspectsHandlers) {
    this.#clock = clock;
    this.#handlers = handlers;
  }

  /** True when this is the first datagram held for the address: then ask. */
  hold(frame: Frame, from: Source): boolean {
    const known = this.#byAddress.get(from.address);
    if (known !== undefined) {
      if (known.frames.length < MOST_FRAMES) known.frames.push({ frame, from });
      else this.#handlers.drop(frame, from);
      return false;
    }
    if (this.#byAddress.size >= MOST_ADDRESSES) {
      this.#handlers.drop(frame, from);
      return false;
    }
    const timer = this.#clock.setTimeout(() => this.#expire(from.address), HOLD_MS);
    this.#byAddress.set(from.address, { frames: [{ frame, from }], timer });
    return true;
  }

  /** Somebody at this address said who it is. */
  answered(address: string): void {
    for (const { frame, from } of this.#take(address)) this.#handlers.release(frame, from);
  }

  clear(): void {
    for (const address of [...this.#byAddress.keys()]) this.#take(address);
  }

  #expire(address: string): void {
    for (const { frame, from } of this.#take(address)) this.#handlers.drop(frame, from);
  }

  #take(address: string): Suspect['frames'] {
    const suspect = this.#byAddress.get(address);
    if (suspect === undefined) return [];
    this.#clock.clearTimeout(suspect.timer);
    this.#byAddress.delete(address);
    return suspect.frames;
  }
}

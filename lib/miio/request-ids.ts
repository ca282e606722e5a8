/** The numbers that match answers to requests (miio-lan.md §4). */

const MOST = 9_999;
/** A repeated request takes a number this much further on: some devices never answer a number twice. */
const AGAIN = 100;

export class RequestIds {
  #last: number;

  /** Begins anywhere, so that a restart does not repeat what the device has seen a moment ago. */
  constructor(random: () => number) {
    this.#last = Math.floor(random() * MOST) % MOST;
  }

  next(isAgain = false): number {
    this.#last = ((this.#last + (isAgain ? AGAIN : 1) - 1) % MOST) + 1;
    return this.#last;
  }
}

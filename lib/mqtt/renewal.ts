/**
 * Tells Home Assistant of all devices again, now and then. Where a device has moved to a gateway of another edge, the first edge takes
 * its discovery back when its gateway lists it no more, which may be half an hour after the other has published its own: nobody hears of that.
 */

import type { Clock, Timer } from '../home/clock';

export interface RenewalOptions {
  readonly clock: Clock;
  readonly renew: () => void;
}

const EVERY_MS = 3_600_000;

export class Renewal {
  readonly #options: RenewalOptions;
  #timer: Timer | undefined;

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  begin(): void {
    const { clock, renew } = this.#options;
    this.#timer = clock.setTimeout(() => {
      this.begin();
      renew();
    }, EVERY_MS);
  }

  close(): void {
    this.#options.clock.clearTimeout(this.#timer);
  }
}

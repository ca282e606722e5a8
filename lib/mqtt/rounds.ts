/** Long work in slices, so that a home of thousands of devices never holds up the event loop. One round runs at a time. */

import type { Clock, Timer } from '../home/clock';

export interface RoundsOptions<Kind> {
  readonly clock: Clock;
  /** One step for each `yield`. Reads what it tells when it tells it: between two steps anything may have happened. */
  readonly round: (kinds: ReadonlySet<Kind>) => Iterator<void>;
  readonly onError: (error: unknown) => void;
}

/** Steps in one turn of the event loop. */
const SLICE = 50;
/** What is asked for within this time is one round. */
const TOGETHER_MS = 200;
/** Between the beginnings of two rounds that can wait. */
const APART_MS = 2_000;

export class Rounds<Kind> {
  readonly #options: RoundsOptions<Kind>;
  readonly #soon = new Set<Kind>();
  readonly #later = new Set<Kind>();
  #current: Iterator<void> | undefined;
  #slice: Timer | undefined;
  #wait: Timer | undefined;
  /** Monotonic; of the last round that could wait. */
  #begunAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: RoundsOptions<Kind>) {
    this.#options = options;
  }

  /** With the next turn, or after the round that runs. */
  soon(kind: Kind): void {
    if (this.#isClosed) return;
    this.#soon.add(kind);
    this.#run();
  }

  /** Together with whatever else is asked for, and not too often. Never lost. */
  later(kind: Kind): void {
    if (this.#isClosed) return;
    const { clock } = this.#options;
    this.#later.add(kind);
    this.#wait ??= clock.setTimeout(
      () => {
        this.#wait = undefined;
        this.#begunAt = clock.monotonic();
        for (const one of this.#later) this.#soon.add(one);
        this.#later.clear();
        this.#run();
      },
      Math.max(TOGETHER_MS, this.#begunAt + APART_MS - clock.monotonic()),
    );
  }

  close(): void {
    this.#isClosed = true;
    this.#options.clock.clearTimeout(this.#slice);
    this.#options.clock.clearTimeout(this.#wait);
    this.#slice = undefined;
    this.#wait = undefined;
    this.#current = undefined;
  }

  #run(): void {
    if (this.#isClosed) return;
    this.#slice ??= this.#options.clock.setTimeout(() => {
      this.#slice = undefined;
      this.#turn();
      if (this.#current !== undefined || this.#soon.size > 0) this.#run();
    }, 0);
  }

  #turn(): void {
    try {
      this.#current ??= this.#next();
      for (let step = 0; step < SLICE; step++) {
        if (this.#current?.next().done !== true) continue;
        this.#current = undefined;
        return;
      }
    } catch (error) {
      // A round that fails must not be begun for ever: the next one begins when something asks for it.
      this.#current = undefined;
      this.#options.onError(error);
    }
  }

  #next(): Iterator<void> | undefined {
    const kinds = new Set(this.#soon);
    this.#soon.clear();
    return kinds.size === 0 ? undefined : this.#options.round(kinds);
  }
}

/**
 * Keeps what is known of an account current: its list of devices, and the values of those in use that nobody pushes. Begins when
 * the account can be used, ends when it cannot; after a failure it tries again, later each time.
 */

import type { Clock, Timer } from '../home/clock';
import type { LumiotError } from '../home/errors';
import { toLumiotError } from '../home/errors';

export interface UpkeepOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Fetches the list of devices. */
  readonly list: () => Promise<void>;
  /** Reads values of the devices in use: every one, or those alone that are not pushed. */
  readonly read: (which: 'all' | 'not-pushed') => Promise<void>;
  readonly isPushed: () => boolean;
  /** A round failed, or went well again. */
  readonly onOutcome: (error: LumiotError | undefined) => void;
}

const LIST_EVERY_MS = 3_600_000;
/** A device that somebody asks for may be new; but not every mistyped id is worth a request. */
const LEAST_LIST_GAP_MS = 60_000;
const READ_UNPUSHED_EVERY_MS = 300_000;
/** While nothing is pushed at all. */
const READ_EVERY_MS = 60_000;
/** Pushes get lost: every value is read again now and then (miot-cloud.md §2.5). */
const ROUNDS_PER_FULL_READ = 6;
const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 300_000;

export class AccountUpkeep {
  readonly #options: UpkeepOptions;
  #isRunning = false;
  #listTimer: Timer | undefined;
  #readTimer: Timer | undefined;
  #listing: Promise<void> | undefined;
  #listedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #rounds = 0;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** The account can be used from now on. */
  begin(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#failures = 0;
    void this.refresh().catch(() => {});
    this.#planRead();
  }

  end(): void {
    this.#isRunning = false;
    for (const timer of [this.#listTimer, this.#readTimer]) this.#options.clock.clearTimeout(timer);
    this.#listTimer = undefined;
    this.#readTimer = undefined;
  }

  /** Fetches the list now; callers at the same time share one round. Rejects with what kept it. */
  refresh(): Promise<void> {
    this.#listing ??= this.#list().finally(() => {
      this.#listing = undefined;
    });
    return this.#listing;
  }

  /** Resolves when the list is at most a minute old. */
  fresh(): Promise<void> {
    const { clock } = this.#options;
    return clock.monotonic() - this.#listedAt < LEAST_LIST_GAP_MS ? Promise.resolve() : this.refresh();
  }

  async #list(): Promise<void> {
    const { clock, list, onOutcome } = this.#options;
    clock.clearTimeout(this.#listTimer);
    this.#listTimer = undefined;
    try {
      await list();
      this.#listedAt = clock.monotonic();
      this.#failures = 0;
      onOutcome(undefined);
      this.#planList(LIST_EVERY_MS * (0.9 + 0.2 * this.#options.random()));
    } catch (thrown) {
      this.#failures++;
      const error = toLumiotError(thrown, 'CLOUD_UNREACHABLE');
      onOutcome(error);
      const longest = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 10));
      this.#planList(FIRST_RETRY_MS + (longest - FIRST_RETRY_MS) * this.#options.random());
      throw error;
    }
  }

  #planList(delayMs: number): void {
    if (!this.#isRunning) return;
    this.#options.clock.clearTimeout(this.#listTimer);
    this.#listTimer = this.#options.clock.setTimeout(() => void this.refresh().catch(() => {}), delayMs);
  }

  #planRead(): void {
    const { clock, isPushed, random } = this.#options;
    if (!this.#isRunning) return;
    const everyMs = isPushed() ? READ_UNPUSHED_EVERY_MS : READ_EVERY_MS;
    this.#readTimer = clock.setTimeout(() => void this.#read(), everyMs * (0.9 + 0.2 * random()));
  }

  async #read(): Promise<void> {
    const { isPushed, read } = this.#options;
    this.#rounds++;
    // What keeps it is told by `read` itself, device by device.
    await read(isPushed() && this.#rounds % ROUNDS_PER_FULL_READ !== 0 ? 'not-pushed' : 'all').catch(() => {});
    this.#planRead();
  }
}

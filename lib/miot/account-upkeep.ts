/**
 * Keeps what is known of an account current: its list of devices, and the values of those in use that nobody pushes. Begins when
 * the account can be used, ends when it cannot; after a failure it tries again, later each time, and until then nobody else does.
 */

import type { Clock, Timer } from '../home/clock';
import type { LumiotError } from '../home/errors';
import { toLumiotError } from '../home/errors';

export interface UpkeepOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Fetches the list of devices. */
  readonly list: () => Promise<void>;
  /** Reads values of the devices in use: every one, or those alone that are not pushed. Never rejects. */
  readonly read: (which: 'all' | 'not-pushed') => Promise<void>;
  readonly isPushed: () => boolean;
  /** Reads would get nowhere. */
  readonly isCutOff: () => boolean;
  /** A list failed, or went well again. */
  readonly onOutcome: (error: LumiotError | undefined) => void;
}

const LIST_EVERY_MS = 3_600_000;
/** A device that somebody asks for may be new; but not every mistyped id is worth a request. */
const LEAST_LIST_GAP_MS = 60_000;
/** A push connection that comes and goes is no reason to ask each time (miot-cloud.md §2.5). */
const FLAP_MS = 6_000;
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
  /** Counts its ends: what an older run still waits for is none of this one's business. */
  #run = 0;
  #listTimer: Timer | undefined;
  #readTimer: Timer | undefined;
  #listing: Promise<void> | undefined;
  #beganAt = Number.NEGATIVE_INFINITY;
  #listedAt = Number.NEGATIVE_INFINITY;
  /** When the list is due, and when somebody wants it earlier than usual. */
  #dueAt = Number.POSITIVE_INFINITY;
  #wantedAt = Number.POSITIVE_INFINITY;
  #failure: LumiotError | undefined;
  #failures = 0;
  #rounds = 0;
  /** A round of reads was left out. */
  #isBehind = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** The account can be used from now on. */
  begin(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.refresh().catch(() => {});
    this.#planRead();
  }

  end(): void {
    this.#isRunning = false;
    this.#run++;
    for (const timer of [this.#listTimer, this.#readTimer]) this.#options.clock.clearTimeout(timer);
    this.#listTimer = undefined;
    this.#readTimer = undefined;
    this.#listing = undefined;
    this.#listedAt = Number.NEGATIVE_INFINITY;
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#wantedAt = Number.POSITIVE_INFINITY;
    this.#failure = undefined;
    this.#failures = 0;
    this.#isBehind = false;
  }

  /** Fetches the list now; callers at the same time share one round. Rejects with what kept it. */
  refresh(): Promise<void> {
    const run = this.#run;
    this.#listing ??= this.#list(run).finally(() => {
      if (run === this.#run) this.#listing = undefined;
    });
    return this.#listing;
  }

  /** Resolves when the list is at most a minute old. While it waits to try again, rejects with what kept it. */
  async fresh(): Promise<void> {
    if (this.#listing !== undefined) return this.#listing;
    if (this.#isRunning && this.#failure !== undefined) throw this.#failure;
    if (this.#options.clock.monotonic() - this.#listedAt >= LEAST_LIST_GAP_MS) await this.refresh();
  }

  /** Something may have happened that nobody pushed: the list is fetched, though not again and again. */
  soon(): void {
    this.#want(this.#beganAt + FLAP_MS);
  }

  /** A request failed: the list is how to hear that the cloud is back. Where it is being tried again anyway, that is soon enough. */
  doubt(): void {
    if (this.#failure === undefined) this.#want(this.#beganAt + LEAST_LIST_GAP_MS);
  }

  #want(at: number): void {
    if (!this.#isRunning) return;
    this.#wantedAt = Math.min(this.#wantedAt, at);
    if (this.#listing === undefined && this.#wantedAt < this.#dueAt) this.#planList(this.#wantedAt - this.#options.clock.monotonic());
  }

  async #list(run: number): Promise<void> {
    const { clock, list, onOutcome, random } = this.#options;
    clock.clearTimeout(this.#listTimer);
    this.#listTimer = undefined;
    this.#beganAt = clock.monotonic();
    this.#wantedAt = Number.POSITIVE_INFINITY;
    this.#dueAt = Number.POSITIVE_INFINITY;
    try {
      await list();
    } catch (thrown) {
      const error = toLumiotError(thrown, 'CLOUD_UNREACHABLE');
      if (run === this.#run) {
        this.#failures++;
        this.#failure = error;
        const longest = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 10));
        this.#planList(FIRST_RETRY_MS + (longest - FIRST_RETRY_MS) * random());
        onOutcome(error);
      }
      throw error;
    }
    if (run !== this.#run) return;
    const now = clock.monotonic();
    this.#listedAt = now;
    this.#failure = undefined;
    this.#failures = 0;
    this.#planList(Math.min(LIST_EVERY_MS * (0.9 + 0.2 * random()), this.#wantedAt - now));
    onOutcome(undefined);
    if (this.#isBehind) this.#catchUp();
  }

  #planList(delayMs: number): void {
    if (!this.#isRunning) return;
    const { clock } = this.#options;
    const ms = Math.max(0, delayMs);
    clock.clearTimeout(this.#listTimer);
    this.#dueAt = clock.monotonic() + ms;
    this.#listTimer = clock.setTimeout(() => void this.refresh().catch(() => {}), ms);
  }

  #planRead(): void {
    const { clock, isPushed, random } = this.#options;
    if (!this.#isRunning) return;
    const everyMs = isPushed() ? READ_UNPUSHED_EVERY_MS : READ_EVERY_MS;
    this.#readTimer = clock.setTimeout(() => void this.#read(), everyMs * (0.9 + 0.2 * random()));
  }

  /** The cloud is back: what was left out is read now. */
  #catchUp(): void {
    this.#options.clock.clearTimeout(this.#readTimer);
    void this.#read();
  }

  async #read(): Promise<void> {
    const { isPushed, isCutOff, read } = this.#options;
    const run = this.#run;
    this.#rounds++;
    const isFull = this.#isBehind || !isPushed() || this.#rounds % ROUNDS_PER_FULL_READ === 0;
    this.#isBehind = isCutOff();
    if (!this.#isBehind) await read(isFull ? 'all' : 'not-pushed').catch(() => {});
    if (run === this.#run) this.#planRead();
  }
}

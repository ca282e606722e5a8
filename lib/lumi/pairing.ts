/** The pairing window with a countdown. The gateway's own window lasts 30 s (lumi-lan.md §4.1); a longer one is opened again in time. */

import type { Clock, Timer } from '../home/clock';
import { toLumiotError } from '../home/errors';
import type { Ack } from './commander';
import type { Log } from './environment';

type Permit = (isOpen: boolean) => Promise<Ack>;
/** Hears the seconds left, every second; 0 when the window has closed: by itself, or because somebody closed it. */
type Listener = (secondsLeft: number, isExpired: boolean) => void;

const REOPEN_EVERY_S = 25;

export class Pairing {
  readonly #clock: Clock;
  readonly #permit: Permit;
  readonly #log: Log;
  readonly #listeners = new Set<Listener>();
  #timer: Timer | undefined;
  #secondsLeft = 0;
  #sinceOpened = 0;

  constructor(clock: Clock, permit: Permit, log: Log) {
    this.#clock = clock;
    this.#permit = permit;
    this.#log = log;
  }

  get secondsLeft(): number {
    return this.#secondsLeft;
  }

  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Opens the window, or begins its time anew. Resolves when the gateway acknowledged. */
  async open(seconds: number): Promise<Ack> {
    const ack = await this.#permit(true);
    this.#clock.clearTimeout(this.#timer);
    this.#secondsLeft = seconds;
    this.#sinceOpened = 0;
    this.#count();
    return ack;
  }

  async close(): Promise<Ack> {
    this.#end(false);
    return this.#permit(false);
  }

  /** Forgets the countdown without a word to the gateway, whose own window closes by itself. */
  forget(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#secondsLeft = 0;
    this.#listeners.clear();
  }

  #count(): void {
    this.#tell();
    this.#timer = this.#clock.setTimeout(() => {
      this.#secondsLeft--;
      this.#sinceOpened++;
      if (this.#secondsLeft <= 0) {
        this.#end(true);
        void this.#permitQuietly(false);
        return;
      }
      if (this.#sinceOpened >= REOPEN_EVERY_S) {
        this.#sinceOpened = 0;
        void this.#permitQuietly(true);
      }
      this.#count();
    }, 1_000);
  }

  #end(isExpired: boolean): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#secondsLeft === 0 && this.#sinceOpened === 0) return;
    this.#secondsLeft = 0;
    this.#sinceOpened = 0;
    this.#tell(isExpired);
  }

  #permitQuietly(isOpen: boolean): Promise<void> {
    return this.#permit(isOpen).then(
      () => {},
      (error: unknown) =>
        this.#log.warn(`The pairing window could not be ${isOpen ? 'kept open' : 'closed'}: ${toLumiotError(error, 'TIMEOUT').message}`),
    );
  }

  #tell(isExpired = false): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(this.#secondsLeft, isExpired);
      } catch (error) {
        this.#log.error(`A node failed on the pairing countdown: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}

/** The ringtones of one gateway and their end: the protocol knows no duration, so a tone that should end early is stopped by us. */

import type { Clock, Timer } from '../home/clock';
import { toLumiotError } from '../home/errors';
import type { Ack } from './commander';
import type { Log } from './environment';
import type { WireValues } from './format';

export interface Tone {
  /** Number of the ringtone (lumi-lan.md §4.4). */
  readonly tone: number;
  /** 0–100; absent = as set in the app. */
  readonly volume?: number;
  /** Seconds; 0 = to its end. */
  readonly duration: number;
}

/** Node-RED gives a closing node 15 s. */
const LAST_WORD_MS = 4_000;

type WriteFields = (fields: WireValues) => Promise<Ack>;

export class Ringer {
  readonly #clock: Clock;
  readonly #write: WriteFields;
  readonly #log: Log;
  #pending: { readonly timer: Timer; readonly stop: WireValues; readonly at: number } | undefined;

  constructor(clock: Clock, write: WriteFields, log: Log) {
    this.#clock = clock;
    this.#write = write;
    this.#log = log;
  }

  /** True while a tone plays that we have to stop. */
  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  /** Plays; a stop that was still to come for the tone before is forgotten. The time runs from the acknowledgement. */
  async play(tone: Tone, fields: WireValues, stop: WireValues): Promise<Ack> {
    const before = this.#pending;
    this.forget();
    try {
      const ack = await this.#write(fields);
      this.#stopAfter(tone.duration * 1_000, stop);
      return ack;
    } catch (error) {
      // The tone before may still ring: its end is due after all.
      if (before !== undefined) this.#stopAfter(Math.max(1, before.at - this.#clock.monotonic()), before.stop);
      throw error;
    }
  }

  stop(stop: WireValues): Promise<Ack> {
    this.forget();
    return this.#write(stop);
  }

  /** Sends the stop that is still to come, so that nothing rings on after a shutdown. Waits no longer than a shutdown may take. */
  async close(): Promise<void> {
    if (this.#pending === undefined) return;
    let timer: Timer | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = this.#clock.setTimeout(resolve, LAST_WORD_MS);
    });
    await Promise.race([this.#stopNow(), patience]);
    this.#clock.clearTimeout(timer);
  }

  /** Lets what plays play to its end. */
  forget(): void {
    this.#clock.clearTimeout(this.#pending?.timer);
    this.#pending = undefined;
  }

  async #stopNow(): Promise<void> {
    const pending = this.#pending;
    this.forget();
    if (pending === undefined) return;
    await this.#write(pending.stop).catch((error: unknown) =>
      this.#log.warn(`The ringtone could not be stopped: ${toLumiotError(error, 'TIMEOUT').message}`),
    );
  }

  /** 0 = never. */
  #stopAfter(delayMs: number, stop: WireValues): void {
    this.forget();
    if (delayMs === 0) return;
    const timer = this.#clock.setTimeout(() => void this.#stopNow(), delayMs);
    this.#pending = { timer, stop, at: this.#clock.monotonic() + delayMs };
  }
}

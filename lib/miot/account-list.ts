/** Fetches the list of an account's devices for one sign-in: an answer that comes after the sign-out, or after another sign-in, is none. */

import type { Clock, Timer } from '../home/clock';
import { LumiotError, toLumiotError } from '../home/errors';
import type { HomeList } from './cloud-device';

export interface ListOptions {
  readonly clock: Clock;
  /** Callers at the same time share one round. */
  readonly homes: () => Promise<HomeList>;
  /** Takes the list into use. */
  readonly onList: (list: HomeList) => void;
  readonly setUid: (uid: string) => Promise<void>;
  /** Keeps the tokens of devices by did that the list has. */
  readonly keepTokens: (tokens: ReadonlyMap<string, string>) => Promise<void>;
  readonly log: { readonly warn: (text: string) => void };
}

const CLOSE_MS = 5_000;

interface Round {
  readonly epoch: number;
  /** Never rejects. */
  readonly end: Promise<unknown>;
}

export class AccountList {
  readonly #options: ListOptions;
  /** Counts sign-ins and sign-outs. */
  #epoch = 0;
  #round: Round | undefined;
  #storing: Promise<void> = Promise.resolve();

  constructor(options: ListOptions) {
    this.#options = options;
  }

  /** What is under way is about a sign-in that is over. */
  outdate(): void {
    this.#epoch++;
  }

  async fetch(): Promise<void> {
    const epoch = this.#epoch;
    const list = await this.#homes(epoch);
    this.#check(epoch);
    this.#options.onList(list);
    this.#storing = this.#store(list, epoch);
    await this.#storing;
    this.#check(epoch);
  }

  /** What is under way ends, five seconds at most: a file that is being written is written to its end. Never rejects. */
  async close(): Promise<void> {
    this.outdate();
    const { clock } = this.#options;
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([this.#storing.catch(() => {}), late]);
    clock.clearTimeout(timer);
  }

  async #store({ uid, devices }: HomeList, epoch: number): Promise<void> {
    if (uid !== '') await this.#options.setUid(uid);
    this.#check(epoch);
    await this.#keepTokens(new Map(devices.filter(({ token }) => token !== '').map(({ did, token }) => [did, token])));
  }

  async #homes(epoch: number): Promise<HomeList> {
    // Rounds are shared: one of an older sign-in has to end before another one is about this account.
    while (this.#round !== undefined && this.#round.epoch !== epoch) {
      await this.#round.end;
      this.#check(epoch);
    }
    const homes = this.#options.homes();
    const round: Round = {
      epoch,
      end: homes
        .catch(() => {})
        .then(() => {
          if (this.#round === round) this.#round = undefined;
        }),
    };
    this.#round = round;
    return homes;
  }

  /** A full disk keeps nobody from his lamp. */
  async #keepTokens(tokens: ReadonlyMap<string, string>): Promise<void> {
    try {
      await this.#options.keepTokens(tokens);
    } catch (error) {
      this.#options.log.warn(`The tokens of Wi-Fi devices cannot be stored: ${toLumiotError(error, 'STORE_FAILED').message}`);
    }
  }

  #check(epoch: number): void {
    if (epoch !== this.#epoch)
      throw new LumiotError('CLOUD_UNREACHABLE', 'The sign-in changed while the devices were being listed. Try again in a moment.');
  }
}

/** When the tokens in use are to be refreshed: by their life, after a failure, and no more often than is good (miot-cloud.md §5.3, F5 to F8, F12). */

import type { Clock } from '../home/clock';
import { RefreshBackoff } from './refresh-backoff';
import { RefreshCircuit } from './refresh-circuit';
import { TokenLife } from './token-life';
import type { StoredTokens } from './token-record';

export class RefreshTiming {
  readonly backoff: RefreshBackoff;
  /** Somebody stopped in the middle of a refresh: it is made up for at once (F1). */
  hasDangling = false;
  readonly #clock: Clock;
  readonly #circuit: RefreshCircuit;
  #tokens: StoredTokens | undefined;
  #life: TokenLife | undefined;
  #skewMs = 0;
  /** The access token that the cloud has refused: it does not count as living. */
  #refused: string | undefined;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.backoff = new RefreshBackoff(clock, random);
    this.#circuit = new RefreshCircuit(clock);
  }

  /** From now on these tokens are in use. `skewMs`: how far the cloud's clock is ahead; the former one unless told. */
  adopt(tokens: StoredTokens | undefined, skewMs = this.#skewMs): void {
    this.#tokens = tokens;
    this.#skewMs = skewMs;
    this.#life = tokens === undefined ? undefined : new TokenLife(this.#clock, tokens, skewMs);
    if (tokens?.access !== this.#refused) this.#refused = undefined;
  }

  get life(): TokenLife | undefined {
    return this.#life;
  }

  /** The access token works as far as anybody knows. */
  get lives(): boolean {
    return this.untilExpiry > 0 && this.#tokens?.access !== this.#refused;
  }

  /** Milliseconds; whether the cloud refuses the token is another question. */
  get untilExpiry(): number {
    return this.#life?.untilExpiry ?? 0;
  }

  refuse(access: string): void {
    this.#refused = access;
  }

  /** What replaces the refused token cannot be had now, and it may have been good after all. */
  forgive(): void {
    this.#refused = undefined;
  }

  get isCircuitOpen(): boolean {
    return this.#circuit.remaining(this.#lifeMs) > 0;
  }

  /** To be told before the new tokens are adopted. */
  noteRenewal(): void {
    this.#circuit.renewed(this.#lifeMs);
  }

  noteRefusal(): void {
    this.#circuit.refused(this.#lifeMs);
  }

  /** After a failure. A disk that refuses is no reason to wait once the access token has ended. */
  isWaiting(isDisk: boolean): boolean {
    return this.backoff.remaining > 0 && (this.lives || !isDisk);
  }

  isDue(isDisk: boolean): boolean {
    if (this.#life === undefined || this.isWaiting(isDisk) || this.isCircuitOpen) return false;
    return this.hasDangling || this.backoff.isPending || !this.lives || this.#life.untilRefresh <= 0;
  }

  /** Milliseconds until `isDue` is worth asking again. */
  get nextIn(): number {
    const untilRefresh = this.backoff.isPending ? this.backoff.remaining : (this.#life?.untilRefresh ?? 0);
    return Math.max(untilRefresh, this.#circuit.remaining(this.#lifeMs));
  }

  /** For people: milliseconds since 1970. */
  get refreshAt(): number | undefined {
    const { remaining } = this.backoff;
    return remaining > 0 ? this.#clock.now() + remaining : this.#life?.refreshAt;
  }

  get #lifeMs(): number {
    return this.#life?.lifeMs ?? 0;
  }
}

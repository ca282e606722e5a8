/**
 * How long tokens still live, by two clocks: the wall clock goes on while the machine sleeps but jumps when somebody sets it,
 * the monotonic clock never jumps but may stand still (miot-cloud.md §5.3, F5, F6).
 */

import type { Clock } from '../home/clock';
import type { GrantedTokens } from './oauth-reply';
import type { StoredTokens } from './token-record';

const REFRESH_AT = 0.7;
const JITTER = 0.05;
/** A refresh token lives three months whatever the access token says; 0.7 of as much is less (miot-cloud.md §1.3). */
const LATEST_MS = 65 * 86_400_000;
/** What a request takes and what clocks differ by anyway. */
const IGNORED_SKEW_MS = 60_000;

/** How far the cloud's clock is ahead of this host's. */
export function skewOf(serverTime: number | undefined, now: number): number {
  if (serverTime === undefined || Math.abs(serverTime - now) < IGNORED_SKEW_MS) return 0;
  return serverTime - now;
}

/** Dates tokens that were granted now. `refresh`: the one in use, which goes on where the cloud gave no other. */
export function datedTokens(granted: GrantedTokens, refresh: string, now: number, random: () => number): StoredTokens {
  const untilRefresh = Math.min(granted.expiresInMs * REFRESH_AT, LATEST_MS) * (1 - JITTER + 2 * JITTER * random());
  return {
    access: granted.access,
    refresh: granted.refresh ?? refresh,
    obtainedAt: now,
    refreshAt: now + Math.round(untilRefresh),
    expiresAt: now + granted.expiresInMs,
  };
}

export class TokenLife {
  readonly #clock: Clock;
  readonly #tokens: StoredTokens;
  readonly #skewMs: number;
  readonly #adoptedAt: number;
  readonly #refreshIn: number;
  readonly #expiryIn: number;

  /** From this moment on the monotonic clock counts too. */
  constructor(clock: Clock, tokens: StoredTokens, skewMs: number) {
    this.#clock = clock;
    this.#tokens = tokens;
    this.#skewMs = skewMs;
    this.#adoptedAt = clock.monotonic();
    const now = this.#now();
    // A clock that was never set says they come from the future: then they are as good as new, and the cloud decides.
    this.#refreshIn = clamp(tokens.refreshAt - now, tokens.refreshAt - tokens.obtainedAt);
    this.#expiryIn = clamp(tokens.expiresAt - now, tokens.expiresAt - tokens.obtainedAt);
  }

  /** Milliseconds; due as soon as either clock says so. */
  get untilRefresh(): number {
    return Math.min(this.#tokens.refreshAt - this.#now(), this.#refreshIn - this.#elapsed());
  }

  /** Milliseconds; over only when both clocks say so: a token that has ended after all is refused by the cloud, no harm done. */
  get untilExpiry(): number {
    return Math.max(this.#tokens.expiresAt - this.#now(), this.#expiryIn - this.#elapsed());
  }

  /** By this host's clock, in milliseconds since 1970. */
  get refreshAt(): number {
    return this.#tokens.refreshAt - this.#skewMs;
  }

  get validUntil(): number {
    return this.#tokens.expiresAt - this.#skewMs;
  }

  get obtainedAt(): number {
    return this.#tokens.obtainedAt - this.#skewMs;
  }

  get lifeMs(): number {
    return this.#tokens.expiresAt - this.#tokens.obtainedAt;
  }

  #now(): number {
    return this.#clock.now() + this.#skewMs;
  }

  #elapsed(): number {
    return this.#clock.monotonic() - this.#adoptedAt;
  }
}

function clamp(ms: number, most: number): number {
  return Math.min(Math.max(ms, 0), most);
}

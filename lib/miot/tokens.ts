/** What the session gives to everything that talks to the cloud, and what it tells about itself. The contract between the rooms of lib/miot. */

import type { LumiotError } from '../home/errors';

/** An access token. Its generation says whether somebody has renewed it meanwhile. */
export interface AccessToken {
  readonly value: string;
  readonly generation: number;
}

/** Where requests get their token. Implemented by `Session`. */
export interface Tokens {
  /**
   * A token that should work; waits for a refresh that is due. Rejects with `NOT_CONFIGURED`, `MISCONFIGURED`, `LOGIN_NEEDED`,
   * or `CLOUD_UNREACHABLE` where the token has expired and the cloud does not answer, or `STORE_FAILED` where the file of the sign-in cannot be read.
   */
  current(): Promise<AccessToken>;
  /**
   * The cloud refused this token: gives another one, refreshed unless somebody has done so meanwhile (F11). Rejects like
   * `current`; a caller replays its request once with the new token and then gives up (F12).
   */
  renew(refused: AccessToken): Promise<AccessToken>;
}

export type SessionState =
  /** What is stored has not been read yet: how it stands is not known. */
  | { readonly phase: 'loading' }
  /** Settings are missing or wrong; nothing is tried. */
  | { readonly phase: 'unconfigured'; readonly error: LumiotError }
  /** Nobody has signed in yet, or signed out. */
  | { readonly phase: 'signed-out'; readonly error: LumiotError }
  | { readonly phase: 'connected' }
  | { readonly phase: 'refreshing' }
  /** A refresh failed for a passing reason; the access token may still live. */
  | { readonly phase: 'degraded'; readonly error: LumiotError }
  /** The cloud said for good that this sign-in is over. */
  | { readonly phase: 'sign-in-needed'; readonly error: LumiotError };

/** Moments in milliseconds since 1970, of this host's clock; undefined while unknown. */
export interface SessionView {
  readonly state: SessionState;
  readonly uid: string | undefined;
  /** When the access token ends. */
  readonly validUntil: number | undefined;
  readonly refreshedAt: number | undefined;
  /** When the next refresh is due, or the next attempt after a failed one. */
  readonly refreshAt: number | undefined;
  /** What the user should know although everything works: another account than before was signed in (F17). */
  readonly warning?: LumiotError | undefined;
}

/** A sign-in that waits for the user to come back from the authorise page. */
export interface SignIn {
  /** The authorise page. */
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

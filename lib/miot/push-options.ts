/** What the push connection needs of its account, and the states it is in. */

import type { Clock } from '../home/clock';
import type { PushEvent } from './push-events';
import type { AccountSettings } from './settings';
import type { Tokens } from './tokens';

/**
 * `off`: nobody needs it. `waiting`: it comes back by itself after a while. `refused`: the broker or the sign-in says no;
 * it asks again every few minutes, and at once with a new token.
 */
export type PushState = 'off' | 'connecting' | 'connected' | 'waiting' | 'refused';

export interface PushLog {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

export interface PushOptions {
  readonly settings: AccountSettings;
  readonly tokens: Tokens;
  /** Client id of the session; undefined while nobody has signed in. */
  readonly deviceId: () => string | undefined;
  readonly clock: Clock;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly log: PushLog;
  readonly onEvent: (event: PushEvent) => void;
  /** A session began and its subscriptions are in force: whatever happened before has to be read. */
  readonly onConnected: () => void;
  /** Devices followed later are subscribed to now: what is read from here on misses nothing. */
  readonly onSubscribed?: (dids: readonly string[]) => void;
}

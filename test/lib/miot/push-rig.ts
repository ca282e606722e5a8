/** A push connection under test: tokens that a test hands out, a clock that it moves, and everything that was told. */

import { Push, type PushOptions, type PushState } from '../../../lib/miot/push';
import type { PushEvent } from '../../../lib/miot/push-events';
import { checkAccountSettings } from '../../../lib/miot/settings';
import type { AccessToken, Tokens } from '../../../lib/miot/tokens';
import { ManualClock } from '../../support/clock';

export const CLIENT_ID = '1234567890123456789';
export const DEVICE_ID = 'ha.0123456789abcdef0123456789abcdef';

/** Tokens as the session gives them, without the cloud behind it. */
export class Purse implements Tokens {
  token: AccessToken;
  renewals = 0;
  /** What a renewal brings; undefined: it fails with `error`. */
  next: string | undefined;
  error: unknown;

  constructor(value: string) {
    this.token = { value, generation: 1 };
  }

  async current(): Promise<AccessToken> {
    if (this.error !== undefined) throw this.error;
    return this.token;
  }

  async renew(refused: AccessToken): Promise<AccessToken> {
    if (refused.generation !== this.token.generation) return this.token;
    this.renewals++;
    if (this.next === undefined) throw this.error ?? new Error('nothing to renew with');
    this.hold(this.next);
    return this.token;
  }

  hold(value: string): void {
    this.token = { value, generation: this.token.generation + 1 };
  }
}

export interface Rig {
  readonly push: Push;
  readonly clock: ManualClock;
  readonly purse: Purse;
  readonly events: PushEvent[];
  readonly states: PushState[];
  readonly lines: string[];
  /** What `onConnected` and `onSubscribed` told, in order: '' is a new session. */
  readonly readings: string[];
}

export function rig(
  mqttHost: string,
  options: { token?: string; caFile?: string; random?: () => number } & Partial<PushOptions> = {},
): Rig {
  const { token = 'V3_first-token', caFile = '', ...rest } = options;
  const { settings, problems } = checkAccountSettings({ clientId: CLIENT_ID, mqttHost, caFile });
  if (problems.length > 0) throw problems[0];
  const clock = new ManualClock();
  const purse = new Purse(token);
  const events: PushEvent[] = [];
  const states: PushState[] = [];
  const lines: string[] = [];
  const readings: string[] = [];
  const say = (level: string) => (text: string) => void lines.push(`${level} ${text}`);
  const push = new Push({
    settings,
    tokens: purse,
    deviceId: () => DEVICE_ID,
    clock,
    random: () => 0.5,
    log: { info: say('info'), warn: say('warn'), error: say('error') },
    onEvent: (event) => void events.push(event),
    onConnected: () => void readings.push(''),
    onSubscribed: (dids) => void readings.push(...dids),
    ...rest,
  });
  push.watch((state) => void states.push(state));
  return { push, clock, purse, events, states, lines, readings };
}

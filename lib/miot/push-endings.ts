/** What the end of a session means: whether to come back soon, after a while, or with another password, and what to tell people. */

import type { Ending } from './push-connection';

export interface Verdict {
  /**
   * `soon`: with backoff. `renew`: the password was refused. `refused`: nothing will change by itself. `taken-over`: not before a minute
   * has passed, or two clients push each other out for ever.
   */
  readonly next: 'soon' | 'renew' | 'refused' | 'taken-over';
  readonly level: 'info' | 'warn';
  readonly text: string;
}

/** CONNACK: bad user name or password, not authorised; the two numbers before MQTT 5 had for them. */
const wrongPassword = new Set([0x86, 0x87, 4, 5]);
/** CONNACK: protocol version, client id, banned, authentication method. */
const unwanted = new Set([0x84, 0x85, 0x8a, 0x8c, 1, 2]);

/** `broker` is its host, for people. */
export function judge(ending: Ending, broker: string): Verdict {
  switch (ending.kind) {
    case 'taken-over':
      return {
        next: 'taken-over',
        level: 'warn',
        text:
          `${broker} closed the push connection: another client uses the same device id. Is the same account running twice, ` +
          'for example in a copied flow? Sign in separately there. It is tried again in a minute or two.',
      };
    case 'untrusted':
      return {
        next: 'soon',
        level: 'warn',
        text:
          `${broker} is not trusted for push messages: ${ending.text}. ` +
          'Where a company or a proxy inspects TLS, enter its certificate in "CA file".',
      };
    case 'lost':
      return { next: 'soon', level: 'info', text: `The push connection to ${broker} ended: ${ending.text}. It comes back by itself.` };
    case 'refused':
      if (wrongPassword.has(ending.reason))
        return {
          next: 'renew',
          level: 'warn',
          text: `${broker} refuses the access token for push messages: ${ending.text}. Commands may still work; if this stays, sign in again.`,
        };
      return {
        next: unwanted.has(ending.reason) ? 'refused' : 'soon',
        level: 'warn',
        text: `${broker} does not accept the push connection: ${ending.text}. It is tried again later.`,
      };
  }
}

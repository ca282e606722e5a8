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

/** So many sessions in a row that began well and were closed at once, without a reason, look like a take-over. */
const SUSPICIOUS = 3;

const TWICE =
  'Is the same account running twice, for example in a copied flow? Sign in separately there. It is tried again in a minute or two.';

/** `broker` is its host, for people; `brief` the number of sessions in a row, this one included, that were closed soon after they began. */
export function judge(ending: Ending, broker: string, brief = 0): Verdict {
  switch (ending.kind) {
    case 'taken-over':
      return {
        next: 'taken-over',
        level: 'warn',
        text: `${broker} closed the push connection: another client uses the same device id. ${TWICE}`,
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
      // Mosquitto 2.0, for one, takes a session over without DISCONNECT.
      if (ending.isSilent && brief >= SUSPICIOUS)
        return {
          next: 'taken-over',
          level: 'warn',
          text: `${broker} keeps closing the push connection soon after it begins: perhaps another client uses the same device id. ${TWICE}`,
        };
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

/** The write key: the gateway's rotating token encrypted under the LAN password (lumi-lan.md §2.7). */

import { createCipheriv } from 'node:crypto';
import { LumiotError } from '../home/errors';
import { TOKEN_LENGTH } from './frame';

// Fixed by the vendor's document for every gateway.
const initialisationVector = Buffer.from('17996d093d28ddb3ba695a2e6f58562e', 'hex');
const LAN_KEY = /^[\x21-\x7e]{16}$/;

/** True for a text that can be a LAN key: 16 ASCII characters. */
export function isLanKey(key: string): boolean {
  return LAN_KEY.test(key);
}

/**
 * 32 upper-case hex digits that prove to the gateway that we know its LAN key.
 * Throws `KEY_INVALID` for a key that is not 16 ASCII characters, `TIMEOUT` never; a token of another length is `KEY_INVALID` too,
 * because no key can be made from it.
 */
export function writeKey(lanKey: string, token: string): string {
  if (!isLanKey(lanKey)) {
    throw new LumiotError(
      'KEY_INVALID',
      `The LAN key must be exactly 16 letters and digits, but has ${lanKey.length} characters. Copy it again from Mi Home › gateway › About › LAN protocol.`,
    );
  }
  if (token.length !== TOKEN_LENGTH) {
    throw new LumiotError(
      'KEY_INVALID',
      `The gateway's token must have 16 characters, but has ${token.length}. Wait for its next heartbeat.`,
    );
  }
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(lanKey, 'latin1'), initialisationVector).setAutoPadding(false);
  return Buffer.concat([cipher.update(token, 'latin1'), cipher.final()])
    .toString('hex')
    .toUpperCase();
}

/** The write key of the newest token. Made when the token arrives, once it is known that commands come: they need not wait for it then. */
export class ReadyKey {
  #lanKey: string | undefined;
  #token = '';
  #key = '';

  /** A token arrived. */
  prepare(token: string): void {
    if (this.#lanKey !== undefined && token !== this.#token) this.of(this.#lanKey, token);
  }

  /** See `writeKey`. */
  of(lanKey: string, token: string): string {
    if (lanKey === this.#lanKey && token === this.#token) return this.#key;
    this.#key = writeKey(lanKey, token);
    this.#lanKey = lanKey;
    this.#token = token;
    return this.#key;
  }
}

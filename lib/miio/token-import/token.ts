/** A device's token as the apps and their files spell it (miio-lan.md §8, §8.3). */

import { createDecipheriv } from 'node:crypto';

export type TokenReading = { readonly ok: true; readonly token: string } | { readonly ok: false; readonly reason: string };

/** The iPhone app encrypts tokens under a key of zeros. */
const APPLE_KEY = Buffer.alloc(16);
const BLOCK = 16;
const HEX_TOKEN = /^[0-9a-f]{32}$/i;
const CONST_TOKEN = /^(0{32}|f{32})$/;

const reasons = {
  missing: 'It has no token. Devices behind Bluetooth or a gateway have none; others get one when they are added in the app.',
  invalid: 'Its token is not 32 hexadecimal digits. Export it again, or take it from another source.',
  hidden: 'Its token is hidden (all zeros or all f). Take it from another source.',
  undecryptable: 'Its encrypted token cannot be read. Make the backup of the phone again, or take the token from another source.',
};

/** 32 hexadecimal digits; 64 or 96 as an iPhone stores them; 16 characters or bytes as they are. */
export function readToken(stored: string | Uint8Array): TokenReading {
  const text = typeof stored === 'string' ? stored : Buffer.from(stored).toString('latin1');
  const digits = text.trim();
  if (HEX_TOKEN.test(digits)) return checked(digits);
  if (text.length === BLOCK && (typeof stored !== 'string' || /^[\x20-\x7e]+$/.test(text)))
    return checked(Buffer.from(text, 'latin1').toString('hex'));
  if (digits === '') return { ok: false, reason: reasons.missing };
  if (/^([0-9a-f]{64}|[0-9a-f]{96})$/i.test(digits)) return decrypt(Buffer.from(digits, 'hex'));
  return { ok: false, reason: reasons.invalid };
}

/** Two blocks of digits; a third one, if there is one, is padding and shows that the key fits. */
function decrypt(encrypted: Buffer): TokenReading {
  const decipher = createDecipheriv('aes-128-ecb', APPLE_KEY, null).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(encrypted), decipher.final()]);
  const digits = plain.toString('latin1', 0, 2 * BLOCK);
  const isPadded = plain.subarray(2 * BLOCK).every((byte) => byte === BLOCK);
  return isPadded && HEX_TOKEN.test(digits) ? checked(digits) : { ok: false, reason: reasons.undecryptable };
}

function checked(digits: string): TokenReading {
  const token = digits.toLowerCase();
  return CONST_TOKEN.test(token) ? { ok: false, reason: reasons.hidden } : { ok: true, token };
}

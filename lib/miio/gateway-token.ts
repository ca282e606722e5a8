/** The device token of a gateway as people have it, read forgivingly (miio-lan.md §8). */

import { createDecipheriv } from 'node:crypto';

const PLAIN = /^[0-9a-f]{32}$/;
/** As the iOS app keeps it: the 32 digits as text, encrypted under a key of zeros, with a block of padding behind (miio-lan.md §8.3). */
const OF_IOS = /^[0-9a-f]{96}$/;
/** What a device tells instead of its token. */
const NONE = /^(0+|f+)$/;

/** 32 hexadecimal digits in lower case; undefined for what is no token. */
export function readToken(text: string): string | undefined {
  const typed = text.trim().toLowerCase();
  const token = OF_IOS.test(typed) ? decrypted(typed) : typed;
  return PLAIN.test(token) && !NONE.test(token) ? token : undefined;
}

function decrypted(digits: string): string {
  const decipher = createDecipheriv('aes-128-ecb', Buffer.alloc(16), null);
  try {
    return Buffer.concat([decipher.update(digits, 'hex'), decipher.final()])
      .toString('latin1')
      .toLowerCase();
  } catch {
    return ''; // its padding is wrong: 96 digits of something else
  }
}

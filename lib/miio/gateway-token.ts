/** A device token as somebody types or pastes it into a field (miio-lan.md §8). */

import { readToken as readStored } from './token-import/token';

/** As the device has it, or as the iOS app keeps it. Not as 16 characters: those are the LAN key, typed into the wrong field. */
const TYPED = /^([0-9a-f]{32}|[0-9a-f]{96})$/i;

/** 32 hexadecimal digits in lower case; undefined for what is no token. */
export function readToken(text: string): string | undefined {
  const typed = text.trim();
  const reading = TYPED.test(typed) ? readStored(typed) : undefined;
  return reading?.ok ? reading.token : undefined;
}

/** The error texts of a gateway (lumi-lan.md §7). Compared without case, because firmware versions differ. */

export const NO_DEVICE = 'no device';
export const UNSUPPORTED_DEVICE = 'unsupported device';
const INVALID_KEY = 'invalid key';

export function isErrorText(text: string, known: string): boolean {
  return text.trim().toLowerCase() === known;
}

/** True for the refusal that a wrong LAN key and a stale token have in common. */
export function isKeyRefusal(text: string): boolean {
  return isErrorText(text, INVALID_KEY);
}

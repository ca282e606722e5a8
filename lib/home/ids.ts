/** Sids as people type them, as the wire spells them, and as we compare them. */

const PREFIX = /^lumi\./i;
const SEPARATORS = /[\s:.-]/g;
const HEX = /^[0-9a-f]+$/;
const LEADING_ZEROS = /^0+/;
const GATEWAY_SID_LENGTH = 12;
const ZERO = 48;
const NINE = 57;
const SMALL_A = 97;
const SMALL_F = 102;

/**
 * The sid under which a device or gateway is known everywhere: lower case, without separators or a `lumi.` prefix and
 * without leading zeros, then padded to the 12 digits of a gateway's MAC, because the wire drops leading zeros of both
 * (lumi-lan.md §2.2). Children have 14 digits and are never padded.
 * Text that is not hexadecimal comes back trimmed and in lower case, so that an unknown form can still be compared.
 */
export function normalizeSid(text: string): string {
  if (isNormal(text)) return text;
  const bare = text.trim().replace(PREFIX, '').toLowerCase();
  const digits = bare.replace(SEPARATORS, '');
  if (!HEX.test(digits)) return bare;
  return digits.replace(LEADING_ZEROS, '').padStart(GATEWAY_SID_LENGTH, '0');
}

/** What nearly every sid on the wire is: 12 digits or more, in lower case, no leading zero. */
function isNormal(text: string): boolean {
  const { length } = text;
  if (length < GATEWAY_SID_LENGTH || text.charCodeAt(0) === ZERO) return false;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (!((code >= ZERO && code <= NINE) || (code >= SMALL_A && code <= SMALL_F))) return false;
  }
  return true;
}

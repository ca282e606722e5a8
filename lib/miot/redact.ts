/** Takes secrets out of text before anybody reads it: errors, log lines, answers of the cloud (miot-cloud.md §5.3, F21). */

const HIDDEN = '…';

/** Lengths are bounded, so that hostile text costs no more than its length. */
const patterns: readonly (readonly [RegExp, string])[] = [
  // The token endpoint has its tokens in the query: no query survives.
  [/(https?:\/\/[^\s"'?#]{0,2000})\?[^\s"']*/gi, `$1?${HIDDEN}`],
  // The same as a path alone, as a server logs it.
  [/\bdata=(?:%7B|\{)[^\s&]*/gi, `data=${HIDDEN}`],
  // A proxy's password.
  [/\b([a-z][a-z\d+.-]{0,20}:\/\/)[^\s"'/?#@]+@/gi, `$1${HIDDEN}@`],
  [/\bBearer\s*[^\s"',;]+/gi, `Bearer${HIDDEN}`],
  // Whatever stands before: percent-encoded quotes end with a digit.
  [/[VR]3_[\w.~+/=%-]+/g, HIDDEN],
  // As JSON, as JSON inside JSON, and as a query or form.
  [
    /(\\{0,8}["']?\b(?:access_token|refresh_token|mac_key|token|code|password|storeKey)\b\\{0,8}["']?\s*[:=]\s*)(\\{0,8}["'])(?:(?!\2).){0,10000}(?:\2|$)/gi,
    `$1$2${HIDDEN}$2`,
  ],
  [/\b((?:access_token|refresh_token|mac_key|code|token)=)[^\s&"']+/gi, `$1${HIDDEN}`],
  // Where a name says enough, without quotes as well.
  [/\b((?:access_token|refresh_token|mac_key|storeKey)\s*[:=]\s*)[^\s"',;}&]+/gi, `$1${HIDDEN}`],
];

/** `secrets` are values known to be secret, whatever they look like; short ones would hide ordinary words and are left. */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let clean = text;
  // The longest first: one may begin with another, and its rest would stay.
  for (const secret of [...secrets].filter(({ length }) => length >= 6).sort((one, other) => other.length - one.length)) {
    for (const spelt of [secret, percentEncoded(secret), inJson(secret)]) clean = clean.replaceAll(spelt, HIDDEN);
  }
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean;
}

function inJson(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}

/** Half a surrogate pair cannot be encoded, and is not found in encoded text either. */
function percentEncoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret;
  }
}

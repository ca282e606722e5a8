/** Takes secrets out of text before anybody reads it: errors, log lines, answers of the cloud (miot-cloud.md §5.3, F21). */

const HIDDEN = '…';

const patterns: readonly (readonly [RegExp, string])[] = [
  // The token endpoint has its tokens in the query: no query survives.
  [/(https?:\/\/[^\s"'?#]*)\?[^\s"']*/gi, `$1?${HIDDEN}`],
  [/\bBearer\s*[^\s"',;]+/gi, `Bearer${HIDDEN}`],
  [/\b[VR]3_[\w.~+/=-]+/g, HIDDEN],
  // As JSON, as JSON inside JSON, and as a query or form.
  [
    /(\\*["']?\b(?:access_token|refresh_token|mac_key|token|code|password|storeKey)\b\\*["']?\s*[:=]\s*)(\\*["'])(?:(?!\2).)*\2/gi,
    `$1$2${HIDDEN}$2`,
  ],
  [/\b((?:access_token|refresh_token|mac_key|code|token)=)[^\s&"']+/gi, `$1${HIDDEN}`],
];

/** `secrets` are values known to be secret, whatever they look like; short ones would hide ordinary words and are left. */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < 6) continue;
    clean = clean.replaceAll(secret, HIDDEN).replaceAll(encodeURIComponent(secret), HIDDEN);
  }
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean;
}

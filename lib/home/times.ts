/** Moments as people and messages spell them. */

let second = Number.NaN;
let prefix = '';

/**
 * ISO 8601, as `Date.toISOString` has it. Every message carries such a moment and nearly all are of this second: only the milliseconds
 * are spelled anew.
 */
export function isoTime(ms: number): string {
  const whole = Math.floor(ms / 1_000);
  if (whole !== second) {
    prefix = new Date(whole * 1_000).toISOString().slice(0, -'000Z'.length);
    second = whole;
  }
  const rest = Math.floor(ms - whole * 1_000);
  return `${prefix}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
}

/** How long the push connection waits before it comes back, by why it went (miot-cloud.md §3.1, §3.4). */

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** However small the number chance gives: never a tight loop. */
const SHORTEST_MS = 200;
const TAKE_OVER_MS = 60_000;
const REFUSED_MS = 300_000;

/** A session that lived this long was a good one: the next failure is the first again. */
export const STABLE_MS = 60_000;

/** Doubles with each failure in a row, with full jitter: after an outage not every house comes back in the same second. */
export function backoffMs(failures: number, random: () => number): number {
  const limit = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16));
  return Math.max(SHORTEST_MS, Math.round(random() * limit));
}

/** Two clients with one id push each other out: at least a minute, and not both at the same moment. */
export function takeOverMs(random: () => number): number {
  return Math.round(TAKE_OVER_MS * (1 + random()));
}

/** Nothing will change by itself soon. */
export function refusedMs(random: () => number): number {
  return Math.round(REFUSED_MS * (0.9 + 0.2 * random()));
}

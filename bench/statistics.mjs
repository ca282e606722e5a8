// Medians, quantiles and who goes first: what makes single runs on a noisy machine comparable.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}

/**
 * Runs every subject once a round, in turns: each round begins with another one. Gives for each subject the list of its results.
 * `run(subject)` measures one life of one subject.
 */
export async function interleave(rounds, subjects, run) {
  const results = Object.fromEntries(subjects.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round++) {
    const order = subjects.map((_, index) => subjects[(index + round) % subjects.length]);
    for (const subject of order) results[subject].push(await run(subject));
  }
  return results;
}

/** The median of one figure of each result. */
export function medianOf(results, figure) {
  return median(results.map((result) => result[figure]));
}

/**
 * The median of the ratios round by round: what the machine does to one round it does to both sides of the ratio.
 */
export function medianRatio(results, references, figure) {
  return median(results.map((result, round) => result[figure] / references[round][figure]));
}

/** A run that lost more than this says nothing about the cost of a report. */
export const ENOUGH = 0.999;
const TRIES = 3;

/**
 * Measures every subject in turns, forth and back, so that what grows or fades meanwhile counts for all; again, up to three times, where
 * reports were lost on any side. `measure(name)` gives at least `{ sent, received }`. `merge` makes one result of the two of a name.
 */
export async function inTurns(turns, measure, merge, tries = TRIES) {
  const tried = [];
  for (let attempt = 0; attempt < tries; attempt++) {
    const results = new Map(turns.map((name) => [name, []]));
    for (const name of [...turns, ...[...turns].reverse()]) results.get(name).push(await measure(name));
    const merged = Object.fromEntries([...results].map(([name, both]) => [name, withDelivery(merge(both), both)]));
    const isValid = Object.values(merged).every(({ delivered }) => delivered >= ENOUGH);
    tried.push({ isValid, ...merged });
    if (isValid) break;
  }
  return tried;
}

function withDelivery(result, both) {
  const sum = (what) => both.reduce((total, one) => total + one[what], 0);
  return { ...result, sent: sum('sent'), received: sum('received'), delivered: sum('received') / sum('sent') };
}

/** CPU of two runs as one. */
export function mergedCpu(both) {
  const received = both.reduce((sum, one) => sum + one.received, 0);
  return { cpuUs: both.reduce((sum, { cpuUs, received: count }) => sum + cpuUs * count, 0) / received };
}

/**
 * One figure of two subjects over all rounds: medians and the median of the ratios, of those rounds alone in which nothing was lost.
 * `roundsOf[n]` is what `inTurns` gave in the n-th round.
 */
export function compared(roundsOf, ours, reference, figure) {
  const valid = roundsOf.map((tried) => tried.at(-1)).filter(({ isValid }) => isValid);
  const about = { valid: valid.length, of: roundsOf.length };
  if (valid.length === 0) return about;
  const values = (name) => valid.map((round) => round[name][figure]);
  const [own, others] = [values(ours), values(reference)];
  return { ...about, ours: median(own), reference: median(others), ratio: median(own.map((value, round) => value / others[round])) };
}

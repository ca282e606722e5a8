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

/** What the fuzzer needs of a thing to be fuzzed: how a case is made, and who judges what becomes of it. */

import type { Random } from './random';

export interface Target<Case = unknown> {
  readonly name: string;
  /** A case is JSON, so that a finding can be kept in corpus/. */
  readonly make: (random: Random) => Case;
  /** What is wrong, or undefined. Runs the code under test and holds what comes out against the oracle. */
  readonly judge: (one: Case) => string | undefined;
  /** True where the code took the case, false where it refused it: a target whose cases all end alike tests little. */
  readonly isTaken: (one: Case) => boolean;
}

export interface Outcome {
  readonly cases: number;
  readonly taken: number;
  /** The first twenty, each with its case. */
  readonly findings: readonly Finding[];
  /** Names that appeared on what every object has. */
  readonly pollution: readonly string[];
}

export interface Finding {
  readonly wrong: string;
  readonly one: unknown;
}

const MOST_FINDINGS = 20;

/** Runs so many cases of a target. Never throws: what throws is a finding. */
export function fuzz(target: Target, cases: number, random: Random): Outcome {
  const before = new Set(Object.getOwnPropertyNames(Object.prototype));
  const findings: Finding[] = [];
  let taken = 0;
  for (let index = 0; index < cases; index++) {
    const one = target.make(random);
    const wrong = objection(target, one);
    if (wrong !== undefined && findings.length < MOST_FINDINGS) findings.push({ wrong, one });
    if (wrong === undefined && target.isTaken(one)) taken++;
  }
  const pollution = Object.getOwnPropertyNames(Object.prototype).filter((name) => !before.has(name));
  return { cases, taken, findings, pollution };
}

/** The judgement of one case, an escaped exception included. */
export function objection(target: Target, one: unknown): string | undefined {
  try {
    return target.judge(one);
  } catch (error) {
    return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

/**
 * Random and broken datagrams, by the thousand: nothing throws, nothing leaks, and whatever comes through is a well-formed reading.
 * Runs in a process of its own, where garbage can be collected on demand. LUMIOT_FUZZ_CASES sets how many, LUMIOT_FUZZ_SEED which.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

interface Outcome {
  readonly cases: number;
  readonly updates: number;
  readonly malformed: number;
  readonly faults: readonly string[];
  readonly heapGrowth: number;
  readonly pollution: readonly string[];
}

async function fuzz(cases: number, seed: number): Promise<Outcome> {
  const program = join(__dirname, '..', '..', 'support', 'fuzz.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', program, String(cases), String(seed)], {
    maxBuffer: 16_000_000,
  });
  return JSON.parse(stdout) as Outcome;
}

describe('random datagrams', () => {
  const cases = Number(process.env.LUMIOT_FUZZ_CASES ?? 10_000);
  const seed = Number(process.env.LUMIOT_FUZZ_SEED ?? 20_240_601);
  let outcome: Outcome;

  before(async function () {
    this.timeout(60_000 + cases * 10);
    outcome = await fuzz(cases, seed);
  });

  it('never throw, and what comes through is a well-formed reading', () => assert.deepEqual(outcome.faults, []));

  it('are not all the same to us: some are read, some are refused', () => {
    assert.equal(outcome.cases, cases);
    assert.ok(outcome.updates > cases / 20, `${outcome.updates} updates`);
    assert.ok(outcome.malformed > cases / 50, `${outcome.malformed} malformed`);
  });

  it('change nothing that every object has', () => assert.deepEqual(outcome.pollution, []));

  it('cost no memory for long', () => {
    assert.ok(outcome.heapGrowth <= 2_000_000, `the heap grew by ${outcome.heapGrowth} bytes in the second half`);
  });
});

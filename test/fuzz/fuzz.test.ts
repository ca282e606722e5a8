/**
 * Random input by the thousand, each case judged by an oracle that works the answer out a second time. Findings of the past are in corpus/.
 * LUMIOT_FUZZ_CASES sets how many cases each target gets, LUMIOT_FUZZ_SEED which; `run.ts` runs one target by hand.
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from './random';
import { fuzz, objection } from './target';
import { targets } from './targets';

interface Kept {
  readonly target: string;
  readonly cases: readonly { readonly why: string; readonly one: unknown }[];
}

const cases = Number(process.env.LUMIOT_FUZZ_CASES ?? 2_000);
const seed = Number(process.env.LUMIOT_FUZZ_SEED ?? 20_261_101);

describe('random input', () => {
  for (const target of targets) {
    it(`comes to what the oracle says: ${target.name}`, function () {
      this.timeout(30_000 + cases);
      const { findings, taken, pollution } = fuzz(target, cases, new Random(seed));
      assert.deepEqual(findings, []);
      assert.deepEqual(pollution, []);
      // Neither all taken nor all refused: both sides of the rule were tried.
      assert.ok(taken > cases / 20 && taken < cases * 0.95, `${taken} of ${cases} were taken`);
    });
  }

  it('is judged by a judge that can say no', () => {
    const wrongs = targets.map((target) => {
      const blind = { ...target, judge: () => 'no' };
      return fuzz(blind, 3, new Random(1)).findings.length;
    });
    assert.deepEqual(
      wrongs,
      targets.map(() => 3),
    );
    const throwing = { name: 'x', make: () => 1, isTaken: () => true, judge: () => assert.fail('an exception') };
    assert.match(objection(throwing, 1) ?? '', /threw AssertionError/);
  });
});

describe('what was found before', () => {
  const folder = join(__dirname, 'corpus');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

  it('is kept for every target', () => assert.equal(files.length, targets.length));

  for (const file of files) {
    const { target: name, cases: kept } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Kept;
    const target = targets.find((one) => one.name === name);
    for (const { why, one } of kept) {
      it(`${name}: ${why}`, () => {
        assert.ok(target !== undefined, `there is no target ${name}`);
        assert.equal(objection(target, one), undefined);
      });
    }
  }
});

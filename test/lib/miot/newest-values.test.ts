/** Reads that pushes overtake. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import type { CloudValue, PropertyResult } from '../../../lib/miot/cloud-device';
import { NewestValues } from '../../../lib/miot/newest-values';

const ref = { did: '1', siid: 2, piid: 1 };
const read = (value: CloudValue, piid = 1): PropertyResult => ({ ...ref, piid, ok: true, value, isAccepted: false });

describe('a read', () => {
  let newest: NewestValues;
  let answers: ((results: readonly PropertyResult[]) => void)[];
  const ask = async (): Promise<unknown> =>
    (await newest.during(() => new Promise((resolve) => answers.push(resolve)))).map((result) => (result.ok ? result.value : 'failed'));

  beforeEach(() => {
    newest = new NewestValues();
    answers = [];
  });

  it('has what was pushed while it was under way, and of what was pushed before what it says', async () => {
    newest.pushed(ref, 'before');
    const asked = ask();
    newest.pushed({ ...ref, piid: 2 }, 'pushed');
    newest.pushed({ ...ref, piid: 2 }, 'pushed again');
    answers[0]?.([read('a'), read('b', 2), read('c', 3)]);
    assert.deepEqual(await asked, ['a', 'pushed again', 'c']);
  });

  it('has nothing that was pushed before it, though another one was under way', async () => {
    const first = ask();
    newest.pushed(ref, 'pushed');
    const second = ask();
    answers[1]?.([read('a')]);
    assert.deepEqual(await second, ['a']);
    answers[0]?.([read('b')]);
    assert.deepEqual(await first, ['pushed']);
  });

  it('that failed stays failed', async () => {
    const asked = ask();
    newest.pushed(ref, 'pushed');
    answers[0]?.([{ ...ref, ok: false, error: new LumiotError('TIMEOUT', 'Late.'), code: 0 }]);
    assert.deepEqual(await asked, ['failed']);
    await assert.rejects(newest.during(() => Promise.reject(new Error('x'))));
  });
});

/** What one caller gets of several requests. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { type PropertyOutcome, resultsOf } from '../../../lib/miot/batch-outcome';
import type { PropertyRef } from '../../../lib/miot/cloud-device';

const ref = (piid: number): PropertyRef => ({ did: '1', siid: 2, piid });
const answered = (piid: number): PropertyOutcome => ({ result: { ...ref(piid), ok: true, value: piid, isAccepted: false } });
const away = new LumiotError('CLOUD_UNREACHABLE', 'The cloud is away. Try again later.');
const busy = new LumiotError('RATE_LIMITED', 'That was too much. Wait a while.');

describe('what several requests came to', () => {
  it('is a result for each property, in the order asked for', () => {
    assert.deepEqual(resultsOf([ref(2), ref(1)], [answered(2), answered(1)]), [
      { ...ref(2), ok: true, value: 2, isAccepted: false },
      { ...ref(1), ok: true, value: 1, isAccepted: false },
    ]);
  });

  it('is an error of its own for what was not answered, wherever it stands', () => {
    const lost = { ...ref(1), ok: false, error: away, code: 0 };
    const good = { ...ref(2), ok: true, value: 2, isAccepted: false };
    assert.deepEqual(resultsOf([ref(1), ref(2)], [{ refused: away }, answered(2)]), [lost, good]);
    assert.deepEqual(resultsOf([ref(2), ref(1)], [answered(2), { refused: away }]), [good, lost]);
  });

  it('is the first error where nothing was answered', () => {
    assert.throws(
      () => resultsOf([ref(1), ref(2)], [{ refused: busy }, { refused: away }]),
      (error) => error === busy,
    );
  });

  it('names the property that was asked for, without what else the caller knows of it', () => {
    const asked = { ...ref(1), value: 'planted' };
    assert.deepEqual(resultsOf([asked, ref(2)], [{ refused: away }, answered(2)])[0], { ...ref(1), ok: false, error: away, code: 0 });
  });

  it('is nothing where nothing was asked, or nothing is known', () => {
    assert.deepEqual(resultsOf([], []), []);
    assert.deepEqual(
      resultsOf([ref(1), ref(2)], [answered(1)]).map(({ piid }) => piid),
      [1],
    );
  });
});

import assert from 'node:assert/strict';
import { type ErrorCode, LumiotError } from '../../../lib/home/errors';
import type { PropertyResult } from '../../../lib/miot/cloud-device';
import { fateOf, mayHaveWorked, withFates } from '../../../lib/miot/write-fates';

const ref = { did: 'a', siid: 2, piid: 1 };
const error = (code: ErrorCode): LumiotError => new LumiotError(code, 'It failed. Try again.');

describe('what became of values that were set together', () => {
  const failed = (code: ErrorCode): PropertyResult => ({ ...ref, ok: false, error: error(code), code: 0 });

  it('is known, or may be', () => {
    assert.equal(fateOf(undefined), 'perhaps-set');
    assert.equal(fateOf({ ...ref, ok: true, value: 1, isAccepted: false }), 'set');
    assert.equal(fateOf({ ...ref, ok: true, value: 1, isAccepted: true }), 'perhaps-set');
    assert.deepEqual(
      (['TIMEOUT', 'UNKNOWN_OUTCOME', 'BAD_INPUT'] as const).map((code) => fateOf(failed(code))),
      ['perhaps-set', 'perhaps-set', 'not-set'],
    );
    assert.ok(!mayHaveWorked(error('DEVICE_OFFLINE')));
  });

  it('is told where there are several', () => {
    const one = new LumiotError('TIMEOUT', 'It was late.', { device: 'a' });
    assert.equal(withFates(one, new Map([['light:on', 'set']])), one);
    const two = new Map<string, 'set' | 'perhaps-set'>([
      ['light:on', 'set'],
      ['light:mode', 'perhaps-set'],
    ]);
    assert.equal(withFates(one, two).message, 'It was late. Set: light:on. Perhaps set: light:mode.');
    const told = withFates(
      one,
      new Map([
        ['light:on', 'not-set'],
        ['light:mode', 'set'],
        ['light:color', 'not-set'],
      ]),
    );
    assert.deepEqual(
      [told.code, told.message, told.device, told.cause],
      ['TIMEOUT', 'It was late. Set: light:mode. Not set: light:on, light:color.', 'a', one],
    );
  });
});

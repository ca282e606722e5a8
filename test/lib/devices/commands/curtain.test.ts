/** What a person sends to a curtain, in the motor's own terms. */

import assert from 'node:assert/strict';
import { type CurtainContext, invertPosition, parseCurtain, targetOf } from '../../../../lib/devices/commands/curtain';
import { LumiotError } from '../../../../lib/home/errors';

const context = (more: Partial<CurtainContext> = {}): CurtainContext => ({ invert: false, position: 0, isMoving: false, ...more });

describe('a command for a curtain', () => {
  it('is a word in any case, or a position', () => {
    for (const move of ['open', 'close', 'stop'] as const) assert.deepEqual(parseCurtain(` ${move.toUpperCase()} `, context()), { move });
    for (const [payload, position] of [
      [0, 0],
      ['100', 100],
      [49.5, 50],
    ] as const)
      assert.deepEqual(parseCurtain(payload, context()), { position });
  });

  it('is turned round for a motor that is mounted the other way, but for a stop', () => {
    const other = context({ invert: true });
    assert.deepEqual(parseCurtain('open', other), { move: 'close' });
    assert.deepEqual(parseCurtain('close', other), { move: 'open' });
    assert.deepEqual(parseCurtain('stop', other), { move: 'stop' });
    assert.deepEqual(parseCurtain(30, other), { position: 70 });
    assert.deepEqual([invertPosition(30, false), invertPosition(30, true)], [30, 70]);
  });

  it('that toggles stops what moves, closes what is half open or more, and opens the rest', () => {
    assert.deepEqual(parseCurtain('toggle', context({ isMoving: true })), { move: 'stop' });
    for (const [position, move] of [
      [null, 'open'],
      [0, 'open'],
      [49, 'open'],
      [50, 'close'],
      [51, 'close'],
      [100, 'close'],
    ] as const)
      assert.deepEqual(parseCurtain('toggle', context({ position })), { move }, String(position));
  });

  it('is refused where it means nothing', () => {
    for (const payload of [-1, 101, 'up', true, null, {}, []])
      assert.throws(
        () => parseCurtain(payload, context()),
        (error) => error instanceof LumiotError && error.code === 'BAD_INPUT',
      );
  });

  it('ends where it was sent, or nowhere for a stop', () => {
    assert.equal(targetOf({ position: 37 }), 37);
    assert.equal(targetOf({ move: 'open' }), 100);
    assert.equal(targetOf({ move: 'close' }), 0);
    assert.equal(targetOf({ move: 'stop' }), undefined);
  });
});

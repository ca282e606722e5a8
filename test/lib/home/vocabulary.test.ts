import assert from 'node:assert/strict';
import { unitOf, vocabulary, word } from '../../../lib/home/vocabulary';

describe('the vocabulary', () => {
  it('has a unit only where there is one', () => {
    assert.equal(unitOf('temperature'), '°C');
    assert.equal(unitOf('failedAttempts'), undefined);
    assert.equal(unitOf('on'), undefined);
  });

  it('does not know the names every object has', () => {
    assert.equal(word('constructor'), undefined);
    assert.equal(word('__proto__'), undefined);
  });

  it('has a range that is one', () => {
    for (const entry of Object.values(vocabulary)) assert.ok(!('min' in entry) || entry.min < (entry.max ?? 0));
  });
});

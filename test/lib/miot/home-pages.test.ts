/** The pages of the cloud's lists. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { checkedPost, firstTime, isMore } from '../../../lib/miot/home-pages';

describe('pages of a list', () => {
  it('are objects, or the whole list has failed', async () => {
    const asked: unknown[] = [];
    const post = (answer: unknown) =>
      checkedPost(async (path, body) => {
        asked.push([path, body]);
        return answer;
      });
    assert.deepEqual(await post({ a: 1 })('/x', { b: 2 }), { a: 1 });
    assert.deepEqual(asked, [['/x', { b: 2 }]]);
    for (const answer of [undefined, null, [], 7, 'x'])
      await assert.rejects(post(answer)('/x', {}), (error) => error instanceof LumiotError && error.code === 'CLOUD_UNREACHABLE');
  });

  it('have another one after them where the cloud says so', () => {
    assert.deepEqual(
      [true, 1, false, 0, undefined, 'true', 2].map((has_more) => isMore({ has_more })),
      [true, true, false, false, false, false, false],
    );
  });

  it('are followed once each, and not for ever', () => {
    const isNew = firstTime();
    assert.deepEqual(['a', 'b', 'a'].map(isNew), [true, true, false]);
    const fresh = Array.from({ length: 1_000 }, (_, index) => isNew(String(index))).filter(Boolean);
    assert.equal(fresh.length, 998);
    assert.equal(firstTime()('a'), true);
  });
});

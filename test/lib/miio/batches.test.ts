// Many properties in requests that a device takes, learned per model.
import assert from 'node:assert/strict';
import { BatchSizes, partsOf, smallerThan } from '../../../lib/miio/batch-sizes';
import { encodedLength } from '../../../lib/miio/packet';
import { type BareDevice, DID, Rig, refs, upTo } from './rig';

describe('many properties', () => {
  let rig: Rig;

  beforeEach(() => {
    rig = new Rig();
  });

  afterEach(() => rig.close());

  const sizesAsked = (requests: readonly { readonly method: string; readonly params: unknown }[]): number[] =>
    requests.filter(({ method }) => method !== 'miIO.info').map(({ params }) => (params as unknown[]).length);

  const answerAll = (bare: BareDevice, most: number): void => {
    bare.onAsked = (asked) => {
      if (asked.method === 'miIO.info') return bare.answer(asked, {});
      const params = asked.params as object[];
      if (params.length <= most)
        bare.answer(
          asked,
          params.map((ref, index) => ({ ...ref, code: 0, value: index })),
        );
    };
  };

  it('are asked for by ten', async () => {
    const pretend = await rig.pretend();
    const results = await rig.clock.during(rig.device({ host: pretend.host }).get(refs(...upTo(20))));
    assert.deepEqual(
      results.map((result) => result.ok && result.value),
      Array.from({ length: 20 }, (_, index) => index),
    );
    assert.deepEqual(sizesAsked(pretend.requests()), [10, 10]);
  });

  it('are halved for a device that takes fewer, which its model remembers', async () => {
    const pretend = await rig.pretend({ maxProperties: 3 });
    const device = rig.device({ host: pretend.host });
    const results = await rig.clock.during(device.get(refs(...upTo(10))));
    assert.deepEqual(
      results.map((result) => result.ok && result.value),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    assert.deepEqual(sizesAsked(pretend.requests()), [10, 10, 5, 5, 2, 2, 2, 2, 2]);
    const twin = await rig.pretend({ did: '2', maxProperties: 3, address: '127.0.54.4' });
    await rig.clock.during(rig.device({ did: '2', host: twin.host }).get(refs(...upTo(5))));
    assert.deepEqual(sizesAsked(twin.requests()), [2, 2, 1]);
    const other = await rig.pretend({ did: '3', address: '127.0.54.5' });
    await rig.clock.during(rig.device({ did: '3', host: other.host, model: 'test.other.v1' }).get(refs(...upTo(5))));
    assert.deepEqual(sizesAsked(other.requests()), [5]);
  });

  it('are set in the same way', async () => {
    const pretend = await rig.pretend({ maxProperties: 5 });
    const values = refs(...upTo(10)).map((ref) => ({ ...ref, value: 42 }));
    const results = await rig.clock.during(rig.device({ host: pretend.host }).set(values));
    assert.ok(results.every(({ ok }) => ok));
    assert.deepEqual(sizesAsked(pretend.requests()), [10, 10, 5, 5]);
    assert.equal(pretend.value(2, 10), 42);
  });

  it('are halved for a device that is silent to too many, once its token has proved good', async () => {
    const bare = await rig.bare();
    answerAll(bare, 5);
    const results = await rig.clock.during(rig.device({ host: bare.host }).get(refs(...upTo(10))));
    assert.ok(results.every(({ ok }) => ok));
    assert.deepEqual(sizesAsked(bare.asked), [10, 10, 5, 5]);
    assert.equal(bare.asked[2]?.method, 'miIO.info');
    assert.equal(rig.sizes.sizeFor('test.any.v1'), 5);
  });

  it('are not halved for one packet that was lost', async () => {
    const pretend = await rig.pretend();
    await pretend.fault({ fault: 'drop', count: 1 });
    await rig.clock.during(rig.device({ host: pretend.host }).get(refs(...upTo(10))));
    assert.deepEqual(sizesAsked(pretend.requests()), [10, 10]);
    assert.equal(rig.sizes.sizeFor('test.any.v1'), 10);
  });

  it('are halved where the answer comes with a wrong checksum or cut', async () => {
    for (const spoil of ['checksum', 'cut']) {
      const bare = await rig.bare('5', '127.0.54.6');
      bare.onAsked = (asked) => {
        const text = JSON.stringify({
          id: asked.id,
          result: asked.method === 'miIO.info' ? {} : (asked.params as object[]).map((ref) => ({ ...ref, code: 0, value: 1 })),
        });
        const isTooMuch = (asked.params as unknown[]).length > 5;
        if (isTooMuch && spoil === 'checksum') bare.say(text, asked.from, { token: '0'.repeat(32) });
        else bare.say(isTooMuch ? text.slice(0, -9) : text, asked.from);
      };
      const device = rig.device({ did: '5', host: bare.host, model: spoil });
      const results = await rig.clock.during(device.get(refs(...upTo(10))));
      assert.ok(results.every(({ ok }) => ok));
      assert.equal(rig.sizes.sizeFor(spoil), 5);
      assert.equal(device.standing, 'reachable');
      device.close();
    }
  });

  it('get their values beside one that the device chokes on, and nothing is learned from that', async () => {
    const bare = await rig.bare();
    bare.onAsked = (asked) => {
      const params = asked.params as { piid: number }[];
      if (params.some(({ piid }) => piid === 4)) bare.say(JSON.stringify({ id: asked.id, error: { code: -9_999 } }), asked.from);
      else
        bare.answer(
          asked,
          params.map((ref) => ({ ...ref, code: 0, value: ref.piid })),
        );
    };
    const results = await rig.clock.during(rig.device({ host: bare.host }).get(refs(...upTo(10))));
    assert.deepEqual(
      results.map((result) => (result.ok ? result.value : result.code)),
      [1, 2, 3, -9999, 5, 6, 7, 8, 9, 10],
    );
    assert.equal(rig.sizes.sizeFor('test.any.v1'), 10);
    const reversed = await rig.clock.during(rig.device({ host: bare.host }).get(refs(4, 1, 2, 3, 5, 6)));
    assert.deepEqual(
      reversed.map((result) => (result.ok ? result.value : result.code)),
      [-9999, 1, 2, 3, 5, 6],
    );
    assert.deepEqual(sizesAsked(bare.asked).slice(-2), [1, 4]);
    assert.equal(rig.sizes.sizeFor('test.any.v1'), 10);
  });

  it('are given up soon where the device answers none of them', async () => {
    const pretend = await rig.pretend();
    await pretend.fault({ fault: 'busy' });
    assert.equal(await rig.outcome(rig.device({ host: pretend.host }).get(refs(...upTo(20)))), 'TIMEOUT');
    assert.ok(pretend.requests().length <= 12, String(pretend.requests().length));
    const bare = await rig.bare('9');
    answerAll(bare, 0);
    assert.equal(await rig.outcome(rig.device({ did: '9', host: bare.host }).get(refs(...upTo(20)))), 'TIMEOUT');
  });

  it('keep under 1,000 bytes', async () => {
    const pretend = await rig.pretend({ values: Object.fromEntries(upTo(10).map((piid) => [`2.${piid}`, ''])) });
    const values = refs(...upTo(10)).map((ref) => ({ ...ref, value: 'x'.repeat(200) }));
    const results = await rig.clock.during(rig.device({ host: pretend.host }).set(values));
    assert.ok(results.every(({ ok }) => ok));
    assert.deepEqual(sizesAsked(pretend.requests()), [3, 3, 3, 1]);
    for (const { id, method, params } of pretend.requests()) assert.ok(encodedLength(JSON.stringify({ id, method, params })) <= 1_000);
  });

  it('of devices without a known model are learned for each', async () => {
    const pretend = await rig.pretend({ maxProperties: 1 });
    await rig.clock.during(rig.device({ host: pretend.host, model: '' }).get(refs(1, 2)));
    assert.equal(rig.sizes.sizeFor(DID), 1);
    assert.equal(rig.sizes.sizeFor(''), 10);
  });
});

describe('the size of a batch', () => {
  it('is halved to one', () => {
    assert.deepEqual([10, 7, 5, 3, 2, 1].map(smallerThan), [5, 5, 2, 2, 1, 0]);
  });

  it('never grows', () => {
    const sizes = new BatchSizes();
    sizes.learn('a', 5);
    sizes.learn('a', 10);
    assert.equal(sizes.sizeFor('a'), 5);
  });

  it('lets one large item go alone', () => {
    assert.deepEqual(
      partsOf(['a', 'bb', 'c', 'd'], 2, (part) => (part.includes('bb') ? 2_000 : 10)),
      [['a'], ['bb'], ['c', 'd']],
    );
    assert.deepEqual(
      partsOf([], 2, () => 0),
      [],
    );
  });
});

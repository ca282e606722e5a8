/** Reads gathered across callers, and sets one after another: what goes into a request, and whose result is whose. */

import assert from 'node:assert/strict';
import type { LumiotError } from '../../../lib/home/errors';
import type { PropertyRef, PropertyResult } from '../../../lib/miot/cloud-device';
import { ManualClock } from '../../support/clock';
import { until } from '../../support/wait';
import { type Answerer, apiAt, CloudServer, ok } from './cloud-server';

interface Params {
  readonly params: readonly (PropertyRef & { readonly value?: unknown })[];
}

const paramsOf = ({ body }: { body: string }): Params['params'] => (JSON.parse(body) as Params).params;
const ref = (did: string, piid = 1): PropertyRef => ({ did, siid: 2, piid });
const words = (results: readonly PropertyResult[]): readonly unknown[] =>
  results.map((result) => (result.ok ? result.value : result.error.code));
/** The value is the property's own name. */
const named: Answerer = (request) =>
  ok(paramsOf(request).map(({ did, siid, piid }) => ({ did, siid, piid, value: `${did}.${piid}`, code: 0 })));

describe('reads and sets of properties', () => {
  const servers: CloudServer[] = [];
  const serve = async (answer: Answerer): Promise<CloudServer> => {
    const server = await CloudServer.start(answer);
    servers.push(server);
    return server;
  };
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

  describe('a read', () => {
    it('gathers for 200 ms what several callers want', async () => {
      const server = await serve(named);
      const clock = new ManualClock();
      const api = apiAt(server.url, { clock });
      const first = api.get([ref('a'), ref('b')]);
      await clock.advance(150);
      const second = api.get([ref('c'), ref('a')]);
      await clock.advance(49);
      assert.equal(server.requests.length, 0);
      await clock.advance(1);
      assert.deepEqual(words(await first), ['a.1', 'b.1']);
      assert.deepEqual(words(await second), ['c.1', 'a.1']);
      assert.deepEqual(
        server.requests.map((request) => paramsOf(request).map(({ did }) => did)),
        [['a', 'b', 'c']],
      );
      assert.equal(clock.openTimers, 0);
    });

    it('asks anew for what is under way already: that answer may be older', async () => {
      let value = 1;
      let release = (): void => {};
      const server = await serve(async (_request, count) => {
        const now = value;
        if (count === 1) await new Promise<void>((resolve) => (release = resolve));
        return ok([{ ...ref('a'), value: now, code: 0 }]);
      });
      const api = apiAt(server.url);
      const early = api.get([ref('a')]);
      await until(() => server.requests.length === 1, 'the first request');
      value = 2;
      const late = api.get([ref('a')]);
      assert.deepEqual(words(await late), [2]);
      release();
      assert.deepEqual(words(await early), [1]);
    });

    it('asks for 150 at once and has four requests under way at most', async () => {
      const server = await serve(async (request, count) => {
        await new Promise((resolve) => setTimeout(resolve, 15));
        return named(request, count);
      });
      const refs = Array.from({ length: 1_001 }, (_, index) => ref(`d${index}`));
      const results = await apiAt(server.url).get(refs);
      assert.deepEqual(
        words(results),
        refs.map(({ did }) => `${did}.1`),
      );
      assert.deepEqual(
        server.requests.map((request) => paramsOf(request).length).sort((one, other) => other - one),
        [150, 150, 150, 150, 150, 150, 101],
      );
      assert.equal(server.mostUnderWay, 4);
    });

    it('of nothing asks nobody', async () => {
      const server = await serve(named);
      assert.deepEqual(await apiAt(server.url).get([]), []);
      assert.equal(server.requests.length, 0);
    });

    it('gives each its own result, whatever the order and the type of the ids', async () => {
      const server = await serve(() =>
        ok([
          { did: 2, siid: '2', piid: 1, value: 'two', code: 0 },
          { did: 'foreign', siid: 2, piid: 1, value: 'of nobody', code: 0 },
          null,
          { did: '1', siid: 2, piid: 2, value: 'one, second', code: 1 },
          { did: 1, siid: 2, piid: 1, value: 'one', code: 0 },
        ]),
      );
      const results = await apiAt(server.url).get([ref('1'), ref('2'), ref('1', 2), ref('3')]);
      assert.deepEqual(words(results), ['one', 'two', 'one, second', 'TIMEOUT']);
      assert.deepEqual(
        results.map((result) => result.ok && result.isAccepted),
        [false, false, true, false],
      );
    });

    it('knows a device id above 2^53 digit by digit', async () => {
      const server = await serve(() => ({
        text: '{"code":0,"result":[{"did":9007199254740993,"siid":2,"piid":1,"value":12,"code":0}]}',
      }));
      assert.deepEqual(words(await apiAt(server.url).get([ref('9007199254740993'), ref('9007199254740992')])), [12, 'TIMEOUT']);
    });

    it('has failed without a value, and keeps the results of the others', async () => {
      const server = await serve(() =>
        ok([
          { ...ref('a'), code: -704042011 },
          { ...ref('b'), value: 5, code: 0 },
          { ...ref('c'), code: 0 },
          { ...ref('d'), value: null, code: 0 },
          { ...ref('e'), value: 3, code: -704042011 },
          { ...ref('f'), value: 0 },
        ]),
      );
      const results = await apiAt(server.url).get(['a', 'b', 'c', 'd', 'e', 'f'].map((did) => ref(did)));
      assert.deepEqual(words(results), ['DEVICE_OFFLINE', 5, 'TIMEOUT', 'TIMEOUT', 'DEVICE_OFFLINE', 0]);
      const [offline] = results;
      assert.ok(offline !== undefined && !offline.ok);
      assert.deepEqual([offline.code, offline.error.device], [-704042011, 'a']);
      assert.equal(server.requests.length, 1);
    });

    it('is asked again where its code allows, and holds up nobody meanwhile', async () => {
      const tries = new Map<string, number>();
      const codes: Readonly<Record<string, number>> = {
        once: -704000000,
        timeout: -704083036,
        polled: -702022036,
        often: -704030992,
        no: -704042011,
      };
      const server = await serve((request) =>
        ok(
          paramsOf(request).map((asked) => {
            tries.set(asked.did, (tries.get(asked.did) ?? 0) + 1);
            const code = codes[asked.did];
            return code === undefined ? { ...asked, value: 'here', code: 0 } : { ...asked, code };
          }),
        ),
      );
      const clock = new ManualClock();
      const api = apiAt(server.url, { clock });
      const dids = [...Object.keys(codes), 'good'];
      const all = Promise.all(dids.map((did) => api.get([ref(did)])));
      const good = api.get([ref('good')]);
      await clock.advance(200);
      // No more time passes: it does not wait for the others.
      assert.deepEqual(words(await good), ['here']);
      assert.deepEqual(words((await clock.during(all)).flat()), [
        'MIOT_-704000000',
        'TIMEOUT',
        'TIMEOUT',
        'RATE_LIMITED',
        'DEVICE_OFFLINE',
        'here',
      ]);
      assert.deepEqual(Object.fromEntries(tries), { once: 2, timeout: 2, polled: 3, often: 3, no: 1, good: 1 });
      assert.equal(clock.openTimers, 0);
    });

    it('comes to its value at the second time', async () => {
      const server = await serve((_request, count) =>
        ok([count === 1 ? { ...ref('a'), code: -704053036 } : { ...ref('a'), value: 7, code: 0 }]),
      );
      assert.deepEqual(words(await apiAt(server.url).get([ref('a')])), [7]);
    });

    it('rejects where nothing came through, and else tells item by item', async () => {
      const server = await serve((request, count) => (paramsOf(request).length === 150 ? named(request, count) : { status: 500 }));
      const api = apiAt(server.url);
      const refs = Array.from({ length: 151 }, (_, index) => ref(`d${index}`));
      const results = await api.get(refs);
      assert.deepEqual(words(results).slice(-2), ['d149.1', 'CLOUD_UNREACHABLE']);
      await assert.rejects(api.get([ref('a')]), ({ code }: LumiotError) => code === 'CLOUD_UNREACHABLE');
    });

    it('tells item by item also where the first request was the one that failed', async () => {
      const server = await serve((request, count) => (paramsOf(request).length === 150 ? { status: 404 } : named(request, count)));
      const results = await apiAt(server.url).get(Array.from({ length: 151 }, (_, index) => ref(`d${index}`)));
      assert.deepEqual(words(results).slice(-2), ['CLOUD_UNREACHABLE', 'd150.1']);
    });

    describe('of which one device spoils the whole answer', () => {
      const spoiltBy =
        (bad: ReadonlySet<string>, code = -704042001): Answerer =>
        (request, count) =>
          paramsOf(request).some(({ did }) => bad.has(did)) ? { text: `{"code":${code},"message":""}` } : named(request, count);
      const household = Array.from({ length: 150 }, (_, index) => ref(`d${index}`));

      it('gives the values of all the others, with few requests', async () => {
        const server = await serve(spoiltBy(new Set(['d77'])));
        const results = await apiAt(server.url).get(household);
        assert.deepEqual(
          words(results),
          household.map(({ did }) => (did === 'd77' ? 'NO_DEVICE' : `${did}.1`)),
        );
        const spoilt = results[77];
        assert.match(spoilt !== undefined && !spoilt.ok ? spoilt.error.message : '', /^Device d77 is not in this account/);
        assert.ok(server.requests.length <= 17, `${server.requests.length} requests`);
      });

      it('asks for that one by itself from then on, until it is well', async () => {
        const bad = new Set(['d77']);
        const server = await serve((request, count) => spoiltBy(bad)(request, count));
        const api = apiAt(server.url);
        await api.get(household);
        server.requests.length = 0;
        await api.get(household);
        assert.deepEqual(server.requests.map((request) => paramsOf(request).length).sort(), [1, 149]);
        bad.clear();
        assert.equal(words(await api.get(household))[77], 'd77.1');
        server.requests.length = 0;
        await api.get(household);
        assert.equal(server.requests.length, 1);
      });

      it('gives up where it is no single device', async () => {
        const server = await serve(spoiltBy(new Set(household.map(({ did }) => did)), -704042011));
        const api = apiAt(server.url);
        await assert.rejects(api.get(household), ({ code }: LumiotError) => code === 'DEVICE_OFFLINE');
        assert.ok(server.requests.length <= 33, `${server.requests.length} requests`);
        server.requests.length = 0;
        await assert.rejects(api.get(household));
        assert.equal(paramsOf(server.requests[0] ?? { body: '' }).length, 150);
      });

      it('asks once where it is the cloud itself', async () => {
        for (const answer of [{ text: '{"code":-704012906}' }, { text: '{"code":500}' }]) {
          const server = await serve(() => answer);
          await assert.rejects(apiAt(server.url).get(household));
          assert.ok(server.requests.length <= 3, `${server.requests.length} requests`);
        }
      });
    });

    it('makes nothing of answers that are no list', async () => {
      for (const result of [null, '', {}, 5, [[]], ['x']]) {
        const server = await serve(() => ok(result));
        assert.deepEqual(words(await apiAt(server.url).get([ref('a'), ref('b')])), ['TIMEOUT', 'TIMEOUT']);
      }
    });

    it('is settled when the API is closed during a rest', async () => {
      const server = await serve(() => ok([{ ...ref('a'), code: -704083036 }]));
      const clock = new ManualClock();
      const api = apiAt(server.url, { clock });
      const reading = api.get([ref('a')]);
      await clock.advance(200);
      await until(() => server.requests.length === 1, 'the request');
      while (clock.openTimers === 0) await clock.settle();
      api.close();
      assert.deepEqual(words(await reading), ['TIMEOUT']);
      assert.equal(clock.openTimers, 0);
    });
  });

  describe('a set', () => {
    const done: Answerer = (request) => ok(paramsOf(request).map(({ did, siid, piid }) => ({ did, siid, piid, code: 0 })));

    it('carries 20 values at most, and no property twice', async () => {
      const server = await serve(done);
      const values = Array.from({ length: 45 }, (_, index) => ({ ...ref('a', index + 1), value: index }));
      const results = await apiAt(server.url).set([...values, { ...ref('a', 45), value: 'again' }]);
      assert.deepEqual(words(results), [...values.map(({ value }) => value), 'again']);
      assert.deepEqual(
        server.requests.map((request) => paramsOf(request).length),
        [20, 20, 5, 1],
      );
    });

    it('of one device waits for the one before; other devices do not', async () => {
      const order: string[] = [];
      const releases: (() => void)[] = [];
      const server = await serve(async (request, count) => {
        const [{ did, value } = { did: '', value: undefined }] = paramsOf(request);
        order.push(`${did}=${value}`);
        if (did === 'slow' && value === 1) await new Promise<void>((resolve) => releases.push(resolve));
        return done(request, count);
      });
      const api = apiAt(server.url);
      const slow = [1, 2, 3].map((value) => api.set([{ ...ref('slow'), value }]));
      await api.set([{ ...ref('quick'), value: 9 }]);
      assert.deepEqual(order, ['slow=1', 'quick=9']);
      const both = api.set([
        { ...ref('quick'), value: 10 },
        { ...ref('slow'), value: 4 },
      ]);
      const after = api.set([{ ...ref('quick'), value: 11 }]);
      for (const release of releases) release();
      await Promise.all([...slow, both, after]);
      assert.deepEqual(order, ['slow=1', 'quick=9', 'slow=2', 'slow=3', 'quick=10', 'quick=11']);
    });

    it('goes on after one that failed', async () => {
      const server = await serve((request, count) => (count === 1 ? { isLost: true } : done(request, count)));
      const api = apiAt(server.url);
      const [lost, next] = await Promise.allSettled([api.set([{ ...ref('a'), value: 1 }]), api.set([{ ...ref('a'), value: 2 }])]);
      assert.equal(lost?.status, 'rejected');
      assert.equal(next?.status, 'fulfilled');
      assert.equal(server.requests.length, 2);
    });

    it('and an action of one device keep their order', async () => {
      const order: string[] = [];
      const server = await serve(async (request) => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        order.push(request.path);
        return request.path.endsWith('action') ? ok({ code: 0 }) : ok([{ ...ref('a'), code: 0 }]);
      });
      const api = apiAt(server.url);
      await Promise.all([
        api.set([{ ...ref('a'), value: 1 }]),
        api.action({ did: 'a', siid: 2, aiid: 1 }, []),
        api.set([{ ...ref('a'), value: 2 }]),
      ]);
      assert.deepEqual(
        order.map((path) => path.split('/').at(-1)),
        ['set', 'action', 'set'],
      );
    });

    it('has at most four requests under way', async () => {
      const server = await serve(async (request, count) => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        return done(request, count);
      });
      const api = apiAt(server.url);
      await Promise.all(Array.from({ length: 20 }, (_, index) => api.set([{ ...ref(`d${index}`), value: 1 }])));
      assert.equal(server.mostUnderWay, 4);
    });

    it('tells accepted from done, and the failed from both', async () => {
      const codes = [0, 1, undefined, -702000000, -702010000, -702022036, -704042011, -704083036];
      const server = await serve(() =>
        ok(codes.map((code, index) => ({ ...ref('a', index + 1), ...(code === undefined ? {} : { code }) }))),
      );
      const results = await apiAt(server.url).set([...codes, 'left out'].map((_, index) => ({ ...ref('a', index + 1), value: index })));
      assert.deepEqual(
        results.map((result) => (result.ok ? (result.isAccepted ? 'accepted' : 'done') : result.error.code)),
        ['done', 'accepted', 'accepted', 'accepted', 'accepted', 'accepted', 'DEVICE_OFFLINE', 'TIMEOUT', 'UNKNOWN_OUTCOME'],
      );
      assert.equal(server.requests.length, 1);
    });

    it('takes an answer without ids for its own where it set one value', async () => {
      const server = await serve(() => ok([{ code: -9999, message: 'user ack timeout' }]));
      assert.deepEqual(words(await apiAt(server.url).set([{ ...ref('a'), value: 1 }])), ['TIMEOUT']);
    });

    it('keeps what was done when a later part failed', async () => {
      const server = await serve((request, count) => (count === 1 ? done(request, count) : { text: '{"code":-704220043}' }));
      const values = Array.from({ length: 21 }, (_, index) => ({ ...ref('a', index + 1), value: index }));
      assert.deepEqual(words(await apiAt(server.url).set(values)).slice(-2), [19, 'BAD_INPUT']);
    });
  });
});

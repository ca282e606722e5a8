/** The HTTP API on the wire: bytes of its requests, tokens, lost answers, and who may be asked again. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { createHttp, type Http, type HttpRequest, type TransportError } from '../../../lib/miot/http';
import { ManualClock } from '../../support/clock';
import { until } from '../../support/wait';
import { type Answer, type Answerer, apiAt, CLIENT_ID, CloudServer, CountingTokens, ok } from './cloud-server';

const LAMP = '68332340';
const POWER = { did: LAMP, siid: 2, piid: 1 };

const isCode =
  (code: string, text = /./) =>
  (error: unknown): boolean =>
    error instanceof LumiotError && error.code === code && text.test(error.message);

/** Answers every read with true and every command with success. */
function obedient({ body }: { body: string }): Answer {
  const { params } = JSON.parse(body) as { params: Record<string, unknown> | Record<string, unknown>[] };
  if (!Array.isArray(params)) return ok({ ...params, code: 0, out: [] });
  return ok(params.map(({ value, ...ref }) => (value === undefined ? { ...ref, value: true, code: 0 } : { ...ref, code: 0 })));
}

describe('the HTTP API of the cloud', () => {
  const servers: CloudServer[] = [];
  const serve = async (answer: Answerer): Promise<CloudServer> => {
    const server = await CloudServer.start(answer);
    servers.push(server);
    return server;
  };
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

  describe('sends', () => {
    it('headers as the cloud wants them: no space behind Bearer', async () => {
      const server = await serve(obedient);
      await apiAt(server.url).get([POWER]);
      const [request] = server.requests;
      assert.equal(request?.method, 'POST');
      assert.deepEqual(
        ['authorization', 'x-client-bizid', 'x-client-appid', 'content-type', 'host'].map((name) => request?.headers[name]),
        ['BearerV3_first', 'haapi', CLIENT_ID, 'application/json', new URL(server.url).host],
      );
    });

    it('a read, a set and an action byte for byte', async () => {
      const server = await serve(obedient);
      const api = apiAt(server.url);
      await api.get([POWER]);
      await api.set([{ ...POWER, value: false }]);
      await api.action({ did: LAMP, siid: 2, aiid: 1 }, []);
      await api.action({ did: LAMP, siid: 3, aiid: 2 }, [5, 'x', true]);
      assert.deepEqual(
        server.requests.map(({ path, body }) => [path, body]),
        [
          ['/app/v2/miotspec/prop/get', '{"datasource":1,"params":[{"did":"68332340","siid":2,"piid":1}]}'],
          ['/app/v2/miotspec/prop/set', '{"params":[{"did":"68332340","siid":2,"piid":1,"value":false}]}'],
          ['/app/v2/miotspec/action', '{"params":{"did":"68332340","siid":2,"aiid":1,"in":[]}}'],
          ['/app/v2/miotspec/action', '{"params":{"did":"68332340","siid":3,"aiid":2,"in":[5,"x",true]}}'],
        ],
      );
    });

    it('with 30 s for reads and 15 s for commands', async () => {
      const server = await serve(obedient);
      const sent: HttpRequest[] = [];
      const real = createHttp({ env: {} });
      const http: Http = {
        send: (request) => {
          sent.push(request);
          return real.send(request);
        },
      };
      const api = apiAt(server.url, { http });
      await api.get([POWER]);
      await api.set([{ ...POWER, value: false }]);
      await api.action({ did: LAMP, siid: 2, aiid: 1 }, []);
      assert.deepEqual(
        sent.map(({ timeoutMs }) => timeoutMs),
        [30_000, 15_000, 15_000],
      );
    });

    it('nothing where the host in the settings cannot be used', async () => {
      await assert.rejects(apiAt('http://cloud.example').get([POWER]), isCode('MISCONFIGURED', /apiHost/));
    });
  });

  describe('a refused token', () => {
    it('is renewed once for a hundred calls, and a hundred answers come', async () => {
      const server = await serve((request) => (request.headers.authorization === 'BearerV3_first' ? { status: 401 } : obedient(request)));
      const tokens = new CountingTokens();
      const api = apiAt(server.url, { tokens });
      const commands = Array.from({ length: 50 }, (_, index) => api.action({ did: `${index}`, siid: 2, aiid: 1 }, []));
      const sets = Array.from({ length: 30 }, (_, index) => api.set([{ did: `s${index}`, siid: 2, piid: 1, value: 1 }]));
      const reads = Array.from({ length: 20 }, (_, index) => api.get([{ ...POWER, did: `r${index}` }]));
      const answers = await Promise.all([...commands, ...sets, ...reads]);
      assert.equal(answers.length, 100);
      assert.equal(tokens.renewed, 1);
      assert.ok(tokens.renewals >= 4, `${tokens.renewals} were refused`);
      assert.ok(sets.length === 30 && (await Promise.all([...sets, ...reads])).every(([result]) => result?.ok));
      const actions = server.requests.filter(({ path, headers }) => path.endsWith('/action') && headers.authorization === 'BearerV3_1');
      assert.equal(actions.length, 50);
    });

    it('is not renewed again when the new one is refused too', async () => {
      const server = await serve(() => ({ status: 401 }));
      const tokens = new CountingTokens();
      const api = apiAt(server.url, { tokens });
      await assert.rejects(api.get([POWER]), isCode('LOGIN_NEEDED', /Sign in again/));
      assert.deepEqual([tokens.renewals, server.requests.length], [1, 2]);
      await assert.rejects(api.action({ did: LAMP, siid: 2, aiid: 1 }, []), isCode('LOGIN_NEEDED'));
      assert.equal(server.requests.length, 4);
    });

    it('is renewed once for a call, however often that is sent', async () => {
      const statuses = [401, 500, 401, 401, 401];
      const server = await serve((_request, count) => ({ status: statuses[count - 1] ?? 500 }));
      const tokens = new CountingTokens();
      await assert.rejects(apiAt(server.url, { tokens }).get([POWER]), isCode('LOGIN_NEEDED'));
      assert.deepEqual([tokens.renewals, server.requests.length], [1, 3]);
    });

    it('fails as the session says', async () => {
      const server = await serve(() => ({ status: 401 }));
      const error = new LumiotError('LOGIN_NEEDED', 'Sign in.');
      const tokens = { current: () => Promise.resolve({ value: 'V3_x', generation: 1 }), renew: () => Promise.reject(error) };
      await assert.rejects(apiAt(server.url, { tokens }).get([POWER]), (thrown) => thrown === error);
      assert.equal(server.requests.length, 1);
    });

    for (const code of [-704012901, -704012902, -704012903, -704012906]) {
      it(`is renewed as well when ${code} says so, of the whole or of every item`, async () => {
        for (const refusal of [{ text: `{"code":${code},"message":"x"}` }, ok([{ ...POWER, code }])]) {
          const server = await serve((request, count) => (count === 1 ? refusal : obedient(request)));
          const tokens = new CountingTokens();
          const [result] = await apiAt(server.url, { tokens }).get([POWER]);
          assert.equal(result?.ok, true);
          assert.deepEqual([tokens.renewed, server.requests.length], [1, 2]);
        }
      });
    }

    it('is not suspected because one device of several refuses', async () => {
      const server = await serve(() =>
        ok([
          { ...POWER, value: 1, code: 0 },
          { ...POWER, piid: 2, code: -704012906 },
        ]),
      );
      const tokens = new CountingTokens();
      const results = await apiAt(server.url, { tokens }).get([POWER, { ...POWER, piid: 2 }]);
      assert.deepEqual(
        results.map((result) => (result.ok ? 'ok' : result.error.code)),
        ['ok', 'LOGIN_NEEDED'],
      );
      assert.equal(tokens.renewals, 0);
    });
  });

  describe('a read', () => {
    const unusable: readonly (readonly [string, Answer])[] = [
      ['a lost answer', { isLost: true }],
      ['status 500', { status: 500, text: 'no' }],
      ['status 502', { status: 502 }],
      ['a captive portal', { text: '<html>Sign in to the hotel</html>' }],
      ['a redirect', { status: 302, headers: { location: 'http://hotel.example' } }],
      ['an empty body', {}],
      ['JSON without a code', { text: '{"result":[]}' }],
    ];
    for (const [name, answer] of unusable) {
      it(`is repeated after ${name}`, async () => {
        const server = await serve((request, count) => (count < 3 ? answer : obedient(request)));
        const [result] = await apiAt(server.url).get([POWER]);
        assert.equal(result?.ok && result.value, true);
        assert.equal(server.requests.length, 3);
      });

      it(`gives up at the third time of ${name}`, async () => {
        const server = await serve(() => answer);
        await assert.rejects(apiAt(server.url).get([POWER]), isCode('CLOUD_UNREACHABLE'));
        assert.equal(server.requests.length, 3);
      });
    }

    it('gives up when nobody is there', async () => {
      const server = await serve(obedient);
      const { url } = server;
      await server.close();
      servers.splice(0);
      await assert.rejects(apiAt(url).get([POWER]), isCode('CLOUD_UNREACHABLE', /cannot be reached/));
    });

    it('gives up when the cloud hangs', async () => {
      const server = await serve(() => new Promise(() => {}));
      const real = createHttp({ env: {} });
      const http: Http = { send: (request) => real.send({ ...request, timeoutMs: 60 }) };
      await assert.rejects(apiAt(server.url, { http }).get([POWER]), isCode('CLOUD_UNREACHABLE'));
      assert.equal(server.requests.length, 3);
    });

    it('waits as long as Retry-After says', async () => {
      const at: number[] = [];
      const server = await serve((request, count) => {
        at.push(performance.now());
        return count === 1 ? { status: 429, headers: { 'Retry-After': '20' } } : obedient(request);
      });
      const lines: string[] = [];
      await apiAt(server.url, { log: (line) => lines.push(line) }).get([POWER]);
      const [first = 0, second = 0] = at;
      assert.ok(second - first >= 195, `${second - first} ms of 200`);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? '', /20 s/);
    });

    it('reads a date in Retry-After', async () => {
      const date = new Date(Date.now() + 600_000).toUTCString();
      const server = await serve(() => ({ status: 429, headers: { 'retry-after': date } }));
      await assert.rejects(apiAt(server.url).get([POWER]), isCode('RATE_LIMITED', / (59\d|600) s/));
      assert.equal(server.requests.length, 1);
    });

    it('backs off without Retry-After, and at -704030992', async () => {
      for (const limit of [{ status: 429 }, { text: '{"code":-704030992,"message":""}' }]) {
        const server = await serve((request, count) => (count < 3 ? limit : obedient(request)));
        const [result] = await apiAt(server.url).get([POWER]);
        assert.equal(result?.ok, true);
        assert.equal(server.requests.length, 3);
      }
    });

    it('is not even sent while the cloud wants a long rest', async () => {
      const server = await serve(() => ({ status: 429, headers: { 'retry-after': '600' } }));
      const api = apiAt(server.url);
      await assert.rejects(api.get([POWER]), isCode('RATE_LIMITED', /\d+ s/));
      await assert.rejects(api.get([POWER]), isCode('RATE_LIMITED'));
      await assert.rejects(api.set([{ ...POWER, value: 1 }]), isCode('RATE_LIMITED'));
      await assert.rejects(api.homes(), isCode('RATE_LIMITED'));
      assert.equal(server.requests.length, 1);
    });

    it('tells the code of the whole answer in a sentence', async () => {
      const server = await serve(() => ({ text: '{"code":-704040002,"message":"","result":""}' }));
      await assert.rejects(apiAt(server.url).get([POWER]), isCode('UNSUPPORTED', /-704040002/));
      assert.equal(server.requests.length, 1);
    });
  });

  describe('a set', () => {
    const value = { ...POWER, value: true };

    it('whose answer is lost is not repeated: the outcome is unknown', async () => {
      for (const answer of [{ isLost: true }, { status: 500 }, { text: '<html>' }]) {
        const server = await serve(() => answer);
        await assert.rejects(apiAt(server.url).set([value]), isCode('UNKNOWN_OUTCOME', /68332340.*before you send it again/s));
        assert.equal(server.requests.length, 1);
      }
    });

    it('that surely did not arrive is sent once more, and then is unreachable', async () => {
      const server = await serve(obedient);
      const real = createHttp({ env: {} });
      let failures = 1;
      let sent = 0;
      const http: Http = {
        send: (request) => {
          sent++;
          return failures-- > 0 ? real.send({ ...request, url: 'http://127.0.0.1:1/' }) : real.send(request);
        },
      };
      const api = apiAt(server.url, { http });
      const [result] = await api.set([value]);
      assert.deepEqual([result?.ok, sent, server.requests.length], [true, 2, 1]);
      failures = 9;
      sent = 0;
      await assert.rejects(api.set([value]), isCode('CLOUD_UNREACHABLE'));
      assert.deepEqual([sent, server.requests.length], [2, 1]);
    });

    it('is sent again after a short rest when it was one too many', async () => {
      const server = await serve((request, count) => (count === 1 ? { status: 429, headers: { 'retry-after': '2' } } : obedient(request)));
      const [result] = await apiAt(server.url).set([value]);
      assert.equal(result?.ok, true);
    });

    it('that was turned away has not been done', async () => {
      for (const status of [400, 403, 404, 413]) {
        const server = await serve(() => ({ status }));
        await assert.rejects(apiAt(server.url).set([value]), isCode('CLOUD_UNREACHABLE', new RegExp(`${status}.*API host`, 's')));
        assert.equal(server.requests.length, 2);
      }
    });

    it('that was given up on its way, or led elsewhere, may have been done', async () => {
      for (const status of [202, 204, 302, 307, 408, 425, 499]) {
        const server = await serve(() => ({ status, headers: { location: 'http://127.0.0.1:1/' } }));
        await assert.rejects(apiAt(server.url).set([value]), isCode('UNKNOWN_OUTCOME', new RegExp(`status ${status}`)));
        assert.equal(server.requests.length, 1, String(status));
      }
    });
  });

  describe('an action', () => {
    const target = { did: LAMP, siid: 2, aiid: 1 };

    it('gives its outputs', async () => {
      const server = await serve(() => ok({ ...target, code: 0, out: [3, 'a', null, true] }));
      assert.deepEqual(await apiAt(server.url).action(target, []), { outputs: [3, 'a', true], isAccepted: false });
    });

    it('may be accepted and still under way', async () => {
      for (const code of [1, -702000000, -702010000, -702022036]) {
        const server = await serve(() => ok({ ...target, code }));
        assert.deepEqual(await apiAt(server.url).action(target, []), { outputs: [], isAccepted: true });
      }
    });

    it('whose answer is lost was carried out once, and nobody claims to know', async () => {
      let done = 0;
      for (const answer of [{ isLost: true }, { status: 503 }, { text: 'no JSON' }]) {
        done = 0;
        const server = await serve(() => {
          done++;
          return answer;
        });
        await assert.rejects(
          apiAt(server.url).action(target, []),
          (error) => isCode('UNKNOWN_OUTCOME', /Action 2\.1 of device 68332340/)(error) && (error as LumiotError).device === LAMP,
        );
        assert.equal(done, 1);
      }
    });

    it('is not repeated whatever the status: a front that answers says nothing of what stands behind it', async () => {
      for (const status of [202, 204, 301, 302, 307, 308, 400, 403, 404, 408, 409, 421, 425, 451, 499, 500, 504]) {
        const server = await serve(() => ({ status, headers: { location: 'http://127.0.0.1:1/' } }));
        await assert.rejects(apiAt(server.url).action(target, []), isCode('UNKNOWN_OUTCOME', new RegExp(`status ${status}`)));
        assert.equal(server.requests.length, 1, String(status));
      }
    });

    it('is not repeated when it was one too many, nor when the device failed', async () => {
      for (const [answer, code] of [
        [{ status: 429, headers: { 'retry-after': '1' } }, 'RATE_LIMITED'],
        [ok({ ...target, code: -704083036 }), 'TIMEOUT'],
        [ok({ ...target, code: -704000000 }), 'MIOT_-704000000'],
        [{ text: '{"code":-704000000,"message":""}' }, 'MIOT_-704000000'],
      ] as const) {
        const server = await serve(() => answer);
        await assert.rejects(apiAt(server.url).action(target, []), isCode(code));
        assert.equal(server.requests.length, 1);
      }
    });

    it('without a word in the answer has an unknown outcome', async () => {
      const server = await serve(() => ok(null));
      await assert.rejects(apiAt(server.url).action(target, []), isCode('UNKNOWN_OUTCOME'));
      assert.equal(server.requests.length, 1);
    });
  });

  describe('close', () => {
    it('rejects what was not sent, and sends nothing more', async () => {
      const server = await serve(obedient);
      const api = apiAt(server.url);
      const reading = api.get([POWER]);
      api.close();
      await assert.rejects(reading, isCode('CLOUD_UNREACHABLE', /closed/));
      await assert.rejects(api.get([POWER]), isCode('CLOUD_UNREACHABLE', /closed/));
      await assert.rejects(api.set([{ ...POWER, value: 1 }]), isCode('CLOUD_UNREACHABLE', /closed/));
      await assert.rejects(api.action({ did: LAMP, siid: 2, aiid: 1 }, []), isCode('CLOUD_UNREACHABLE', /closed/));
      await assert.rejects(api.homes(), isCode('CLOUD_UNREACHABLE', /closed/));
      assert.equal(server.requests.length, 0);
    });

    it('ends a backoff', async () => {
      const server = await serve(() => ({ status: 429, headers: { 'retry-after': '29' } }));
      const clock = new ManualClock();
      const api = apiAt(server.url, { clock });
      const reading = api.get([POWER]);
      await clock.advance(200);
      await until(() => clock.openTimers > 0, 'the backoff');
      api.close();
      assert.equal(clock.openTimers, 0);
      await assert.rejects(reading, isCode('CLOUD_UNREACHABLE', /closed/));
    });
  });

  it('says nothing of the token or of values in its errors', async () => {
    const answers: readonly Answer[] = [{ isLost: true }, { status: 500 }, { status: 401 }, { text: 'V3_first' }, { text: '{"code":-1}' }];
    for (const answer of answers) {
      const server = await serve(() => answer);
      const api = apiAt(server.url);
      const calls = [
        () => api.get([POWER]),
        () => api.set([{ ...POWER, value: 'geheim' }]),
        () => api.action({ did: LAMP, siid: 1, aiid: 1 }, ['geheim']),
      ];
      for (const call of calls) {
        const error: unknown = await call().then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        assert.ok(error instanceof LumiotError);
        const said = [error.message, error.stack, String(error.cause), (error.cause as TransportError | undefined)?.stack].join('\n');
        assert.doesNotMatch(said, /V3_|geheim|Bearer/);
      }
    }
  });
});

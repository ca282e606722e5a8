/**
 * The admin API under random requests, against an oracle: no request fails in a way of its own, none changes more than its route may, no
 * answer holds a key. And the routes themselves, as the router has them: none without a permission.
 * LUMIOT_FUZZ_CASES sets how many requests there are: a twentieth of it.
 */

import assert from 'node:assert/strict';
import { createServer, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudBench } from '../nodes/cloud-bench';
import { CLIMATE, type FlowNode, HALL, hall, hallConfig, PLUG, type Stage, stage } from '../nodes/support';
import { NAMES, Random } from './random';

const requests = Math.max(100, Math.min(50_000, Math.floor(Number(process.env.LUMIOT_FUZZ_CASES ?? 2_000) / 20)));
const seed = Number(process.env.LUMIOT_FUZZ_SEED ?? 20_261_103);
const PLANTED = 'PLANTED0secret01';

/** A gateway is looked for once a node needs it. */
const lamp: FlowNode = { id: 'p', type: 'lumi-switch', gateway: 'hall', device: PLUG, channel: 0, wires: [[]] };

interface Route {
  readonly path: string;
  readonly methods: readonly string[];
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly body: string | undefined;
  /** Sent in pieces, with no word on how long it will be. */
  readonly isChunked?: boolean;
}

interface Answered {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Every route of ours in the router of the editor, whoever registered it. */
function routesOf(home: Stage): Route[] {
  const app = home.RED().httpAdmin as unknown as { _router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] } };
  return app._router.stack
    .flatMap(({ route }) => (route === undefined ? [] : [route]))
    .filter(({ path }) => path.startsWith('/lumiot'))
    .map(({ path, methods }) => ({ path, methods: Object.keys(methods) }));
}

let server: Server;

/** The editor's application behind a socket of its own. */
async function listen(home: Stage): Promise<void> {
  // Express prints what it refuses by itself.
  (home.RED().httpAdmin as unknown as { set(name: string, value: string): void }).set('env', 'test');
  server = createServer(home.RED().httpAdmin as unknown as RequestListener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

/** A request as it stands: fetch and supertest would tidy the path up. */
function ask({ method, path, type, body, isChunked = false }: Asked): Promise<Answered> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ host: '127.0.0.1', port, method, path, agent: false },
        headers: {
          'content-type': type,
          ...(isChunked ? { 'transfer-encoding': 'chunked' } : body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            text: Buffer.concat(parts).toString('utf8'),
          }),
        );
      },
    );
    // Who refuses a body that is too large may hang up on it.
    sent.on('error', (error) => ((error as NodeJS.ErrnoException).code === 'EPIPE' ? undefined : reject(error)));
    sent.end(body);
  });
}

/** What a route may write to the gateway, by the end of its path. */
const MAY_WRITE: Readonly<Record<string, readonly string[]>> = {
  pair: ['join_permission'],
  'stop-pairing': ['join_permission'],
  remove: ['remove_device'],
  doctor: ['mid'],
  diagnostics: ['mid'],
  'key-test': ['mid'],
};

const UPLOAD = '/lumiot/tokens/preview';

describe('the routes of the admin API', () => {
  let bench: CloudBench;
  before(async () => {
    bench = await CloudBench.open({ gateways: [hall({ key: PLANTED })] });
    await bench.stage.load([hallConfig(), lamp, bench.config()], { hall: { key: PLANTED } });
    await bench.stage.online('hall');
    await listen(bench.stage);
  });
  after(async () => {
    server.close();
    await bench.close();
  });

  it('are all closed to those who lack the permission, but for the one that a sign-in comes back to', async () => {
    const { stage: home } = bench;
    const routes = routesOf(home);
    assert.ok(routes.length >= 17, `${routes.length} routes`);
    const open: string[] = [];
    for (const [lacking, methods] of [
      ['lumiot.write', ['post', 'put', 'patch', 'delete']],
      ['lumiot.read', ['get', 'head']],
    ] as const) {
      home.denied.clear();
      home.denied.add(lacking);
      for (const route of routes) {
        for (const method of route.methods.filter((one) => (methods as readonly string[]).includes(one))) {
          const path = route.path.replace(':id', 'hall').replace(':did', '1');
          const { status } = await ask({
            method: method.toUpperCase(),
            path,
            type: 'application/json',
            body: method === 'get' ? undefined : '{}',
          });
          if (status !== 401) open.push(`${method} ${route.path}`);
        }
      }
    }
    home.denied.clear();
    // Looking on, and asking how many devices stand, is reading, though it is asked for by POST: what needs `lumiot.read` is tried in admin-auth.test.ts.
    assert.deepEqual(open.sort(), ['get /lumiot/miot/callback', 'post /lumiot/accounts/:id/local', 'post /lumiot/watch']);
  });

  it('take no body that is larger than 64 kB, whatever its length claims, and no form', async () => {
    const posts = routesOf(bench.stage).filter(({ methods }) => methods.includes('post'));
    assert.ok(posts.length >= 9);
    for (const route of posts) {
      const path = route.path.replace(':id', 'hall').replace(':did', '1');
      const large = JSON.stringify({ name: 'x'.repeat(65_536) });
      // The one that takes files, up to 64 MB (token-routes.test.ts), takes no JSON of any size.
      const refusal = path === UPLOAD ? 400 : 413;
      for (const isChunked of [false, true])
        assert.equal((await ask({ method: 'POST', path, type: 'application/json', body: large, isChunked })).status, refusal, path);
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonx', ''])
        assert.equal((await ask({ method: 'POST', path, type, body: '{}' })).status, 400, `${path} ${type}`);
    }
  });
});

describe('random requests to the admin API', () => {
  let home: Stage;
  const random = new Random(seed);
  before(async () => {
    home = await stage({ gateways: [hall({ key: PLANTED })] });
    await home.load([hallConfig(), lamp], { hall: { key: PLANTED } });
    await home.online('hall');
    await listen(home);
  });
  after(async () => {
    server.close();
    await home.close();
  });

  const WORDS = ['hall', HALL, PLUG, CLIMATE, '127.0.0.1', '127.0.1.2', 'x', PLANTED, '__PWRD__', '30', '${'.concat('PATH}')];
  const IDS = [
    ...[
      'hall',
      'hall',
      'hall',
      'nobody',
      ...NAMES,
      '%2e%2e',
      '..',
      '.',
      '..%2f..%2fsettings.js',
      '%00',
      'hall%00',
      'hall/..',
      '%ff',
      'hall%20',
    ],
    ...['%7B%7D', 'HALL', '*', '<img%20src=x>', ''],
  ];

  /** Routes that look for a gateway on the network and wait for it: rarely. */
  const isSlow = (path: string): boolean => /discover|key-test|doctor|diagnostics/.test(path);

  function made(routes: readonly Route[]): Asked {
    let route = random.pick(routes);
    while (isSlow(route.path) && random.isLucky(0.9)) route = random.pick(routes);
    const path = route.path.replace(':id', random.pick(IDS)).replace(':did', random.pick(IDS));
    const bent = random.isLucky(0.1) ? path.replace('/', random.pick(['//', '/./', '/%2f', '/../'])) : path;
    const query = random.isLucky(0.2)
      ? `?${random.pick(['id[]=1', '__proto__[x]=1', 'lang=../../x', 'state[]=a&code=b', 'lang=%00'])}`
      : '';
    const method = random.isLucky(0.85)
      ? random.pick(route.methods).toUpperCase()
      : random.pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD']);
    const names = ['sid', 'id', 'host', 'interface', 'key', 'seconds', 'address', ...NAMES];
    const body = random.isLucky(0.8)
      ? JSON.stringify(random.object(() => random.pick(names), WORDS))
      : random.pick(['[1]', '', '{"a":', 'null', '"x"']);
    const type = random.isLucky(0.9)
      ? 'application/json'
      : random.pick(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=x']);
    return { method, path: bent + query, type, body: method === 'GET' || method === 'HEAD' ? undefined : body };
  }

  function objection(asked: Asked, { status, type, text }: Answered, written: readonly string[]): string | undefined {
    if (text.includes('PLANTED0')) return 'the key';
    if (![200, 400, 401, 404, 405, 413, 415, 429].includes(status)) return `status ${status}`;
    if (/\bat .*\.(ts|js):\d+/.test(text) && !text.includes('node_modules/')) return 'a stack of ours';
    if (type.includes('json') && status !== 200 && asked.method !== 'HEAD') {
      const { code, message } = JSON.parse(text) as Record<string, unknown>;
      if (typeof code !== 'string' || typeof message !== 'string') return `no {code, message}: ${text}`;
    }
    if (text.includes('<img')) return 'HTML out of a path';
    const last = asked.path.split('?')[0]?.split('/').at(-1) ?? '';
    const may = status === 200 ? (MAY_WRITE[last] ?? []) : last === 'doctor' || last === 'key-test' ? ['mid'] : [];
    const more = written.filter((field) => !may.includes(field));
    return more.length === 0 ? undefined : `wrote ${more.join(', ')}`;
  }

  it('are answered within the rules, and change nothing that their route may not', async function () {
    this.timeout(60_000 + requests * 500);
    const routes = routesOf(home);
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    const wrong: string[] = [];
    let isOver = false;
    // What waits for the network waits for the clock; the requests themselves take real time.
    const ticking = (async () => {
      while (!isOver) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await home.clock.skip(500);
      }
    })();
    let answered = 0;
    for (let count = 0; count < requests; count++) {
      const asked = made(routes);
      const written = home.writes().length;
      const answer = await ask(asked);
      const fields = home
        .writes()
        .slice(written)
        .flatMap((write) => Object.keys(write))
        .filter((field) => field !== 'key');
      const objected = objection(asked, answer, fields);
      if (objected !== undefined) wrong.push(`${objected}: ${JSON.stringify(asked)} ${answer.text.slice(0, 300)}`);
      if (answer.status === 200) answered++;
      // A pairing that was opened keeps re-arming itself; a device that was removed comes back with the next list.
      if (/pair$/.test(asked.path))
        await ask({ method: 'POST', path: '/lumiot/gateways/hall/stop-pairing', type: 'application/json', body: '{}' });
      if (/remove$/.test(asked.path))
        await ask({ method: 'POST', path: '/lumiot/gateways/hall/refresh', type: 'application/json', body: '{}' });
    }
    isOver = true;
    await ticking;
    assert.deepEqual(wrong, []);
    assert.equal(Object.getOwnPropertyNames(Object.prototype).length, before);
    assert.ok(answered > requests / 20, `${answered} of ${requests} were answered with 200`);
    assert.doesNotMatch(home.log(), /PLANTED0/);
    assert.doesNotMatch(home.log(), /TypeError|RangeError|uncaught/i);
  });
});

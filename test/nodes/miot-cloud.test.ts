/** miot-cloud: the routes behind its dialog, who may use them, the open callback, and what a deploy must not cost. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DeviceSpec } from '../../lib/miot';
import { allAccounts } from '../../nodes/shared/runtime/account-host';
import { CLIENT_ID, CloudBench, LAMP, PURIFIER, pause, REDIRECT, STORE_KEY, THERMOMETER } from './cloud-bench';
import { type FlowNode, until } from './support';

type Json = Record<string, unknown>;
const input: FlowNode = { id: 'n', type: 'miot-in', device: LAMP, what: 'property', property: 'light:brightness' };
const ROUTE = '/lumiot/accounts/account';
/** Of the Node-RED that is tested. */
const { hooks } = createRequire(require.resolve(process.env.NODE_RED ?? 'node-red'))('@node-red/util') as {
  hooks: { add(id: string, hook: (events: readonly Sent[]) => void): void; remove(id: string): void };
};
interface Sent {
  readonly msg: { readonly payload: unknown };
  readonly source: { readonly id: string };
}

describe('miot-cloud', () => {
  let bench: CloudBench;
  beforeEach(async () => {
    bench = await CloudBench.open();
  });
  afterEach(() => bench.close());

  const view = async (): Promise<Json> => (await bench.ok('get')) as Json;
  const filesOf = (): string[] => {
    const folder = join(bench.userDir, 'lumiot');
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('account')) : [];
  };
  /** The query that the browser comes back with. */
  const sentBack = async (): Promise<string> => {
    const { url } = (await bench.ok('post', 'sign-in')) as { url: string };
    return new URL(await bench.cloud.approve(url)).search;
  };
  const callback = async (query: string): Promise<{ status: number; text: string; headers: Headers }> => {
    const { default: helper } = await import('node-red-node-test-helper');
    const request = helper.request() as unknown as { get(path: string): Promise<{ status: number; text: string; headers: Headers }> };
    return request.get(`/lumiot/miot/callback${query}`);
  };

  describe('tells the editor', () => {
    it('how an account stands that nobody has signed in to', async () => {
      await bench.load([input]);
      await bench.shows('status.signed-out', 'grey');
      const { error, ...rest } = await view();
      assert.deepEqual(rest, {
        id: 'account',
        name: 'Home',
        region: 'cn',
        phase: 'signed-out',
        push: 'off',
        local: { devices: 0, reachable: 0 },
        uid: null,
        validUntil: null,
        refreshedAt: null,
        refreshAt: null,
        homes: [],
        devices: 0,
        settings: { region: 'cn', clientId: CLIENT_ID, redirectUrl: REDIRECT },
        hasStoreKey: true,
      });
      assert.equal((error as Json).code, 'LOGIN_NEEDED');
      assert.deepEqual(await bench.stage.get('/lumiot/accounts').then(({ body }) => (body as Json[]).map(({ id }) => id)), ['account']);
    });

    it('how it stands once somebody has', async () => {
      await bench.start(input);
      const { phase, uid, validUntil, refreshedAt, refreshAt, homes, devices, error } = await view();
      assert.deepEqual([phase, homes, devices, error], ['connected', ['Home'], 5, undefined]);
      assert.equal(typeof uid, 'string');
      assert.ok(Date.parse(String(refreshAt)) < Date.parse(String(validUntil)), `${refreshAt} ${validUntil}`);
      assert.ok(refreshedAt === null || !Number.isNaN(Date.parse(String(refreshedAt))));
    });

    it('which devices it has', async () => {
      await bench.start(input);
      await bench.known(LAMP, 'light:on');
      const { account, devices } = (await bench.ok('get', 'devices')) as { account: Json; devices: Json[] };
      assert.equal(account.id, 'account');
      assert.equal(devices.length, 5);
      const lamp = devices.find(({ id }) => id === LAMP);
      assert.deepEqual(Object.keys(lamp ?? {}).sort(), [
        'battery',
        'family',
        'gateway',
        'home',
        'id',
        'isShared',
        'lastSeen',
        'main',
        'model',
        'name',
        'online',
        'parent',
        'room',
        'state',
        'transport',
        'urn',
      ]);
      const { home, room, family, state } = lamp ?? {};
      assert.deepEqual([home, room, family, (state as Json)['light:on']], ['Home', 'Study', 'light', false]);
    });

    it('what a device can do, in the language of the editor', async () => {
      await bench.start(input);
      await bench.known(LAMP, 'light:on');
      const spec = (await bench.ok('get', `spec/${LAMP}`)) as DeviceSpec & { state: Json };
      assert.equal(spec.main, 'light:on');
      assert.equal(spec.state['light:brightness'], 40);
      const zh = (await bench.ok('get', `spec/${LAMP}?lang=zh-CN`)) as DeviceSpec;
      assert.notEqual(zh.properties[0]?.label, spec.properties[0]?.label);
      assert.equal((await bench.stage.get(`${ROUTE}/spec/999`)).status, 404);
      assert.equal((await bench.stage.get(`${ROUTE}/spec/${LAMP}?lang=..%2f..%2fetc`)).status, 200);
    });

    it('to deploy first', async () => {
      await bench.load([input], {}, {});
      assert.equal((await view()).hasStoreKey, false);
      const answers = [
        await bench.stage.post(`${ROUTE}/sign-in`, {}),
        await bench.stage.get('/lumiot/accounts/nobody'),
        await bench.stage.post('/lumiot/accounts/__proto__/sign-in', {}),
      ];
      for (const { status, body } of answers) {
        assert.deepEqual([status, (body as Json).code], [404, 'NOT_CONFIGURED']);
        assert.match(String((body as Json).message), /[Dd]eploy first/);
      }
    });

    it('live values while it looks on', async () => {
      await bench.start(input);
      await bench.pushed(LAMP);
      await bench.known(LAMP, 'light:on');
      const published: Json[] = [];
      bench.stage.RED().comms.publish = (topic: string, data: unknown) => {
        if (topic === 'lumiot/devices') published.push(data as Json);
      };
      bench.cloud.change(LAMP, 2, 2, 50);
      await until(() => bench.payloads.includes(50), 'it arrived');
      await bench.stage.clock.skip(3_000);
      assert.deepEqual(published, []);
      await bench.stage.post('/lumiot/watch', {});
      await until(() => published.length > 0, 'everything was told');
      const told = (push: Json = {}): [unknown, Json, Json[]] => [push.id, push.account as Json, push.devices as Json[]];
      const [id, account, devices] = told(published[0]);
      assert.deepEqual([id, account.phase, devices.length], ['account', 'connected', 5]);
      bench.cloud.change(LAMP, 2, 2, 51);
      await until(() => bench.payloads.includes(51), 'it arrived');
      await bench.stage.clock.skip(1_500);
      assert.deepEqual(
        told(published.at(-1))[2].map(({ id: did, state }) => [did, (state as Json)['light:brightness']]),
        [[LAMP, 51]],
      );
      await bench.stage.clock.skip(31_000);
      const count = published.length;
      bench.cloud.change(LAMP, 2, 2, 52);
      await until(() => bench.payloads.includes(52), 'it arrived');
      await bench.stage.clock.skip(3_000);
      assert.equal(published.length, count);
    });
  });

  describe('signs in', () => {
    it('with the address that was pasted back, once', async () => {
      await bench.load([input]);
      const { url, expiresAt } = (await bench.ok('post', 'sign-in')) as Record<string, string>;
      assert.ok(Date.parse(String(expiresAt)) > Date.now() + 500_000);
      const address = await bench.cloud.approve(String(url));
      const { phase } = (await bench.ok('post', 'paste', { address })) as Json;
      assert.equal(phase, 'connected');
      await bench.shows('40 %', 'green');
      assert.equal((await bench.stage.post(`${ROUTE}/paste`, { address })).status, 400);
    });

    it('not with an address that is none, of another sign-in, or of one that was denied', async () => {
      await bench.load([input]);
      const { url } = (await bench.ok('post', 'sign-in')) as { url: string };
      const agreed = new URL(await bench.cloud.approve(url));
      agreed.searchParams.set('state', 'f'.repeat(40));
      for (const address of ['', 'hello', {}, agreed.href, await bench.cloud.approve(url, 'deny')]) {
        const { status, body } = await bench.stage.post(`${ROUTE}/paste`, { address });
        assert.equal(status, 400, JSON.stringify(body));
        assert.equal(typeof (body as Json).code, 'string');
      }
      assert.equal((await view()).phase, 'signed-out');
    });

    it('by the callback', async () => {
      await bench.load([input]);
      const { status, text, headers } = await callback(await sentBack());
      assert.equal(status, 200, text);
      assert.match(text, /Signed in/);
      const of = (name: string): unknown => (headers as unknown as Json)[name];
      assert.match(String(of('content-security-policy')), /default-src 'none'/);
      assert.deepEqual([of('cache-control'), of('x-content-type-options')], ['no-store', 'nosniff']);
      await bench.listed();
      assert.equal((await view()).phase, 'connected');
    });

    it('and out, and refreshes when it is told to', async () => {
      await bench.start(input);
      assert.equal(((await bench.ok('post', 'refresh')) as Json).phase, 'connected');
      assert.equal(bench.cloud.tokens().refreshes, 1);
      assert.equal(((await bench.ok('post', 'sign-out')) as Json).phase, 'signed-out');
      await bench.shows('status.signed-out', 'grey');
      assert.deepEqual([(await view()).devices, (await view()).homes], [0, []]);
    });
  });

  describe('lets the callback in', () => {
    it('with a pending state alone', async () => {
      await bench.load([input]);
      const agreed = await sentBack();
      const wrong = agreed.replace(/state=[^&]+/, `state=${'f'.repeat(40)}`);
      for (const query of ['', '?code=x', '?state=x', wrong, '?state[]=x&code=y', `?code=<script>alert(1)</script>&state=x`]) {
        const { status, text } = await callback(query);
        assert.equal(status, 400, query);
        assert.doesNotMatch(text, /script|alert/);
      }
      assert.equal((await view()).phase, 'signed-out');
      assert.equal((await callback(agreed)).status, 200);
    });

    it('once', async () => {
      await bench.load([input]);
      const agreed = await sentBack();
      assert.equal((await callback(agreed)).status, 200);
      assert.equal((await callback(agreed)).status, 400);
    });

    it('for ten minutes', async () => {
      await bench.load([input]);
      const agreed = await sentBack();
      await bench.stage.clock.skip(600_500);
      const { status, text } = await callback(agreed);
      assert.equal(status, 400);
      assert.match(text, /ten minutes/);
      // What is stored may still be being read.
      let { phase } = await view();
      while (phase === 'loading') ({ phase } = await view());
      assert.equal(phase, 'signed-out');
    });

    it('not where the user said no', async () => {
      await bench.load([input]);
      const { url } = (await bench.ok('post', 'sign-in')) as { url: string };
      const { status, text } = await callback(new URL(await bench.cloud.approve(url, 'deny')).search);
      assert.equal(status, 400);
      assert.match(text, /Not signed in/);
    });

    it('so many times a minute, and never keeps out who is awaited', async () => {
      await bench.load([input]);
      const agreed = await sentBack();
      const statuses = [];
      for (let count = 0; count < 40; count++) statuses.push((await callback('?code=x&state=y')).status);
      assert.deepEqual([statuses[0], statuses.at(-1)], [400, 429]);
      assert.equal((await callback(agreed)).status, 200);
      await bench.stage.clock.skip(61_000);
      assert.equal((await callback('?code=x&state=y')).status, 400);
    });

    it('without any permission', async () => {
      await bench.load([input]);
      const agreed = await sentBack();
      bench.stage.denied.add('lumiot.read').add('lumiot.write');
      assert.equal((await callback(agreed)).status, 200);
    });
  });

  describe('lets nobody in without permission', () => {
    const reads = ['', '/devices', `/spec/${LAMP}`];
    const writes = ['/sign-in', '/paste', '/sign-out', '/refresh'];

    it('to read', async () => {
      await bench.load([input]);
      bench.stage.denied.add('lumiot.read');
      for (const path of reads) assert.equal((await bench.stage.get(`${ROUTE}${path}`)).status, 401, path);
      assert.equal((await bench.stage.get('/lumiot/accounts')).status, 401);
    });

    it('to do anything', async () => {
      await bench.start(input);
      bench.stage.denied.add('lumiot.write');
      for (const path of writes) assert.equal((await bench.stage.post(`${ROUTE}${path}`, {})).status, 401, path);
      assert.equal((await view()).phase, 'connected');
      assert.deepEqual([...new Set(bench.stage.permissions)].sort(), ['lumiot.read', 'lumiot.write']);
    });

    it('and takes no large bodies', async () => {
      await bench.load([input]);
      assert.equal((await bench.stage.post(`${ROUTE}/paste`, { address: 'x'.repeat(70_000) })).status, 413);
    });
  });

  describe('over a redeploy', () => {
    it('keeps its account and its push connection', async () => {
      await bench.start(input);
      await bench.pushed(LAMP);
      const { account } = bench;
      // The reads of the start are over when none came for a while.
      let requests = -1;
      while (requests !== bench.cloud.requests().length) {
        requests = bench.cloud.requests().length;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      for (const type of ['full', 'nodes', 'flows'] as const) await bench.redeploy(undefined, type);
      assert.equal(bench.account, account);
      const next = bench.next();
      bench.cloud.change(LAMP, 2, 2, 61);
      await next;
      assert.deepEqual([bench.cloud.sessions, bench.cloud.requests().length], [1, requests]);
    });

    it('loses no value that is pushed meanwhile', async () => {
      await bench.start(input);
      await bench.pushed(LAMP);
      await bench.known(LAMP, 'light:brightness');
      // What the node gives to the flow: Node-RED itself drops what is on its way between two nodes in the moment in which flows stop.
      const given: unknown[] = [];
      hooks.add('onSend.given', (events) => {
        for (const { msg, source } of events) if (source.id === input.id) given.push(msg.payload);
      });
      try {
        let value = 0;
        let isOver = false;
        const talking = (async () => {
          while (!isOver && value < 100) {
            value += 1;
            bench.cloud.change(LAMP, 2, 2, value);
            await pause(8);
          }
        })();
        for (let count = 0; count < 6; count++) {
          const heard = given.length;
          await bench.redeploy();
          await until(() => given.length > heard || value >= 100, 'values arrive again');
        }
        isOver = true;
        await talking;
        await until(() => given.at(-1) === value, 'the last one arrived');
        assert.deepEqual(
          given,
          Array.from({ length: value }, (_, index) => index + 1),
        );
      } finally {
        hooks.remove('*.given');
      }
    });

    it('fifty times in a slow refresh spends one refresh token', async function () {
      this.timeout(60_000);
      await bench.start(input);
      bench.cloud.fault({ fault: 'slow', ms: 3_000, on: 'token' });
      const refreshing = bench.stage.post(`${ROUTE}/refresh`, {});
      await until(() => bench.account.state.session.state.phase === 'refreshing', 'it refreshes');
      for (let count = 0; count < 50; count++) {
        await bench.redeploy();
        if (count < 5) assert.equal(bench.account.state.session.state.phase, 'refreshing');
      }
      assert.equal((await refreshing).status, 200);
      assert.deepEqual([bench.cloud.tokens().refreshes, bench.cloud.tokens().refreshable], [1, 1]);
      assert.equal((await view()).phase, 'connected');
      bench.cloud.fault({ fault: 'clear' });
      assert.equal(((await bench.ok('post', 'refresh')) as Json).phase, 'connected');
    });

    it('to the end of the flows, lets a refresh come to its end', async () => {
      await bench.start(input);
      const { account } = bench;
      bench.cloud.fault({ fault: 'slow', ms: 700, on: 'token' });
      const refreshing = bench.stage.post(`${ROUTE}/refresh`, {});
      await until(() => account.state.session.state.phase === 'refreshing', 'it refreshes');
      await bench.stage.stop();
      assert.equal(account.state.session.state.phase, 'connected');
      await refreshing;
    });

    it('leaves nothing behind, twenty times over', async () => {
      await bench.start(
        input,
        { id: 'all', type: 'miot-in', device: '', what: 'all' },
        { id: 'word', type: 'miot-in', device: LAMP, what: 'all' },
        { id: 's', type: 'miot-set', device: PURIFIER, property: '' },
        { id: 'g', type: 'miot-get', device: LAMP, properties: ['light:on'] },
      );
      await bench.pushed(LAMP, PURIFIER);
      await bench.known(LAMP, 'light:on');
      await bench.known(THERMOMETER, 'temperature-humidity-sensor:temperature');
      await pause(300);
      await bench.stage.clock.skip(12_000);
      await pause(300);
      const counts = (): Json => ({
        subscriptions: bench.account.subscriptions.size,
        events: bench.stage
          .RED()
          .events.eventNames()
          .reduce((sum, name) => sum + bench.stage.RED().events.listenerCount(name), 0),
        sessions: bench.cloud.sessions,
        filters: bench.cloud.filters().length,
      });
      const [before, timers] = [counts(), bench.stage.clock.pending];
      for (let count = 0; count < 20; count++) await bench.redeploy();
      for (const type of ['nodes', 'flows', 'nodes', 'flows'] as const) await bench.redeploy(undefined, type);
      await pause(300);
      await bench.stage.clock.skip(12_000);
      await pause(300);
      assert.deepEqual(counts(), before);
      assert.ok(Math.abs(bench.stage.clock.pending - timers) <= 1, `${timers} timers became ${bench.stage.clock.pending}`);
    });

    it('takes another account where its settings mean one, and the old one back', async () => {
      await bench.start(input);
      const { account } = bench;
      await bench.redeploy([input], 'full', { region: 'de' });
      assert.notEqual(bench.account, account);
      await bench.shows('status.sign-in-needed', 'red').catch(() => bench.shows('status.signed-out', 'grey'));
      await bench.redeploy([input], 'full');
      await bench.listed();
      await bench.shows('40 %', 'green');
    });
  });

  describe('chosen from the environment', () => {
    const chosen: FlowNode = { ...input, account: `$\{${'LUMIOT_TEST_ACCOUNT'}}`, wires: [['out']], version: 1 };
    const keys = { account: { storeKey: STORE_KEY } };
    const deploy = (config: FlowNode | undefined): Promise<void> =>
      bench.stage.deploy([...(config === undefined ? [] : [config]), chosen, { id: 'out', type: 'sink' }], 'nodes', keys);
    beforeEach(async () => {
      process.env.LUMIOT_TEST_ACCOUNT = 'account';
      await bench.stage.load([bench.config(), chosen, { id: 'out', type: 'sink' }], keys);
      await bench.signIn();
      await bench.pushed(LAMP);
      await bench.known(LAMP, 'light:brightness');
    });
    afterEach(() => {
      delete process.env.LUMIOT_TEST_ACCOUNT;
    });

    it('is followed where a deploy of the account alone makes it another', async () => {
      const { account } = bench;
      await deploy(bench.config({ bizId: 'other' }));
      assert.notEqual(bench.account, account);
      await bench.listed();
      await bench.pushed(LAMP);
      await until(() => bench.account.device(LAMP)?.isFresh === false, 'it was read');
      bench.cloud.change(LAMP, 2, 2, 81);
      await until(() => bench.payloads.includes(81), 'it is heard');
      assert.deepEqual(bench.payloads, [81]);
      await bench.shows('81 %', 'green');
    });

    it('is let go where a deploy removes it, and found again where one brings it back', async () => {
      await deploy(undefined);
      await bench.shows('status.not-configured', 'grey');
      await deploy(bench.config());
      await bench.shows('status.signed-out', 'grey');
      await bench.signIn();
      await bench.pushed(LAMP);
      await bench.shows('40 %', 'green');
    });
  });

  it('takes its settings and its key from the environment', async () => {
    const variables = { LUMIOT_TEST_CLIENT: CLIENT_ID, LUMIOT_TEST_STORE: STORE_KEY };
    Object.assign(process.env, variables);
    const from = (name: keyof typeof variables): string => `$\{${name}}`;
    try {
      await bench.load([input], { clientId: from('LUMIOT_TEST_CLIENT') }, { account: { storeKey: from('LUMIOT_TEST_STORE') } });
      await bench.signIn();
      const { settings, hasStoreKey } = await view();
      assert.deepEqual([(settings as Json).clientId, hasStoreKey, bench.host.settings.storeKey], [CLIENT_ID, true, STORE_KEY]);
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name];
    }
  });

  it('is signed in again after a restart', async () => {
    await bench.start(input);
    await bench.known(LAMP, 'light:brightness');
    await bench.restart([input]);
    // Its files are read first.
    await until(() => bench.account.state.session.state.phase !== 'loading', 'the account is loaded');
    assert.equal((await view()).phase, 'connected');
    await bench.shows('40 %', 'green');
    assert.deepEqual(bench.payloads, []);
    assert.equal(bench.cloud.tokens().refreshes, 0);
  });

  it('closes everything ten seconds after the flows stopped for good', async () => {
    await bench.start(input);
    await bench.pushed(LAMP);
    await bench.stage.stop();
    assert.equal(bench.cloud.sessions, 1);
    await bench.stage.clock.skip(10_500);
    await until(
      () => bench.cloud.sessions === 0,
      'the push connection is closed',
      () => bench.stage.clock.skipGap(),
    );
    await until(
      () => bench.stage.clock.pending === 0,
      'no timer is left',
      () => bench.stage.clock.skipGap(),
    );
    assert.equal(allAccounts().size, 0);
  });

  it('wipes its secrets when it is deleted, and not when it is disabled', async () => {
    await bench.start(input);
    await bench.account.flush();
    const secrets = (): string[] => filesOf().filter((name) => name !== 'account.json');
    assert.ok(secrets().length > 0, filesOf().join());
    await bench.redeploy([], 'full', { d: true });
    assert.ok(secrets().length > 0, 'disabled');
    await bench.redeploy([input]);
    await bench.listed();
    await bench.stage.deploy([{ id: 'out', type: 'sink' }], 'full');
    // What was being written when it was deleted removes itself.
    await until(() => filesOf().length === 0, 'every file is gone');
    assert.equal(allAccounts().size, 0);
  });

  it('shows its secrets in no message, status, error, log line, answer or readable file', async () => {
    const nodes: FlowNode[] = [
      { ...input, includeRaw: true },
      { id: 'all', type: 'miot-in', device: '', what: 'all', includeRaw: true, sendOnStart: true },
      { id: 's', type: 'miot-set', device: LAMP, property: '' },
    ];
    await bench.load(nodes);
    const answers: unknown[] = [];
    const ask = async (path: string, body?: unknown): Promise<void> => {
      answers.push(body === undefined ? await bench.stage.get(path) : await bench.stage.post(path, body));
    };
    await ask(`${ROUTE}/paste`, { address: `${REDIRECT}?code=PLANTED0code&state=PLANTED0state` });
    answers.push((await callback('?code=PLANTED0code&state=PLANTED0state')).text);
    answers.push(await bench.signIn());
    await bench.pushed(LAMP);
    bench.cloud.change(LAMP, 2, 1, true);
    await bench.next(({ event }) => event === 'state');
    for (const path of ['', '/devices', `/spec/${LAMP}`]) await ask(`${ROUTE}${path}`);
    for (const fault of ['lose-reply', 'bad-json', 'status-500', 'backend-glitch'] as const) {
      bench.cloud.fault({ fault, count: 1, on: 'token' });
      await ask(`${ROUTE}/refresh`, {});
      await bench.stage.clock.skip(61_000);
    }
    bench.cloud.fault({ fault: 'clear' });
    bench.cloud.fault({ fault: 'status-401' });
    bench.stage.send('s', { payload: { 'light:on': true } });
    await bench.stage.next('errors', undefined, 12_000);
    await ask(ROUTE);
    await bench.stage.stop();
    const secrets = secretsIn(bench);
    assert.ok(secrets.length >= 3, 'tokens were seen');
    const folder = join(bench.userDir, 'lumiot');
    const places: Record<string, string> = {
      messages: JSON.stringify(bench.received),
      errors: JSON.stringify(bench.stage.received('errors'), (_name, value: unknown) =>
        value instanceof Error ? { ...value, message: value.message, stack: value.stack, cause: value.cause } : value,
      ),
      statuses: JSON.stringify(['n', 'all', 's', 'account'].map((id) => bench.stage.statuses(id))),
      log: bench.stage.log(),
      answers: JSON.stringify(answers),
      files: (readdirSync(folder, { recursive: true, withFileTypes: true }) as import('node:fs').Dirent[])
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
        .join('\n'),
    };
    for (const [place, text] of Object.entries(places)) {
      assert.ok(text.length > 50, `there is something in ${place}`);
      for (const secret of [...secrets, STORE_KEY, 'PLANTED0code'])
        assert.equal(text.includes(secret), false, `${secret.slice(0, 8)} in ${place}`);
    }
  });
});

describe('a miot node', () => {
  it('opens nothing and loads no library by being required', () => {
    const { execFileSync } = require('node:child_process') as typeof import('node:child_process');
    const script = `
      for (const node of ['cloud', 'in', 'get', 'set', 'action']) require('./nodes/miot-' + node + '/miot-' + node + '.ts');
      const heavy = Object.keys(require.cache).filter((file) => /node_modules\\/(got|mqtt|hpagent|mqtt-packet)\\//.test(file));
      console.log(JSON.stringify([heavy, process.getActiveResourcesInfo().filter((one) => /TCP|UDP|Timeout/.test(one))]));`;
    const root = join(__dirname, '..', '..');
    const output = execFileSync(process.execPath, ['--import', 'tsx', '-e', script], { cwd: root, encoding: 'utf8' });
    assert.deepEqual(JSON.parse(output), [[], []]);
  });
});

/** Every access and refresh token and every code that went over the wire, as the cloud saw them. */
function secretsIn(bench: CloudBench): string[] {
  const found = new Set<string>();
  for (const { url, headers } of bench.cloud.requests()) {
    const bearer = /^Bearer(.+)$/.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined) found.add(bearer);
    const data = new URL(url, 'http://127.0.0.1').searchParams.get('data');
    for (const match of (data ?? '').matchAll(/"(?:code|refresh_token)":"([^"]+)"/g)) found.add(match[1] ?? '');
  }
  return [...found].filter((secret) => secret.length > 5);
}

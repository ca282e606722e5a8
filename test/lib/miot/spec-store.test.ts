/** Descriptions out of memory, from the disk and from a server on loopback: how often each is asked, and what happens without. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ErrorCode, LumiotError } from '../../../lib/home/errors';
import { createHttp } from '../../../lib/miot/http';
import { Specs, type SpecsOptions } from '../../../lib/miot/spec-store';
import { ManualClock } from '../../support/clock';
import { deviceUrn, lamp } from './specs';

const URN = deviceUrn('light');
const FILE = 'urn_miot-spec-v2_device_light_0000A001_pretend-x1_1.json';
const OVERRIDE = { ...lamp, description: 'Corrected' };
const labels = { data: { en: { 'service:002': 'Lamp' }, zh_cn: { 'service:002': '灯' } } };

type Answer = (response: ServerResponse, url: string) => void;

const json =
  (content: unknown): Answer =>
  (response) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify(content));
const status =
  (code: number): Answer =>
  (response) =>
    void response.writeHead(code).end('no');
const drop: Answer = (response) => void response.destroy();
const page: Answer = (response) => void response.end('<html>Please sign in</html>');

const urnIn = (url: string): string | null => new URLSearchParams(url.split('?')[1]).get('type');

describe('descriptions of devices', () => {
  const servers: Server[] = [];
  let folder = '';
  let clock = new ManualClock();
  let warnings: string[] = [];
  let open: Specs[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lumiot-specs-'));
    clock = new ManualClock();
    warnings = [];
    open = [];
  });

  afterEach(async () => {
    for (const specs of open) specs.close();
    assert.equal(clock.openTimers, 0);
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await rm(folder, { recursive: true, force: true });
  });

  /** A server that gives these answers to requests for descriptions, the last one for ever. */
  async function serve(answers: readonly Answer[], translations: Answer = status(404)): Promise<{ base: string; urls: string[] }> {
    const urls: string[] = [];
    let asked = 0;
    const server = createServer((request, response) => {
      const url = request.url ?? '';
      urls.push(url);
      if (url.startsWith('/instance/v2/')) return translations(response, url);
      answers[Math.min(asked++, answers.length - 1)]?.(response, url);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, urls };
  }

  function specs(endpoints: readonly string[], more: Partial<SpecsOptions> = {}): Specs {
    const made = new Specs({
      endpoints,
      folder,
      http: createHttp({ env: {} }),
      clock,
      log: { warn: (text) => void warnings.push(text) },
      ...more,
    });
    open.push(made);
    return made;
  }

  const get = (from: Specs, urn = URN, language?: string): ReturnType<Specs['get']> => clock.during(from.get(urn, language));

  async function rejects(promise: Promise<unknown>, code: ErrorCode, sentence: RegExp): Promise<void> {
    await assert.rejects(
      clock.during(promise),
      (error) => error instanceof LumiotError && error.code === code && sentence.test(error.message),
    );
  }

  describe('that nobody has yet', () => {
    it('are asked for by URN, and read', async () => {
      const { base, urls } = await serve([json(lamp)]);
      const spec = await get(specs([base]));
      assert.deepEqual([spec.urn, spec.main], [URN, 'light:on']);
      assert.deepEqual(urls, [`/miot-spec-v2/instance?type=${encodeURIComponent(URN)}`]);
    });

    it('are asked for once, however many want them', async () => {
      const { base, urls } = await serve([json(lamp)]);
      const from = specs([base]);
      const all = await Promise.all(Array.from({ length: 20 }, () => get(from)));
      assert.equal(urls.length, 1);
      assert.ok(all.every((spec) => spec === all[0]));
      assert.equal(await get(from), all[0]);
    });

    it('come from the second address where the first is not well', async () => {
      for (const ill of [status(500), status(503), status(302), drop, page, status(404), json({ error: 'no' })]) {
        const [first, second] = [await serve([ill]), await serve([json(lamp)])];
        assert.equal((await get(specs([first.base, second.base], { folder: undefined }))).main, 'light:on');
        assert.deepEqual([first.urls.length, second.urls.length], [1, 1]);
      }
    });

    it('are tried for three times, with a pause that grows', async () => {
      const { base, urls } = await serve([drop, status(500), json(lamp)]);
      const asked = specs([base]).get(URN);
      const counts: number[] = [];
      for (const ms of [900, 200, 2_800, 300]) {
        // Sockets have a time of their own.
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 2));
        await clock.advance(ms);
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 2));
        counts.push(urls.length);
      }
      assert.deepEqual(counts, [1, 2, 2, 3]);
      assert.equal((await asked).main, 'light:on');
    });

    it('are waited for where the server is busy', async () => {
      for (const busy of [status(429), status(408)]) {
        const { base } = await serve([busy, json(lamp)]);
        assert.equal((await get(specs([base], { folder: undefined }))).main, 'light:on');
      }
    });

    it('are kept in memory for as many devices as a home has, and no more', async () => {
      const { base, urls } = await serve([(response, url) => json({ ...lamp, type: urnIn(url) })(response, url)]);
      const from = specs([base], { folder: undefined });
      const all = Array.from({ length: 501 }, (_, version) => deviceUrn('light', version));
      for (const urn of all) await from.get(urn);
      await from.get(deviceUrn('light', 500));
      assert.equal(urls.length, 501);
      await from.get(deviceUrn('light', 0));
      assert.equal(urls.length, 502);
    });

    it('are not to be had while the network is down, and are tried for again after a minute, then later and later', async () => {
      const { base, urls } = await serve([drop]);
      const from = specs([base]);
      const counts: number[] = [];
      for (const pauseMs of [0, 30_000, 31_000, 61_000, 61_000, 241_000, 481_000, 590_000, 11_000]) {
        await clock.advance(pauseMs);
        await rejects(from.get(URN), 'CLOUD_UNREACHABLE', /could not be loaded: 127\.0\.0\.1.*\. It is tried again/);
        counts.push(urls.length);
      }
      assert.deepEqual(counts, [3, 3, 6, 6, 9, 12, 15, 15, 18]);
    });

    it('are there as soon as the host is, and the next trouble starts with a minute again', async () => {
      let answer: Answer = drop;
      const { base, urls } = await serve([
        (response, url) => (answer === drop ? drop(response, url) : json({ ...lamp, type: urnIn(url) })(response, url)),
      ]);
      const from = specs([base], { folder: undefined });
      await rejects(from.get(URN), 'CLOUD_UNREACHABLE', /./);
      await clock.advance(60_000);
      await rejects(from.get(URN), 'CLOUD_UNREACHABLE', /./);
      answer = json(lamp);
      await clock.advance(120_000);
      assert.equal((await get(from)).main, 'light:on');
      answer = drop;
      await rejects(from.get(deviceUrn('light', 2)), 'CLOUD_UNREACHABLE', /./);
      answer = json(lamp);
      await clock.advance(60_000);
      assert.equal((await get(from, deviceUrn('light', 2))).main, 'light:on');
      assert.equal(urls.length, 11);
    });

    it('cost nobody else a wait where the host does not answer at all', async () => {
      const { base, urls } = await serve([() => {}]);
      const real = createHttp({ env: {} });
      const from = specs([base], { http: { send: (request) => real.send({ ...request, timeoutMs: 20 }) } });
      const all = await clock.during(Promise.allSettled(Array.from({ length: 50 }, (_, version) => from.get(deviceUrn('light', version)))));
      assert.ok(
        all.every((one) => one.status === 'rejected' && (one.reason as LumiotError).code === 'CLOUD_UNREACHABLE'),
        'all rejected',
      );
      // Each sentence names the description that was asked for.
      assert.match(String(all[49]?.status === 'rejected' && all[49].reason), /light:0000A001:pretend-x1:49 could not be loaded/);
      assert.ok(urls.length <= 12, `${urls.length} requests`);
      await rejects(from.get(deviceUrn('light', 77)), 'CLOUD_UNREACHABLE', /77 could not be loaded: 127/);
      assert.ok(urls.length <= 12, `${urls.length} requests`);
    });

    it('keep none of the others from being loaded where one of them is ill', async () => {
      const { base, urls } = await serve([
        (response, url) => (urnIn(url) === URN ? status(500)(response, url) : json({ ...lamp, type: urnIn(url) })(response, url)),
      ]);
      const from = specs([base]);
      await rejects(from.get(URN), 'CLOUD_UNREACHABLE', /HTTP 500/);
      await rejects(from.get(URN), 'CLOUD_UNREACHABLE', /HTTP 500/);
      assert.equal((await get(from, deviceUrn('light', 2))).main, 'light:on');
      assert.equal(urls.length, 4);
    });

    it('are asked for four at a time', async () => {
      let underWay = 0;
      let most = 0;
      const { base, urls } = await serve([
        (response, url) => {
          most = Math.max(most, ++underWay);
          setTimeout(() => {
            underWay--;
            json({ ...lamp, type: urnIn(url) })(response, url);
          }, 5);
        },
      ]);
      const from = specs([base], { folder: undefined });
      await Promise.all(Array.from({ length: 40 }, (_, version) => from.get(deviceUrn('light', version))));
      assert.deepEqual([urls.length, most], [40, 4]);
    });

    it('do not exist where every address says so, and are not asked for again at once', async () => {
      const [first, second] = [await serve([status(404)]), await serve([json({})])];
      const from = specs([first.base, second.base]);
      for (let time = 0; time < 3; time++) await rejects(from.get(URN), 'UNSUPPORTED', /does not exist .* "overrides"/);
      assert.deepEqual([first.urls.length, second.urls.length], [1, 1]);
      await clock.advance(600_000);
      await rejects(from.get(URN), 'UNSUPPORTED', /does not exist/);
      assert.equal(first.urls.length, 2);
    });

    it('are not those of another device', async () => {
      const { base } = await serve([json({ ...lamp, type: deviceUrn('outlet') })]);
      await rejects(specs([base]).get(URN), 'UNSUPPORTED', /does not exist/);
      const newer = await serve([json({ ...lamp, type: deviceUrn('light', 2) })]);
      assert.equal((await get(specs([newer.base]))).urn, URN);
    });

    it('are never asked for under a name that leads elsewhere', async () => {
      const { base, urls } = await serve([json(lamp)]);
      for (const urn of ['', 'light', '../../etc/passwd', `${URN}/../x`, `${URN}&a=b`, `urn:a:service:b:c`, `${URN}${':x'.repeat(200)}`])
        await rejects(specs([base]).get(urn), 'UNSUPPORTED', /names no description/);
      assert.equal(urls.length, 0);
    });

    it('end with their owner', async () => {
      const { base, urls } = await serve([status(500)]);
      const from = specs([base]);
      const asked = assert.rejects(from.get(URN), /could not be loaded/);
      while (clock.openTimers === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      from.close();
      await asked;
      assert.equal(urls.length, 1);
    });
  });

  describe('on the disk', () => {
    const path = (name = FILE): string => join(folder, name);

    it('outlive a restart without the network, for ever', async () => {
      const { base, urls } = await serve([json(lamp), drop]);
      await get(specs([base]));
      await clock.advance(400 * 86_400_000);
      assert.equal((await get(specs([base]))).main, 'light:on');
      assert.equal(urls.length, 1);
    });

    it('have names that Windows takes, and leave nothing behind', async () => {
      const { base } = await serve([json(lamp)]);
      await Promise.all([get(specs([base])), get(specs([base]))]);
      assert.deepEqual(await readdir(folder), [FILE]);
    });

    it('lose what a killed process left unfinished, and nothing else', async () => {
      const old = [`${FILE}.4711-1.new`, `${FILE}.${process.pid}-1.new`];
      const kept = [`${FILE}.${process.pid}-2.new`, 'mine.new', 'notes.4711-1.newer'];
      for (const name of [...old, ...kept]) await writeFile(path(name), '{');
      for (const name of [...old, ...kept.slice(1)]) await utimes(path(name), 1_600_000_000, 1_600_000_000);
      const { base } = await serve([json(lamp)]);
      await get(specs([base]));
      assert.deepEqual((await readdir(folder)).sort(), [FILE, ...kept].sort());
    });

    it('are asked for anew where the file is spoilt', async () => {
      const whole = JSON.stringify({ urn: URN, content: lamp });
      const spoilt = ['', whole.slice(0, 100), '7', '{}', whole.replace('"services"', '"x"'), whole.replace(URN, `${URN}0`), '[null]'];
      for (const content of spoilt) {
        const { base, urls } = await serve([json(lamp)]);
        await writeFile(path(), content);
        assert.equal((await get(specs([base]))).main, 'light:on');
        assert.equal(urls.length, 1, content);
        assert.equal((JSON.parse(await readFile(path(), 'utf8')) as { urn: string }).urn, URN);
      }
    });

    it('are not read where the file has no end', async () => {
      const { base } = await serve([json(lamp)]);
      await writeFile(path(), `${JSON.stringify({ urn: URN, content: OVERRIDE })}${' '.repeat(16 * 1024 * 1024)}`);
      assert.equal((await get(specs([base]))).label, 'Light');
      assert.match(warnings.join(), /left out: it has more than 16777216 bytes/);
    });

    it('are a comfort only: where nothing can be written it is told once', async () => {
      const { base } = await serve([json(lamp), json({ ...lamp, type: deviceUrn('light', 2) })]);
      const blocked = join(folder, 'file');
      await writeFile(blocked, '');
      const from = specs([base], { folder: blocked });
      assert.equal((await get(from)).main, 'light:on');
      assert.equal((await get(from, deviceUrn('light', 2))).main, 'light:on');
      assert.equal(warnings.filter((text) => /cannot be kept in .*permissions\.$/.test(text)).length, 1);
    });

    it('are not needed', async () => {
      const { base } = await serve([json(lamp)]);
      assert.equal((await get(specs([base], { folder: undefined }))).main, 'light:on');
      assert.deepEqual(await readdir(folder), []);
    });

    it('are for this user alone', async () => {
      if (process.platform === 'win32') return;
      const { base } = await serve([json(lamp)]);
      await get(specs([base]));
      assert.equal((await stat(path())).mode & 0o777, 0o600);
    });

    describe('corrected by the user', () => {
      const correct = async (name: string, content: string): Promise<void> => {
        await mkdir(join(folder, 'overrides'), { recursive: true });
        await writeFile(join(folder, 'overrides', name), content);
      };

      it('stand before what was stored, and before what the vendor says', async () => {
        const { base, urls } = await serve([json(lamp)]);
        await get(specs([base]));
        await correct(FILE, JSON.stringify(OVERRIDE));
        assert.equal((await get(specs([base]))).label, 'Corrected');
        assert.equal(urls.length, 1);
      });

      it('hold for every version where their name has none', async () => {
        const { base, urls } = await serve([drop]);
        await correct(FILE.replace('_1.json', '.json'), JSON.stringify(OVERRIDE));
        const spec = await get(specs([base]), deviceUrn('light', 7));
        assert.deepEqual([spec.label, spec.urn, urls.length], ['Corrected', deviceUrn('light', 7), 0]);
      });

      it('are told of and left out where they make no sense', async () => {
        const { base } = await serve([json(lamp)]);
        for (const content of ['{', '{}', 'null']) {
          warnings = [];
          await correct(FILE, content);
          assert.equal((await get(specs([base]))).label, 'Light');
          assert.equal(warnings.length, 1, content);
          assert.match(warnings[0] ?? '', /overrides/);
        }
      });
    });
  });

  describe('in the user’s language', () => {
    it('have their labels from a second request, asked for once and kept', async () => {
      const { base, urls } = await serve([json(lamp)], json(labels));
      const from = specs([base]);
      const [chinese, again] = await Promise.all([get(from, URN, 'zh-CN'), get(from, URN, 'zh-CN')]);
      assert.equal(chinese.properties[0]?.label, '灯 · Switch');
      assert.equal(again, chinese);
      assert.equal((await get(from, URN, 'de')).properties[0]?.label, 'Lamp · Switch');
      assert.equal((await get(specs([base]), URN, 'zh')).properties[0]?.label, '灯 · Switch');
      assert.deepEqual(urls.map((url) => url.split('?')[0]).sort(), ['/instance/v2/multiLanguage', '/miot-spec-v2/instance']);
      assert.ok(urls.some((url) => url.endsWith(`?urn=${encodeURIComponent(URN)}`)));
    });

    it('are not asked for their labels by whoever has no language', async () => {
      const { base, urls } = await serve([json(lamp)], json(labels));
      await get(specs([base]));
      assert.equal(urls.length, 1);
    });

    it('do without where there are no labels, and ask again later', async () => {
      for (const ill of [status(404), status(500), drop, page, json({ code: 1 }), json({ data: [] })]) {
        let answer: Answer = ill;
        const { base, urls } = await serve([json(lamp)], (response, url) => answer(response, url));
        const from = specs([base], { folder: undefined });
        assert.equal((await get(from, URN, 'zh')).properties[0]?.label, 'Light · Switch');
        const asked = urls.length;
        answer = json(labels);
        assert.equal((await get(from, URN, 'zh')).properties[0]?.label, 'Light · Switch');
        assert.equal(urls.length, asked);
        await clock.advance(600_000);
        assert.equal((await get(from, URN, 'zh')).properties[0]?.label, '灯 · Switch');
      }
      assert.deepEqual(warnings, []);
    });
  });
});

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type CloudFaultRequest, parseCloudFault } from '../../../../lib/simulator';
import { ManualClock } from '../../../support/clock';
import { until } from '../../../support/wait';
import { type Answer, CloudBench, innerOf, type Json, lamp, type Tokens } from './bench';

describe('the faults of the pretend cloud', () => {
  let bench: CloudBench;
  let clock: ManualClock;
  let tokens: Tokens;
  let chance: number;

  beforeEach(async () => {
    chance = 0;
    clock = new ManualClock();
    bench = await CloudBench.open({}, { clock, random: () => chance });
    tokens = await bench.signIn();
  });
  afterEach(() => bench.close());

  const homes = (): Promise<Answer> => bench.api('/app/v2/homeroom/gethome', {}, tokens.access);
  const spec = (): Promise<Answer> => bench.send('GET', '/miot-spec-v2/instances?status=all');
  const set = (value: boolean): Promise<Answer> =>
    bench.api('/app/v2/miotspec/prop/set', { params: [{ did: lamp.did, siid: 2, piid: 1, value }] }, tokens.access);
  const fault = (request: CloudFaultRequest): void => bench.cloud.fault(request);

  it('answer the API with 401, and leave tokens and descriptions alone', async () => {
    fault({ fault: 'status-401' });
    assert.equal((await homes()).status, 401);
    assert.equal((await spec()).status, 200);
    assert.equal(innerOf(await bench.refresh(tokens.refresh)), undefined);
  });

  it('meet every kind of request, or the one they are told', async () => {
    fault({ fault: 'status-500' });
    assert.deepEqual([(await homes()).status, (await spec()).status, (await bench.refresh('x')).status], [500, 500, 500]);
    fault({ fault: 'clear' });
    fault({ fault: 'status-500', on: 'spec' });
    assert.deepEqual([(await homes()).status, (await spec()).status, (await bench.refresh('x')).status], [200, 500, 200]);
    assert.deepEqual(bench.cloud.faults(), ['status-500']);
  });

  it('never meet the page of the user', async () => {
    fault({ fault: 'status-500' });
    assert.equal((await bench.send('GET', '/oauth2/authorize')).status, 400);
  });

  it('say when to come back with 429', async () => {
    fault({ fault: 'status-429', ms: 1_500, count: 1 });
    const { status, headers } = await homes();
    assert.deepEqual([status, headers['retry-after']], [429, '2']);
    assert.equal((await homes()).status, 200);
    fault({ fault: 'status-429' });
    assert.equal((await homes()).headers['retry-after'], '5');
  });

  it('end by number, by time, or when cleared', async () => {
    fault({ fault: 'status-500', count: 2 });
    assert.deepEqual([(await homes()).status, (await homes()).status, (await homes()).status], [500, 500, 200]);
    fault({ fault: 'status-500', ms: 1_000 });
    assert.equal((await homes()).status, 500);
    await clock.advance(1_000);
    assert.equal((await homes()).status, 200);
    fault({ fault: 'status-500' });
    fault({ fault: 'clear' });
    assert.equal((await homes()).status, 200);
  });

  it('meet a share of the requests', async () => {
    fault({ fault: 'status-500', ratio: 0.3 });
    chance = 0.29;
    assert.equal((await homes()).status, 500);
    chance = 0.3;
    assert.equal((await homes()).status, 200);
  });

  it('refuse before anything was done', async () => {
    fault({ fault: 'refuse', count: 1 });
    await assert.rejects(set(true), { code: 'ECONNRESET' });
    assert.equal(bench.cloud.value(lamp.did, 2, 1), false);
  });

  it('lose the reply after it was done', async () => {
    fault({ fault: 'lose-reply', count: 1 });
    await assert.rejects(set(true), { code: 'ECONNRESET' });
    assert.equal(bench.cloud.value(lamp.did, 2, 1), true);
    fault({ fault: 'lose-reply', on: 'token', count: 1 });
    await assert.rejects(bench.refresh(tokens.refresh), { code: 'ECONNRESET' });
    assert.equal(innerOf(await bench.refresh(tokens.refresh)), 96009);
    assert.equal(bench.cloud.requests().find(({ url }) => url.includes('prop/set'))?.status, 0);
  });

  it('hang without doing anything, until the client gives up', async () => {
    fault({ fault: 'hang', count: 1 });
    const socket = connect(Number(new URL(bench.cloud.addresses.http).port), '127.0.0.1', () =>
      socket.write(`GET /app/v2/ha/oauth/get_token?data=%7B%22refresh_token%22%3A%22${tokens.refresh}%22%7D HTTP/1.1\r\nHost: x\r\n\r\n`),
    );
    let received = 0;
    socket.on('data', (bytes: Buffer) => {
      received += bytes.length;
    });
    await until(() => bench.cloud.requests().at(-1)?.url.startsWith('/app/v2/ha/oauth') === true, 'the request');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(received, 0);
    socket.destroy();
    assert.equal(innerOf(await bench.refresh(tokens.refresh)), undefined);
  });

  it('close while something hangs', async () => {
    fault({ fault: 'hang' });
    const waiting = homes();
    waiting.catch(() => {});
    await until(() => bench.cloud.requests().at(-1)?.url === '/app/v2/homeroom/gethome', 'the request');
    await bench.close();
    await assert.rejects(waiting);
  });

  it('make everything slow, in the time of real sockets', async () => {
    fault({ fault: 'slow', ms: 120, count: 1 });
    const began = performance.now();
    assert.equal((await homes()).status, 200);
    assert.ok(performance.now() - began >= 119);
  });

  it('let the backend stumble without an inner code and without spending the token', async () => {
    fault({ fault: 'backend-glitch', count: 1 });
    const { status, text } = await bench.refresh(tokens.refresh);
    assert.equal(status, 200);
    assert.equal(text, '{"code":-6,"message":"parse json error, oauth2 UpdateAccessToken failed!","result":null}');
    assert.equal(innerOf(await bench.refresh(tokens.refresh)), undefined);
  });

  it('forget refresh tokens, not codes', async () => {
    fault({ fault: 'invalid-refresh', count: 1 });
    assert.equal(innerOf(await bench.exchange(await bench.code({ device_id: 'ha.x' }), 'ha.x')), undefined);
    assert.equal(innerOf(await bench.refresh(tokens.refresh)), 96009);
    assert.equal(innerOf(await bench.refresh(tokens.refresh)), undefined);
  });

  it('show the page of a hotel instead of JSON', async () => {
    fault({ fault: 'bad-json' });
    const { status, headers, text } = await homes();
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /text\/html/);
    assert.match(text, /^<!doctype html>/);
  });

  for (const [json, message] of [
    ['hang', /JSON object/],
    [{ fault: 'fire' }, /"fire"; send one of status-401/],
    [{ fault: 'hang', ratio: 2 }, /"ratio" must be a number from 0 to 1/],
    [{ fault: 'hang', ms: -1 }, /"ms"/],
    [{ fault: 'hang', count: 'x' }, /"count"/],
    [{ fault: 'hang', on: 'mqtt' }, /"on" must be one of token, api, spec/],
  ] as [unknown, RegExp][])
    it(`are refused with a sentence: ${JSON.stringify(json)}`, () => {
      assert.throws(() => parseCloudFault(json), { code: 'BAD_INPUT', message });
    });

  it('are read from outside', () => {
    const read = parseCloudFault({ fault: 'hang', ratio: 0.5, ms: 10, count: 3, on: 'api' } satisfies Json);
    assert.deepEqual(read, { fault: 'hang', ratio: 0.5, ms: 10, count: 3, on: 'api' });
  });
});

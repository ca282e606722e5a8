import assert from 'node:assert/strict';
import { request } from 'node:http';
import { startSimulator } from '../../../lib/simulator';
import { Bench, hall, type Json, password, ports } from './bench';

const door = '158d0001d00001';

describe('the control of a simulated home', () => {
  let bench: Bench;
  let url: string;

  before(async () => {
    bench = await Bench.open({
      control: { port: 0 },
      gateways: [
        {
          sid: hall,
          key: password,
          address: '127.0.3.8',
          port: 0,
          devices: [{ sid: door, model: 'magnet', name: 'Front <b>door</b>', fields: { status: 'close' } }],
        },
      ],
    });
    url = `http://127.0.0.1:${bench.simulator.addresses.control?.port}`;
  });
  after(() => bench.close());

  const post = async (path: string, body: string): Promise<{ status: number; json: Json }> => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', body });
    return { status: answer.status, json: (await answer.json()) as Json };
  };
  const reportPath = `/gateways/${hall}/devices/${door}/report`;

  it('shows the home and its last commands, and no password', async () => {
    await bench.ask(hall, { cmd: 'read', sid: door });
    const text = await (await fetch(`${url}/home`)).text();
    const home = JSON.parse(text) as { gateways: Json[]; commands: Json[] };
    assert.equal(home.gateways[0]?.sid, hall);
    assert.equal(home.commands.at(-1)?.cmd, 'read');
    assert.doesNotMatch(text, new RegExp(password));
  });

  it('sends a report of raw fields', async () => {
    bench.events.forget();
    assert.equal((await post(reportPath, '{"status":"open"}')).status, 200);
    assert.deepEqual(await bench.reported(door), { status: 'open' });
  });

  it('reports for the gateway itself', async () => {
    assert.equal((await post(`/gateways/${hall}/devices/${hall}/report`, '{"illumination":900}')).status, 200);
    assert.equal(bench.simulator.state(hall, hall).illumination, 900);
  });

  it('knows a gateway in other spellings', async () => {
    assert.equal((await post(reportPath.replace(hall, hall.toUpperCase()), '{"status":"close"}')).status, 200);
  });

  it('begins and ends faults', async () => {
    assert.equal((await post(`/gateways/${hall}/faults`, '{"fault":"silent"}')).status, 200);
    assert.deepEqual(bench.simulator.snapshot().gateways[0]?.faults, ['silent']);
    await post(`/gateways/${hall}/faults`, '{"fault":"clear"}');
    assert.deepEqual(bench.simulator.snapshot().gateways[0]?.faults, []);
  });

  for (const [what, path, body, status, message] of [
    ['no JSON', reportPath, 'open', 400, /not JSON/],
    ['fields in a list', reportPath, '[]', 400, /object of raw fields/],
    ['an unknown fault', `/gateways/${hall}/faults`, '{"fault":"fire"}', 400, /send one of/],
    ['an unknown gateway', '/gateways/ff/faults', '{"fault":"drop"}', 404, /no gateway ff/],
    ['an unknown device', `/gateways/${hall}/devices/ff/report`, '{}', 404, /no device ff/],
    ['an unknown path', '/nothing', '{}', 404, /GET \/home/],
    ['faults of a cloud that is not there', '/cloud/faults', '{"fault":"hang"}', 404, /has no cloud/],
    ['a body beyond 64 kB', reportPath, `{"status":"${'x'.repeat(70_000)}"}`, 413, /64 kB/],
  ] as const)
    it(`answers ${what} with ${status} and a sentence`, async () => {
      const answer = await post(path, body);
      assert.equal(answer.status, status);
      assert.match(String(answer.json.error), message);
    });

  it('turns away pages of other sites and other host names', async () => {
    const foreign = await fetch(`${url}${reportPath}`, { method: 'POST', body: '{}', headers: { origin: 'http://evil.example' } });
    assert.equal(foreign.status, 403);
    const status = await new Promise((resolve) => {
      request(`${url}/home`, { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).end();
    });
    assert.equal(status, 403);
  });

  it('has a page that needs nothing from elsewhere', async () => {
    const answer = await fetch(`${url}/`);
    const html = await answer.text();
    assert.match(answer.headers.get('content-type') ?? '', /text\/html/);
    assert.doesNotMatch(html, /(src|href)=/);
    assert.doesNotMatch(html, /innerHTML/);
    const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? '';
    assert.doesNotThrow(() => new Function(script));
  });

  it('says which port is taken', async () => {
    const { port } = bench.simulator.addresses.control ?? { port: 0 };
    await assert.rejects(startSimulator({ ...ports, control: { port } }), { code: 'SOCKET', message: /control\.port/ });
  });
});

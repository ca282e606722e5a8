/** The admin API of a real Node-RED with `adminAuth`: whom it lets in, what it refuses, and that no key is in what it says or logs. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(__dirname, '..', '..', '..', '..');
const PLANTED = 'PLANTED0secret01';

const reads = [
  ...['interfaces', 'gateways', 'gateways/hall/devices', 'gateways/hall/doctor', 'gateways/hall/diagnostics'],
  ...['accounts', 'accounts/cloud', 'accounts/cloud/devices'],
];
const writes = [
  ...[
    'discover',
    'key-test',
    'key-read',
    'key-read/undo',
    ...['pair', 'stop-pairing', 'remove', 'refresh'].map((name) => `gateways/hall/${name}`),
  ],
  ...['sign-in', 'paste', 'sign-out', 'refresh', 'find', 'local-test'].map((name) => `accounts/cloud/${name}`),
  'tokens/import',
];
/** Looking on is reading, though it is asked for by POST. */
const looks = ['watch', 'accounts/cloud/local'];
const FILE = 'application/octet-stream';
const TOKEN = '00112233445566778899aabbccddeeff';
const list = JSON.stringify([{ did: '68332340', name: 'Lamp', localip: '127.0.0.78', token: TOKEN }]);

interface Answer {
  readonly status: number;
  readonly text: string;
}

describe('the admin API with adminAuth', () => {
  let child: ChildProcess;
  let ended: Promise<unknown>;
  let userDir: string;
  let url: string;
  let output = '';
  const tokens: Record<string, string> = {};
  const heard: string[] = [];

  const call = async (method: string, path: string, body?: string, token?: string, type = 'application/json'): Promise<Answer> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        'Content-Type': type,
        'Node-RED-API-Version': 'v1',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    heard.push(`${method} ${path} ${text}`);
    return { status: answer.status, text };
  };
  const upload = async (
    token: string | undefined,
    headers: Record<string, string> = { 'x-lumiot-account': 'cloud' },
    body: BodyInit = list,
  ) => {
    const more = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}lumiot/tokens/preview`, {
      method: 'POST',
      headers: { 'Content-Type': FILE, ...headers, ...more },
      body,
    });
    const text = await answer.text();
    heard.push(`upload ${text}`);
    return { status: answer.status, text };
  };
  const get = (path: string, token?: string) => call('GET', `lumiot/${path}`, undefined, token);
  const post = (path: string, token?: string, body = '{}') => call('POST', `lumiot/${path}`, body, token);
  const problem = ({ text }: Answer): { code?: unknown; message?: unknown } => JSON.parse(text);

  before(async function () {
    this.timeout(60_000);
    userDir = mkdtempSync(join(tmpdir(), 'lumiot-auth-'));
    const { hashSync } = require('bcryptjs') as { hashSync: (text: string, rounds: number) => string };
    const users = { reader: 'read', admin: '*' };
    const settings = {
      credentialSecret: 'only for this test',
      uiHost: '127.0.0.1',
      nodesDir: [root],
      // Wi-Fi devices are searched on loopback alone.
      lumiot: { localSearch: { interface: '127.0.0.1', broadcast: ['127.0.0.1'], port: 9, mdnsPort: 0 } },
      telemetry: { enabled: false, updateNotification: false },
      logging: { console: { level: 'trace', metrics: false, audit: true } },
      adminAuth: {
        type: 'credentials',
        users: Object.entries(users).map(([username, permissions]) => ({ username, password: hashSync(username, 4), permissions })),
      },
    };
    writeFileSync(join(userDir, 'settings.js'), `module.exports = ${JSON.stringify(settings)};`);
    const port = await freePort();
    url = `http://127.0.0.1:${port}/`;
    child = spawn(process.execPath, [join(root, 'node_modules', 'node-red', 'red.js'), '-u', userDir, '-p', String(port)], {
      cwd: userDir,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    ended = new Promise((resolve) => child.once('close', resolve));
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    await until(() => output.includes('Started flows'));
    for (const username of Object.keys(users)) {
      const body = { client_id: 'node-red-editor', grant_type: 'password', scope: '', username, password: username };
      const answer = await fetch(`${url}auth/token`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      assert.equal(answer.status, 200, output);
      tokens[username] = ((await answer.json()) as { access_token: string }).access_token;
    }
    const gateway = { id: 'hall', type: 'lumi-gateway', name: 'Hall', sid: '50ec50dd0001', host: '127.0.0.78', interface: '127.0.0.1' };
    const flow = [
      { id: 'tab', type: 'tab', label: 'Home' },
      { ...gateway, discoveryRetries: 0, pollInterval: 0, devices: [], version: 1, credentials: { key: PLANTED } },
      { id: 'cloud', type: 'miot-cloud', name: 'Home', region: 'de', version: 1, credentials: { storeKey: `${PLANTED}-of-the-store` } },
      { id: 'sensor', type: 'lumi-sensor', z: 'tab', gateway: 'hall', device: '', property: '', version: 1, x: 100, y: 100, wires: [[]] },
    ];
    assert.equal((await call('POST', 'flows', JSON.stringify(flow), tokens.admin)).status, 204, output);
    await until(async () => (await get('gateways', tokens.admin)).text.includes('"hall"'));
  });

  after(async () => {
    child?.kill('SIGTERM');
    const insist = setTimeout(() => child?.kill('SIGKILL'), 8_000);
    await ended;
    clearTimeout(insist);
    rmSync(userDir, { recursive: true, force: true });
  });

  it('refuses everything to those who did not sign in', async () => {
    for (const token of [undefined, 'invented']) {
      for (const path of reads) assert.equal((await get(path, token)).status, 401, path);
      for (const path of [...writes, ...looks]) assert.equal((await post(path, token)).status, 401, path);
      assert.equal((await upload(token)).status, 401);
    }
  });

  it('lets one who may read look, and do nothing', async function () {
    this.timeout(30_000);
    for (const path of reads) assert.equal((await get(path, tokens.reader)).status, 200, path);
    for (const path of looks) assert.equal((await post(path, tokens.reader)).status, 200, path);
    for (const path of writes) assert.ok([401, 403].includes((await post(path, tokens.reader)).status), path);
    assert.ok([401, 403].includes((await upload(tokens.reader)).status));
  });

  it('lets one who may do everything do everything', async function () {
    this.timeout(60_000);
    for (const path of reads) assert.equal((await get(path, tokens.admin)).status, 200, path);
    for (const path of [...writes, ...looks]) {
      const answer = await post(path, tokens.admin, JSON.stringify({ id: 'hall', interface: '127.0.0.1', host: '127.0.0.78' }));
      // Nobody lives there: what needs a gateway fails for that reason alone.
      assert.ok([200, 400, 404].includes(answer.status), `${path}: ${answer.status} ${answer.text}`);
      if (answer.status !== 200) assert.equal(typeof problem(answer).code, 'string', answer.text);
    }
  });

  it('shows and stores what a file holds, for one who may, and tells no token', async () => {
    const { status, text } = await upload(tokens.admin);
    assert.equal(status, 200, text);
    const { id, devices } = JSON.parse(text) as { id: string; devices: { did: string; masked: string }[] };
    assert.deepEqual(
      devices.map(({ did, masked }) => [did, masked]),
      [['68332340', '0011…eeff']],
    );
    assert.equal((await post('tokens/import', tokens.reader, JSON.stringify({ account: 'cloud', preview: id, rows: [0] }))).status, 401);
    assert.equal((await post('tokens/import', tokens.admin, JSON.stringify({ account: 'hall', preview: id, rows: [0] }))).status, 404);
    assert.equal((await post('tokens/import', tokens.admin, JSON.stringify({ account: 'cloud', preview: id, rows: [0] }))).status, 200);
    assert.match((await post('accounts/cloud/local', tokens.reader, JSON.stringify({ dids: ['68332340'] }))).text, /"hasToken":true/);
  });

  it('refuses files of strangers and of other sites, for what is no account, and without end', async () => {
    for (const id of ['', 'hall', 'nobody', '__proto__', '../cloud'])
      assert.equal((await upload(tokens.admin, { 'x-lumiot-account': id })).status, 404, id);
    assert.equal((await upload(tokens.admin, {})).status, 400);
    for (const type of ['text/plain', 'multipart/form-data', 'application/json'])
      assert.equal((await upload(tokens.admin, { 'Content-Type': type, 'x-lumiot-account': 'cloud' }, '{}')).status, 400, type);
    assert.equal((await upload(tokens.admin, undefined, new Uint8Array((64 << 20) + 1))).status, 413);
  });

  it('leaves one route open, which tells strangers nothing', async () => {
    for (const query of ['', '?code=invented&state=invented']) {
      const { status, text } = await get(`miot/callback${query}`);
      assert.equal(status, 400);
      assert.match(text, /^<!doctype html>/);
      assert.doesNotMatch(text, /invented/);
    }
    assert.doesNotMatch(output, /invented/);
  });

  it('refuses large bodies, whatever way they come', async () => {
    for (const length of [70_000, 2_000_000]) {
      const answer = await post('key-test', tokens.admin, JSON.stringify({ key: 'x'.repeat(length) }));
      assert.equal(answer.status, 413, answer.text.slice(0, 200));
      assert.equal(problem(answer).code, 'BAD_INPUT');
      assert.match(String(problem(answer).message), /64 kB/);
    }
    assert.equal((await post('key-test', tokens.admin, JSON.stringify({ key: 'x'.repeat(6_000_000) }))).status, 413, 'by Node-RED itself');
    const chunks = (async function* () {
      yield Buffer.from('{"key":"');
      for (let count = 0; count < 20; count++) yield Buffer.alloc(100_000, 'x');
      yield Buffer.from('"}');
    })();
    const answer = await fetch(`${url}lumiot/key-test`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${tokens.admin}` },
      body: chunks as unknown as BodyInit,
      duplex: 'half',
    } as RequestInit);
    assert.equal(answer.status, 413);
    assert.equal((await post('discover', undefined, JSON.stringify({ host: 'x'.repeat(2_000_000) }))).status, 401);
  });

  it('refuses bodies that are no JSON object with a code and a sentence', async () => {
    const before = output.length;
    for (const path of writes) {
      for (const [type, body] of [
        ['application/json', '[]'],
        ['application/json', '[{"pair":true}]'],
        ['text/plain', 'text'],
        ['text/plain', '{"id":"hall"}'],
        ['application/x-www-form-urlencoded', 'id=hall&sid=158d0000000001'],
      ] as const) {
        const answer = await call('POST', `lumiot/${path}`, body, tokens.admin, type);
        assert.equal(answer.status, 400, `${path} ${body}: ${answer.status} ${answer.text}`);
        assert.deepEqual(Object.keys(problem(answer)).sort(), ['code', 'message'], answer.text);
      }
      // Node-RED's own parser refuses these before the package hears of them.
      for (const body of ['null', '"text"', '17', '{']) assert.equal((await post(path, tokens.admin, body)).status, 400, `${path} ${body}`);
    }
    assert.doesNotMatch(output.slice(before), /uncaught/i);
  });

  it('told and logged the key nowhere', async () => {
    for (const path of ['flows', 'credentials/lumi-gateway/hall', 'diagnostics'])
      assert.equal((await call('GET', path, undefined, tokens.admin)).status, 200, path);
    assert.ok(heard.length > 50 && output.length > 1_000);
    assert.doesNotMatch(heard.join('\n'), /PLANTED0/);
    assert.doesNotMatch(output, /PLANTED0/);
    for (const said of [heard.join('\n'), output]) assert.doesNotMatch(said, new RegExp(TOKEN, 'i'));
  });
});

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await isSo()) return;
    await sleep(100);
  }
  throw new Error('It did not come to be in 30 s.');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Importing, finding and testing devices on the LAN through the admin API: what is answered, what is stored, and what never shows. */

import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sinon from 'sinon';
import { type PretendWifiDevice, startPretendWifiDevice } from '../../../../lib/simulator/miio';
import miotCloud from '../../../../nodes/miot-cloud/miot-cloud';
import { allAccounts } from '../../../../nodes/shared/runtime/account-host';
import {
  androidSql,
  appleSql,
  backup,
  DATABASE,
  database,
  logLine,
  TOKEN,
  tar,
  workedBackup,
} from '../../../lib/miio/token-import/samples';
import { type FlowNode, type Stage, stage } from '../../support';

type Json = Record<string, unknown>;

const DID = '68332340';
const OTHER = '68332341';
const OTHER_TOKEN = 'fedcba98765432100123456789abcdef';
const STORE_KEY = 'a1'.repeat(32);
const PASSWORD = 'geheim ß 密';
const FILE = 'application/octet-stream';
const TEN_MINUTES_MS = 600_000;
const account = (id: string, more: Json = {}): FlowNode => ({
  id,
  type: 'miot-cloud',
  name: '',
  region: 'de',
  transport: 'local',
  localDevices: [],
  version: 1,
  ...more,
});
const encrypted = backup(tar([{ name: DATABASE, content: database(androidSql([[DID, 'Lamp', TOKEN]])) }]), { password: PASSWORD });

describe('importing tokens', () => {
  let home: Stage;
  let heard: string;
  let server: Server;
  const devices: PretendWifiDevice[] = [];

  beforeEach(async () => {
    heard = '';
    home = await stage({}, { nodes: [miotCloud] });
    await home.load([account('cloud'), account('other'), account('bare')], {
      cloud: { storeKey: STORE_KEY },
      other: { storeKey: STORE_KEY },
    });
    server = createServer(home.RED().httpAdmin as RequestListener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    // Whatever a test did: no token was answered or logged.
    assert.doesNotMatch(`${heard}${home.log()}`, new RegExp(`${TOKEN}|${OTHER_TOKEN}|${STORE_KEY}|geheim`, 'i'));
    server.closeAllConnections();
    server.close();
    await home.close();
    await Promise.all(devices.splice(0).map((device) => device.close()));
  });

  const device = async (did: string, token: string, more: Json = {}): Promise<PretendWifiDevice> => {
    const made = await startPretendWifiDevice({ did, token, model: 'lumiot.light.lamp1', address: '127.0.81.1', port: 0, ...more });
    devices.push(made);
    return made;
  };
  const headers = (more: Record<string, string> = {}): Record<string, string> => ({
    'content-type': FILE,
    'x-lumiot-account': 'cloud',
    ...more,
  });
  const locked = (password: string): Record<string, string> =>
    headers({ 'x-lumiot-password': Buffer.from(password).toString('base64url') });
  const send = async (body: Buffer | Iterable<Buffer>, sent = headers()): Promise<{ status: number; body: Json }> => {
    const { port } = server.address() as AddressInfo;
    const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const asked = request(
        { host: '127.0.0.1', port, path: '/lumiot/tokens/preview', method: 'POST', headers: sent },
        (response: IncomingMessage) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      asked.once('error', reject);
      if (Buffer.isBuffer(body)) asked.end(body);
      else {
        for (const part of body) asked.write(part);
        asked.end();
      }
    });
    heard += answer.text;
    return { status: answer.status, body: JSON.parse(answer.text) as Json };
  };
  const preview = async (body: Buffer, sent = headers()): Promise<Json> => {
    const answer = await send(body, sent);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  };
  const post = async (path: string, body: Json, status = 200): Promise<Json> => {
    const answer = await home.post(`/lumiot/${path}`, body);
    heard += JSON.stringify(answer.body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body as Json;
  };
  /** A device that says nothing is waited for by the clock of the nodes: nobody else has to. */
  const hurried = async <Result>(asked: Promise<Result>): Promise<Result> => {
    let isOver = false;
    const ended = asked.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await home.clock.skip(200);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return ended;
  };
  const standing = async (...dids: string[]): Promise<unknown> => (await post('accounts/cloud/local', { dids })).devices;
  const has = (did: string, id = 'cloud'): boolean => allAccounts().get(id)?.account.hasLocalToken(did) ?? false;

  describe('shows what a file holds', () => {
    it('with the ends of its tokens, and what was left out with the reason', async () => {
      const { id, source, devices: rows, skipped } = await preview(workedBackup);
      assert.match(String(id), /^[0-9a-f]{32}$/);
      assert.equal(source, 'android-backup');
      assert.deepEqual(rows, [
        {
          ...{ index: 0, did: DID, name: 'Desk lamp', host: '192.168.1.50', mac: 'AA:BB:CC:00:11:22', model: 'yeelink.light.lamp1' },
          ...{ masked: '0011…eeff', isKnown: false },
        },
      ]);
      assert.equal((skipped as Json[]).length, 1);
      assert.match(String((skipped as Json[])[0]?.reason), /\w/);
      assert.equal(has(DID), false, 'a look stores nothing');
    });

    it('of an encrypted one once its password is right', async () => {
      for (const [sent, sentence] of [
        [headers(), /encrypted/],
        [locked('wrong'), /does not open/],
      ] as const) {
        const { status, body } = await send(encrypted, sent);
        assert.deepEqual([status, body.code, body.needs], [400, 'BAD_INPUT', 'password']);
        assert.match(String(body.message), sentence);
      }
      const { devices: rows } = await preview(encrypted, locked(PASSWORD));
      assert.deepEqual(
        (rows as Json[]).map(({ did }) => did),
        [DID],
      );
    });

    it('and says what is no such file', async () => {
      for (const nonsense of [Buffer.alloc(0), Buffer.from('nothing here'), Buffer.alloc(100_000, 7)]) {
        const { status, body } = await send(nonsense);
        assert.deepEqual([status, Object.keys(body).sort()], [400, ['code', 'message']], JSON.stringify(body));
      }
    });
  });

  describe('stores what was picked', () => {
    it('and nothing else, in the encrypted file', async () => {
      const text = Buffer.from(
        logLine([
          { did: DID, token: TOKEN, name: 'Lamp', localip: '127.0.81.1', model: 'lumiot.light.lamp1' },
          { did: OTHER, token: OTHER_TOKEN, name: 'Other' },
        ]),
      );
      const { id, devices: rows } = await preview(text);
      const lamp = (rows as Json[]).find(({ did }) => did === DID);
      const { devices: stored, failed } = await post('tokens/import', { account: 'cloud', preview: id, rows: [lamp?.index] });
      assert.deepEqual(stored, [{ did: DID, name: 'Lamp', host: '127.0.81.1', model: 'lumiot.light.lamp1' }]);
      assert.deepEqual(failed, []);
      assert.deepEqual(await standing(DID, OTHER, 'nonsense'), [
        { did: DID, hasToken: true, standing: 'unknown' },
        { did: OTHER, hasToken: false, standing: 'unknown' },
      ]);
      const folder = join(home.userDir, 'lumiot');
      const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
      assert.ok(files.length > 0);
      assert.ok(!files.some((content) => content.includes(TOKEN) || content.includes(Buffer.from(TOKEN, 'hex').toString('latin1'))));
      const again = (await preview(text)).devices as Json[];
      assert.deepEqual(again.map(({ did, isKnown }) => [did, isKnown]).sort(), [
        [DID, true],
        [OTHER, false],
      ]);
    });

    it('once: then it is forgotten', async () => {
      const { id } = await preview(workedBackup);
      await post('tokens/import', { account: 'cloud', preview: id, rows: [0] });
      assert.match(String((await post('tokens/import', { account: 'cloud', preview: id, rows: [0] }, 400)).message), /not kept any more/);
    });

    it('for the account it was opened for, for ten minutes, and not without end', async () => {
      const { id } = await preview(workedBackup);
      await post('tokens/import', { account: 'other', preview: id, rows: [0] }, 400);
      assert.equal(has(DID, 'other'), false);
      await home.clock.skip(TEN_MINUTES_MS + 1);
      await post('tokens/import', { account: 'cloud', preview: id, rows: [0] }, 400);
      const ids: unknown[] = [];
      for (let count = 0; count < 4; count++) ids.push((await preview(workedBackup)).id);
      await post('tokens/import', { account: 'cloud', preview: ids[0], rows: [0] }, 400);
      await post('tokens/import', { account: 'cloud', preview: ids[1], rows: [0] });
      assert.equal(has(DID), true);
    });

    it('also of a device that the file has no did for: it is asked for it', async () => {
      // A database knows addresses, and no ports.
      const host = '127.0.81.2';
      await device(DID, TOKEN, { address: host, port: 54_321 });
      const sql = appleSql([['Lamp', TOKEN]]).replace('192.168.1.0', host);
      const { id, devices: rows } = await preview(database(sql));
      const [row] = rows as Json[];
      assert.deepEqual([row?.did, row?.host], ['', host]);
      const { devices: stored } = await post('tokens/import', { account: 'cloud', preview: id, rows: [0] });
      assert.deepEqual(
        (stored as Json[]).map(({ did, host }) => ({ did, host })),
        [{ did: DID, host }],
      );
    });

    it('not where another device has the address now, and says so; it can be tried again', async function () {
      this.timeout(20_000);
      const stranger = await device(OTHER, OTHER_TOKEN);
      const typed = [{ did: '', host: stranger.host, name: 'Lamp', token: TOKEN }];
      const { devices: stored, failed } = await hurried(post('tokens/import', { account: 'cloud', typed }));
      assert.deepEqual(stored, []);
      assert.equal((failed as Json[])[0]?.index, 0);
      assert.match(String((failed as Json[])[0]?.reason), /token/);
      assert.equal(has(OTHER), false);
    });

    it('of hundreds that are asked at once, over a handful of sockets', async function () {
      this.timeout(60_000);
      const here = await device(DID, TOKEN);
      const sockets = sinon.spy(dgram, 'createSocket');
      try {
        // Only one of those that were at this address is there now, and nobody lives at the others.
        const typed = Array.from({ length: 200 }, (_, index) => ({
          ...{ did: '', host: index < 20 ? here.host : `127.0.83.${index}`, name: `Device ${index}` },
          token: index === 3 ? TOKEN : OTHER_TOKEN,
        }));
        const { devices: stored, failed } = await hurried(post('tokens/import', { account: 'cloud', typed }));
        assert.deepEqual(
          (stored as Json[]).map(({ did, name }) => [did, name]),
          [[DID, 'Device 3']],
        );
        assert.equal((failed as Json[]).length, 199);
        assert.match(String((failed as Json[]).find(({ index }) => index === 19)?.reason), /More than 16 devices have the address/);
        assert.ok(sockets.callCount >= 16 && sockets.callCount <= 20, `${sockets.callCount} sockets`);
      } finally {
        sockets.restore();
      }
    });

    it('that was typed', async () => {
      const typed = [{ did: DID, host: '', name: 'Lamp', token: ` ${TOKEN.toUpperCase()} ` }];
      assert.deepEqual((await post('tokens/import', { account: 'cloud', typed })).devices, [
        { did: DID, name: 'Lamp', host: '', model: '' },
      ]);
      assert.equal(has(DID), true);
    });

    it('but no nonsense that was typed', async () => {
      for (const wrong of [
        { token: '' },
        { token: 'f'.repeat(32) },
        { token: `${TOKEN}0` },
        { did: 'lamp' },
        { did: '' },
        { did: '__proto__' },
        { token: { toString: 1 } },
      ]) {
        const answer = await post(
          'tokens/import',
          { account: 'cloud', typed: [{ did: DID, host: '', name: '', token: TOKEN, ...wrong }] },
          400,
        );
        assert.equal(answer.code, 'BAD_INPUT', JSON.stringify(wrong));
      }
      assert.equal(has(DID), false);
    });
  });

  describe('tests a device', () => {
    it('with the token that is stored, and tells its model', async () => {
      const lamp = await device(DID, TOKEN);
      await post('tokens/import', { account: 'cloud', typed: [{ did: DID, host: '', name: '', token: TOKEN }] });
      const { ok, ms, model } = await post('accounts/cloud/local-test', { did: DID, host: lamp.host });
      assert.deepEqual([ok, model, typeof ms], [true, 'lumiot.light.lamp1', 'number']);
    });

    it('and tells a wrong token from silence', async function () {
      this.timeout(40_000);
      const lamp = await device(DID, OTHER_TOKEN);
      const wrong = await hurried(post('accounts/cloud/local-test', { did: DID, host: lamp.host, token: TOKEN }));
      assert.deepEqual([wrong.ok, wrong.code], [false, 'TOKEN_REJECTED'], JSON.stringify(wrong));
      await lamp.fault({ fault: 'offline' });
      const silent = await hurried(post('accounts/cloud/local-test', { did: DID, host: lamp.host, token: TOKEN }));
      assert.deepEqual([silent.ok, silent.code], [false, 'DEVICE_OFFLINE'], JSON.stringify(silent));
      const none = await post('accounts/cloud/local-test', { did: OTHER, host: lamp.host });
      assert.deepEqual([none.ok, none.code], [false, 'NOT_CONFIGURED']);
    });
  });

  describe('refuses', () => {
    it('whoever may not write', async () => {
      home.denied.add('lumiot.write');
      const { default: helper } = await import('node-red-node-test-helper');
      const upload = (
        helper.request() as unknown as { post(path: string): { set(headers: object): { send(body: Buffer): Promise<{ status: number }> } } }
      )
        .post('/lumiot/tokens/preview')
        .set(headers());
      assert.equal((await upload.send(workedBackup)).status, 401);
      for (const path of ['tokens/import', 'accounts/cloud/find', 'accounts/cloud/local-test'])
        assert.equal((await home.post(`/lumiot/${path}`, {})).status, 401, path);
      assert.equal((await home.post('/lumiot/accounts/cloud/local', { dids: [] })).status, 200, 'looking is reading');
    });

    it('what a page of another site could send', async () => {
      for (const sent of [
        { 'content-type': FILE },
        { 'x-lumiot-account': 'cloud' },
        { 'content-type': 'text/plain', 'x-lumiot-account': 'cloud' },
        { 'content-type': 'multipart/form-data; boundary=x', 'x-lumiot-account': 'cloud' },
      ]) {
        const { status, body } = await send(workedBackup, sent as Record<string, string>);
        assert.deepEqual([status, body.code], [400, 'BAD_INPUT'], JSON.stringify(sent));
      }
    });

    it('what is larger than 64 MB, and answers in words', async function () {
      this.timeout(30_000);
      const piece = Buffer.alloc(1 << 20);
      const pieces = function* (): Iterable<Buffer> {
        for (let count = 0; count < 65; count++) yield piece;
      };
      for (const sent of [headers({ 'content-length': String(65 << 20) }), headers({ 'transfer-encoding': 'chunked' })]) {
        const { status, body } = await send(pieces(), sent);
        assert.deepEqual([status, body.code], [413, 'BAD_INPUT']);
        assert.match(String(body.message), /64 MB/);
      }
      assert.equal((await preview(workedBackup)).source, 'android-backup', 'the next one is read');
    });

    it('what nobody asked for before it has arrived', async () => {
      const { port } = server.address() as AddressInfo;
      for (const [sent, expected] of [
        [headers({ 'x-lumiot-account': 'nobody' }), 404],
        [{ 'content-type': 'text/plain' }, 400],
      ] as const) {
        const asked = request({ host: '127.0.0.1', port, path: '/lumiot/tokens/preview', method: 'POST', headers: sent });
        asked.write('the first of many');
        const [answer] = (await once(asked, 'response')) as [IncomingMessage];
        assert.equal(answer.statusCode, expected);
        asked.destroy();
      }
    });

    it('an account that is not deployed, or that has no key to store with', async () => {
      for (const id of ['bare', 'nobody']) {
        const { status, body } = await send(workedBackup, headers({ 'x-lumiot-account': id }));
        assert.deepEqual([status, body.code], [404, 'NOT_CONFIGURED']);
        assert.match(String(body.message), /deploy first/);
        await post('tokens/import', { account: id, typed: [{ did: DID, host: '', token: TOKEN }] }, 404);
        await post(`accounts/${id}/find`, {}, 404);
        assert.equal((await post(`accounts/${id}/local-test`, { did: DID })).code, 'NOT_CONFIGURED');
      }
    });
  });
});

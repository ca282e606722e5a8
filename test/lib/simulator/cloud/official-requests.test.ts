/** The requests of miot-cloud.md §1.3 and §2.1–2.3 byte for byte, as clients written for the real cloud send them. */

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { CloudBench, type Json, redirectUrl } from './bench';

describe('requests written for the real cloud', () => {
  let bench: CloudBench;
  let access: string;
  let refresh: string;

  before(async () => {
    bench = await CloudBench.open({
      devices: [
        { did: '68332340', model: 'lumiot.light.lamp1', values: { '2.1': true } },
        { did: '68332341', model: 'lumiot.outlet.plug1', shared: true },
      ],
    });
  });
  after(() => bench.close());

  /** Sends bytes and reads until the end: nothing of an HTTP client between. */
  const exchange = (text: string): Promise<{ status: string; json: Json }> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(bench.cloud.addresses.http).port), '127.0.0.1', () => socket.write(text));
      const chunks: Buffer[] = [];
      socket.on('error', reject);
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('end', () => {
        const [head = '', body = ''] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
        const lines = body.split('\r\n');
        resolve({ status: head.split('\r\n')[0] ?? '', json: JSON.parse(lines.length > 1 ? (lines[1] ?? '') : body) as Json });
      });
    });
  const get = (path: string): Promise<{ status: string; json: Json }> =>
    exchange(
      `GET ${path} HTTP/1.1\r\nHost: ha.api.io.mi.com\r\ncontent-type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n`,
    );
  const post = (path: string, body: string): Promise<{ status: string; json: Json }> =>
    exchange(
      `POST ${path} HTTP/1.1\r\nHost: ha.api.io.mi.com\r\nX-Client-BizId: haapi\r\nContent-Type: application/json\r\nAuthorization: Bearer${access}\r\n` +
        `X-Client-AppId: 1234567890123456789\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  const remember = ({ json }: { json: Json }): void => {
    const result = json.result as Json;
    access = String(result.access_token);
    refresh = String(result.refresh_token);
  };

  it('exchange a code', async () => {
    const code = await bench.code();
    const data = `%7B%22client_id%22%3A1234567890123456789%2C%22redirect_uri%22%3A%22http%3A%2F%2Fhomeassistant.local%3A8123%2Fapi%2Fwebhook%2F123%22%2C%22code%22%3A%22${code}%22%2C%22device_id%22%3A%22ha.0123456789abcdef0123456789abcdef%22%7D`;
    const answer = await get(`/app/v2/ha/oauth/get_token?data=${data}`);
    assert.equal(answer.status, 'HTTP/1.1 200 OK');
    assert.equal(answer.json.code, 0);
    remember(answer);
  });

  it('refresh', async () => {
    const data = `%7B%22client_id%22%3A1234567890123456789%2C%22redirect_uri%22%3A%22http%3A%2F%2Fhomeassistant.local%3A8123%2Fapi%2Fwebhook%2F123%22%2C%22refresh_token%22%3A%22${refresh}%22%7D`;
    const answer = await get(`/app/v2/ha/oauth/get_token?data=${data}`);
    assert.equal(answer.json.code, 0);
    remember(answer);
  });

  it('refresh as Python writes JSON, with spaces and plus signs', async () => {
    const data = `%7B%22client_id%22%3A+1234567890123456789%2C+%22redirect_uri%22%3A+%22${encodeURIComponent(redirectUrl)}%22%2C+%22refresh_token%22%3A+%22${refresh}%22%7D`;
    const answer = await get(`/app/v2/ha/oauth/get_token?data=${data}`);
    assert.equal(answer.json.code, 0);
    remember(answer);
  });

  it('list homes and devices', async () => {
    const homes = await post(
      '/app/v2/homeroom/gethome',
      '{"limit":150,"fetch_share":true,"fetch_share_dev":true,"plat_form":0,"app_ver":9}',
    );
    const { homelist, has_more: hasMore } = homes.json.result as { homelist: Json[]; has_more: boolean };
    assert.deepEqual([homelist[0]?.dids, hasMore], [['68332340'], false]);
    const devices = await post(
      '/app/v2/home/device_list_page',
      '{"limit":200,"get_split_device":true,"get_third_device":true,"dids":["68332340"]}',
    );
    const { list } = devices.json.result as { list: Json[] };
    assert.deepEqual(
      list.map(({ did, spec_type: type, isOnline, pid }) => [did, type, isOnline, pid]),
      [['68332340', 'urn:miot-spec-v2:device:light:0000A001:lumiot-lamp1:1', true, 0]],
    );
    const all = await post('/app/v2/home/device_list_page', '{"limit":200,"get_split_device":true,"get_third_device":true,"dids":[]}');
    const shared = (all.json.result as { list: Json[] }).list.filter(({ owner }) => owner !== undefined);
    assert.deepEqual(
      shared.map(({ did }) => did),
      ['68332341'],
    );
    const owner = shared[0]?.owner as Json;
    assert.ok(owner.userid !== undefined && owner.nickname !== undefined);
  });

  it('read, set and act', async () => {
    const read = await post('/app/v2/miotspec/prop/get', '{"datasource":1,"params":[{"did":"68332340","siid":2,"piid":1}]}');
    const [item] = read.json.result as [Json];
    assert.deepEqual(
      { ...item, updateTime: 0 },
      { did: '68332340', iid: '0.2.1', siid: 2, piid: 1, value: true, code: 0, updateTime: 0, exe_time: 0 },
    );
    const set = await post('/app/v2/miotspec/prop/set', '{"params":[{"did":"68332340","siid":2,"piid":1,"value":false}]}');
    assert.deepEqual(set.json.result, [{ did: '68332340', iid: '0.2.1', siid: 2, piid: 1, code: 0, exe_time: 130 }]);
    assert.equal(bench.cloud.value('68332340', 2, 1), false);
    const act = await post('/app/v2/miotspec/action', '{"params":{"did":"68332340","siid":2,"aiid":1,"in":[]}}');
    assert.deepEqual(act.json, {
      code: 0,
      message: 'ok',
      result: { did: '68332340', siid: 2, aiid: 1, code: 0, out: [], exe_time: 120 },
    });
    assert.equal(bench.cloud.value('68332340', 2, 1), true);
    assert.deepEqual([...bench.cloud.actions()], [['68332340.2.1', 1]]);
  });

  it('are remembered for whoever looks at the wire', () => {
    const last = bench.cloud.requests().at(-1);
    assert.equal(last?.method, 'POST');
    assert.equal(last?.url, '/app/v2/miotspec/action');
    assert.equal(last?.headers['x-client-bizid'], 'haapi');
    assert.equal(last?.body, '{"params":{"did":"68332340","siid":2,"aiid":1,"in":[]}}');
    assert.equal(last?.status, 200);
  });
});

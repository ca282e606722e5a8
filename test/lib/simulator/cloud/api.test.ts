import assert from 'node:assert/strict';
import { CloudBench, type Json, lamp } from './bench';

const homes = '/app/v2/homeroom/gethome';
const list = '/app/v2/home/device_list_page';
const get = '/app/v2/miotspec/prop/get';
const set = '/app/v2/miotspec/prop/set';
const act = '/app/v2/miotspec/action';

describe('the API of the pretend cloud', () => {
  let bench: CloudBench;
  let token: string;

  before(async () => {
    bench = await CloudBench.open({
      pageSize: 2,
      devices: [
        lamp,
        { did: '1', model: 'lumiot.gateway.hub1', room: 'Hall' },
        { did: 'lumi.158d0001', model: 'lumiot.magnet-sensor.magnet1', parent: '1', room: 'Hall' },
        { did: '2', model: 'lumiot.outlet.plug1' },
        { did: '3', model: 'lumiot.curtain.curtain1', room: 'Bedroom' },
        { did: '4', model: 'lumiot.vacuum.vacuum1', home: 'Cabin', online: false },
        { did: '5', model: 'lumiot.vacuum.vacuum1', home: 'Cabin' },
        { did: '6', model: 'lumiot.remote-control.remote2', shared: true },
        { did: '7', model: 'lumiot.air-conditioner.ac1', shared: true },
      ],
    });
    token = (await bench.signIn()).access;
  });
  after(() => bench.close());

  const call = async (path: string, body: unknown): Promise<Json> => (await bench.api(path, body, token)).json;
  const result = async (path: string, body: unknown): Promise<Json> => (await call(path, body)).result as Json;
  const items = async (path: string, params: unknown): Promise<Json[]> => (await call(path, { datasource: 1, params })).result as Json[];

  for (const [what, headers] of [
    ['a space after Bearer', { authorization: 'Bearer token' }],
    ['another word', { authorization: 'token' }],
    ['an unknown token', { authorization: 'BearerV3_unknown' }],
  ] as const)
    it(`answers ${what} with 401`, async () => {
      const sent = headers.authorization === 'Bearer token' ? { authorization: `Bearer ${token}` } : headers;
      assert.equal((await bench.api(homes, {}, token, sent)).status, 401);
    });

  for (const [what, headers, message] of [
    ['the client id', { 'x-client-appid': '1' }, /AppId/],
    ['the business id', { 'x-client-bizid': '' }, /BizId/],
    ['the content type', { 'content-type': 'text/plain' }, /Content-Type/],
  ] as const)
    it(`insists on ${what}`, async () => {
      const { status, json } = await bench.api(homes, {}, token, headers);
      assert.deepEqual([status, json.code, json.result], [200, -10002, null]);
      assert.match(String(json.message), message);
    });

  it('wants a POST with a JSON object', async () => {
    assert.equal((await bench.send('GET', homes, { authorization: `Bearer${token}` })).status, 405);
    assert.equal((await call(homes, [])).code, -10002);
    assert.equal((await bench.send('POST', '/app/v2/nothing', { authorization: `Bearer${token}` })).status, 404);
    assert.equal((await bench.send('GET', '/__proto__')).status, 404);
  });

  it('serves no certificates for central gateways, and says so', async () => {
    const answer = await call('/app/v2/ha/oauth/get_central_crt', { csr: 'x' });
    assert.notEqual(answer.code, 0);
    assert.match(String(answer.message), /no certificates/);
  });

  it('gives homes page by page: names first, then whatever did not fit', async () => {
    const first = await result(homes, { limit: 150 });
    const [home, cabin] = first.homelist as {
      id: string;
      name: string;
      dids: string[];
      roomlist: { id: string; name: string; dids: string[] }[];
    }[];
    assert.deepEqual([home?.name, cabin?.name, first.has_more], ['Home', 'Cabin', true]);
    assert.deepEqual(
      home?.roomlist.map(({ name }) => name),
      ['Hall', 'Bedroom'],
    );
    const places = new Map<string, string>();
    const put = (page: { id: string; dids: string[]; roomlist: { id: string; dids: string[] }[] }[]): void => {
      for (const { id, dids, roomlist } of page) {
        for (const did of dids) places.set(did, id);
        for (const room of roomlist) for (const did of room.dids) places.set(did, room.id);
      }
    };
    put(first.homelist as never);
    assert.equal(places.size, 2);
    let page = first;
    for (let count = 0; page.has_more === true && count < 10; count += 1) {
      page = await result('/app/v2/homeroom/get_dev_room_page', { start_id: page.max_id, limit: 150 });
      put(page.info as never);
    }
    const nameOf = new Map<string, string>();
    for (const { id, name, roomlist } of [home, cabin].filter((one) => one !== undefined)) {
      nameOf.set(id, name);
      for (const room of roomlist) nameOf.set(room.id, room.name);
    }
    assert.deepEqual([...places].map(([did, place]) => [did, nameOf.get(place)]).sort(), [
      ['1', 'Hall'],
      ['2', 'Home'],
      ['3', 'Bedroom'],
      ['4', 'Cabin'],
      ['5', 'Cabin'],
      ['68332340', 'Hall'],
      ['lumi.158d0001', 'Hall'],
    ]);
    assert.equal((await call('/app/v2/homeroom/get_dev_room_page', { start_id: 'x' })).code, -10002);
  });

  it('gives devices page by page, and shared ones only where no did is asked for', async () => {
    const collect = async (dids: string[]): Promise<string[][]> => {
      const pages: string[][] = [];
      let start: unknown;
      do {
        const page = await result(list, { limit: 200, dids, ...(start === undefined ? {} : { start_did: start }) });
        pages.push((page.list as { did: string }[]).map(({ did }) => did));
        start = page.has_more === true ? page.next_start_did : undefined;
      } while (start !== undefined && pages.length < 10);
      return pages;
    };
    assert.deepEqual(await collect(['68332340', '2', '5', 'unknown']), [['68332340', '2'], ['5']]);
    assert.deepEqual((await collect([])).flat().length, 9);
    assert.equal((await call(list, { limit: 200, dids: ['1'], start_did: '3' })).code, -10002);
    assert.equal((await call(list, { limit: 200, dids: Array.from({ length: 151 }, String) })).code, -10002);
    assert.equal((await call(list, { limit: 200 })).code, -10002);
  });

  it('describes a device with what the LAN needs', async () => {
    const page = await result(list, { limit: 200, dids: ['68332340', 'lumi.158d0001'] });
    const [first, second] = page.list as Json[];
    assert.match(String(first?.token), /^[0-9a-f]{32}$/);
    assert.match(String(first?.mac), /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/);
    assert.deepEqual([second?.parent_id, second?.pid, second?.token], ['1', 3, '']);
  });

  for (const [what, item, code] of [
    ['an unknown device', { did: '99', siid: 2, piid: 1 }, -704042001],
    ['a device that is offline', { did: '4', siid: 2, piid: 1 }, -704042011],
    ['an unknown service', { did: '2', siid: 9, piid: 1 }, -704040002],
    ['an unknown property', { did: '2', siid: 2, piid: 9 }, -704040003],
    ['a property that is only written', { did: '3', siid: 2, piid: 1 }, -704030013],
    ['a property that only comes with events', { did: '6', siid: 2, piid: 1 }, -704030013],
    ['a part of a split device', { did: '2.s1', siid: 2, piid: 1 }, -704083036],
  ] as const)
    it(`answers a read of ${what} with ${code} and no value`, async () => {
      const [wrong, right] = await items(get, [item, { did: '2', siid: 2, piid: 1 }]);
      assert.equal(wrong?.code, code);
      assert.equal('value' in (wrong ?? {}), false);
      assert.deepEqual([right?.code, right?.value], [0, true]);
    });

  for (const [what, item, code] of [
    ['a property that is only read', { did: '3', siid: 2, piid: 3, value: 1 }, -704030023],
    ['text for a switch', { did: '2', siid: 2, piid: 1, value: 'on' }, -704220043],
    ['1 for true', { did: '2', siid: 2, piid: 1, value: 1 }, -704220043],
    ['a number above the range', { did: '68332340', siid: 2, piid: 2, value: 101 }, -704220043],
    ['a fraction of a whole number', { did: '68332340', siid: 2, piid: 2, value: 1.5 }, -704220043],
    ['a number between the steps', { did: '7', siid: 2, piid: 3, value: 20.3 }, -704220043],
    ['a number that is not in the list', { did: '68332340', siid: 2, piid: 4, value: 9 }, -704220043],
    ['nothing', { did: '2', siid: 2, piid: 1 }, -704220043],
    ['a device that is offline', { did: '4', siid: 2, piid: 2, value: 1 }, -704042011],
  ] as const)
    it(`answers a write of ${what} with ${code}`, async () => {
      assert.equal((await items(set, [item]))[0]?.code, code);
    });

  it('takes a value on a step that floating point does not hit', async () => {
    assert.equal((await items(set, [{ did: '7', siid: 2, piid: 3, value: 20.5 }]))[0]?.code, 0);
    assert.equal(bench.cloud.value('7', 2, 3), 20.5);
  });

  it('reads 150 properties at once and not one more', async () => {
    const params = (length: number): Json[] => Array.from({ length }, () => ({ did: '2', siid: 2, piid: 1 }));
    assert.equal((await items(get, params(150))).length, 150);
    assert.equal((await call(get, { datasource: 1, params: params(151) })).code, -10002);
    assert.equal((await call(get, { datasource: 1, params: [] })).code, -10002);
    assert.equal((await call(get, { params: params(1) })).code, -10002);
  });

  for (const [what, params, code] of [
    ['an unknown action', { did: '5', siid: 2, aiid: 99, in: [] }, -704040005],
    ['an unknown service', { did: '5', siid: 9, aiid: 1, in: [] }, -704040002],
    ['too few inputs', { did: '5', siid: 2, aiid: 6, in: [] }, -704220025],
    ['inputs as objects', { did: '5', siid: 2, aiid: 6, in: [{ piid: 3, value: 'x' }] }, -704220035],
    ['a device that is offline', { did: '4', siid: 2, aiid: 1, in: [] }, -704042011],
  ] as const)
    it(`answers an action with ${what} with ${code} and does nothing`, async () => {
      const before = bench.cloud.actions().size;
      assert.equal((await result(act, { params })).code, code);
      assert.equal(bench.cloud.actions().size, before);
    });

  it('wants an action as one object with its inputs', async () => {
    assert.equal((await call(act, { params: [{ did: '5', siid: 2, aiid: 1, in: [] }] })).code, -10002);
    assert.equal((await call(act, { params: { did: '5', siid: 2, aiid: 1 } })).code, -10002);
  });

  it('carries out an action with inputs and gives its outputs', async () => {
    const answer = await result(act, { params: { did: '5', siid: 2, aiid: 6, in: ['1,2'] } });
    assert.deepEqual([answer.code, answer.out], [0, [25]]);
    assert.equal(bench.cloud.value('5', 2, 1), 2);
    assert.equal(bench.cloud.actions().get('5.2.6'), 1);
  });

  it('lets devices do what they are told', async () => {
    await items(set, [{ did: '3', siid: 2, piid: 1, value: 2 }]);
    assert.deepEqual([bench.cloud.value('3', 2, 3), bench.cloud.value('3', 2, 4), bench.cloud.value('3', 2, 2)], [0, 0, 0]);
    await items(set, [{ did: '3', siid: 2, piid: 4, value: 30 }]);
    assert.equal(bench.cloud.value('3', 2, 3), 30);
    await items(set, [{ did: '2', siid: 2, piid: 1, value: false }]);
    assert.equal(bench.cloud.value('2', 3, 2), 0);
    const state = bench.cloud.devices().find(({ did }) => did === '2')?.state;
    assert.deepEqual(state, { 'switch:on': false, 'power-consumption:power-consumption': 12.5, 'power-consumption:electric-power': 0 });
  });
});

/** The homes of an account: rooms, pages, shared ones, and whose cursors do not advance. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import type { HomeList } from '../../../lib/miot/cloud-device';
import { type Answer, apiAt, CloudServer, ok, type SeenRequest } from './cloud-server';

const HOMES = '/app/v2/homeroom/gethome';
const MORE_HOMES = '/app/v2/homeroom/get_dev_room_page';
const DEVICES = '/app/v2/home/device_list_page';

interface Asked {
  readonly dids: readonly string[];
  readonly start_did?: string;
  readonly start_id?: string;
}

type Script = Readonly<Record<string, (asked: Asked, body: string) => Answer>>;

const row = (did: string, more: object = {}): object => ({
  did,
  name: `Device ${did}`,
  model: 'pretend.light.lamp1',
  spec_type: 'urn:miot-spec-v2:device:light:0000A001:pretend-lamp1:1',
  isOnline: true,
  ...more,
});
const rows = ({ dids }: Asked): Answer => ok({ list: dids.map((did) => row(did)), has_more: false });

const twoHomes: Answer = ok({
  homelist: [
    {
      id: 101,
      name: 'Flat',
      uid: 5005,
      dids: ['hall'],
      city_id: 1,
      longitude: 1.5,
      latitude: 2.5,
      address: 'Planted Street 1',
      roomlist: [
        { id: 7, name: 'Kitchen', dids: ['lamp', 'plug'] },
        { id: 8, name: 'Bath', dids: [] },
      ],
    },
    { id: '102', name: 'Cabin', uid: '5005', dids: ['stove'] },
  ],
  share_home_list: [{ id: 900, name: "Parents'", uid: 6006, dids: [], roomlist: [{ id: 1, name: 'Attic', dids: [77] }] }],
  has_more: false,
  max_id: '',
});

describe('the list of homes and devices', () => {
  const servers: CloudServer[] = [];
  async function list(script: Script): Promise<{ home: HomeList; requests: readonly SeenRequest[] }> {
    const server = await CloudServer.start(({ path, body }) => script[path]?.(JSON.parse(body), body) ?? { status: 404 });
    servers.push(server);
    return { home: await apiAt(server.url).homes(), requests: server.requests };
  }
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

  it('asks byte for byte as documented', async () => {
    const { requests } = await list({ [HOMES]: () => twoHomes, [DEVICES]: rows });
    assert.deepEqual(
      requests.map(({ path, body }) => [path, body]),
      [
        [HOMES, '{"limit":150,"fetch_share":true,"fetch_share_dev":true,"plat_form":0,"app_ver":9}'],
        [DEVICES, '{"limit":200,"get_split_device":true,"get_third_device":true,"dids":["lamp","plug","hall","stove","77"]}'],
        [DEVICES, '{"limit":200,"get_split_device":true,"get_third_device":true,"dids":[]}'],
      ],
    );
  });

  it('knows account, homes, rooms and what is shared', async () => {
    const { home } = await list({ [HOMES]: () => twoHomes, [DEVICES]: rows });
    assert.equal(home.uid, '5005');
    assert.deepEqual(home.homes, [
      { id: '101', name: 'Flat', uid: '5005' },
      { id: '102', name: 'Cabin', uid: '5005' },
      { id: '900', name: "Parents'", uid: '6006' },
    ]);
    assert.deepEqual(
      home.devices.map(({ did, home: inHome, room, isShared }) => [did, inHome, room, isShared]),
      [
        ['lamp', 'Flat', 'Kitchen', false],
        ['plug', 'Flat', 'Kitchen', false],
        ['hall', 'Flat', '', false],
        ['stove', 'Cabin', '', false],
        ['77', "Parents'", 'Attic', true],
      ],
    );
  });

  it('keeps nothing of where people live', async () => {
    const places = { longitude: '9.87654', latitude: '1.23456', ssid: 'planted-network', bssid: '02:00', city_id: 4711, address: 'Street' };
    const { home } = await list({ [HOMES]: () => twoHomes, [DEVICES]: ({ dids }) => ok({ list: dids.map((did) => row(did, places)) }) });
    assert.doesNotMatch(JSON.stringify(home), /Planted|planted|9\.87|1\.23|4711|Street|longitude|city/);
  });

  it('adds devices that somebody shared one by one, and no others from beside the homes', async () => {
    const owner = { userid: 2_000_000_002, nickname: 'Neighbour' };
    const { home } = await list({
      [HOMES]: () => twoHomes,
      [DEVICES]: (asked) =>
        asked.dids.length > 0
          ? rows(asked)
          : ok({
              list: [
                row('gift', { owner, room: 'Elsewhere' }),
                row('lamp', { owner }),
                row('nobody'),
                row('half', { owner: { userid: 5 } }),
                row('nameless', { owner, name: '' }),
              ],
            }),
    });
    const beside = home.devices.filter(({ home: inHome }) => inHome === '');
    assert.deepEqual(
      beside.map(({ did, room, isShared }) => [did, room, isShared]),
      [['gift', '', true]],
    );
    assert.equal(home.devices.find(({ did }) => did === 'lamp')?.isShared, false);
  });

  it('knows where a device is that only the whole list has', async () => {
    const { home } = await list({
      [HOMES]: () => twoHomes,
      [DEVICES]: ({ dids }) => ok({ list: dids.length > 0 ? [] : [row('lamp', { owner: { userid: 5, nickname: 'N' } })] }),
    });
    assert.deepEqual(
      home.devices.map(({ did, room, isShared }) => [did, room, isShared]),
      [['lamp', 'Kitchen', false]],
    );
  });

  it('believes the room where a home names a device twice', async () => {
    const { home } = await list({
      [HOMES]: () =>
        ok({ homelist: [{ id: 1, name: 'Flat', uid: 5, dids: ['a', 'b'], roomlist: [{ id: 7, name: 'Kitchen', dids: ['a'] }] }] }),
      [DEVICES]: rows,
    });
    assert.deepEqual(
      home.devices.map(({ did, room }) => [did, room]),
      [
        ['a', 'Kitchen'],
        ['b', ''],
      ],
    );
  });

  it('does not follow a cursor behind the last page', async () => {
    const { requests } = await list({
      [HOMES]: () => ok({ homelist: [], has_more: false, max_id: 'x' }),
      [DEVICES]: () => ok({ list: [], has_more: false, next_start_did: 'x' }),
    });
    assert.equal(requests.length, 2);
  });

  it('follows the pages of the homes, whose rooms are named on the first', async () => {
    const { home, requests } = await list({
      [HOMES]: () =>
        ok({
          homelist: [{ id: 1, name: 'Flat', uid: 5, dids: ['a'], roomlist: [{ id: 7, name: 'Kitchen', dids: ['b'] }] }],
          has_more: true,
          max_id: 15,
        }),
      [MORE_HOMES]: ({ start_id: start }) =>
        start === '15'
          ? ok({ info: [{ id: 1, dids: ['c'], roomlist: [{ id: 7, dids: ['d'] }] }], has_more: true, max_id: 'next' })
          : ok({ info: [{ id: 2, name: 'New', dids: ['e'], roomlist: null }], has_more: false }),
      [DEVICES]: rows,
    });
    assert.deepEqual(
      requests.filter(({ path }) => path === MORE_HOMES).map(({ body }) => body),
      ['{"start_id":"15","limit":150}', '{"start_id":"next","limit":150}'],
    );
    assert.deepEqual(
      home.devices.map(({ did, home: inHome, room }) => [did, inHome, room]),
      [
        ['b', 'Flat', 'Kitchen'],
        ['a', 'Flat', ''],
        ['d', 'Flat', 'Kitchen'],
        ['c', 'Flat', ''],
        ['e', 'New', ''],
      ],
    );
  });

  it('asks for 150 devices at a time, one request after another, and follows their pages', async () => {
    const dids = Array.from({ length: 340 }, (_, index) => `d${index}`);
    const server = await CloudServer.start(async ({ path, body }) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (path === HOMES) return ok({ homelist: [{ id: 1, name: 'Big', uid: 5, dids }] });
      const asked = JSON.parse(body) as Asked;
      const start = asked.start_did === undefined ? 0 : asked.dids.indexOf(asked.start_did);
      const page = asked.dids.slice(start, start + 60);
      const next = asked.dids[start + 60];
      return ok({ list: page.map((did) => row(did)), has_more: next !== undefined, next_start_did: next ?? '' });
    });
    servers.push(server);
    const { devices } = await apiAt(server.url).homes();
    assert.deepEqual(
      devices.map(({ did }) => did),
      dids,
    );
    const asked = server.bodies().filter((body): body is Asked => 'dids' in (body as object));
    assert.deepEqual(
      asked.map((body) => [body.dids.length, body.start_did]),
      [
        [150, undefined],
        [150, 'd60'],
        [150, 'd120'],
        [150, undefined],
        [150, 'd210'],
        [150, 'd270'],
        [40, undefined],
        [0, undefined],
      ],
    );
    assert.equal(server.mostUnderWay, 1);
  });

  it('does not follow a cursor that comes back', async () => {
    const { home, requests } = await list({
      [HOMES]: () => ok({ homelist: [{ id: 1, name: 'Flat', uid: 5, dids: ['a'] }], has_more: true, max_id: 'x' }),
      [MORE_HOMES]: () => ok({ info: [{ id: 1, dids: ['b'] }], has_more: true, max_id: 'x' }),
      [DEVICES]: ({ dids }) => ok({ list: dids.map((did) => row(did)), has_more: true, next_start_did: 'a' }),
    });
    assert.deepEqual(
      home.devices.map(({ did }) => did),
      ['a', 'b'],
    );
    assert.deepEqual(
      requests.map(({ path }) => path),
      [HOMES, MORE_HOMES, DEVICES, DEVICES, DEVICES, DEVICES],
    );
  });

  it('does not follow a cursor that is missing', async () => {
    const { requests } = await list({
      [HOMES]: () => ok({ homelist: [], has_more: true, max_id: null }),
      [DEVICES]: () => ok({ list: null, has_more: true }),
    });
    assert.equal(requests.length, 2);
  });

  it('knows ids above 2^53 digit by digit', async () => {
    const { home, requests } = await list({
      [HOMES]: () => ({
        text: '{"code":0,"result":{"homelist":[{"id":9007199254740993,"name":"Flat","uid":9007199254740995,"dids":[9007199254740997]}]}}',
      }),
      [DEVICES]: () => ({ text: `{"code":0,"result":{"list":[${JSON.stringify(row('x')).replace('"x"', '9007199254740997')}]}}` }),
    });
    assert.deepEqual([home.uid, home.homes[0]?.id, home.devices[0]?.did], ['9007199254740995', '9007199254740993', '9007199254740997']);
    assert.match(requests[1]?.body ?? '', /\["9007199254740997"\]/);
  });

  it('is empty for an account without homes', async () => {
    const { home } = await list({ [HOMES]: () => ok({}), [DEVICES]: () => ok({ list: [] }) });
    assert.deepEqual(home, { uid: '', homes: [], devices: [] });
  });

  it('rejects rather than show half a home', async () => {
    const broken: readonly Script[] = [
      { [HOMES]: () => ok(null) },
      { [HOMES]: () => twoHomes, [DEVICES]: () => ok('') },
      { [HOMES]: () => twoHomes, [DEVICES]: (asked) => (asked.dids.length > 0 ? rows(asked) : { status: 500 }) },
    ];
    for (const script of broken) {
      await assert.rejects(list(script), (error) => error instanceof LumiotError && error.code === 'CLOUD_UNREACHABLE');
    }
  });

  it('is fetched once for callers at the same time, and anew later', async () => {
    const server = await CloudServer.start(({ path, body }) => (path === HOMES ? twoHomes : rows(JSON.parse(body))));
    servers.push(server);
    const api = apiAt(server.url);
    const [one, other] = await Promise.all([api.homes(), api.homes()]);
    assert.equal(one, other);
    assert.equal(server.requests.length, 3);
    await api.homes();
    assert.equal(server.requests.length, 6);
  });
});

/** The routes behind the dialogs and the sidebar: what they answer, whom they let in, and what they never say. */

import assert from 'node:assert/strict';
import {
  ATTIC,
  ATTIC_KEY,
  attic,
  CLIMATE,
  type FlowNode,
  HALL,
  hall,
  hallConfig,
  hallKey,
  KEY,
  ONE_GANG,
  PLUG,
  type Stage,
  sink,
  stage,
  until,
  WRONG_KEY,
} from '../../support';

const small = () => hall({ devices: hall().devices?.filter(({ sid }) => [CLIMATE, PLUG, ONE_GANG].includes(sid)) ?? [] });
const plug: FlowNode = { id: 'p', type: 'lumi-switch', gateway: 'hall', device: PLUG, channel: 0, wires: [['out']] };

type Json = Record<string, unknown>;

describe('the admin API', () => {
  let home: Stage;
  afterEach(() => home.close());

  const get = async (path: string, status = 200): Promise<Json> => {
    const answer = await home.get(path);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body as Json;
  };
  const post = async (path: string, body: unknown = {}, status = 200): Promise<Json> => {
    const answer = await home.post(path, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body as Json;
  };

  describe('of a gateway that is deployed', () => {
    beforeEach(async () => {
      home = await stage({ gateways: [small()] });
      await home.load([hallConfig(), plug, sink('out')], hallKey);
      await home.online('hall');
    });

    it('lists the gateways', async () => {
      const { port } = home.gateway('hall');
      assert.ok(port !== undefined);
      const gateways = (await get('/lumiot/gateways')) as unknown as Json[];
      assert.equal(gateways.length, 1);
      const { id, sid, name, model, address, protocol, isReadOnly, problems, phase } = gateways[0] ?? {};
      assert.deepEqual(
        { id, sid, name, model, address, protocol, isReadOnly, problems, phase },
        {
          id: 'hall',
          sid: HALL,
          name: 'Hall',
          model: 'gateway',
          address: '127.0.1.2',
          protocol: 1,
          isReadOnly: false,
          problems: [],
          phase: 'online',
        },
      );
    });

    it('lists the devices of a gateway with what a dialog needs', async () => {
      const { gateway, devices } = (await get('/lumiot/gateways/hall/devices')) as { gateway: Json; devices: Json[] };
      assert.equal(gateway.sid, HALL);
      assert.deepEqual(devices.map(({ id }) => id).sort(), [CLIMATE, PLUG, ONE_GANG, HALL].sort());
      const lamp = devices.find(({ id }) => id === PLUG) ?? {};
      assert.deepEqual([lamp.name, lamp.room, lamp.model, lamp.family, lamp.channels], ['Lamp', 'Living room', 'plug', 'plug', 1]);
      assert.equal((lamp.state as Json).on, false);
      assert.ok((lamp.properties as Json[]).some(({ property, unit }) => property === 'power' && unit === 'W'));
    });

    it('looks a gateway over', async () => {
      const findings = (await get('/lumiot/gateways/hall/doctor')) as unknown as Json[];
      assert.ok(findings.length > 0);
      for (const { check, ok, detail, remedy } of findings) {
        assert.deepEqual([typeof check, typeof detail, typeof remedy], ['string', 'string', 'string']);
        assert.ok([true, false, null].includes(ok as boolean | null));
      }
      assert.equal(findings.find(({ check }) => check === 'key')?.ok, true);
    });

    it('gathers diagnostics without names, rooms and keys', async () => {
      const body = await get('/lumiot/gateways/hall/diagnostics');
      assert.equal((body.devices as Json[]).length, 4);
      assert.doesNotMatch(JSON.stringify(body.devices), /Lamp|Living room/);
    });

    it('pairs and stops to pair', async () => {
      assert.deepEqual(await post('/lumiot/gateways/hall/pair'), { pairing: true, seconds: 30 });
      assert.equal(((await get('/lumiot/gateways')) as unknown as Json[])[0]?.pairing, 30);
      assert.deepEqual(await post('/lumiot/gateways/hall/pair', { seconds: 60 }), { pairing: true, seconds: 60 });
      assert.deepEqual(await post('/lumiot/gateways/hall/stop-pairing'), { pairing: false, seconds: 0 });
      assert.deepEqual(home.writes(), [{ join_permission: 'yes' }, { join_permission: 'yes' }, { join_permission: 'no' }]);
    });

    it('removes a device by its exact id, and nothing else', async () => {
      assert.deepEqual(await post('/lumiot/gateways/hall/remove', { sid: PLUG }), { removed: PLUG });
      assert.deepEqual(home.writes(), [{ remove_device: PLUG }]);
      assert.equal((await post('/lumiot/gateways/hall/remove', { sid: '158d000fffffff' }, 404)).code, 'NO_DEVICE');
      assert.equal((await post('/lumiot/gateways/hall/remove', { sid: HALL }, 404)).code, 'NO_DEVICE');
      assert.equal((await post('/lumiot/gateways/hall/remove', {}, 400)).code, 'BAD_INPUT');
      assert.equal(home.writes().length, 1);
    });

    it('asks for the devices again', async () => {
      home.simulator.addDevice(HALL, { sid: '158d000eeeeeee', model: 'sensor_ht', fields: {} });
      const devices = (await post('/lumiot/gateways/hall/refresh')) as unknown as Json[];
      assert.ok(devices.some(({ id }) => id === '158d000eeeeeee'));
    });

    it('tests the key that is deployed, by the id alone or untouched in the dialog', async () => {
      assert.deepEqual(await post('/lumiot/key-test', { id: 'hall' }), { ok: true });
      assert.deepEqual(await post('/lumiot/key-test', { id: 'hall', sid: HALL, host: '', interface: '127.0.0.1', key: '__PWRD__' }), {
        ok: true,
      });
      assert.equal((await post('/lumiot/key-test', { id: 'hall', key: WRONG_KEY })).code, 'KEY_INVALID');
    });

    it('keeps the sockets open after a test', async () => {
      const before = home.sockets.size;
      await post('/lumiot/key-test', { id: 'hall' });
      assert.equal(home.sockets.size, before);
    });

    it('pushes live values only while somebody watches', async () => {
      const published: [string, unknown][] = [];
      home.RED().comms.publish = (topic: string, data: unknown) => {
        published.push([topic, data]);
      };
      await home.simulator.report(HALL, CLIMATE, { temperature: '2275' });
      await home.clock.skip(2_000);
      assert.equal(published.length, 0);
      assert.deepEqual(await post('/lumiot/watch'), { seconds: 30 });
      await until(() => published.length > 0, 'values were pushed');
      assert.equal(published[0]?.[0], 'lumiot/devices');
      assert.match(JSON.stringify(published), new RegExp(CLIMATE));
      await home.clock.skip(31_000);
      const last = published.length;
      await home.simulator.report(HALL, CLIMATE, { temperature: '2280' });
      await until(() => home.gateway('hall').device(CLIMATE)?.values.temperature === 22.8, 'the report arrived');
      await home.clock.skip(5_000);
      assert.equal(published.length, last);
    });

    it('never says the key', async () => {
      const answers = [
        ...(await Promise.all(
          ['gateways', 'gateways/hall/devices', 'gateways/hall/doctor', 'gateways/hall/diagnostics', 'interfaces'].map((path) =>
            home.get(`/lumiot/${path}`),
          ),
        )),
        await home.post('/lumiot/key-test', { id: 'hall' }),
        await home.post('/lumiot/key-test', { id: 'hall', key: WRONG_KEY }),
        await home.post('/lumiot/key-test', { id: 'hall', key: `${KEY}-too-long` }),
        await home.post('/lumiot/gateways/hall/pair'),
      ];
      for (const { body } of answers) {
        assert.equal(JSON.stringify(body).includes(KEY), false);
        assert.equal(JSON.stringify(body).includes(WRONG_KEY), false);
      }
    });
  });

  describe('before anything is deployed', () => {
    beforeEach(async () => {
      home = await stage({ gateways: [small(), attic()] });
      await home.load([hallConfig()]);
    });
    const asked = { interface: '127.0.0.1', host: '' };

    it('lists the interfaces of this host', async () => {
      const interfaces = (await get('/lumiot/interfaces')) as unknown as Json[];
      assert.ok(interfaces.some(({ address, isInternal }) => address === '127.0.0.1' && isInternal === true));
    });

    it('discovers every gateway, and closes its sockets again', async () => {
      const { gateways } = (await post('/lumiot/discover', asked)) as { gateways: Json[] };
      const found = gateways.map(({ sid, model, address, protocol }) => ({ sid, model, address, protocol }));
      assert.deepEqual(
        found.sort((a, b) => String(a.sid).localeCompare(String(b.sid))),
        [
          { sid: HALL, model: 'gateway', address: '127.0.1.2', protocol: 1 },
          { sid: ATTIC, model: 'gateway.v3', address: '127.0.1.3', protocol: 2 },
        ],
      );
      await until(() => home.sockets.size === 0, 'all sockets are closed');
      assert.equal(home.clock.pending, 0);
    });

    it('discovers the gateway at a host', async () => {
      const { gateways } = (await post('/lumiot/discover', { ...asked, host: '127.0.1.3' })) as { gateways: Json[] };
      assert.deepEqual(
        gateways.map(({ sid }) => sid),
        [ATTIC],
      );
    });

    it('accepts the right key, and closes its sockets again', async () => {
      assert.deepEqual(await post('/lumiot/key-test', { ...asked, sid: HALL, key: KEY }), { ok: true });
      assert.deepEqual(await post('/lumiot/key-test', { ...asked, sid: ATTIC, key: ATTIC_KEY }), { ok: true });
      await until(() => home.sockets.size === 0, 'all sockets are closed');
      assert.equal(home.clock.pending, 0);
    });

    it('takes a key from the environment', async () => {
      process.env.LUMIOT_TEST_KEY = KEY;
      try {
        assert.deepEqual(await post('/lumiot/key-test', { ...asked, sid: HALL, key: `\${${'LUMIOT_TEST_KEY'}}` }), { ok: true });
      } finally {
        delete process.env.LUMIOT_TEST_KEY;
      }
    });

    it('refuses a wrong key', async () => {
      const { ok, code, message } = await post('/lumiot/key-test', { ...asked, sid: HALL, key: WRONG_KEY });
      assert.deepEqual([ok, code], [false, 'KEY_INVALID']);
      assert.match(String(message), /Mi Home/);
    });

    it('says when the gateway cannot be reached', async () => {
      const answer = post('/lumiot/key-test', { ...asked, sid: '34ce00000000', key: KEY });
      await until(() => home.sockets.size > 0, 'the test began');
      await home.clock.skip(6_000);
      const { ok, code } = await answer;
      assert.deepEqual([ok, code], [false, 'GATEWAY_NOT_FOUND']);
    });

    it('says that a key of another length is none', async () => {
      assert.equal((await post('/lumiot/key-test', { ...asked, sid: HALL, key: 'short' })).code, 'KEY_INVALID');
    });

    it('asks to deploy first where only the placeholder of an unknown gateway comes', async () => {
      const { ok, code } = await post('/lumiot/key-test', { ...asked, id: 'unknown', sid: HALL, key: '__PWRD__' });
      assert.deepEqual([ok, code], [false, 'NOT_CONFIGURED']);
    });

    it('answers for an unknown gateway that it has to be deployed', async () => {
      for (const path of ['devices', 'doctor', 'diagnostics'])
        assert.equal((await get(`/lumiot/gateways/nobody/${path}`, 404)).code, 'NOT_CONFIGURED');
      for (const path of ['pair', 'stop-pairing', 'remove', 'refresh'])
        assert.equal((await post(`/lumiot/gateways/nobody/${path}`, {}, 404)).code, 'NOT_CONFIGURED');
      for (const id of ['__proto__', 'constructor', '..%2f..%2fsettings'])
        assert.equal((await get(`/lumiot/gateways/${id}/devices`, 404)).code, 'NOT_CONFIGURED');
    });

    it('refuses a body that is no object', async () => {
      for (const path of ['discover', 'key-test']) assert.equal((await post(`/lumiot/${path}`, [1], 400)).code, 'BAD_INPUT');
    });

    it('takes odd values for nothing', async () => {
      const { ok, code } = await post('/lumiot/key-test', { id: {}, sid: [], host: 7, interface: null, key: { length: 16 } });
      assert.deepEqual([ok, code], [false, 'NOT_CONFIGURED']);
    });
  });

  describe('lets nobody in without permission', () => {
    beforeEach(async () => {
      home = await stage({ gateways: [small()] });
      await home.load([hallConfig(), plug, sink('out')], hallKey);
      await home.online('hall');
    });
    const reads = [
      ['get', 'interfaces'],
      ['get', 'gateways'],
      ['get', 'gateways/hall/devices'],
      ['get', 'gateways/hall/doctor'],
      ['get', 'gateways/hall/diagnostics'],
      ['post', 'watch'],
    ] as const;
    const writes = [
      ['post', 'discover'],
      ['post', 'key-test'],
      ['post', 'key-read'],
      ['post', 'key-read/undo'],
      ['post', 'gateways/hall/pair'],
      ['post', 'gateways/hall/stop-pairing'],
      ['post', 'gateways/hall/remove'],
      ['post', 'gateways/hall/refresh'],
    ] as const;

    for (const [permission, routes] of [
      ['lumiot.read', reads],
      ['lumiot.write', writes],
    ] as const) {
      for (const [method, path] of routes) {
        it(`to ${method.toUpperCase()} ${path} (${permission})`, async () => {
          home.denied.add(permission);
          const answer = await (method === 'get' ? home.get(`/lumiot/${path}`) : home.post(`/lumiot/${path}`, {}));
          assert.equal(answer.status, 401);
          assert.deepEqual(home.writes(), []);
        });
      }
    }

    it('asks for no permission but these two', () => {
      assert.deepEqual([...new Set(home.permissions)].sort(), ['lumiot.read', 'lumiot.write']);
    });
  });
});

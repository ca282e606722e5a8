/** The LAN key is read with the device token, kept where credentials are kept, and told to nobody. */

import assert from 'node:assert/strict';
import { type PretendWifiDevice, startPretendWifiDevice } from '../../../../lib/simulator/miio';
import hubNode from '../../../../nodes/lumi-hub/lumi-hub';
import { type FlowNode, HALL, hall, hallConfig, KEY, type Stage, sink, stage, until, WRONG_KEY } from '../../support';

const address = '127.0.46.3';
const TOKEN = '00112233445566778899aabbccddeeff';
const OF_IOS = '33990d1a77737e5f93337b7f60880f7711a8e945937ce8136da08d4c9a0793fe0143db63ee66b0cdff9f69917680151e';
const MASKED = '09…ty';
/** A gateway node that was made in the editor and never deployed. */
const FRESH = '0f1e2d3c4b5a6978';
const asked = { sid: HALL, host: '', interface: '127.0.0.1' };

type Json = Record<string, unknown>;

describe('the LAN key', () => {
  let home: Stage;
  let gateway: PretendWifiDevice;
  const heard: string[] = [];
  /** Of the answer before. */
  let lastTicket: unknown;

  const hub: FlowNode[] = [
    { id: 'n', type: 'lumi-hub', gateway: 'hall', alerts: false, onlyReplies: true, wires: [['out']] },
    { id: 'failures', type: 'catch', scope: null, uncaught: false, wires: [['errors']] },
    { id: 'other', type: 'lumi-switch', gateway: 'hall', device: '', channel: 0, wires: [[]] },
    sink('out'),
    sink('errors'),
  ];
  const read = async (body: Json): Promise<Json> => {
    const { status, body: answer } = await home.post('/lumiot/key-read', body);
    assert.equal(status, 200, JSON.stringify(answer));
    heard.push(JSON.stringify(answer));
    const { ticket, ...others } = answer as Json;
    lastTicket = ticket;
    return others;
  };
  const undo = async (body: Json): Promise<unknown> => ((await home.post('/lumiot/key-read/undo', body)).body as Json).ok;
  const stored = (id: string): Json | undefined => home.RED().nodes.getCredentials(id) as Json | undefined;
  const load = async (credentials: Record<string, string> = {}, settings: Json = {}): Promise<void> => {
    await home.load([hallConfig(settings), ...hub], { hall: credentials });
  };

  beforeEach(async () => {
    home = await stage({ gateways: [hall({ address, devices: [] })] }, { nodes: [hubNode] });
    gateway = await startPretendWifiDevice({ did: '68332340', model: 'lumi.gateway.v3', token: TOKEN, address, port: 54_321, lanKey: KEY });
  });
  afterEach(async () => {
    await home.close();
    await gateway.close();
    for (const text of [...heard.splice(0), home.log()]) assert.doesNotMatch(text, new RegExp(`${KEY}|${TOKEN}|${OF_IOS}`, 'i'));
  });

  it('becomes a credential of the gateway, which the next deploy puts in force', async () => {
    await load({ key: WRONG_KEY });
    await home.online('hall');
    const refused = home.next('errors', undefined, 10_000);
    home.send('n', { payload: 'pair' });
    assert.equal(((await refused).error as Json).code, 'KEY_INVALID');
    assert.deepEqual(await read({ id: 'hall', ...asked, token: TOKEN }), { ok: true, masked: MASKED });
    assert.deepEqual(stored('hall'), { key: KEY });
    // What the editor deploys: keep the key, and the token that was typed.
    await home.deploy([hallConfig(), ...hub], 'nodes', { hall: { key: '__PWRD__', token: TOKEN } });
    assert.deepEqual(stored('hall'), { key: KEY, token: TOKEN });
    await home.online('hall');
    const answer = home.next('out');
    home.send('n', { payload: 'stop-pairing' });
    assert.deepEqual((await answer).payload, { pairing: false, seconds: 0 });
  });

  it('is read with the token that is stored, in any form and from the environment', async () => {
    process.env.LUMIOT_TEST_TOKEN = TOKEN;
    try {
      await load({ key: WRONG_KEY });
      for (const token of [TOKEN, OF_IOS, `\${${'LUMIOT_TEST_TOKEN'}}`]) {
        await home.deploy([hallConfig(), ...hub], 'full', { hall: { key: WRONG_KEY, token } });
        assert.deepEqual(await read({ id: 'hall', ...asked, token: '__PWRD__' }), { ok: true, masked: MASKED });
        assert.deepEqual(stored('hall'), { key: KEY, token });
      }
      assert.equal((await read({ id: 'hall', ...asked, token: `\${${'LUMIOT_TEST_TOKEN'}}` })).ok, true);
    } finally {
      delete process.env.LUMIOT_TEST_TOKEN;
    }
  });

  it('makes room for the one before where the dialog is cancelled', async () => {
    await load({ key: WRONG_KEY, token: TOKEN });
    await read({ id: 'hall', ...asked, token: TOKEN });
    const ticket = lastTicket;
    // Read again in the same dialog: what counts is how it began.
    await read({ id: 'hall', ...asked, host: address, token: TOKEN, ticket });
    assert.equal(lastTicket, ticket);
    assert.deepEqual(stored('hall'), { key: KEY, token: TOKEN });
    for (const wrong of [
      {},
      { id: 'hall' },
      { id: 'hall', ticket: '' },
      { id: 'hall', ticket: 'guess' },
      { id: 'other', ticket },
      { id: '__proto__', ticket },
    ])
      assert.equal(await undo(wrong), false);
    assert.deepEqual(stored('hall'), { key: KEY, token: TOKEN });
    assert.equal(await undo({ id: 'hall', ticket }), true);
    assert.deepEqual(stored('hall'), { key: WRONG_KEY, token: TOKEN });
    assert.equal(await undo({ id: 'hall', ticket }), false, 'once');
  });

  it('stays where another was stored since, and leaves nothing where there was none', async () => {
    await load();
    await read({ id: FRESH, ...asked, token: TOKEN });
    assert.equal(await undo({ id: FRESH, ticket: lastTicket }), true);
    assert.deepEqual(stored(FRESH), {});
    await read({ id: 'hall', ...asked, token: TOKEN });
    await home.RED().nodes.addCredentials('hall', { key: WRONG_KEY });
    assert.equal(await undo({ id: 'hall', ticket: lastTicket }), false);
    assert.deepEqual(stored('hall'), { key: WRONG_KEY });
  });

  it('is tested before it is deployed', async () => {
    await load();
    await read({ id: 'hall', ...asked, host: address, token: TOKEN });
    assert.deepEqual((await home.post('/lumiot/key-test', { id: 'hall', ...asked, host: address })).body, { ok: true });
  });

  it('is kept for a gateway that is not deployed yet, until it is', async () => {
    await load();
    assert.deepEqual(await read({ id: FRESH, ...asked, token: TOKEN }), { ok: true, masked: MASKED });
    assert.deepEqual((await home.post('/lumiot/key-test', { id: FRESH, ...asked })).body, { ok: true });
    const fresh = { ...hallConfig(), id: FRESH };
    await home.deploy([fresh, ...hub], 'full', { [FRESH]: { key: '__PWRD__' } });
    assert.deepEqual(stored(FRESH), { key: KEY });
  });

  it('is asked for at the host that was typed, though the LAN protocol is silent', async () => {
    home.simulator.fault(HALL, { fault: 'drop' });
    await load();
    assert.equal((await read({ id: 'hall', ...asked, host: address, token: TOKEN })).ok, true);
  });

  it('is never put under another node', async () => {
    await load();
    for (const id of ['other', '', '__proto__', 'constructor', 'new gateway', 'x'.repeat(500), '../../secrets']) {
      const { ok, code, message } = await read({ id, ...asked, token: TOKEN });
      assert.deepEqual([ok, code], [false, 'NOT_CONFIGURED'], id);
      assert.match(String(message), /Deploy the gateway first/);
    }
    assert.equal(stored('other'), undefined);
    assert.deepEqual(gateway.requests(), []);
  });

  it('is not read without a token, or with one that is none', async () => {
    await load({ key: WRONG_KEY });
    for (const [token, sentence] of [
      ['', /Enter the device token/],
      ['__PWRD__', /Enter the device token/],
      ['not-a-token', /32 hexadecimal digits/],
      ['0'.repeat(32), /32 hexadecimal digits/],
    ] as const) {
      const { ok, code, message } = await read({ id: 'hall', ...asked, token });
      assert.deepEqual([ok, code], [false, 'NOT_CONFIGURED'], token);
      assert.match(String(message), sentence);
    }
    assert.deepEqual(stored('hall'), { key: WRONG_KEY });
    assert.deepEqual(gateway.requests(), []);
  });

  it('is not read from what is gone, rejects the token, or cannot tell', async () => {
    await load({ key: WRONG_KEY });
    const attempt = async (): Promise<Json> => {
      const pass = setInterval(() => void home.clock.skip(250), 5);
      try {
        return await read({ id: 'hall', ...asked, host: address, token: TOKEN });
      } finally {
        clearInterval(pass);
      }
    };
    await gateway.fault({ fault: 'offline' });
    const offline = await attempt();
    assert.deepEqual([offline.ok, offline.code], [false, 'DEVICE_OFFLINE']);
    assert.match(String(offline.message), /Check its power/);
    await gateway.fault({ fault: 'clear' });
    await gateway.fault({ fault: 'new-token' });
    const rejected = await attempt();
    assert.deepEqual([rejected.ok, rejected.code], [false, 'TOKEN_REJECTED']);
    await gateway.close();
    gateway = await startPretendWifiDevice({
      did: '7',
      model: 'lumi.gateway',
      token: TOKEN,
      address,
      port: 54_321,
      values: { '2.1': true },
    });
    const old = await attempt();
    assert.deepEqual([old.ok, old.code], [false, 'UNSUPPORTED']);
    assert.match(String(old.message), /Update it in Mi Home/);
    assert.deepEqual(stored('hall'), { key: WRONG_KEY });
  }).timeout(20_000);

  it('says so where nobody is found', async () => {
    await load();
    home.simulator.fault(HALL, { fault: 'drop' });
    const answer = read({ id: FRESH, ...asked, token: TOKEN });
    let isDone = false;
    void answer.finally(() => {
      isDone = true;
    });
    await until(
      () => isDone,
      'the search is over',
      () => home.clock.skip(200),
    );
    const { code, message } = await answer;
    assert.equal(code, 'GATEWAY_NOT_FOUND');
    assert.match(String(message), /Enter its address as host/);
  });
});

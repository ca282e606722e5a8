/** A key and a device token are planted; whatever comes out of the nodes is searched for them. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PretendWifiDevice, startPretendWifiDevice } from '../../lib/simulator/miio';
import hubNode from '../../nodes/lumi-hub/lumi-hub';
import { CLIMATE, HALL, hall, hallConfig, PLUG, type Stage, sink, stage } from './support';

const PLANTED = 'PLANTED0secret01';
const WRONG = 'PLANTED0secret02';
const TOKEN = 'ca11ab1e0ddba11c0ffeef00dfacade5';
const address = '127.0.46.4';

describe('a key and a device token', () => {
  let home: Stage;
  let wifi: PretendWifiDevice;
  beforeEach(async () => {
    const devices = hall().devices?.filter(({ sid }) => sid === CLIMATE || sid === PLUG) ?? [];
    home = await stage({ gateways: [hall({ key: PLANTED, devices, address })] }, { nodes: [hubNode] });
    wifi = await startPretendWifiDevice({
      did: '68332340',
      model: 'lumi.gateway.v3',
      token: TOKEN,
      address,
      port: 54_321,
      lanKey: PLANTED,
    });
  });
  afterEach(async () => {
    await home.close();
    await wifi.close();
  });

  it('show in no message, status, error, log line, file, exported flow, live value or answer of the editor', async () => {
    const flow = [
      hallConfig(),
      { id: 's', type: 'lumi-sensor', gateway: 'hall', device: '', property: '', includeRaw: true, sendOnStart: true, wires: [['out']] },
      { id: 'p', type: 'lumi-switch', gateway: 'hall', device: PLUG, channel: 0, wires: [['out']] },
      { id: 'r', type: 'lumi-ringtone', gateway: 'hall', wires: [['out']] },
      { id: 'h', type: 'lumi-hub', gateway: 'hall', alerts: true, wires: [['out']] },
      { id: 'failures', type: 'catch', scope: null, uncaught: false, wires: [['errors']] },
      sink('out'),
      sink('errors'),
    ];
    await home.load(flow, { hall: { key: WRONG, token: TOKEN } });
    await home.online('hall');
    const published: unknown[] = [];
    home.RED().comms.publish = (topic: string, data: unknown) => void published.push([topic, data]);
    await home.post('/lumiot/watch', {});
    const refused = home.next('errors');
    home.send('p', { payload: true });
    await refused;
    await home.deploy(flow, 'full', { hall: { key: `${PLANTED} and more`, token: `${TOKEN}0` } });
    const malformed = home.next('errors');
    home.send('p', { payload: true });
    await malformed;
    await home.deploy(flow, 'full', { hall: { key: PLANTED, token: TOKEN } });
    for (const [id, payload] of [
      ['p', true],
      ['r', { tone: 8, duration: 5 }],
      ['h', 'doctor'],
      ['h', 'list'],
      ['h', { arm: true }],
    ] as const) {
      const answer = home.next('out', ({ ack }) => ack !== undefined || id === 'h');
      home.send(id, { payload });
      await answer;
    }
    await home.simulator.heartbeat(HALL);
    await home.clock.skip(2_000);
    const answers = await Promise.all(
      [
        ...['gateways', 'gateways/hall/devices', 'gateways/hall/doctor', 'gateways/hall/diagnostics', 'interfaces'].map((path) =>
          home.get(`/lumiot/${path}`),
        ),
        home.post('/lumiot/key-test', { id: 'hall' }),
        home.post('/lumiot/key-test', { id: 'hall', key: WRONG }),
        home.post('/lumiot/key-read', { id: 'hall', token: '__PWRD__' }),
        home.post('/lumiot/key-read', { id: 'hall', token: TOKEN }),
        home.post('/lumiot/key-read', { id: 'hall', token: `${TOKEN}0` }),
      ].map(async (answer) => (await answer).body),
    );
    const exported: object[] = [];
    home.RED().nodes.eachNode((node) => void exported.push(node));
    await home.stop();

    const folder = join(home.userDir, 'lumiot');
    const places = {
      messages: JSON.stringify(home.received('out')),
      errors: JSON.stringify(home.received('errors'), (_name, value: unknown) =>
        value instanceof Error ? { ...value, stack: value.stack } : value,
      ),
      statuses: JSON.stringify(['s', 'p', 'r', 'hall'].map((id) => home.statuses(id))),
      log: home.log(),
      exported: JSON.stringify(exported),
      published: JSON.stringify(published),
      answers: JSON.stringify(answers),
      files: readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join('\n'),
    };
    for (const [place, text] of Object.entries(places)) {
      assert.ok(text.length > 100, `there is something in ${place}`);
      assert.doesNotMatch(text, /PLANTED0/, place);
      assert.doesNotMatch(text, new RegExp(TOKEN.slice(0, 12), 'i'), place);
      // What proves the key over the wire: the gateway's token encrypted with it, 32 hex digits.
      assert.doesNotMatch(text, /\b[0-9A-F]{32}\b/, place);
    }
  });
});

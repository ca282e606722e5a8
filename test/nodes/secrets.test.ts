/** A key is planted; whatever comes out of the nodes is searched for it. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIMATE, HALL, hall, hallConfig, PLUG, type Stage, sink, stage } from './support';

const PLANTED = 'PLANTED0secret01';
const WRONG = 'PLANTED0secret02';

describe('a key', () => {
  let home: Stage;
  beforeEach(async () => {
    home = await stage({
      gateways: [hall({ key: PLANTED, devices: hall().devices?.filter(({ sid }) => sid === CLIMATE || sid === PLUG) ?? [] })],
    });
  });
  afterEach(() => home.close());

  it('shows in no message, status, error, log line or file', async () => {
    const flow = [
      hallConfig(),
      { id: 's', type: 'lumi-sensor', gateway: 'hall', device: '', property: '', includeRaw: true, sendOnStart: true, wires: [['out']] },
      { id: 'p', type: 'lumi-switch', gateway: 'hall', device: PLUG, channel: 0, wires: [['out']] },
      { id: 'r', type: 'lumi-ringtone', gateway: 'hall', wires: [['out']] },
      { id: 'failures', type: 'catch', scope: null, uncaught: false, wires: [['errors']] },
      sink('out'),
      sink('errors'),
    ];
    await home.load(flow, { hall: { key: WRONG } });
    await home.online('hall');
    const refused = home.next('errors');
    home.send('p', { payload: true });
    await refused;
    await home.deploy(flow, 'full', { hall: { key: `${PLANTED} and more` } });
    const malformed = home.next('errors');
    home.send('p', { payload: true });
    await malformed;
    await home.deploy(flow, 'full', { hall: { key: PLANTED } });
    for (const [id, payload] of [
      ['p', true],
      ['r', { tone: 8, duration: 5 }],
    ] as const) {
      const answer = home.next('out', ({ ack }) => ack !== undefined);
      home.send(id, { payload });
      await answer;
    }
    await home.simulator.heartbeat(HALL);
    await home.stop();

    const folder = join(home.userDir, 'lumiot');
    const places = {
      messages: JSON.stringify(home.received('out')),
      errors: JSON.stringify(home.received('errors'), (_name, value: unknown) =>
        value instanceof Error ? { ...value, stack: value.stack } : value,
      ),
      statuses: JSON.stringify(['s', 'p', 'r', 'hall'].map((id) => home.statuses(id))),
      log: home.log(),
      files: readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join('\n'),
    };
    for (const [place, text] of Object.entries(places)) {
      assert.ok(text.length > 100, `there is something in ${place}`);
      assert.doesNotMatch(text, /PLANTED0/, place);
    }
  });
});

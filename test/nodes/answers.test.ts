/** One input, one answer: what holds for every control, shown with the switch. */

import assert from 'node:assert/strict';
import { gatewayConfig, HALL, KEY, type Stage, sink, stage, until } from './support';

const PLUG = '158d00011111aa';
const flow = [
  gatewayConfig('g', HALL),
  { id: 's', type: 'lumi-switch', gateway: 'g', device: PLUG, channel: 0, wires: [['out']] },
  { id: 'heard', type: 'lumi-sensor', gateway: 'g', device: PLUG, property: 'on', wires: [[]] },
  sink('out'),
];

describe('inputs in quick succession', () => {
  let home: Stage;
  beforeEach(async () => {
    home = await stage({
      gateways: [
        { sid: HALL, key: KEY, address: '127.0.1.9', devices: [{ sid: PLUG, model: 'plug', fields: { status: 'off' }, effectMs: 400 }] },
      ],
    });
    await home.load(flow, { g: { key: KEY } });
    await home.online('g');
  });
  afterEach(() => home.close());

  async function answered(payloads: readonly unknown[]): Promise<unknown[]> {
    for (const payload of payloads) home.send('s', { payload });
    await until(() => home.received('out').length >= payloads.length, 'every input is answered');
    return home.received('out').map(({ payload, origin }) => [payload, origin]);
  }

  it('are answered once each, and their reports are not told as changes made elsewhere', async () => {
    assert.deepEqual(await answered([true, false, true]), [
      [true, 'command'],
      [false, 'command'],
      [true, 'command'],
    ]);
  });

  it('toggle there and back', async () => {
    assert.deepEqual(await answered(['toggle', 'toggle']), [
      [true, 'command'],
      [false, 'command'],
    ]);
    const writes = home.simulator.commands().filter(({ cmd }) => cmd === 'write');
    assert.deepEqual(
      writes.map(({ fields }) => fields?.status),
      ['on', 'off'],
    );
  });

  it('leave no place behind when their node is deleted', async () => {
    const { subscriptions } = home.gateway('g');
    const before = subscriptions.size;
    await home.deploy(
      flow.filter(({ id }) => id !== 'heard'),
      'nodes',
    );
    assert.equal(subscriptions.size, before - 1);
  });
});

/** The status under a node: what it says in each situation, when, and how often. */

import assert from 'node:assert/strict';
import {
  CLIMATE,
  type FlowNode,
  HALL,
  hall,
  hallConfig,
  hallKey,
  KEY,
  PLUG,
  type Stage,
  type Status,
  sink,
  stage,
  until,
  WRONG_KEY,
} from '../../support';

describe('the status under a node', () => {
  let home: Stage;
  beforeEach(async () => {
    home = await stage({ gateways: [hall({ devices: hall().devices?.filter(({ sid }) => sid === CLIMATE || sid === PLUG) ?? [] })] });
  });
  afterEach(() => home.close());

  const sensor = (more: Record<string, unknown> = {}): FlowNode => ({
    id: 's',
    type: 'lumi-sensor',
    gateway: 'hall',
    device: CLIMATE,
    property: 'temperature',
    wires: [[]],
    ...more,
  });
  const plug = (more: Record<string, unknown> = {}): FlowNode => ({
    id: 'p',
    type: 'lumi-switch',
    gateway: 'hall',
    device: PLUG,
    channel: 0,
    wires: [['out']],
    ...more,
  });
  const shown = (id = 's'): Status | undefined => home.statuses(id).at(-1);
  const shows = async (expected: Status, id = 's'): Promise<void> => {
    await until(() => JSON.stringify(shown(id)) === JSON.stringify(expected), `${id} shows ${expected.text}`).catch(() => {});
    assert.deepEqual(shown(id), expected);
  };
  const start = async (...flow: FlowNode[]): Promise<void> => {
    await home.load([hallConfig(), sensor(), ...flow, sink('out')], hallKey);
    await home.online('hall');
    await home.clock.skip(1_100);
  };

  it('is a grey ring where no gateway is chosen', async () => {
    await home.load([sensor({ gateway: '' })]);
    await shows({ fill: 'grey', shape: 'ring', text: 'status.not-configured' });
  });

  it('is a yellow ring while the gateway is searched for, and never "not configured"', async () => {
    home.simulator.fault(HALL, { fault: 'silent' });
    home.simulator.fault(HALL, { fault: 'drop' });
    await home.load([hallConfig(), sensor()], hallKey);
    await shows({ fill: 'yellow', shape: 'ring', text: 'status.searching' });
    assert.equal(
      home.statuses('s').some(({ text }) => text === 'status.not-configured'),
      false,
    );
  });

  it('is a yellow ring while the gateway does not list its devices yet', async () => {
    home.simulator.fault(HALL, { fault: 'closed-port' });
    await home.load([hallConfig(), sensor()], hallKey);
    await until(() => home.gateway('hall').state.phase === 'connecting', 'it connects');
    await home.clock.skip(1_100);
    await shows({ fill: 'yellow', shape: 'ring', text: 'status.connecting' });
  });

  it('is a red ring where the gateway is not found', async () => {
    await home.load([hallConfig({ sid: '34ce00000000' }), sensor()], hallKey);
    await home.clock.skip(6_000);
    await shows({ fill: 'red', shape: 'ring', text: 'status.gateway-not-found' });
  });

  it('is a red ring where the port of the gateway is closed', async () => {
    home.simulator.fault(HALL, { fault: 'closed-port' });
    await home.load([hallConfig(), sensor()], hallKey);
    await until(() => home.gateway('hall').state.phase === 'connecting', 'it connects');
    await home.clock.skip(20_000);
    await shows({ fill: 'red', shape: 'ring', text: 'status.port-closed' });
  });

  it('is a grey ring until the device has said something', async () => {
    await start(sensor({ id: 'silent', property: 'pressure' }));
    await shows({ fill: 'grey', shape: 'ring', text: 'status.not-heard' }, 'silent');
  });

  it('is a green dot with the value that is known', async () => {
    await start();
    await shows({ fill: 'green', shape: 'dot', text: '22.4 °C' });
  });

  it('is a green dot with a word for a switch', async () => {
    await start(plug());
    await shows({ fill: 'green', shape: 'dot', text: 'status.off' }, 'p');
  });

  it('reaches a node that is deployed later', async () => {
    await start();
    await home.deploy([hallConfig(), sensor(), sensor({ id: 'late' }), sink('out')], 'nodes');
    await home.clock.skip(1_100);
    await shows({ fill: 'green', shape: 'dot', text: '22.4 °C' }, 'late');
  });

  it('stays true through a redeploy', async () => {
    await start();
    const before = home.statuses('s').length;
    await home.deploy([hallConfig(), sensor({ note: 1 }), sink('out')], 'full');
    await home.clock.skip(1_100);
    await shows({ fill: 'green', shape: 'dot', text: '22.4 °C' });
    assert.equal(
      home
        .statuses('s')
        .slice(before)
        .some(({ fill, text }) => fill === 'red' || fill === 'yellow' || text === 'status.not-configured'),
      false,
    );
  });

  it('changes at most once a second, and ends with the last value', async () => {
    await start();
    const before = home.statuses('s').length;
    for (let hundredths = 2_000; hundredths < 2_020; hundredths++)
      await home.simulator.report(HALL, CLIMATE, { temperature: String(hundredths) });
    await until(() => home.gateway('hall').device(CLIMATE)?.values.temperature === 20.19, 'all reports arrived');
    await home.clock.skip(1_100);
    await shows({ fill: 'green', shape: 'dot', text: '20.19 °C' });
    assert.ok(home.statuses('s').length - before <= 2, `${home.statuses('s').length - before} changes`);
  });

  it('is a red ring once a command failed, until one works again', async () => {
    await home.load([hallConfig(), plug(), sink('out')], { hall: { key: WRONG_KEY } });
    await home.online('hall');
    home.send('p', { payload: true });
    await until(() => home.log().includes('LAN key is wrong'), 'the command failed');
    await home.clock.skip(1_100);
    await shows({ fill: 'red', shape: 'ring', text: 'status.key-invalid' }, 'p');
    await home.simulator.report(HALL, PLUG, { load_power: '3.00' });
    await until(() => home.gateway('hall').device(PLUG)?.values.power === 3, 'the report arrived');
    await home.clock.skip(1_100);
    await shows({ fill: 'red', shape: 'ring', text: 'status.key-invalid' }, 'p');
    await home.deploy([hallConfig(), plug(), sink('out')], 'nodes', { hall: { key: KEY } });
    const answer = home.next('out');
    home.send('p', { payload: true });
    await answer;
    await home.clock.skip(1_100);
    await shows({ fill: 'green', shape: 'dot', text: 'status.on' }, 'p');
  });

  it('is a red ring when the gateway falls silent, and green again when it speaks', async () => {
    await start();
    home.simulator.fault(HALL, { fault: 'closed-port' });
    await home.clock.skip(100_000);
    await shows({ fill: 'red', shape: 'ring', text: 'status.offline' });
    home.simulator.fault(HALL, { fault: 'clear' });
    await home.simulator.report(HALL, CLIMATE, { temperature: '2275' });
    await until(() => home.gateway('hall').isOnline, 'it is back');
    await home.clock.skip(1_100);
    await shows({ fill: 'green', shape: 'dot', text: '22.75 °C' });
  });
});

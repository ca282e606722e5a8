/** Radio and alarm of a gateway by MQTT: with its device token, and what is answered without. */

import assert from 'node:assert/strict';
import { type PretendWifiDevice, startPretendWifiDevice } from '../../lib/simulator/miio';
import mqttNode from '../../nodes/lumiot-mqtt/lumiot-mqtt';
import { type FlowNode, HALL, hall, hallConfig, KEY, type Stage, sink, stage } from './support';

const address = '127.0.46.9';
const TOKEN = '00112233445566778899aabbccddeeff';
const url = 'http://127.0.0.1/radio.m3u8';
const TOPIC = `lumiot/${HALL}/${HALL}`;

const flow: FlowNode[] = [
  hallConfig(),
  { id: 'n', type: 'lumiot-mqtt', gateway: 'hall', account: '', baseTopic: 'lumiot', homeAssistant: false, qos: 1, wires: [['out']] },
  { id: 'failures', type: 'catch', scope: null, uncaught: false, wires: [['errors']] },
  sink('out'),
  sink('errors'),
];

describe('lumiot-mqtt with the device token of a gateway', () => {
  let home: Stage;
  let gateway: PretendWifiDevice;

  const open = async (credentials: Record<string, string>): Promise<void> => {
    await home.load(flow, { hall: { key: KEY, ...credentials } });
    await home.online('hall');
  };
  const answer = async (payload: unknown): Promise<Record<string, unknown>> => {
    const next = home.next('out', ({ topic }) => topic === `${TOPIC}/result`, 15_000);
    home.send('n', { topic: `${TOPIC}/set`, payload: JSON.stringify(payload), qos: 1, retain: false });
    return JSON.parse(String((await next).payload)) as Record<string, unknown>;
  };

  beforeEach(async () => {
    home = await stage({ gateways: [hall({ address, devices: [] })] }, { nodes: [mqttNode] });
    gateway = await startPretendWifiDevice({ did: '68332340', model: 'lumi.gateway.v3', token: TOKEN, address, port: 54_321 });
  });
  afterEach(async () => {
    await home.close();
    await gateway.close();
  });

  it('plays a stream, arms, and says so', async () => {
    await open({ token: TOKEN });
    const played = await answer({ radio: 'play', url, volume: 20, requestId: 'r' });
    assert.deepEqual([played.ok, played.requestId, played.payload], [true, 'r', { radio: 'play', url, volume: 20 }]);
    assert.deepEqual([(await answer({ arm: true })).payload, (await answer({ arm: false })).payload], [{ armed: true }, { armed: false }]);
    const methods = gateway.requests().map(({ method }) => method);
    for (const method of ['play_specify_fm', 'volume_ctrl_fm', 'set_arming']) assert.ok(methods.includes(method), method);
    const secret = home.received('out').some((message) => JSON.stringify(message).includes(TOKEN));
    assert.equal(secret, false);
  });

  it('says what is missing', async () => {
    await open({});
    const { ok, code, error } = await answer({ radio: 'stop' });
    assert.deepEqual([ok, code], [false, 'NOT_CONFIGURED']);
    assert.match(String(error), /token/);
    assert.equal((await answer({ arm: 'perhaps' })).code, 'BAD_INPUT');
  });
});

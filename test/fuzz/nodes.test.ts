/**
 * Nodes with random settings in a real Node-RED, random messages sent into them, reports around them: nothing escapes, and whatever
 * leaves a node is a well-formed message. LUMIOT_FUZZ_CASES sets how many deploys there are: a five-hundredth of it.
 */

import assert from 'node:assert/strict';
import type { NodeAPI } from 'node-red';
import alarmNode from '../../nodes/lumi-alarm/lumi-alarm';
import buttonNode from '../../nodes/lumi-button/lumi-button';
import climateNode from '../../nodes/lumi-climate/lumi-climate';
import contactNode from '../../nodes/lumi-contact/lumi-contact';
import cubeNode from '../../nodes/lumi-cube/lumi-cube';
import curtainNode from '../../nodes/lumi-curtain/lumi-curtain';
import deviceNode from '../../nodes/lumi-device/lumi-device';
import hubNode from '../../nodes/lumi-hub/lumi-hub';
import lightNode from '../../nodes/lumi-light/lumi-light';
import motionNode from '../../nodes/lumi-motion/lumi-motion';
import mqttNode from '../../nodes/lumiot-mqtt/lumiot-mqtt';
import { CLIMATE, type FlowNode, HALL, hall, hallConfig, hallKey, MOTION, PLUG, type Stage, sink, stage } from '../nodes/support';
import { word } from './decode-words';
import { Random } from './random';

const deploys = Math.max(4, Math.min(1_000, Math.floor(Number(process.env.LUMIOT_FUZZ_CASES ?? 2_000) / 500)));
const seed = Number(process.env.LUMIOT_FUZZ_SEED ?? 20_261_102);

const INPUTS = ['lumi-sensor', 'lumi-motion', 'lumi-contact', 'lumi-button', 'lumi-cube', 'lumi-alarm'];
const CONTROLS = ['lumi-switch', 'lumi-light', 'lumi-climate', 'lumi-curtain', 'lumi-ringtone', 'lumi-device', 'lumi-hub'];
const SETTINGS = [
  ...['room', 'family', 'onlyChanges', 'sendOnStart', 'includeRaw', 'topic', 'property', 'clearAfter', 'leftOpenAfter', 'action', 'button'],
  ...[
    'levelMin',
    'levelMax',
    'levelPerTurn',
    'alarms',
    'channel',
    'invert',
    'tone',
    'volume',
    'duration',
    'alerts',
    'onlyReplies',
    'version',
  ],
];
const WORDS = [
  ...[
    CLIMATE,
    PLUG,
    MOTION,
    HALL,
    'on',
    'off',
    'toggle',
    'temperature',
    'smoke',
    '0',
    '1',
    '2',
    '40',
    '100',
    'true',
    'false',
    'list',
    'doctor',
  ],
  ...['doorbell', 'stop', 'red', 'environment', 'single', '1e999', '$'.concat('{NOBODY}'), '4000000000'],
];
const MQTT_SETTINGS = ['baseTopic', 'discoveryPrefix', 'homeAssistant', 'qos', 'account', 'version', 'name'];
const TOPICS = [
  ...['lumiot', 'homeassistant', 'homeassistant/device/x', 'a/+', '#', '/', '$SYS', 'a//b', 'ha', '\u0000', 'x'.repeat(300)],
  ...['$'.concat('{NOBODY}'), 'false', '0', '2', '3', 'lumiot/house-a'],
];
const nodes: ((RED: NodeAPI) => void)[] = [
  ...[alarmNode, buttonNode, climateNode, contactNode, cubeNode, curtainNode, deviceNode, hubNode, lightNode, motionNode, mqttNode],
];

describe('nodes with random settings', () => {
  let home: Stage;
  const random = new Random(seed);
  before(async () => {
    home = await stage({ gateways: [hall()] }, { nodes });
    await home.load([hallConfig()], hallKey);
  });
  after(() => home.close());

  // What cannot be turned into text, Node-RED itself does not load.
  const settings = (): Record<string, unknown> =>
    Object.fromEntries(Object.entries(random.object(() => random.pick(SETTINGS), WORDS)).filter(([, value]) => isText(value)));
  const node = (type: string): FlowNode => ({
    ...{ id: type, type, gateway: random.isLucky(0.95) ? 'hall' : 'nobody', wires: [['out']] },
    ...{ device: random.isLucky(0.7) ? random.pick([CLIMATE, PLUG, MOTION, '']) : random.text() },
    ...settings(),
    ...settings(),
  });

  it('start, take what comes and send nothing that is malformed', async function () {
    this.timeout(60_000 + deploys * 1_000);
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    for (let count = 0; count < deploys; count++) {
      const flow = [hallConfig(), ...[...INPUTS, ...CONTROLS].map(node), sink('out')];
      await home.deploy(flow, random.pick(['full', 'nodes', 'flows']), hallKey);
      await home.online('hall');
      for (const type of CONTROLS) home.send(type, { payload: random.json(WORDS), device: random.json(WORDS), topic: random.json(WORDS) });
      await home.simulator.report(HALL, CLIMATE, { temperature: String(random.below(3_000)) });
      await home.simulator.report(HALL, MOTION, { status: 'motion' });
      await home.simulator.report(HALL, PLUG, { status: random.pick(['on', 'off']) });
      await home.clock.skip(random.below(20_000));
    }
    process.off('unhandledRejection', onUnhandled);
    assert.deepEqual(unhandled, []);
    assert.doesNotMatch(home.log(), /TypeError|RangeError|ReferenceError|uncaught/i);
    const sent = home.received('out');
    assert.ok(sent.length > deploys, `${sent.length} messages in ${deploys} deploys`);
    const wrong = sent
      .filter(({ event, property }) => event === 'state' && typeof property === 'string')
      .map(({ property, payload }) => word(String(property), payload))
      .filter((one) => one !== undefined);
    assert.deepEqual(wrong, []);
  });
});

describe('lumiot-mqtt with random settings', () => {
  const usual = { baseTopic: 'lumiot', discoveryPrefix: 'homeassistant', homeAssistant: true, qos: 1, version: 1 };
  let home: Stage;
  const random = new Random(seed);
  before(async () => {
    home = await stage({ gateways: [hall()] }, { nodes });
    await home.load([hallConfig()], hallKey);
  });
  after(() => home.close());

  const settings = (): Record<string, unknown> =>
    Object.fromEntries(Object.entries(random.object(() => random.pick(MQTT_SETTINGS), TOPICS)).filter(([, value]) => isText(value)));
  const node = (id: string): FlowNode => {
    const gateway = random.isLucky(0.95) ? 'hall' : 'nobody';
    return { id, type: 'lumiot-mqtt', account: '', ...usual, ...(random.isLucky(0.6) ? settings() : {}), gateway, wires: [['published']] };
  };
  const topic = (): unknown => {
    if (random.isLucky(0.2)) return random.json(TOPICS);
    const device = random.pick([CLIMATE, PLUG, MOTION, HALL, '+', '%2f', '%', random.text()]);
    const last = random.pick(['set', 'get', 'set/', 'result', 'action', '', random.text()]);
    return random.pick([
      `lumiot/${HALL}/${device}/${last}`,
      'lumiot/status',
      'homeassistant/status',
      `lumiot/${random.text()}/${device}/set`,
    ]);
  };
  const payload = (): unknown => {
    const value = random.json(WORDS);
    if (random.isLucky(0.3)) return value;
    if (random.isLucky(0.3)) return Buffer.from(random.some(40, () => random.below(256)));
    if (random.isLucky(0.02)) return `"${'x'.repeat(70_000)}"`;
    return JSON.stringify(value);
  };

  it('takes what comes, and gives "mqtt out" nothing that it cannot publish', async function () {
    this.timeout(60_000 + deploys * 1_000);
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    for (let count = 0; count < deploys; count++) {
      // A node whose settings cannot be used does not use its gateway either: another one keeps it there.
      const keeper: FlowNode = { id: 'keeper', type: 'lumi-sensor', gateway: 'hall', device: '', wires: [[]] };
      const flow = [hallConfig(), keeper, node('first'), ...(random.isLucky(0.5) ? [node('second')] : []), sink('published')];
      await home.deploy(flow, random.pick(['full', 'nodes', 'flows']), hallKey);
      await home.online('hall');
      for (let sent = 0; sent < 20; sent++) {
        const id = flow.length > 4 && random.isLucky(0.5) ? 'second' : 'first';
        const message = { _msgid: `${sent}`, topic: topic(), payload: payload(), retain: random.json(WORDS), correlationData: payload() };
        home.send(id, random.isLucky(0.2) ? Object.freeze(message) : message);
      }
      await home.simulator.report(HALL, CLIMATE, { temperature: String(random.below(3_000)) });
      await home.simulator.report(HALL, PLUG, { status: random.pick(['on', 'off']) });
      await home.clock.skip(random.below(20_000));
    }
    process.off('unhandledRejection', onUnhandled);
    assert.deepEqual(unhandled, []);
    assert.doesNotMatch(home.log(), /TypeError|RangeError|ReferenceError|uncaught/i);
    const published = home.received('published');
    assert.ok(published.length > deploys, `${published.length} messages in ${deploys} deploys`);
    assert.deepEqual(published.filter((message) => !isPublishable(message)).slice(0, 3), []);
    // And after all that it does what it is told.
    await home.deploy([hallConfig(), { ...node('first'), ...usual, gateway: 'hall' }, sink('published')], 'full', hallKey);
    await home.online('hall');
    for (const [device, outcome] of [
      [PLUG, true],
      ['nobody', false],
    ] as const) {
      const answered = home.next('published', ({ topic }) => topic === `lumiot/${HALL}/${device}/result`);
      home.send('first', { topic: `lumiot/${HALL}/${device}/set`, payload: 'on' });
      assert.equal((JSON.parse(String((await answered).payload)) as { ok: unknown }).ok, outcome);
    }
  });
});

/** What a broker takes: a topic without wildcards, text that is JSON or a word, and the three ways to deliver it. */
function isPublishable({ topic, payload, qos, retain, correlationData }: Readonly<Record<string, unknown>>): boolean {
  if (typeof topic !== 'string' || topic === '' || /[+#]/.test(topic) || topic.includes('\0') || typeof payload !== 'string') return false;
  if (![0, 1, 2].includes(Number(qos)) || typeof qos !== 'number' || typeof retain !== 'boolean') return false;
  if (correlationData !== undefined && !Buffer.isBuffer(correlationData)) return false;
  if (payload === '') return retain;
  return /\/(status|availability)$/.test(topic) ? /^(online|offline)$/.test(payload) : typeof JSON.parse(payload) === 'object';
}

/** Whether Node-RED's own loader of flows survives it as a setting. */
function isText(value: unknown): boolean {
  try {
    return String(value) !== '' && !JSON.stringify(value).includes('hasOwnProperty');
  } catch {
    return false;
  }
}

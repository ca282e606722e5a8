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
const nodes: ((RED: NodeAPI) => void)[] = [
  ...[alarmNode, buttonNode, climateNode, contactNode, cubeNode, curtainNode, deviceNode, hubNode, lightNode, motionNode],
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

/** Whether Node-RED's own loader of flows survives it as a setting. */
function isText(value: unknown): boolean {
  try {
    return String(value) !== '' && !JSON.stringify(value).includes('hasOwnProperty');
  } catch {
    return false;
  }
}

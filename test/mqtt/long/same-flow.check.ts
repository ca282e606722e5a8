/** One and the same flow over MQTT: with both gateways and the flow on one machine, and with two edges and a central without any gateway. */

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Flow } from '../../faults/red';
import { noMosquitto } from '../broker';
import { mqttIn, mqttOut } from '../edge';
import { BUTTON, climate, DOOR, EAST, east, PLUG, SWITCH, WEST, WINDOW, west, writesOf } from '../home';
import { Street } from '../street';

interface Bases {
  readonly west: string;
  readonly east: string;
}

/** The door of the west switches the east, a button of the west its plug; what the east answers is passed on. */
function automation(bases: Bases): Flow {
  const [westOf, eastOf] = [`${bases.west}/${WEST}`, `${bases.east}/${EAST}`];
  const step = (id: string, func: string): Flow[number] => ({
    id,
    type: 'function',
    z: 'flow',
    name: '',
    func,
    outputs: 1,
    x: 300,
    y: 100,
  });
  const wired = (id: string, func: string): Flow[number] => ({ ...step(id, func), wires: [['flow-out']] });
  return [
    { id: 'flow', type: 'tab', label: 'Flow' },
    mqttIn('door', `${westOf}/${DOOR}`, ['when-door'], 'flow'),
    wired(
      'when-door',
      `const { open } = msg.payload;
       const before = context.get('open');
       context.set('open', open);
       if (before === undefined || before === open) return;
       return { topic: '${eastOf}/${SWITCH}/set', payload: { channel1: open, requestId: 'door ' + open }, qos: 1 };`,
    ),
    mqttIn('button', `${westOf}/${BUTTON}/action`, ['when-button'], 'flow'),
    wired('when-button', `if (msg.payload.action === 'single') return { topic: '${westOf}/${PLUG}/set', payload: 'toggle', qos: 1 };`),
    mqttIn('answer', `${eastOf}/${SWITCH}/result`, ['when-answer'], 'flow'),
    wired('when-answer', "return { topic: 'flow/answer', payload: msg.payload.requestId + ': ' + msg.payload.ok, qos: 1 };"),
    mqttOut('flow-out', 'flow'),
  ];
}

interface Trace {
  /** What was heard, in its order, by topic without the base. */
  readonly heard: Readonly<Record<string, readonly unknown[]>>;
  /** What the gateways were told, in its order, by gateway. */
  readonly written: Readonly<Record<string, readonly unknown[]>>;
}

/** Lives the same life in a street, and gives what came of it. */
async function traceOf(bases: Bases, build: (street: Street) => Promise<void>): Promise<Trace> {
  const kind = noMosquitto === undefined ? 'mosquitto' : 'aedes';
  const street = await Street.open({ kind, gateways: [west, east] });
  try {
    await build(street);
    const { simulator, observer } = street;
    const [westOf, eastOf] = [`${bases.west}/${WEST}`, `${bases.east}/${EAST}`];
    // The flow has heard how the door is: it stands on the broker, and what is asked over the broker afterwards is answered.
    let from = observer.heard.length;
    const begun = from;
    const steps: readonly (() => Promise<unknown>)[] = [
      async () => {
        await simulator.report(WEST, DOOR, { status: 'open' });
        await observer.text('flow/answer', 'door true: true', from);
        await observer.next(`${eastOf}/${SWITCH}`, ({ channel1 }) => channel1 === true, from);
      },
      async () => {
        await simulator.report(WEST, BUTTON, { status: 'click' });
        await observer.next(`${westOf}/${PLUG}/result`, ({ ok }) => ok === true, from);
        await observer.next(`${westOf}/${PLUG}`, ({ on }) => on === true, from);
      },
      async () => {
        await simulator.report(WEST, BUTTON, { status: 'double_click' });
        await observer.next(`${westOf}/${BUTTON}/action`, ({ action }) => action === 'double', from);
      },
      async () => {
        await simulator.report(EAST, WINDOW, { window_status: 'open' });
        await observer.next(`${eastOf}/${WINDOW}`, ({ open }) => open === true, from);
      },
      async () => {
        await observer.say(`${eastOf}/${SWITCH}/set`, { channel2: true, requestId: 7 });
        await observer.text('flow/answer', '7: true', from);
      },
      async () => {
        await observer.say(`${eastOf}/${SWITCH}/set`, 'nonsense');
        await observer.text('flow/answer', 'undefined: false', from);
      },
      async () => {
        await observer.say(`${westOf}/${climate(0)}/get`, '');
        await observer.next(`${westOf}/${climate(0)}/result`, () => true, from);
      },
      async () => {
        await simulator.report(WEST, DOOR, { status: 'close' });
        await observer.text('flow/answer', 'door false: true', from);
        await observer.next(`${eastOf}/${SWITCH}`, ({ channel1 }) => channel1 === false, from);
      },
    ];
    for (const step of steps) {
      from = observer.heard.length;
      await step();
    }
    const heard: Record<string, unknown[]> = {};
    for (const { topic, text, isRetained } of observer.heard.slice(begun)) {
      const name = topic.replace(`${westOf}/`, 'west/').replace(`${eastOf}/`, 'east/');
      if (isRetained || !/^(west|east)\/[^/]+(\/(action|result))?$|^flow\//.test(name)) continue;
      const value = timeless(text);
      const all = heard[name] ?? [];
      heard[name] = all;
      // Everything is published again for a new connection, and with it what is known.
      const isAgain = !/action|result|flow/.test(name) && JSON.stringify(all.at(-1)) === JSON.stringify(value);
      if (!isAgain) all.push(value);
    }
    const writes = writesOf(simulator);
    const written = Object.fromEntries([WEST, EAST].map((sid) => [sid, writes.filter(({ gateway }) => gateway === sid)]));
    return { heard: Object.fromEntries(Object.entries(heard).sort()), written };
  } finally {
    await street.close();
  }
}

/** A payload without what says when. */
function timeless(text: string): unknown {
  try {
    return JSON.parse(text, (name, value: unknown) => (['lastSeen', 'at', 'ms', 'attempts'].includes(name) ? undefined : value));
  } catch {
    return text;
  }
}

describe('one flow', function () {
  this.timeout(180_000);

  it('does the same on one machine, and on two edges with a central', async () => {
    const one = { west: 'lumiot/one', east: 'lumiot/one' };
    const several = { west: 'lumiot/house-a', east: 'lumiot/house-b' };
    const together = await traceOf(one, async (street) => {
      await street.edge({ base: one.west, gateways: [WEST, EAST], more: automation(one) });
    });
    const apart = await traceOf(several, async (street) => {
      await street.edge({ base: several.west, gateways: [WEST] });
      await street.edge({ base: several.east, gateways: [EAST] });
      const central = await street.edge({ base: 'lumiot/central', gateways: [], more: automation(several) }, false);
      await street.observer.text('lumiot/central/status', 'online');
      void central;
    });
    assert.deepEqual(apart, together);
    // Something did happen.
    assert.equal(together.written[EAST]?.length, 3, JSON.stringify(together.written));
    assert.equal(together.written[WEST]?.length, 1);
    assert.ok(Object.keys(together.heard).length >= 9, Object.keys(together.heard).join());
  });
});

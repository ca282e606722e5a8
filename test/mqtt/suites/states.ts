/** States, actions and availability, as somebody else on the broker hears them. */

import assert from 'node:assert/strict';
import { it } from 'mocha';
import { BUTTON, CLIMATES, climate, DOOR, EAST, LEAK, PLUG, SWITCH, WEST, WINDOW } from '../home';
import { kept, untilKept } from '../observer';
import { BASE, type Stage } from '../stage';

export function tellsStates(stage: () => Stage): void {
  const west = (device: string): string => `${BASE}/${WEST}/${device}`;

  it('keeps the state, the description and the availability of every device on the broker', async () => {
    const { broker } = stage().street;
    const all = await untilKept(broker, (now) => (now.has(`${west(PLUG)}/info`) ? undefined : 'there is no description'));
    const devices = [
      ...[PLUG, DOOR, BUTTON, LEAK, ...Array.from({ length: CLIMATES }, (_, index) => climate(index))].map(west),
      ...[SWITCH, WINDOW].map((device) => `${BASE}/${EAST}/${device}`),
    ];
    for (const device of devices) {
      assert.ok(all.has(device), `the state of ${device}`);
      assert.equal(all.get(`${device}/availability`), 'online', device);
    }
    const info = JSON.parse(all.get(`${west(PLUG)}/info`) ?? '{}');
    assert.deepEqual(
      [info.id, info.model, info.family, info.gateway, info.transport],
      [PLUG, 'plug', 'plug', WEST, 'lumi'],
      JSON.stringify(info),
    );
    for (const gateway of [WEST, EAST]) assert.equal(all.get(`${BASE}/${gateway}/availability`), 'online');
    assert.equal(all.get(`${BASE}/status`), 'online');
  });

  it('publishes a state when it changes, once, as JSON of every value', async () => {
    const { simulator, observer, broker } = stage().street;
    const from = observer.heard.length;
    await simulator.report(WEST, climate(0), { temperature: '2345' });
    const state = await observer.next(west(climate(0)), ({ temperature }) => temperature === 23.45, from);
    assert.equal(state.humidity, 50);
    assert.equal(typeof state.battery, 'number');
    assert.ok(Math.abs(Date.parse(String(state.lastSeen)) - Date.now()) < 60_000, String(state.lastSeen));
    const [heard] = observer.on(west(climate(0))).slice(-1);
    assert.equal(heard?.qos, 1);
    if (broker.version === 5) assert.equal(heard?.contentType, 'application/json');
    // A report of somebody else afterwards: whatever the first had caused has arrived before.
    await simulator.report(WEST, climate(1), { temperature: '2111' });
    await observer.next(west(climate(1)), ({ temperature }) => temperature === 21.11, from);
    assert.equal(observer.heard.slice(from).filter(({ topic }) => topic === west(climate(0))).length, 1);
    assert.equal(JSON.parse((await kept(broker)).get(west(climate(0))) ?? '{}').temperature, 23.45, 'for those who come later');
  });

  it('publishes nothing for what is no news', async () => {
    const { simulator, observer } = stage().street;
    const from = observer.heard.length;
    await simulator.heartbeat(WEST, DOOR);
    await simulator.heartbeat(WEST);
    await simulator.report(WEST, climate(2), { temperature: '2222' });
    await observer.next(west(climate(2)), ({ temperature }) => temperature === 22.22, from);
    const topics = observer.heard.slice(from).map(({ topic }) => topic);
    assert.deepEqual(topics, [west(climate(2))]);
  });

  it('tells an action to those who listen, each one, and keeps none', async () => {
    const { street, edge } = stage();
    const { simulator, observer, broker } = street;
    const topic = `${west(BUTTON)}/action`;
    for (const status of ['click', 'double_click', 'click']) {
      const from = observer.heard.length;
      await simulator.report(WEST, BUTTON, { status });
      const { action, at } = await observer.next(topic, () => true, from);
      assert.equal(action, status === 'click' ? 'single' : 'double');
      assert.ok(Math.abs(Date.parse(String(at)) - Date.now()) < 60_000, String(at));
      // The same words within 200 ms are a copy of the datagram (lumi-lan.md §1.3).
      await edge().pass(300);
    }
    assert.deepEqual(
      observer.values(topic).map(({ action }) => action),
      ['single', 'double', 'single'],
    );
    assert.ok(observer.on(topic).every(({ isRetained }) => !isRetained));
    assert.equal((await kept(broker)).has(topic), false);
  });
}

/** Last of all: minutes pass for the edge. */
export function tellsAvailability(stage: () => Stage): void {
  const west = `${BASE}/${WEST}`;

  it('says that a gateway is gone with its devices, and that they are back', async () => {
    const { street, edge } = stage();
    const { simulator, observer } = street;
    const devices = [PLUG, DOOR, BUTTON].map((device) => `${west}/${device}/availability`);
    let from = observer.heard.length;
    simulator.fault(WEST, { fault: 'drop' });
    const hearOther = async (status: 'open' | 'close'): Promise<void> => {
      await simulator.report(EAST, WINDOW, { window_status: status });
      await observer.next(`${BASE}/${EAST}/${WINDOW}`, ({ open }) => open === (status === 'open'), from);
    };
    // The other gateway is heard before each leap: the minutes that pass in one are too short for an answer.
    await hearOther('open');
    await edge().pass(60_000);
    await hearOther('close');
    // Silent for 65 s, and no answer when it is asked.
    await edge().pass(10_000);
    await edge().pass(10_000);
    for (const topic of [`${west}/availability`, ...devices]) await observer.text(topic, 'offline', from);
    const said = observer.heard.slice(from);
    assert.deepEqual(
      said.filter(({ topic, text }) => text === 'offline' && !topic.startsWith(west)),
      [],
      'the other gateway is where it was',
    );

    from = observer.heard.length;
    simulator.fault(WEST, { fault: 'clear' });
    await simulator.heartbeat(WEST);
    for (const topic of [`${west}/availability`, ...devices]) await observer.text(topic, 'online', from);
  });
}

/** What Home Assistant finds on the broker, and when it is told anew or no longer. */

import assert from 'node:assert/strict';
import { it } from 'mocha';
import { climate, DOOR, PLUG, WEST } from '../home';
import { untilKept } from '../observer';
import { BASE, type Stage } from '../stage';

export const config = (device: string): string => `homeassistant/device/lumiot_${device}/config`;

export function isDiscovered(stage: () => Stage): void {
  it('describes every device, with the topics that are really there', async () => {
    const { broker } = stage().street;
    const all = await untilKept(broker, (now) => (now.has(config(DOOR)) ? undefined : 'there is no discovery'));
    for (const device of [PLUG, DOOR, climate(0)]) {
      const text = all.get(config(device)) ?? '';
      const description = JSON.parse(text) as Record<string, unknown>;
      const components = Object.values((description.components ?? description.cmps) as Record<string, Record<string, unknown>>);
      assert.ok(components.length > 0, text);
      assert.ok(text.includes(`${BASE}/${WEST}/${device}`), text);
      for (const topic of text.match(/"[^"]*\/availability"/g) ?? []) assert.ok(all.has(topic.slice(1, -1)), topic);
      assert.ok(text.includes(`${BASE}/status`), 'it goes with its edge');
    }
  });

  it('is told again when Home Assistant comes back', async () => {
    const { observer } = stage().street;
    const from = observer.heard.length;
    await observer.say('homeassistant/status', 'online');
    const again = (topic: string): boolean => observer.heard.slice(from).some((one) => one.topic === topic && one.text !== '');
    for (const device of [PLUG, DOOR, climate(0)]) {
      await observer.until(() => again(config(device)), `${config(device)} again`);
      await observer.until(() => again(`${BASE}/${WEST}/${device}`), `the state of ${device} again`);
    }
  });

  it('is taken back with a device that was removed, with everything else of it', async () => {
    const { street, edge } = stage();
    const gone = climate(7);
    assert.ok((await untilKept(street.broker, () => undefined)).has(config(gone)));
    street.simulator.removeDevice(WEST, gone);
    // One list may be cut short: three in a row without the device, and it is gone (lumi-lan.md §8.3).
    for (let list = 0; list < 3; list++) {
      await edge().red.post(`lumiot/gateways/gateway-${WEST}/refresh`);
      await edge().pass(6_000);
    }
    await untilKept(street.broker, (all) => {
      const left = [...all.keys()].filter((topic) => topic.includes(gone));
      return left.length === 0 ? undefined : left.join();
    });
    const [last] = street.observer.on(config(gone)).slice(-1);
    assert.equal(last?.text, '');
  });

  it('is taken back when it is switched off, and states stay', async () => {
    const { street, edge } = stage();
    await edge().deploy('nodes', { isDiscovered: false });
    await untilKept(street.broker, (all) => {
      const left = [...all.keys()].filter((topic) => topic.startsWith('homeassistant/device/'));
      return left.length === 0 ? undefined : left.join();
    });
    await edge().deploy('nodes');
    await untilKept(street.broker, (all) => (all.has(config(PLUG)) ? undefined : 'not back'));
    await street.untilFresh(BASE, edge().settings.gateways);
  });
}

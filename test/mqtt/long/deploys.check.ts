/** Deploys of an edge while its sensors report and somebody clicks, and what stays on the broker of a node that was deleted. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { noMosquitto } from '../broker';
import type { Edge } from '../edge';
import { BUTTON, CLIMATES, climate, EAST, east, WEST, west } from '../home';
import { untilKept } from '../observer';
import { BASE } from '../stage';
import { Street } from '../street';
import { missed, talk } from '../talk';

const isLong = process.env.LUMIOT_MQTT === 'long';
const sensors = Array.from({ length: CLIMATES }, (_, index) => climate(index));

describe('deploys of an edge', function () {
  this.timeout(180_000);
  let street: Street;
  let edge: Edge;

  before(async () => {
    street = await Street.open({ kind: noMosquitto === undefined ? 'mosquitto' : 'aedes', gateways: [west, east] });
    edge = await street.edge({ base: BASE, gateways: [WEST, EAST] });
  });
  after(() => street?.close());

  it('cost no state: each sensor has its last value on the broker, and nothing is told after something newer', async () => {
    const { simulator, observer } = street;
    const from = observer.heard.length;
    // Above what they have been saying so far.
    const sensorsTalk = talk(simulator, WEST, sensors, { first: 2_001 });
    const types = ['nodes', 'flows', 'full', ...(isLong ? (['nodes', 'flows', 'full', 'full', 'nodes', 'flows'] as const) : [])] as const;
    for (const [note, type] of types.entries()) {
      const heard = observer.heard.length;
      await edge.deploy(type, { note });
      await observer.until(() => observer.heard.length > heard + 20, 'they are heard again');
    }
    await sensorsTalk.stop();
    await street.untilFresh(BASE, [WEST, EAST]);
    for (const [sensor, said] of sensorsTalk.said) {
      const { stale } = missed(observer.heard.slice(from), `${BASE}/${WEST}/${sensor}`, said);
      assert.equal(stale, 0, `${sensor} told what is old`);
    }
  });

  it('cost no click, where only nodes are replaced and the connection stays', async () => {
    const { simulator, observer } = street;
    const from = observer.heard.length;
    const clicks = ['click', 'double_click', 'long_click_press'];
    let count = 0;
    let isOver = false;
    const clicking = (async () => {
      while (!isOver) {
        await simulator.report(WEST, BUTTON, { status: clicks[count % clicks.length] });
        count++;
        // Not within the 200 ms in which the same word is a copy.
        await new Promise((resolve) => setTimeout(resolve, 80));
      }
    })();
    for (let note = 100; note < (isLong ? 110 : 103); note++) {
      await edge.deploy('nodes', { note });
      const now = count;
      await observer.until(() => count > now + 3, 'clicks');
    }
    isOver = true;
    await clicking;
    const topic = `${BASE}/${WEST}/${BUTTON}/action`;
    const told = (): unknown[] =>
      observer.heard
        .slice(from)
        .filter((one) => one.topic === topic)
        .map(({ text }) => (JSON.parse(text) as { action: unknown }).action);
    await observer.until(() => told().length >= count, `${count} clicks are told; ${told().length} were`);
    const words = ['single', 'double', 'hold'];
    assert.deepEqual(
      told(),
      Array.from({ length: count }, (_, index) => words[index % words.length]),
    );
  });

  it('leave nothing on the broker of a node that was deleted', async () => {
    const { broker } = street;
    await edge.deploy('nodes', { gateways: [WEST] });
    const all = await untilKept(
      broker,
      (now) =>
        [...now.keys()]
          .filter((topic) => topic.includes(EAST) || topic.includes('158d0002'))
          .slice(0, 3)
          .join() || undefined,
    );
    assert.equal(all.get(`${BASE}/status`), 'online');
    await street.untilFresh(BASE, [WEST]);
    await edge.deploy('nodes');
    await street.untilFresh(BASE, [WEST, EAST]);
  });
});

/** A broker that is away, and an edge that is killed: nothing is lost or stale afterwards. The long run has every variety (test/mqtt/long). */

import assert from 'node:assert/strict';
import { it } from 'mocha';
import { climate, DOOR, PLUG, WEST, writesOf } from '../home';
import { BASE, type Stage } from '../stage';

export function survives(stage: () => Stage): void {
  const plug = `${BASE}/${WEST}/${PLUG}`;

  it('has told everything again after the broker was killed and forgot it all', async () => {
    const { street, edge } = stage();
    const { simulator, broker, observer } = street;
    await broker.stop('SIGKILL');
    await simulator.report(WEST, DOOR, { status: simulator.state(WEST, DOOR).status === 'open' ? 'close' : 'open' });
    await simulator.report(WEST, climate(4), { temperature: '444' });
    await broker.start();
    await street.untilFresh(BASE, edge().settings.gateways);
    const before = writesOf(simulator, PLUG).length;
    await observer.until(() => observer.isConnected, 'the observer is back');
    const from = observer.heard.length;
    await observer.say(`${plug}/set`, 'toggle');
    assert.equal((await observer.next(`${plug}/result`, () => true, from)).ok, true);
    assert.equal(writesOf(simulator, PLUG).length, before + 1);
  });

  it('is said to be gone by the broker when it is killed, and is fresh when it is back', async () => {
    const { street, edge } = stage();
    const { simulator, observer } = street;
    let from = observer.heard.length;
    await edge().stop('SIGKILL');
    await observer.text(`${BASE}/status`, 'offline', from);
    await simulator.report(WEST, DOOR, { status: simulator.state(WEST, DOOR).status === 'open' ? 'close' : 'open' });
    await simulator.report(WEST, climate(5), { temperature: '555' });
    from = observer.heard.length;
    await edge().start();
    await observer.text(`${BASE}/status`, 'online', from);
    await street.untilFresh(BASE, edge().settings.gateways);
  });
}

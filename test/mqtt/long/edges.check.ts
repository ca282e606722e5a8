/** An edge that is killed, ended, restarted or taken over: the broker says so, and what it keeps is true again afterwards. */

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import mqtt from 'mqtt';
import { type BrokerKind, noMosquitto } from '../broker';
import type { Edge } from '../edge';
import { climate, DOOR, EAST, east, PLUG, WEST, west } from '../home';
import { untilKept } from '../observer';
import { BASE } from '../stage';
import { Street } from '../street';

const isLong = process.env.LUMIOT_MQTT === 'long';

for (const kind of ['mosquitto', 'aedes'] as const satisfies readonly BrokerKind[])
  describe(`an edge that comes and goes, on ${kind}`, function () {
    this.timeout(120_000);
    let street: Street;
    afterEach(() => street?.close());
    const status = `${BASE}/status`;

    const opened = async (context: Mocha.Context, clientId?: string): Promise<Edge> => {
      if (kind === 'mosquitto' && noMosquitto !== undefined) context.skip();
      street = await Street.open({ kind, gateways: [west, east] });
      return await street.edge({ base: BASE, gateways: [WEST, EAST], ...(clientId === undefined ? {} : { clientId }) });
    };
    const lastStatus = (): string | undefined => street.observer.on(status).at(-1)?.text;

    it('says goodbye when it ends, is missed when it is killed, and takes back what went away meanwhile', async function () {
      const edge = await opened(this);
      const { observer, simulator, broker } = street;
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        // What is published is remembered within seconds; the kill must not come before.
        if (signal === 'SIGKILL') await edge.pass(6_000);
        await edge.stop(signal);
        await observer.until(() => lastStatus() === 'offline', `${status} is offline after ${signal}`);
        await simulator.report(WEST, DOOR, { status: simulator.state(WEST, DOOR).status === 'open' ? 'close' : 'open' });
        simulator.setDevice(WEST, climate(1), { temperature: signal === 'SIGTERM' ? '111' : '222' });
        if (signal === 'SIGKILL') {
          // The gateway has forgotten it too: only what was published is remembered.
          simulator.removeDevice(WEST, climate(6));
          rmSync(join(edge.userDir, 'lumiot', `gateway-${WEST}.json`));
        }
        await edge.start();
        await observer.until(() => lastStatus() === 'online', `${status} is online`);
        if (signal === 'SIGTERM') await street.untilFresh(BASE, [WEST, EAST]);
      }
      // Two minutes after the gateway is there it is sure which devices are not.
      await untilKept(broker, (all) => (all.get(`${BASE}/${WEST}/availability`) === 'online' ? undefined : 'not there yet'));
      await untilGone(edge, climate(6));
      await street.untilFresh(BASE, [WEST, EAST]);
    });

    it('is online again after the last will of a connection that had been lost before', async function () {
      await opened(this);
      const { observer, broker } = street;
      const will = { topic: status, payload: Buffer.from('offline'), qos: 1 as const, retain: true };
      for (let time = 0; time < (isLong ? 5 : 2); time++) {
        const from = observer.heard.length;
        const old = await mqtt.connectAsync(broker.url, { protocolVersion: broker.version, reconnectPeriod: 0, will });
        old.stream.destroy();
        await observer.text(status, 'offline', from);
        const offlineAt = observer.heard.length;
        await observer.text(status, 'online', offlineAt);
        await observer.until(() => observer.heard.slice(offlineAt).some(({ topic }) => topic === `${BASE}/${WEST}/${DOOR}`), 'all is told');
        await old.endAsync(true);
      }
      await untilKept(broker, (all) => (all.get(status) === 'online' ? undefined : `${status} is ${all.get(status)}`));
      // It answers, and does not answer itself.
      const said = observer.on(status).length;
      await street.untilFresh(BASE, [WEST, EAST]);
      assert.equal(observer.on(status).length, said);
    });

    it('is online again after somebody took its connection over', async function () {
      await opened(this, 'edge-a');
      const { observer, broker, simulator } = street;
      const from = observer.heard.length;
      const intruder = await mqtt.connectAsync(broker.url, { protocolVersion: broker.version, clientId: 'edge-a', reconnectPeriod: 0 });
      await simulator.report(WEST, climate(2), { temperature: '1234' });
      await observer.text(status, 'offline', from);
      await observer.until(() => lastStatus() === 'online', 'online again');
      await intruder.endAsync(true);
      await street.untilFresh(BASE, [WEST, EAST]);
      const asked = observer.heard.length;
      await observer.say(`${BASE}/${WEST}/${PLUG}/set`, 'on');
      assert.equal((await observer.next(`${BASE}/${WEST}/${PLUG}/result`, () => true, asked)).ok, true);
    });

    /** Lets time pass until nothing of a device is kept. */
    const untilGone = async (edge: Edge, device: string): Promise<void> => {
      for (let tries = 0; ; tries++) {
        await edge.pass(125_000);
        for (const sid of [WEST, EAST]) await street.simulator.heartbeat(sid);
        try {
          await untilKept(street.broker, (all) => [...all.keys()].filter((topic) => topic.includes(device)).join() || undefined, 3_000);
          return;
        } catch (error) {
          if (tries === 3) throw error;
        }
      }
    };
  });

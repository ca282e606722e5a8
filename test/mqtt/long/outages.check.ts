/** A broker that ends or is killed, with and without memory, while sensors go on: afterwards nothing is lost, stale or told twice. */

import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { type BrokerKind, noMosquitto } from '../broker';
import { CLIMATES, climate, DOOR, EAST, east, eastClimate, PLUG, WEST, west, writesOf } from '../home';
import { BASE } from '../stage';
import { Street } from '../street';
import { missed, talk } from '../talk';

const isLong = process.env.LUMIOT_MQTT === 'long';
const rounds = isLong ? 4 : 1;
const sensors = Array.from({ length: CLIMATES }, (_, index) => climate(index));
const brokers: readonly { readonly kind: BrokerKind; readonly isPersistent: boolean; readonly title: string }[] = [
  { kind: 'mosquitto', isPersistent: true, title: 'Mosquitto, which remembers' },
  { kind: 'mosquitto', isPersistent: false, title: 'Mosquitto, which forgets' },
  { kind: 'aedes', isPersistent: false, title: 'aedes, which forgets' },
];

for (const { kind, isPersistent, title } of brokers)
  describe(`an outage of ${title}`, function () {
    this.timeout(120_000);
    let street: Street | undefined;
    after(() => street?.close());

    const opened = async (): Promise<Street> => {
      if (street !== undefined) return street;
      street = await Street.open({ kind, gateways: [west, east], isPersistent });
      await street.edge({ base: BASE, gateways: [WEST, EAST] });
      return street;
    };

    let first = 1;
    for (const signal of ['SIGKILL', 'SIGTERM'] as const)
      it(`loses nothing and tells nothing stale (${signal})`, async function () {
        if (kind === 'mosquitto' && noMosquitto !== undefined) this.skip();
        const { simulator, broker, observer } = await opened();
        for (let round = 0; round < rounds; round++) {
          const from = observer.heard.length;
          const before = talk(simulator, WEST, sensors, { first });
          await observer.until(() => [...before.said.values()].every((values) => values.length > 5), 'they talk');
          await broker.stop(signal);
          await observer.until(() => !observer.isConnected, 'the observer notices');
          const [[, saidBefore = []] = []] = before.said;
          const count = saidBefore.length;
          await observer.until(() => saidBefore.length > count + 20, 'they talk while nobody hears');
          await simulator.report(WEST, DOOR, { status: simulator.state(WEST, DOOR).status === 'open' ? 'close' : 'open' });
          await simulator.report(EAST, eastClimate(round), { temperature: 1_000 + first });
          await before.stop();
          await broker.start();
          await street?.untilFresh(BASE, [WEST, EAST]);

          // Each state once more for the connection, and from then on each report once.
          await observer.until(() => observer.isConnected, 'the observer is back');
          const settled = observer.heard.length;
          const again = talk(simulator, WEST, sensors, { first: first + saidBefore.length + 10 });
          await observer.until(() => [...again.said.values()].every((values) => values.length > 20), 'they talk again');
          await again.stop();
          await street?.untilFresh(BASE, [WEST, EAST]);
          for (const [sensor, said] of again.said) {
            const topic = `${BASE}/${WEST}/${sensor}`;
            await observer.until(() => missed(observer.heard.slice(settled), topic, said).lost === 0, `every report of ${sensor} arrives`);
            const { stale, repeated } = missed(observer.heard.slice(settled), topic, said);
            assert.equal(stale, 0, `${sensor} tells what is old`);
            assert.ok(repeated <= 2, `${sensor} was told ${repeated} times too often`);
            assert.equal(missed(observer.heard.slice(from), topic, []).stale, 0, `${sensor} told what is old over the outage`);
          }
          first += saidBefore.length + 200;

          const written = writesOf(simulator, PLUG).length;
          const asked = observer.heard.length;
          await observer.say(`${BASE}/${WEST}/${PLUG}/set`, 'toggle');
          assert.equal((await observer.next(`${BASE}/${WEST}/${PLUG}/result`, () => true, asked)).ok, true);
          assert.equal(writesOf(simulator, PLUG).length, written + 1);
        }
      });
  });

/** An edge on brokers that others wrote: Mosquitto with MQTT 5, aedes with MQTT 3.1.1. Needs the built package; `npm run check:mqtt` does more. */

import { after, before, describe } from 'mocha';
import { type BrokerKind, noMosquitto } from './broker';
import { EAST, east, PLUG, WEST, west } from './home';
import { BASE, type Stage } from './stage';
import { Street } from './street';
import { takesCommands } from './suites/commands';
import { isDiscovered } from './suites/discovery';
import { survives } from './suites/outages';
import { tellsAvailability, tellsStates } from './suites/states';

const brokers: readonly { readonly kind: BrokerKind; readonly title: string }[] = [
  { kind: 'mosquitto', title: 'an edge on Mosquitto, MQTT 5' },
  { kind: 'aedes', title: 'an edge on aedes, MQTT 3.1.1' },
];

for (const { kind, title } of brokers)
  describe(title, function () {
    this.timeout(60_000);
    let street: Street | undefined;
    let current: Stage | undefined;
    const stage = (): Stage => {
      if (current === undefined) throw new Error('the edge did not start');
      return current;
    };

    before(async function () {
      if (kind === 'mosquitto' && noMosquitto !== undefined) {
        console.log(`      not run: mosquitto cannot be started (${noMosquitto}); on Debian it is in the package "mosquitto"`);
        this.skip();
      }
      street = await Street.open({ kind, gateways: [west, east] });
      // Before there is an edge.
      await street.observer.say(`${BASE}/${WEST}/${PLUG}/set`, 'on', { retain: true });
      const edge = await street.edge({ base: BASE, gateways: [WEST, EAST] });
      await street.observer.say(`${BASE}/${WEST}/${PLUG}/set`, '', { retain: true });
      current = { street, edge: () => edge };
    });

    after(async () => {
      await street?.close();
    });

    describe('commands', () => takesCommands(stage));
    describe('states', () => tellsStates(stage));
    describe('outages', () => survives(stage));
    // What has nothing to do with the broker is shown with one of them.
    if (kind === 'aedes' && noMosquitto === undefined) return;
    describe('discovery', () => isDiscovered(stage));
    describe('availability', () => tellsAvailability(stage));
  });

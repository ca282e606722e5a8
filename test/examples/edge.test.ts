import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { type Broker, brokerKinds, needsMosquitto, Onlooker, openBroker } from './broker';
import { type Dialect, dialects, GATEWAY, gatewayOf, Play, readExample } from './support';

const PLUG = '158d00010000c1';
const LEAK = '158d00010000f1';
const HOME = `lumiot/house-a/${GATEWAY}`;
const STATUS = 'lumiot/house-a/status';

const house = (dialect: Dialect) =>
  gatewayOf(dialect, [
    { sid: PLUG, model: 'plug', fields: dialect === 1 ? { status: 'off' } : { channel_0: 'off' } },
    { sid: LEAK, model: 'sensor_wleak.aq1', fields: dialect === 1 ? { status: 'no_leak' } : { wleak_status: 'normal' } },
  ]);
const has = (part: object) => (payload: string) => {
  const value = JSON.parse(payload || '{}') as Record<string, unknown>;
  return Object.entries(part).every(([name, wanted]) => JSON.stringify(value[name]) === JSON.stringify(wanted));
};

describe('example Edge', () => {
  for (const kind of brokerKinds) {
    for (const dialect of dialects) {
      describe(`dialect ${dialect}, with ${kind}`, () => {
        const switchedOn = dialect === 1 ? { status: 'on' } : { channel_0: 'on' };
        let broker: Broker;
        let other: Onlooker;
        let play: Play;
        before(function () {
          if (kind === 'mosquitto') needsMosquitto(this);
        });
        beforeEach(async () => {
          broker = await openBroker(kind);
          other = await Onlooker.open(broker);
          play = await Play.open('Edge', { broker, gateway: house(dialect) });
          await other.hears(STATUS, (payload) => payload === 'online');
          await other.hears(`${HOME}/${PLUG}`, has({ on: false }));
        });
        afterEach(async () => {
          await play?.close();
          await other?.close();
          await broker?.close();
        });

        it('publishes states, and carries commands out', async () => {
          await other.says(`${HOME}/${PLUG}/set`, { on: true, requestId: 7 });
          await other.hears(`${HOME}/${PLUG}/result`, has({ command: 'set', ok: true, requestId: 7 }));
          await play.becomes(PLUG, switchedOn);
          await other.hears(`${HOME}/${PLUG}`, has({ on: true }));
        });

        it('answers what it is asked', async () => {
          await other.says(`${HOME}/${PLUG}/get`, '');
          await other.hears(`${HOME}/${PLUG}/result`, has({ command: 'get', ok: true }));
        });

        it('takes back that it is offline, and says everything again', async () => {
          const before = other.on(`${HOME}/${PLUG}`).length;
          await other.says(STATUS, 'offline', { retain: true });
          await other.hears(STATUS, (payload) => payload === 'offline');
          const after = other.on(STATUS).lastIndexOf('offline');
          await other.hears(STATUS, (payload) => payload === 'online', after);
          await other.hears(`${HOME}/${PLUG}`, has({ on: false }), before);
        });

        it('tells what could not be done, here as well as there', async () => {
          await other.says(`${HOME}/${PLUG}/set`, 'purple');
          await other.hears(`${HOME}/${PLUG}/result`, has({ ok: false, code: 'BAD_INPUT' }));
          await until(() => play.said('Tell me').length === 1, 'the reason');
          assert.equal(typeof play.said('Tell me')[0]?.payload, 'string');
        });

        it('rings for water without a broker', async () => {
          await broker.close();
          await play.report(LEAK, dialect === 1 ? { status: 'leak' } : { wleak_status: 'leak' });
          await play.told(GATEWAY, { mid: 2, vol: 60 });
        });
      });
    }
  }

  it('is told by the example Central what to do', async () => {
    const broker = await openBroker('aedes');
    const other = await Onlooker.open(broker);
    const play = await Play.open([...readExample('Edge'), ...readExample('Central')], { broker, gateway: house(1) });
    try {
      await other.hears(`${HOME}/${PLUG}`, has({ on: false }));
      await other.says(`${HOME}/${PLUG}/set`, 'on');
      await play.becomes(PLUG, { status: 'on' });
      await other.hears(`${HOME}/${PLUG}`, has({ on: true }));
      // What the onlooker has heard, the central has been sent before or will be in a moment.
      await until(() => {
        play.press('Everybody has left');
        return play.simulator.state(GATEWAY, PLUG).status === 'off';
      }, 'the plug is off');
    } finally {
      await play.close();
      await other.close();
      await broker.close();
    }
  });
});

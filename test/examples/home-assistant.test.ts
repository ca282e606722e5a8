import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { type Broker, brokerKinds, needsMosquitto, Onlooker, openBroker } from './broker';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const PLUG = '158d00010000c1';
const BUTTON = '158d00010000b1';
const HOME = `lumiot/${GATEWAY}`;
const CONFIG = `homeassistant/device/lumiot_${PLUG}/config`;
const AWAY = 'Home Assistant has been away for 5 minutes. Flows go on without it.';

describe('example Home Assistant', () => {
  for (const kind of brokerKinds) {
    for (const dialect of dialects) {
      describe(`dialect ${dialect}, with ${kind}`, () => {
        let broker: Broker;
        let homeAssistant: Onlooker;
        let play: Play;
        before(function () {
          if (kind === 'mosquitto') needsMosquitto(this);
        });
        beforeEach(async () => {
          broker = await openBroker(kind);
          homeAssistant = await Onlooker.open(broker);
          const plug = { sid: PLUG, model: 'plug', fields: dialect === 1 ? { status: 'off' } : { channel_0: 'off' } };
          const button = { sid: BUTTON, model: dialect === 1 ? 'switch' : 'sensor_switch.aq2', fields: {} };
          play = await Play.open('Home Assistant', {
            broker,
            gateway: gatewayOf(dialect, [plug, button]),
            set: { 'Away for 5 minutes?': { duration: '1', units: 's' } },
          });
          await homeAssistant.hears('lumiot/status', (payload) => payload === 'online');
          await homeAssistant.hears(`${HOME}/${PLUG}`);
        });
        afterEach(async () => {
          await play?.close();
          await homeAssistant?.close();
          await broker?.close();
        });

        interface Component {
          readonly platform: string;
          readonly command_topic?: string;
        }
        const components = async (device: string): Promise<Component[]> => {
          const topic = `homeassistant/device/lumiot_${device}/config`;
          await homeAssistant.hears(topic);
          const config = JSON.parse(homeAssistant.on(topic).at(-1) ?? '{}') as { components: Record<string, Component> };
          return Object.values(config.components);
        };

        it('announces the devices, and takes the commands of what it announced', async () => {
          const platforms = (await components(PLUG)).map(({ platform }) => platform);
          assert.ok(platforms.includes('switch'), platforms.join());
          assert.ok((await components(BUTTON)).some(({ platform }) => platform === 'device_automation' || platform === 'event'));
          const [plug] = (await components(PLUG)).filter(({ platform }) => platform === 'switch');
          assert.equal(plug?.command_topic, `${HOME}/${PLUG}/set`);
          await homeAssistant.says(plug.command_topic, 'on');
          await play.becomes(PLUG, dialect === 1 ? { status: 'on' } : { channel_0: 'on' });
        });

        it('announces everything again when Home Assistant starts', async () => {
          // A new connection repeats the device's info as well, a new Home Assistant does not.
          const alone = (): number => homeAssistant.on(CONFIG).length - homeAssistant.on(`${HOME}/${PLUG}/info`).length;
          // What was said before an answer has been heard when the answer is.
          const answered = async (payload: string): Promise<void> => {
            const before = homeAssistant.on(`${HOME}/${PLUG}/result`).length;
            await homeAssistant.says(`${HOME}/${PLUG}/set`, payload);
            await homeAssistant.hears(`${HOME}/${PLUG}/result`, () => true, before);
          };
          await homeAssistant.hears(CONFIG);
          await answered('on');
          const atFirst = alone();
          // What a connection repeats takes some seconds, and goes together with what is said meanwhile.
          for (let starts = 0; starts < 8 && alone() === atFirst; starts++) {
            await homeAssistant.says('homeassistant/status', 'online');
            await until(() => alone() > atFirst, 'the device once more', 1_000).catch(() => undefined);
          }
          await answered('off');
          assert.ok(alone() > atFirst);
        });

        it('takes back that it is offline', async () => {
          await homeAssistant.says('lumiot/status', 'offline', { retain: true });
          await homeAssistant.hears('lumiot/status', (payload) => payload === 'offline');
          const after = homeAssistant.on('lumiot/status').lastIndexOf('offline');
          await homeAssistant.hears('lumiot/status', (payload) => payload === 'online', after);
        });

        it('tells when Home Assistant stays away, and not when it comes back', async () => {
          await homeAssistant.says('homeassistant/status', 'offline');
          await homeAssistant.says('homeassistant/status', 'online');
          await new Promise((resolve) => setTimeout(resolve, 1_300));
          assert.deepEqual(play.said('Tell me'), []);
          await homeAssistant.says('homeassistant/status', 'offline');
          await play.hears('Tell me', AWAY);
        });

        it('tells what could not be done', async () => {
          await homeAssistant.says(`${HOME}/${PLUG}/set`, 'purple');
          await until(() => play.said('Tell me').length === 1, 'the reason');
          assert.equal(typeof play.said('Tell me')[0]?.payload, 'string');
        });
      });
    }
  }
});

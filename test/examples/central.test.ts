import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { type Broker, brokerKinds, needsMosquitto, Onlooker, openBroker } from './broker';
import { Play } from './support';

const A = 'lumiot/house-a/34ce00fb61a9';
const B = 'lumiot/house-b/f0b429aabbcc';
const kept = { retain: true };

describe('example Central', () => {
  for (const kind of brokerKinds) {
    describe(`with ${kind}`, () => {
      let broker: Broker;
      let sites: Onlooker;
      let play: Play;
      before(function () {
        if (kind === 'mosquitto') needsMosquitto(this);
      });
      beforeEach(async () => {
        broker = await openBroker(kind);
        sites = await Onlooker.open(broker);
        await sites.says(`${A}/158d0001/info`, { id: '158d0001', name: 'Kitchen window' }, kept);
        await sites.says(`${A}/158d0001`, { open: true, battery: 76, lastSeen: null }, kept);
        play = await Play.open('Central', {
          broker,
          set: { 'Offline for a minute?': { duration: '1', units: 's' }, 'Half a minute later': { duration: '1', units: 's' } },
        });
        await tables(['house-a: Kitchen window']);
      });
      afterEach(async () => {
        await play?.close();
        await sites?.close();
        await broker?.close();
      });

      /** Waits until this stands in the list of open windows. */
      const tables = (names: readonly string[]): Promise<void> =>
        until(
          () => JSON.stringify(play.said('Open windows').at(-1)?.payload) === JSON.stringify(names),
          `${names.join(', ') || 'nothing'} is open`,
        );
      const off = (topic: string): Promise<void> => sites.hears(`${topic}/set`, (payload) => payload === 'off');
      const set = (): string[] => sites.heard.filter(({ topic }) => topic.endsWith('/set')).map(({ topic }) => topic);

      it('lists the open windows of every site', async () => {
        await sites.says(`${B}/158d0002`, { open: true }, kept);
        await tables(['house-a: Kitchen window', `house-b: ${B}/158d0002`]);
        await sites.says(`${B}/158d0002/info`, { id: '158d0002', name: 'Cellar' }, kept);
        await tables(['house-a: Kitchen window', 'house-b: Cellar']);
        await sites.says(`${A}/158d0001`, { open: false }, kept);
        await tables(['house-b: Cellar']);
        const before = play.said('Open windows').length;
        await sites.says(`${B}/158d0002`, { open: true, battery: 50 }, kept);
        await sites.says(`${B}/158d0003`, { temperature: 21 }, kept);
        await sites.says(`${B}/158d0002`, '', kept);
        await tables([]);
        assert.equal(play.said('Open windows').length, before + 1, 'only when it changed');
      });

      it('switches off what is on at both sites, and tells what stays on', async () => {
        await sites.says(`${A}/158d00c1/info`, { name: 'Plug' }, kept);
        await sites.says(`${A}/158d00c1`, { on: true, power: 4 }, kept);
        await sites.says(`${A}/158d00c2`, { on: false }, kept);
        await sites.says(`${B}/158d00c3`, { channel1: false, channel2: true }, kept);
        await sites.says(`${B}/158d00d9`, { open: true }, kept);
        await tables(['house-a: Kitchen window', `house-b: ${B}/158d00d9`]);
        play.press('Everybody has left');
        await off(`${A}/158d00c1`);
        await off(`${B}/158d00c3`);
        await sites.says(`${B}/158d00c3`, { channel1: false, channel2: false }, kept);
        await play.hears('Tell me', 'Still on: house-a: Plug');
        assert.deepEqual(set(), [`${A}/158d00c1/set`, `${B}/158d00c3/set`]);
        assert.ok(sites.heard.every(({ topic, retain }) => !topic.endsWith('/set') || !retain));
      });

      it('does so for both keys of a remote, and not for one', async () => {
        await sites.says(`${B}/158d00c3`, { on: true }, kept);
        await sites.says(`${A}/158d00b1/action`, { action: 'single', button: 'left' });
        await sites.says(`${B}/158d00d9`, { open: true }, kept);
        await tables(['house-a: Kitchen window', `house-b: ${B}/158d00d9`]);
        assert.deepEqual(set(), []);
        await sites.says(`${A}/158d00b1/action`, { action: 'single', button: 'both' });
        await off(`${B}/158d00c3`);
        assert.deepEqual(set(), [`${B}/158d00c3/set`]);
      });

      it('tells an edge and a gateway that stay away, and none that comes back', async () => {
        for (const topic of ['lumiot/house-a/status', 'lumiot/house-b/status', `${A}/availability`])
          await sites.says(topic, 'online', kept);
        await sites.says('lumiot/house-a/status', 'offline', kept);
        await sites.says('lumiot/house-b/status', 'offline', kept);
        await sites.says(`${A}/availability`, 'offline', kept);
        await sites.says('lumiot/house-a/status', 'online', kept);
        await play.hears('Tell me', 'house-b has been offline for a minute');
        await play.hears('Tell me', 'house-a, gateway 34ce00fb61a9 has been offline for a minute');
        assert.equal(play.said('Tell me').length, 2);
      });

      it('tells what a site could not do', async () => {
        await sites.says(`${A}/158d0001/result`, { command: 'set', ok: true, payload: false });
        await sites.says(`${A}/158d0001/result`, { command: 'set', ok: false, code: 'TIMEOUT', error: 'It does not answer.' });
        await play.hears('Tell me', 'house-a: Kitchen window: It does not answer.');
        assert.equal(play.said('Tell me').length, 1);
      });
    });
  }
});

/** What an account left on a broker is taken back only when its list says that it is gone, over real sockets against a pretend cloud. */

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EVERY } from '../../../lib/home/subscriptions';
import { checkMqttSettings, Mapping, type PublishedMemory } from '../../../lib/mqtt';
import { discoveryOf } from '../../../lib/mqtt/home-assistant';
import { MiotHome } from '../../../lib/mqtt/miot-home';
import { Neighbours } from '../../../lib/mqtt/neighbours';
import { LAMP, LAMP_TOKEN, VACUUM } from '../miot/account-home';
import { LocalHome } from '../miot/local-home';

const GONE = '300100999';
/** Longer than a home takes to settle. */
const LONG_MS = 400_000;

describe('what an account left on a broker', () => {
  let place: LocalHome;
  let kept: Map<string, string>;
  let remembered: readonly string[];
  let mapping: Mapping | undefined;

  beforeEach(async () => {
    place = await LocalHome.open({ settings: { transport: 'auto' } });
    place.use({ localDevices: place.rows().slice(0, 1) });
    [kept, remembered] = [new Map(), []];
  });
  afterEach(async () => {
    await mapping?.close(false);
    await place.close();
  });

  const memory = (): PublishedMemory => {
    let topics: () => Iterable<string> = () => remembered;
    return {
      load: async () => remembered,
      watch: (source) => {
        topics = source;
      },
      touch: () => {},
      close: async () => {
        remembered = [...topics()];
      },
      remove: async () => {},
    };
  };
  /** The node over the account as it is now. */
  const begin = (): void => {
    const home = new MiotHome(place.account, { id: 'cloud1' });
    place.account.subscriptions.subscribe('mqtt', EVERY, home);
    mapping = new Mapping({
      home,
      settings: checkMqttSettings({}).settings,
      discovery: discoveryOf,
      memory: memory(),
      clock: place.clock,
      neighbours: new Neighbours(),
      log: { info: () => {}, warn: () => {}, error: (text) => assert.fail(text) },
      publish: ({ topic, payload, retain }) => {
        if (retain && payload === '') kept.delete(topic);
        else if (retain) kept.set(topic, payload);
      },
    });
    mapping.start();
    place.account.subscriptions.open('mqtt');
  };
  const topicsOf = (did: string): string[] => [...kept.keys()].filter((topic) => topic.includes(did));
  const isWhole = (did: string): boolean => topicsOf(did).length === 4;
  const end = async (): Promise<void> => {
    await mapping?.close(false);
    mapping = undefined;
  };
  const wait = async (): Promise<void> => {
    const from = place.clock.monotonic();
    await place.pass(() => place.clock.monotonic() - from > LONG_MS, 'long', 5_000, 200);
  };
  /** A run in which everything is told; then the account forgets its list, as where its file is lost. */
  const lived = async (): Promise<void> => {
    begin();
    await place.signIn();
    await place.pass(() => isWhole(LAMP) && isWhole(VACUUM), 'both are told');
    await end();
    await place.account.setLocalTokens(new Map([[LAMP, LAMP_TOKEN]]));
    await place.account.close();
    rmSync(join(place.folder, 'cloud1.json'));
  };

  it('stays while the cloud has not listed its devices, though the LAN reaches some', async () => {
    await lived();
    place.cloud.fault({ fault: 'status-500' });
    await place.restart();
    begin();
    await place.pass(() => place.account.state.local.reachable === 1, 'the lamp answers on the LAN');
    await wait();
    assert.equal(place.account.device(VACUUM), undefined);
    assert.equal(kept.get('lumiot/cloud1/availability'), 'online');
    assert.deepEqual([isWhole(LAMP), isWhole(VACUUM)], [true, true]);
  });

  it('goes once the cloud has listed its devices without it', async () => {
    await lived();
    const gone = topicsOf(VACUUM).map((topic) => topic.replace(VACUUM, GONE));
    for (const topic of gone) kept.set(topic, 'left by a device that was removed');
    remembered = [...remembered, ...gone];
    place.cloud.fault({ fault: 'status-500' });
    await place.restart();
    begin();
    await place.pass(() => place.account.state.local.reachable === 1, 'the lamp answers on the LAN');
    await wait();
    assert.equal(topicsOf(GONE).length, 4);
    place.cloud.fault({ fault: 'clear' });
    await place.pass(() => place.account.device(VACUUM) !== undefined, 'it is listed', 5_000);
    await wait();
    assert.deepEqual([isWhole(LAMP), isWhole(VACUUM), topicsOf(GONE)], [true, true, []]);
  });
});

/** Two accounts in one Node-RED, in two regions: nothing of one reaches the other. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from 'node-red';
import { names } from '../../lib/home/names';
import { type PretendCloud, startPretendCloud } from '../../lib/simulator/cloud';
import { type AccountHost, allAccounts } from '../../nodes/shared/runtime/account-host';
import { CLIENT_ID, CloudBench, LAMP, pause, REDIRECT, STORE_KEY, THERMOMETER } from './cloud-bench';
import { sink, until } from './support';

const OTHER_LAMP = '78332340';
const OTHER_SENSOR = 'lumi.158d0009a2b3c4';

describe('two accounts', () => {
  let bench: CloudBench;
  let other: PretendCloud;
  beforeEach(async () => {
    bench = await CloudBench.open();
    const home = { home: 'Summer house', room: 'Veranda' };
    other = await startPretendCloud({
      clientId: CLIENT_ID,
      redirectUrl: REDIRECT,
      devices: [
        // The same did in both: numbers of devices are those of a region.
        { did: LAMP, name: 'Porch lamp', model: 'lumiot.light.lamp1', ...home, values: { '2.1': true, '2.2': 70 } },
        { did: OTHER_LAMP, name: 'Garden lamp', model: 'lumiot.light.lamp1', ...home },
        { did: OTHER_SENSOR, name: 'Veranda air', model: 'lumiot.temperature-humidity-sensor.th1', ...home },
      ],
    });
    const { http, mqtt } = other.addresses;
    const second = {
      ...bench.config({ id: 'second', name: 'Away', region: 'de' }),
      apiHost: http,
      oauthHost: http,
      mqttHost: mqtt,
      specHost: http,
    };
    const node = { type: 'miot-in', device: LAMP, what: 'property', property: 'light:brightness' };
    await bench.stage.load(
      [
        bench.config(),
        second,
        { id: 'n', account: 'account', wires: [['out']], ...node },
        { id: 'm', account: 'second', wires: [['away']], ...node },
        { id: 's', type: 'miot-set', account: 'second', device: LAMP, property: 'light:on', onlyReplies: true, wires: [['away']] },
        sink('out'),
        sink('away'),
      ],
      { account: { storeKey: STORE_KEY }, second: { storeKey: `${STORE_KEY}2` } },
    );
  });
  afterEach(async () => {
    await bench.close();
    await other.close();
  });

  const host = (id: string): AccountHost => (bench.stage.node(id) as Node & { host: AccountHost }).host;
  const url = async (id: string): Promise<string> => {
    const { body } = await bench.stage.post(`/lumiot/accounts/${id}/sign-in`, {});
    return (body as { url: string }).url;
  };
  const phase = (id: string): string => host(id).account.state.session.state.phase;
  const signIn = async (id: string, cloud: PretendCloud): Promise<void> => {
    await bench.stage.post(`/lumiot/accounts/${id}/paste`, { address: await cloud.approve(await url(id)) });
    await until(() => host(id).account.devices.size > 0, `the devices of ${id} are listed`);
  };
  const both = async (): Promise<void> => {
    await signIn('account', bench.cloud);
    await signIn('second', other);
    for (const id of ['account', 'second'])
      await until(
        () => host(id).account.state.push === 'connected' && host(id).account.device(LAMP)?.values['light:brightness'] !== undefined,
        `${id} is known`,
      );
    for (const cloud of [bench.cloud, other])
      await until(() => cloud.filters().some((filter) => filter.includes(LAMP)), 'pushes of both arrive');
  };
  const payloads = (id: string): unknown[] => bench.stage.received(id).map(({ payload }) => payload);

  it('hear each their own devices, also under the same id', async () => {
    await both();
    assert.deepEqual(
      ['account', 'second'].map((id) => [...host(id).account.devices.keys()].length),
      [5, 3],
    );
    bench.cloud.change(LAMP, 2, 2, 11);
    other.change(LAMP, 2, 2, 22);
    await until(() => payloads('out').length > 0 && payloads('away').length > 0, 'both heard');
    await pause(100);
    assert.deepEqual([payloads('out'), payloads('away')], [[11], [22]]);
    bench.stage.send('s', { payload: false });
    await bench.stage.next('away');
    assert.deepEqual([other.value(LAMP, 2, 1), bench.cloud.value(LAMP, 2, 1)], [false, false]);
    assert.equal(
      bench.cloud.requests().some(({ url: path }) => path.includes('/prop/set')),
      false,
    );
  });

  it('complete no sign-in of each other, by callback or by pasting', async () => {
    const { default: helper } = await import('node-red-node-test-helper');
    const request = helper.request() as unknown as { get(path: string): Promise<{ status: number }> };
    const mine = new URL(await bench.cloud.approve(await url('account')));
    const yours = new URL(await other.approve(await url('second')));
    assert.equal((await bench.stage.post('/lumiot/accounts/second/paste', { address: mine.href })).status, 400);
    assert.deepEqual([phase('account'), phase('second')], ['signed-out', 'signed-out']);
    // The code of one with the state of the other is refused by the cloud that did not give it.
    const mixed = new URL(yours);
    mixed.searchParams.set('code', mine.searchParams.get('code') ?? '');
    assert.equal((await request.get(`/lumiot/miot/callback${mixed.search}`)).status, 400);
    assert.equal(phase('account'), 'signed-out');
    assert.equal((await request.get(`/lumiot/miot/callback${mine.search}`)).status, 200);
    await until(() => phase('account') === 'connected', 'the first is signed in');
    assert.equal(phase('second'), 'signed-out');
    await signIn('second', other);
    assert.deepEqual([phase('account'), phase('second')], ['connected', 'connected']);
  });

  it('have their own files and names, and leave those of the other alone when one signs out or is deleted', async () => {
    await both();
    for (const id of ['account', 'second']) await host(id).account.flush();
    const files = (id: string): string[] => readdirSync(join(bench.userDir, 'lumiot')).filter((name) => name.startsWith(id));
    assert.ok(files('account').includes('account.tokens') && files('second').includes('second.tokens'));
    const [mine, yours] = [THERMOMETER, OTHER_SENSOR].map((did) => did.slice(5)) as [string, string];
    assert.deepEqual([names.find(mine)?.name, names.find(yours)?.name], ['Bedroom air', 'Veranda air']);
    await bench.stage.post('/lumiot/accounts/account/sign-out', {});
    assert.deepEqual([phase('account'), phase('second'), host('second').account.devices.size], ['signed-out', 'connected', 3]);
    assert.deepEqual([names.find(mine), names.find(yours)?.name], [undefined, 'Veranda air']);
    const { http, mqtt } = other.addresses;
    await bench.stage.deploy([
      { ...bench.config({ id: 'second', name: 'Away', region: 'de' }), apiHost: http, oauthHost: http, mqttHost: mqtt, specHost: http },
      sink('out'),
    ]);
    await until(() => files('account').length === 0, 'the files of the first are gone');
    assert.ok(files('second').includes('second.tokens'));
    assert.deepEqual([[...allAccounts().keys()], phase('second')], [['second'], 'connected']);
  });

  it('are told apart in the live feed and by the routes', async () => {
    await both();
    const published: { id: string; account: { region: string }; devices: { id: string; name: string }[] }[] = [];
    bench.stage.RED().comms.publish = (topic: string, data: unknown) => {
      if (topic === 'lumiot/devices') published.push(data as (typeof published)[number]);
    };
    await bench.stage.post('/lumiot/watch', {});
    await until(() => new Set(published.map(({ id }) => id)).size === 2, 'both were told');
    const told = (id: string): unknown => {
      const push = published.find((one) => one.id === id);
      return [push?.account.region, push?.devices.length, push?.devices.find((device) => device.id === LAMP)?.name];
    };
    assert.deepEqual(
      [told('account'), told('second')],
      [
        ['cn', 5, 'Desk lamp'],
        ['de', 3, 'Porch lamp'],
      ],
    );
    published.length = 0;
    other.change(LAMP, 2, 2, 33);
    await until(() => payloads('away').includes(33), 'it was heard');
    await bench.stage.clock.skip(1_500);
    assert.deepEqual(
      published.map(({ id, devices }) => [id, devices.map((device) => device.id)]),
      [['second', [LAMP]]],
    );
    assert.equal((await bench.stage.get(`/lumiot/accounts/account/spec/${OTHER_LAMP}`)).status, 404);
    assert.equal((await bench.stage.get(`/lumiot/accounts/second/spec/${OTHER_LAMP}`)).status, 200);
  });
});

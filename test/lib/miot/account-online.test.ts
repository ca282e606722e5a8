/** Which devices of an account are online: what is pushed, what lists say, and what commands prove. */

import assert from 'node:assert/strict';
import type { AccountEvent } from '../../../lib/miot';
import { until } from '../../support/wait';
import { type Around, asked, household, LAMP, listed, listen, pass, pause, type Scene, scene, THERMOMETER, without } from './account-home';

describe('devices of an account that come and go', () => {
  let home: Scene;
  let hidden: string | undefined;
  let whileListed: () => void;
  let codes: Readonly<Record<string, number>>;

  const around: Around = async (request, go) => {
    if (request.url.endsWith('device_list_page')) whileListed();
    const reply = await go();
    if (hidden !== undefined && request.url.endsWith('device_list_page')) return without(reply, hidden);
    const code = Object.entries(codes).find(([path]) => request.url.endsWith(path))?.[1];
    if (code === undefined) return reply;
    const body = JSON.parse(reply.text) as { result: { code: number }[] };
    for (const item of body.result) item.code = code;
    return { ...reply, text: JSON.stringify(body) };
  };

  const begin = async (offline: readonly string[] = []): Promise<void> => {
    const devices = household.devices?.map((device) => (offline.includes(device.did) ? { ...device, online: false } : device));
    home = await scene({ ...household, devices }, {}, around);
  };

  beforeEach(() => {
    [hidden, codes, whileListed] = [undefined, {}, () => {}];
  });

  afterEach(() => home.end());

  const turns = (): boolean[] =>
    home.events.filter((event): event is Extract<AccountEvent, { kind: 'online' }> => event.kind === 'online').map((one) => one.isOnline);
  const up = async (did: string): Promise<void> => {
    listen(home, did);
    await home.signIn();
    await listed(home);
    await until(() => home.cloud.filters().some((filter) => filter.includes(did)), 'subscribed');
    // One that is offline has no values to read.
    await until(() => home.account.device(did)?.isOnline === false || home.account.device(did)?.isFresh === false, 'known');
  };
  const loseBroker = async (): Promise<void> => {
    home.cloud.fault({ fault: 'broker-down' });
    await until(() => home.account.state.push !== 'connected', 'push lost');
  };
  const isOnline = (did = LAMP): boolean | undefined => home.account.device(did)?.isOnline;

  it('are listed again when push is back, however short it was away', async () => {
    await begin();
    await up(LAMP);
    await loseBroker();
    home.cloud.online(LAMP, false);
    home.cloud.fault({ fault: 'clear' });
    await pass(home, () => home.account.state.push === 'connected', 'push is back', 500);
    await pass(home, () => isOnline() === false, 'known to be offline', 1_000, 8);
    assert.deepEqual(turns(), [false]);
  });

  it('are listed every hour, told of, and read as they come back', async () => {
    await begin();
    await up(LAMP);
    await loseBroker();
    home.cloud.online(LAMP, false);
    await pass(home, () => isOnline() === false, 'listed', 120_000);
    home.cloud.online(LAMP, true);
    // After the last poll: no time passes from here on.
    whileListed = () => home.cloud.setSilently(LAMP, 2, 2, 77);
    await home.account.refreshNow();
    assert.deepEqual(turns(), [false, true]);
    await until(() => home.account.device(LAMP)?.values['light:brightness'] === 77, 'read', 1_000);
  });

  it('are online that push something, and read then', async () => {
    await begin([LAMP]);
    await up(LAMP);
    await pause(300);
    const reads = asked(home, 'prop/get');
    const payload = { params: { did: LAMP, siid: 2, piid: 2, value: 41 } };
    home.cloud.publishRaw(`device/${LAMP}/up/properties_changed/2/2`, JSON.stringify(payload));
    await until(() => isOnline() === true, 'online');
    await until(() => asked(home, 'prop/get') > reads, 'read');
    assert.deepEqual(turns(), [true]);
  });

  it('are offline that a command finds offline, and online again that carry one out', async () => {
    await begin();
    await up(LAMP);
    await loseBroker();
    codes = { 'prop/set': -704042011 };
    await assert.rejects(home.account.set(LAMP, { 'light:on': true }), /offline/);
    assert.deepEqual([isOnline(), home.account.device(LAMP)?.lastSeen], [false, undefined]);
    codes = {};
    await home.account.set(LAMP, { 'light:on': true });
    assert.equal(isOnline(), true);
    assert.ok(home.account.device(LAMP)?.lastSeen !== undefined, 'its answer is a sign of life');
    assert.deepEqual(turns(), [false, true]);
  });

  it('are not turned offline by a read of what the cloud remembers', async () => {
    await begin();
    await up(LAMP);
    codes = { 'prop/get': -704042011 };
    await assert.rejects(home.account.get(LAMP, ['light:on']), /offline/);
    assert.equal(isOnline(), true);
  });

  it('are listed anew where the cloud knows one no more, once a minute at most', async () => {
    await begin();
    await up(LAMP);
    await pass(home, () => false, '', 10_000, 8).catch(() => {});
    codes = { 'prop/set': -704042001 };
    const lists = asked(home, 'gethome');
    hidden = LAMP;
    await assert.rejects(home.account.set(LAMP, { 'light:on': true }));
    await until(() => home.account.device(LAMP) === undefined, 'gone');
    assert.equal(asked(home, 'gethome'), lists + 1);
    await assert.rejects(home.account.set(LAMP, { 'light:on': true }));
    await pause(100);
    assert.equal(asked(home, 'gethome'), lists + 1);
  });

  it('are neither online nor offline where they speak Bluetooth', async () => {
    await begin([THERMOMETER]);
    await up(THERMOMETER);
    for (let turn = 0; turn < 2; turn++) {
      home.cloud.change(THERMOMETER, 2, 1, 20 + turn);
      await pause(100);
      const lists = asked(home, 'gethome');
      await pass(home, () => asked(home, 'gethome') > lists, 'listed', 300_000);
      await pause(50);
    }
    assert.deepEqual(turns(), []);
    const device = await home.account.find(THERMOMETER);
    assert.equal(home.account.info(device).online, null);
    assert.equal(home.account.info(await home.account.find(LAMP)).online, true);
  });
});

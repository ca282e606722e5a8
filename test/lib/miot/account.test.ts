/** An account over real sockets: devices, values, pushes, commands, and what it says of itself. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LumiotError } from '../../../lib/home/errors';
import { names } from '../../../lib/home/names';
import { EVERY } from '../../../lib/home/subscriptions';
import { ACCOUNT_TOPIC, type AccountEvent, WATCH_TOPIC } from '../../../lib/miot';
import { until } from '../../support/wait';
import { CURTAIN, household, LAMP, LAMP_TOKEN, listen, REMOTE, type Scene, scene, THERMOMETER, VACUUM } from './account-home';

type PropertyEvent = Extract<AccountEvent, { kind: 'property' }>;

describe('an account', () => {
  let home: Scene;

  beforeEach(async () => {
    home = await scene();
  });

  afterEach(() => home.end());

  const code = (wanted: string) => (error: unknown) => error instanceof LumiotError && error.code === wanted;
  const properties = (): PropertyEvent[] => home.events.filter((event) => event.kind === 'property');
  const pushConnected = (): Promise<void> => until(() => home.account.state.push === 'connected', 'push connected');
  const subscribed = (did: string): Promise<void> =>
    until(() => home.cloud.filters().some((filter) => filter.includes(did)), `subscribed to ${did}`);

  it('goes on while the last access token lives, and says that a sign-in is needed', async () => {
    listen(home, LAMP);
    await home.signIn();
    await pushConnected();
    await subscribed(LAMP);
    home.cloud.fault({ fault: 'invalid-refresh' });
    await assert.rejects(home.account.refreshNow(), code('LOGIN_NEEDED'));
    assert.equal(home.account.state.session.state.phase, 'sign-in-needed');
    assert.equal(home.account.word, 'sign-in-needed');
    home.cloud.change(LAMP, 2, 2, 64);
    await until(() => home.account.device(LAMP)?.values['light:brightness'] === 64, 'a push with the old token');
    await home.account.set(LAMP, { 'light:brightness': 65 });
    assert.equal(home.cloud.value(LAMP, 2, 2), 65);
  });

  it('says that a sign-in is needed, before and after', async () => {
    const words: string[] = [];
    home.account.subscriptions.subscribe('n', ACCOUNT_TOPIC, (event) => void (event.kind === 'account' && words.push(event.word)));
    home.account.subscriptions.open('n');
    await home.account.start();
    assert.deepEqual(words, ['sign-in-needed']);
    await assert.rejects(home.account.find(LAMP), code('LOGIN_NEEDED'));
    await home.account.complete(await home.cloud.approve(home.account.signIn().url));
    await until(() => words.includes('signed-in'), 'signed in');
    await home.account.signOut();
    assert.deepEqual(words, ['sign-in-needed', 'signed-in', 'sign-in-needed']);
    assert.equal(home.account.devices.size, 0);
  });

  it('lists devices with home and room, and finds them by what people type', async () => {
    await home.signIn();
    const lamp = await home.account.find(LAMP);
    assert.deepEqual([lamp.listed.name, lamp.listed.room, lamp.listed.home], ['Desk lamp', 'Study', 'Home']);
    assert.equal((await home.account.find('LUMI.158D0001A2B3C4')).listed.name, 'Window');
    assert.equal((await home.account.find('158d0001a2b3c4')).listed.name, 'Window');
    assert.deepEqual(home.account.homes, ['Home']);
    await assert.rejects(home.account.find('999'), code('NO_DEVICE'));
    const { family, transport, online, gateway } = home.account.info(lamp);
    assert.deepEqual([family, transport, online, gateway], ['light', 'miot', true, '']);
  });

  it('gives names and rooms of Zigbee devices to the LAN, and takes them back', async () => {
    await home.signIn();
    await home.account.find(LAMP);
    assert.deepEqual(names.find('158d0001a2b3c4'), { name: 'Window', room: 'Kitchen' });
    await home.account.close();
    assert.equal(names.find('158d0001a2b3c4'), undefined);
  });

  it('reads a device once it is in use, and tells it as the first news of it', async () => {
    listen(home, LAMP);
    await home.signIn();
    await until(() => properties().length > 0, 'the first read');
    const [first] = properties();
    assert.deepEqual(
      [first?.origin, first?.isInitial, first?.values['light:on'], first?.values['light:brightness']],
      ['read', true, false, 40],
    );
  });

  it('tells what is pushed, in its order and once', async () => {
    listen(home, LAMP);
    listen(home, EVERY, 'node2');
    await home.signIn();
    await pushConnected();
    await subscribed(LAMP);
    home.events.length = 0;
    for (const value of [41, 42, 43]) home.cloud.change(LAMP, 2, 2, value);
    await until(() => properties().filter(({ values }) => 'light:brightness' in values).length >= 6, 'pushes for both nodes');
    const told = properties().filter(({ origin }) => origin === 'push');
    assert.deepEqual(
      told.map(({ values }) => values['light:brightness']),
      [41, 41, 42, 42, 43, 43],
    );
    assert.deepEqual({ ...told.at(-1)?.previous }, { 'light:brightness': 42 });
  });

  it('asks for nothing on behalf of somebody who only watches', async () => {
    listen(home, WATCH_TOPIC);
    await home.signIn();
    await home.account.find(LAMP);
    assert.equal(home.account.state.push, 'off');
    assert.equal(home.cloud.requests().filter(({ url }) => url.includes('/prop/get')).length, 0);
  });

  it('reads a device that is only looked at, once in a while', async () => {
    listen(home, WATCH_TOPIC);
    await home.signIn();
    await home.account.find(LAMP);
    for (let looks = 0; looks < 3; looks++) home.account.glance(LAMP);
    await until(() => home.account.device(LAMP)?.values['light:brightness'] === 40, 'read');
    assert.equal(home.cloud.requests().filter(({ url }) => url.includes('/prop/get')).length, 1);
    assert.equal(home.account.state.push, 'off');
  });

  it('names events and their arguments', async () => {
    listen(home, REMOTE);
    await home.signIn();
    await pushConnected();
    await subscribed(REMOTE);
    home.cloud.event(REMOTE, 2, 2, [{ piid: 1, value: 2 }]);
    await until(() => home.events.some(({ kind }) => kind === 'event'), 'the event');
    const event = home.events.find((one) => one.kind === 'event');
    assert.equal(event?.event, 'switch-sensor:double-click');
    assert.deepEqual({ ...event?.arguments }, { 'button-index': 2 });
  });

  it('reads a device again that came back', async () => {
    listen(home, LAMP);
    await home.signIn();
    await pushConnected();
    await subscribed(LAMP);
    home.cloud.online(LAMP, false);
    await until(() => home.account.device(LAMP)?.isOnline === false, 'offline');
    home.cloud.setSilently(LAMP, 2, 2, 77);
    home.cloud.online(LAMP, true);
    await until(() => home.account.device(LAMP)?.values['light:brightness'] === 77, 'read again');
    assert.deepEqual(
      home.events.filter(({ kind }) => kind === 'online').map((event) => (event.kind === 'online' ? event.isOnline : undefined)),
      [false, true],
    );
  });

  it('loses no value while the broker is away', async () => {
    listen(home, LAMP);
    await home.signIn();
    await pushConnected();
    await until(() => properties().length > 0, 'the first read');
    home.cloud.fault({ fault: 'broker-down' });
    await until(() => home.account.state.push !== 'connected', 'push lost');
    home.cloud.setSilently(LAMP, 2, 2, 88);
    home.cloud.fault({ fault: 'clear' });
    for (let tries = 0; tries < 20 && home.account.state.push !== 'connected'; tries++) {
      await home.clock.skip(5_000);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await until(() => home.account.device(LAMP)?.values['light:brightness'] === 88, 'read after the reconnect');
    assert.ok(properties().some(({ changed }) => changed.includes('light:brightness')));
  });

  it('sets by name, forgivingly, and answers when the device did it', async () => {
    await home.signIn();
    const outcome = await home.account.set(LAMP, { 'light:on': 'on', 'light:mode': 'night', 'LIGHT:brightness': '55' });
    assert.deepEqual({ ...outcome.values }, { 'light:on': true, 'light:mode': 2, 'light:brightness': 55 });
    assert.deepEqual([home.cloud.value(LAMP, 2, 1), home.cloud.value(LAMP, 2, 4), home.cloud.value(LAMP, 2, 2)], [true, 2, 55]);
    assert.equal(outcome.ack.confirmed, 'ack');
  });

  it('hears its own change even where nothing is pushed', async () => {
    listen(home, LAMP);
    await home.signIn();
    await until(() => properties().length > 0, 'the first read');
    home.cloud.fault({ fault: 'broker-down' });
    await until(() => home.account.state.push !== 'connected', 'push lost');
    await home.account.set(LAMP, { 'light:brightness': 12 });
    await home.clock.skip(1_000);
    await until(() => properties().some(({ values }) => values['light:brightness'] === 12), 'read back');
  });

  it('toggles what is, not what was', async () => {
    await home.signIn();
    await home.account.set(LAMP, { 'light:on': 'toggle' });
    assert.equal(home.cloud.value(LAMP, 2, 1), true);
    home.cloud.setSilently(LAMP, 2, 1, false);
    await home.account.set(LAMP, { 'light:on': 'toggle' });
    assert.equal(home.cloud.value(LAMP, 2, 1), true);
  });

  it('refuses nonsense before anything is sent', async () => {
    await home.signIn();
    await home.account.find(LAMP);
    await home.account.spec(LAMP);
    const before = home.cloud.requests().length;
    await assert.rejects(home.account.set(LAMP, { 'light:brightness': 400 }), code('BAD_INPUT'));
    await assert.rejects(home.account.set(LAMP, { 'light:nothing': 1 }), code('UNSUPPORTED'));
    await assert.rejects(home.account.set(LAMP, {}), code('BAD_INPUT'));
    await assert.rejects(home.account.get(CURTAIN, ['curtain:motor-control']), code('BAD_INPUT'));
    await assert.rejects(home.account.action(VACUUM, 'vacuum:fly'), code('UNSUPPORTED'));
    await assert.rejects(home.account.action(VACUUM, 'vacuum:start-room-sweep', []), code('BAD_INPUT'));
    assert.equal(home.cloud.requests().filter(({ url }) => /prop|action/.test(url)).length, 0);
    assert.ok(home.cloud.requests().length >= before);
  });

  it('names the device in what the cloud says of it', async () => {
    await home.signIn();
    await home.account.spec(LAMP);
    home.cloud.online(LAMP, false);
    await assert.rejects(home.account.set(LAMP, { 'light:on': true }), /^LumiotError: Device "Desk lamp" 68332340 .* offline/);
  });

  it('takes the first of several gangs that a bare name fits, and says so once', async () => {
    await home.end();
    home = await scene({ ...household, devices: [{ did: '55', name: 'Wall', model: 'lumiot.switch.wall2', home: 'Home', room: 'Hall' }] });
    await home.signIn();
    await home.account.set('55', { on: true });
    await home.account.set('55', { on: false });
    const told = home.lines.filter((line) => line.includes('fits several'));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /switch:on was taken\. Write switch:on or switch\.2:on/);
  });

  it('a write whose answer got lost is proved by a read', async () => {
    await home.signIn();
    await home.account.spec(LAMP);
    home.cloud.fault({ fault: 'lose-reply', on: 'api', count: 1 });
    const setting = home.account.set(LAMP, { 'light:brightness': 33 });
    for (let passed = 0; passed < 12; passed++) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      await home.clock.skip(500);
    }
    assert.equal((await setting).ack.confirmed, 'read');
    assert.equal(home.cloud.value(LAMP, 2, 2), 33);
  });

  it('carries out an action whose answer is lost once, and says that it does not know', async () => {
    await home.signIn();
    await home.account.spec(VACUUM);
    home.cloud.fault({ fault: 'lose-reply', on: 'api', count: 1 });
    await assert.rejects(home.account.action(VACUUM, 'vacuum:start-sweep'), code('UNKNOWN_OUTCOME'));
    assert.equal(home.cloud.actions().get(`${VACUUM}.2.1`), 1);
  });

  it('takes inputs of an action in order or by name, and names its outputs', async () => {
    await home.signIn();
    const one = await home.account.action(VACUUM, 'vacuum:start-room-sweep', ['kitchen']);
    const other = await home.account.action(VACUUM, 'start-room-sweep', { 'room-ids': 'hall' });
    assert.deepEqual(Object.keys(one.outputs), ['sweep-time']);
    assert.equal(other.action, 'vacuum:start-room-sweep');
    assert.equal(home.cloud.actions().get(`${VACUUM}.2.6`), 2);
  });

  it('says that the cloud cannot be reached, and that it is back', async () => {
    const words: string[] = [];
    await home.signIn();
    home.account.subscriptions.subscribe('n', ACCOUNT_TOPIC, (event) => void (event.kind === 'account' && words.push(event.word)));
    home.account.subscriptions.open('n');
    await home.account.find(LAMP);
    await home.account.spec(THERMOMETER);
    home.cloud.fault({ fault: 'status-500', on: 'api' });
    const reading = home.account.get(THERMOMETER, ['temperature-humidity-sensor:temperature']).catch((error: unknown) => error);
    for (let passed = 0; passed < 20; passed++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await home.clock.skip(2_000);
    }
    assert.equal(((await reading) as LumiotError).code, 'CLOUD_UNREACHABLE');
    assert.deepEqual(words, ['unreachable']);
    home.cloud.fault({ fault: 'clear' });
    for (let passed = 0; passed < 100 && words.length < 2; passed++) {
      await home.clock.skip(10_000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.deepEqual(words, ['unreachable', 'signed-in']);
  });

  it('remembers devices and values over a restart, and nothing secret', async () => {
    listen(home, LAMP);
    await home.signIn();
    await until(() => properties().length > 0, 'the first read');
    const account = await home.restart();
    assert.equal(account.device(LAMP)?.listed.name, 'Desk lamp');
    assert.equal(account.device(LAMP)?.values['light:brightness'], 40);
    assert.equal(account.state.session.state.phase, 'connected');
    const files = readdirSync(home.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(files.some(({ name }) => name === 'cloud1.tokens') && files.some(({ name }) => name === 'cloud1.json'));
    for (const { parentPath, name } of files) {
      const text = readFileSync(join(parentPath, name), 'utf8');
      assert.ok(!/V3_|R3_/.test(text) && !text.includes(LAMP_TOKEN), name);
    }
  });

  it('leaves no timer, no session and no line with a token behind', async () => {
    listen(home, LAMP);
    await home.signIn();
    await pushConnected();
    await home.account.close();
    await until(() => home.cloud.sessions === 0, 'session closed');
    assert.equal(home.clock.pending, 0);
    assert.doesNotMatch(home.lines.join('\n'), /V3_|R3_|Bearer\w/);
  });

  it('reads a long household page by page', async () => {
    await home.end();
    const many = Array.from({ length: 420 }, (_, index) => ({
      did: String(900_000 + index),
      model: 'lumiot.outlet.plug1',
      home: 'Home',
      room: `Room ${index % 7}`,
    }));
    home = await scene({ ...household, pageSize: 50, devices: many });
    await home.signIn();
    await home.account.find('900419');
    assert.equal(home.account.devices.size, 420);
  });
});

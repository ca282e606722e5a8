/** What an account tells the mapping to MQTT, and what it does for it, over real sockets against a pretend cloud. */

import assert from 'node:assert/strict';
import { EVERY } from '../../../lib/home/subscriptions';
import { MiotHome } from '../../../lib/mqtt/miot-home';
import { until } from '../../support/wait';
import {
  type Around,
  CURTAIN,
  household,
  LAMP,
  LAMP_TOKEN,
  pass,
  REMOTE,
  type Scene,
  STORE_KEY,
  scene,
  THERMOMETER,
  VACUUM,
  without,
} from '../miot/account-home';
import { Heard, payloadOf } from './lumi-place';

const WINDOW = 'lumi.158d0001a2b3c4';

describe('an account as a home', () => {
  let place: Scene;
  let home: MiotHome;
  let heard: Heard;
  let end: () => void;
  let hidden: string | undefined;
  let codes: Readonly<Record<string, number>>;

  /** Hides a device from the list; answers reads of some properties ('siid.piid') with a code. */
  const around: Around = async (request, go) => {
    const reply = await go();
    if (hidden !== undefined && request.url.endsWith('device_list_page')) return without(reply, hidden);
    if (Object.keys(codes).length === 0 || !request.url.endsWith('prop/get')) return reply;
    const body = JSON.parse(reply.text) as { result: { siid: number; piid: number; code: number }[] };
    for (const item of body.result) item.code = codes[`${item.siid}.${item.piid}`] ?? item.code;
    return { ...reply, text: JSON.stringify(body) };
  };

  const subscribe = (): void => {
    place.account.subscriptions.subscribe('mqtt', EVERY, home);
    place.account.subscriptions.open('mqtt');
  };
  const begin = async (): Promise<void> => {
    place = await scene(household, {}, around);
    home = new MiotHome(place.account, { id: 'cloud1' });
    heard = new Heard();
    subscribe();
    end = home.listen(heard);
  };
  const up = async (): Promise<void> => {
    await begin();
    await place.signIn();
    await until(() => place.account.state.push === 'connected', 'push connected');
    await until(() => [...home.devices()].filter(({ description }) => description !== undefined).length === 6, 'all described');
    await until(() => place.account.device(LAMP)?.isFresh === false && place.account.device(CURTAIN)?.isFresh === false, 'read');
    await until(() => place.cloud.filters().some((filter) => filter.includes(REMOTE)), 'subscribed to the last');
  };
  /** A list that was on its way already is the old one. */
  const listed = async (isTold: () => boolean): Promise<void> => {
    while (!isTold()) await place.account.refreshNow();
  };

  beforeEach(() => {
    [hidden, codes] = [undefined, {}];
  });
  afterEach(async () => {
    end();
    await place.end();
  });

  it('is unknown, needs a sign-in, is online, and lists devices that it then describes', async () => {
    await begin();
    assert.deepEqual([home.kind, home.id, home.name, home.isOnline], ['account', 'cloud1', 'Home', null]);
    await place.account.start();
    assert.equal(home.isOnline, false);
    await place.account.complete(await place.cloud.approve(place.account.signIn().url));
    await until(() => home.device(LAMP)?.description !== undefined, 'described');
    await until(() => home.isOnline === true, 'online');
    assert.deepEqual(
      heard.told.map((news) => news.event === 'account' && news.word),
      ['sign-in-needed', 'signed-in'],
    );
    // Once as it is listed, and once as it is described.
    await until(() => heard.lines.filter((line) => line.startsWith(`added ${LAMP}`)).length === 2, 'added twice');
    const lamp = home.device(LAMP);
    assert.deepEqual([lamp?.info.name, lamp?.info.room, lamp?.info.family, lamp?.info.online], ['Desk lamp', 'Study', 'light', true]);
    assert.equal(lamp?.description?.kind === 'miot' && lamp.description.spec.main, 'light:on');
    assert.equal(home.device(THERMOMETER)?.info.online, null);
  });

  it('has its devices described, also those that are not read', async () => {
    await begin();
    place.account.subscriptions.cancel('mqtt');
    await place.signIn();
    await until(() => heard.lines.filter((line) => line.startsWith(`added ${VACUUM}`)).length === 2, 'added twice');
    assert.equal(home.device(VACUUM)?.description?.kind, 'miot');
  });

  it('tells what is pushed, what happens, and nothing that stays', async () => {
    await up();
    heard.take();
    place.cloud.change(LAMP, 2, 2, 64);
    place.cloud.change(LAMP, 2, 2, 64);
    place.cloud.event(REMOTE, 2, 2, [{ piid: 1, value: 2 }]);
    await until(() => heard.lines.some((line) => line.startsWith('action')), 'an event');
    const [state, action, ...others] = heard.take();
    assert.deepEqual([state, others], [`state ${LAMP}`, []]);
    assert.equal(action, `action ${REMOTE} switch-sensor:double-click {"button-index":2}`);
    assert.equal(heard.states.at(-1)?.state['light:brightness'], 64);
  });

  it('keeps what comes before its listener, and gives it then', async () => {
    await up();
    end();
    heard.take();
    place.cloud.event(REMOTE, 2, 2, [{ piid: 1, value: 2 }]);
    place.cloud.change(LAMP, 2, 2, 65);
    await until(() => place.account.device(LAMP)?.values['light:brightness'] === 65, 'pushed');
    assert.deepEqual(heard.take(), []);
    end = home.listen(heard);
    assert.deepEqual(
      heard.take().map((line) => line.split(' ')[0]),
      ['action', 'state'],
    );
  });

  it('tells who goes offline, who leaves and who joins', async () => {
    await up();
    heard.looks = 0;
    place.cloud.online(LAMP, false);
    await until(() => home.device(LAMP)?.info.online === false && heard.looks > 0, 'offline');
    hidden = VACUUM;
    heard.take();
    await listed(() => heard.lines.includes('news left'));
    assert.ok(heard.take().includes(`removed ${VACUUM}`));
    hidden = undefined;
    await listed(() => heard.lines.includes('news joined'));
    const lines = heard.take();
    assert.ok(
      lines.some((line) => line.startsWith(`added ${VACUUM}`)),
      lines.join(),
    );
    assert.deepEqual(
      heard.told.flatMap((news) => ('device' in news ? [[news.event, news.device.id, news.device.name]] : [])),
      [
        ['left', VACUUM, 'Vacuum'],
        ['joined', VACUUM, 'Vacuum'],
      ],
    );
  });

  it('is offline with its devices when nobody is signed in any more', async () => {
    await up();
    await place.account.signOut();
    assert.deepEqual([home.isOnline, [...home.devices()]], [false, []]);
    assert.ok(heard.lines.includes(`removed ${LAMP}`));
    await assert.rejects(home.set(LAMP, true), { code: 'LOGIN_NEEDED' });
  });

  it('reaches no device through a cloud that is away', async () => {
    await up();
    place.cloud.fault({ fault: 'status-500' });
    const failed = assert.rejects(home.get(LAMP, ['light:on']), { code: 'CLOUD_UNREACHABLE' });
    await pass(place, () => home.isOnline === false, 'noticed', 60_000);
    await failed;
    assert.deepEqual([...new Set([...home.devices()].map(({ info }) => info.online))], [false]);
  });

  it('sets, reads and acts', async () => {
    await up();
    for (const [did, payload, answer] of [
      [LAMP, true, true],
      [LAMP, 'toggle', false],
      [LAMP, { 'light:on': 'on', brightness: 55 }, { 'light:on': true, 'light:brightness': 55 }],
      [LAMP, { 'light:mode': 'night' }, { 'light:mode': 2 }],
      [VACUUM, { action: 'vacuum:start-sweep' }, {}],
      [VACUUM, { action: 'start-room-sweep', inputs: { 'room-ids': '3,4' } }, { 'sweep-time': 25 }],
      [VACUUM, { action: 'start-room-sweep', inputs: ['3,4'] }, { 'sweep-time': 25 }],
    ] as const) {
      const done = await home.set(did, payload);
      assert.deepEqual(payloadOf(done), answer, JSON.stringify(payload));
      assert.ok(done.ack !== undefined && 'confirmed' in done.ack);
    }
    assert.deepEqual([place.cloud.value(LAMP, 2, 1), place.cloud.value(LAMP, 2, 2)], [true, 55]);
    assert.equal(place.cloud.actions().get(`${VACUUM}.2.6`), 2);
    assert.deepEqual(await home.get(LAMP, ['light:brightness']), { payload: 55 });
    assert.deepEqual(await home.get(LAMP, ['on', 'brightness']), { payload: { 'light:on': true, 'light:brightness': 55 } });
  });

  it('reads everything, but for what the device refuses', async () => {
    await up();
    codes = { '2.3': -704_040_003 };
    const all = payloadOf(await home.get(LAMP, [])) as Record<string, unknown>;
    assert.deepEqual([all['light:on'], all['light:brightness']], [false, 40]);
    assert.ok(!('light:color-temperature' in all));
    codes = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`2.${index + 1}`, -704_042_011]));
    await assert.rejects(home.get(LAMP, []), { code: 'DEVICE_OFFLINE' });
  });

  it('refuses in words', async () => {
    await up();
    for (const [did, payload, code] of [
      [LAMP, 'perhaps', 'BAD_INPUT'],
      [LAMP, null, 'BAD_INPUT'],
      [LAMP, [true], 'BAD_INPUT'],
      [LAMP, {}, 'BAD_INPUT'],
      [LAMP, { 'light:brightness': 500 }, 'BAD_INPUT'],
      [LAMP, { 'light:colour': 'red' }, 'UNSUPPORTED'],
      [THERMOMETER, 20, 'UNSUPPORTED'],
      [VACUUM, { action: '' }, 'BAD_INPUT'],
      [VACUUM, { action: 'start-room-sweep' }, 'BAD_INPUT'],
      [VACUUM, { action: 'start-room-sweep', inputs: 7 }, 'BAD_INPUT'],
      [VACUUM, { action: 'start-sweep', input: [] }, 'BAD_INPUT'],
      [VACUUM, { action: 'fly' }, 'UNSUPPORTED'],
      ['999', true, 'NO_DEVICE'],
    ] as const)
      await assert.rejects(home.set(did, payload), { code }, JSON.stringify(payload));
    await assert.rejects(home.get('999', []), { code: 'NO_DEVICE' });
    await assert.rejects(home.get(LAMP, ['fly']), { code: 'UNSUPPORTED' });
  });

  it('holds no secret, and finds a Zigbee child by its sid', async () => {
    await up();
    assert.equal(home.device('158d0001a2b3c4')?.info.id, WINDOW);
    const said = JSON.stringify([[...home.devices()], heard.states, heard.told, await home.get(LAMP, [])]);
    for (const secret of [LAMP_TOKEN, STORE_KEY]) assert.ok(!said.includes(secret));
  });
});

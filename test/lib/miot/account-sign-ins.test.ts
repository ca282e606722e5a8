/** Sign-ins of an account one after the other: what is under way belongs to the one it began with. And outages, seen from outside. */

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LumiotError } from '../../../lib/home/errors';
import { names } from '../../../lib/home/names';
import { ACCOUNT_TOPIC } from '../../../lib/miot';
import { TransportError } from '../../../lib/miot/http';
import { until } from '../../support/wait';
import { type Around, asked, household, LAMP, listed, listen, pass, pause, type Scene, scene } from './account-home';

const WINDOW = '158d0001a2b3c4';

describe('an account that is signed in and out', () => {
  let home: Scene;
  let gate: Promise<void> | undefined;
  let open: () => void;
  let isAway: (url: string) => boolean;
  let sent: string[];

  const around: Around = async (request, go) => {
    sent.push(request.url);
    if (isAway(request.url)) throw new TransportError('The cloud cannot be reached: it is away.', false);
    const reply = await go();
    if (request.url.endsWith('device_list_page')) await gate;
    return reply;
  };

  beforeEach(async () => {
    [gate, isAway, sent] = [undefined, () => false, []];
    home = await scene(household, {}, around);
  });

  afterEach(() => {
    open();
    return home.end();
  });

  const close = (): void => {
    gate = new Promise((resolve) => {
      open = resolve;
    });
  };
  open = () => {};
  const stored = (): { devices: unknown[] } => JSON.parse(readFileSync(join(home.folder, 'cloud1.json'), 'utf8')) as { devices: unknown[] };

  it('is empty after a sign-out, also where a list was under way', async () => {
    close();
    await home.signIn();
    await pause(100);
    await home.account.signOut();
    open();
    await pause(100);
    assert.deepEqual([home.account.devices.size, home.account.homes, names.find(WINDOW)], [0, [], undefined]);
  });

  it('gives no names after it was closed while a list was under way', async () => {
    close();
    await home.signIn();
    await pause(100);
    await home.account.close();
    open();
    await pause(100);
    assert.deepEqual([home.account.devices.size, names.find(WINDOW)], [0, undefined]);
  });

  it('takes back its names, and forgets its devices on the disk before it says so', async () => {
    listen(home, LAMP);
    await home.signIn();
    await listed(home);
    await home.account.flush();
    assert.equal(stored().devices.length, household.devices?.length);
    assert.ok(names.find(WINDOW));
    await home.account.signOut();
    assert.deepEqual([stored().devices, names.find(WINDOW)], [[], undefined]);
  });

  it('lists again after another sign-in, though it was signed in', async () => {
    await home.signIn();
    await listed(home);
    await pause(50);
    const lists = asked(home, 'gethome');
    await home.account.complete(await home.cloud.approve(home.account.signIn().url));
    await until(() => asked(home, 'gethome') > lists, 'listed again');
    await pause(50);
    assert.equal(asked(home, 'gethome'), lists + 1);
  });

  it('lists once for one sign-in', async () => {
    await home.signIn();
    await listed(home);
    await pause(50);
    assert.equal(asked(home, 'gethome'), 1);
  });

  it('waits for a list of the former sign-in before it asks for its own', async () => {
    close();
    await home.signIn();
    await pause(100);
    await home.account.complete(await home.cloud.approve(home.account.signIn().url));
    await pause(100);
    assert.deepEqual([asked(home, 'gethome'), home.account.devices.size], [1, 0]);
    open();
    await listed(home);
    assert.equal(asked(home, 'gethome'), 2);
  });

  it('lists again when somebody wants it refreshed', async () => {
    await home.signIn();
    await listed(home);
    const lists = asked(home, 'gethome');
    await home.account.refreshNow();
    assert.equal(asked(home, 'gethome'), lists + 1);
    assert.equal(home.cloud.tokens().refreshes, 1);
  });

  it('stores the tokens of devices once', async () => {
    await home.signIn();
    await listed(home);
    const path = join(home.folder, 'cloud1.tokens');
    const before = statSync(path, { bigint: true });
    const lists = asked(home, 'gethome');
    await pass(home, () => asked(home, 'gethome') > lists, 'listed again', 300_000);
    await pause(100);
    const after = statSync(path, { bigint: true });
    assert.deepEqual([after.mtimeNs, after.ino], [before.mtimeNs, before.ino]);
  });

  describe('while the cloud is away', () => {
    const words: string[] = [];

    beforeEach(async () => {
      words.length = 0;
      listen(home, LAMP);
      await home.signIn();
      await listed(home);
      await until(() => home.account.state.push === 'connected' && home.account.device(LAMP)?.values['light:on'] !== undefined, 'up');
      home.account.subscriptions.subscribe('w', ACCOUNT_TOPIC, (event) => void (event.kind === 'account' && words.push(event.word)));
      home.account.subscriptions.open('w');
    });

    const hour = async (each: () => void = () => {}): Promise<void> => {
      sent.length = 0;
      for (let passed = 0; passed < 360; passed++) {
        each();
        await home.clock.skip(10_000);
        await pause(2);
      }
    };
    const count = (path: string): number => sent.filter((url) => url.split('?')[0]?.endsWith(path)).length;

    it('asks seldom, whatever flows ask for', async function () {
      this.timeout(20_000);
      isAway = () => true;
      home.cloud.fault({ fault: 'broker-down' });
      await home.clock.skip(70_000);
      const codes = new Set<string>();
      const keep = (error: unknown): void => void codes.add(error instanceof LumiotError ? error.code : String(error));
      await hour(() => void home.account.get('123', ['light:on']).catch(keep));
      assert.ok(count('gethome') < 130, `${count('gethome')} lists`);
      assert.ok(count('prop/get') < 20, `${count('prop/get')} reads`);
      assert.deepEqual([[...codes], words], [['CLOUD_UNREACHABLE'], ['unreachable']]);
    });

    it('says so once, and once that it is back, where lists alone fail', async function () {
      this.timeout(20_000);
      isAway = (url) => url.endsWith('gethome');
      for (let hours = 0; hours < 2; hours++) await hour(() => void home.account.get(LAMP, ['light:on']).catch(() => {}));
      assert.ok(count('gethome') > 10, `${count('gethome')} lists`);
      assert.ok(words.length <= 2, words.join());
      assert.equal(home.account.word, 'signed-in');
    });

    it('reads what it missed when the cloud is back', async function () {
      this.timeout(20_000);
      isAway = () => true;
      home.cloud.fault({ fault: 'broker-down' });
      await pass(home, () => home.account.word === 'unreachable', 'noticed', 20_000);
      await pass(home, () => false, '', 30_000, 20).catch(() => {});
      home.cloud.setSilently(LAMP, 2, 2, 61);
      isAway = () => false;
      await pass(home, () => home.account.word === 'signed-in', 'back', 10_000);
      await pass(home, () => home.account.device(LAMP)?.values['light:brightness'] === 61, 'read', 100, 10);
    });
  });
});

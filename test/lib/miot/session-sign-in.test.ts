/** Signing in, by the address of the page that failed to open. */

import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../support/wait';
import { FullDisk, SessionRig, STORE_KEY, stands, tokenOf, withCode } from './session-rig';
import { oauthError } from './token-server';

describe('signing in', () => {
  let rig: SessionRig;
  beforeEach(async () => {
    rig = await SessionRig.open();
  });
  afterEach(() => rig.close());

  it('asks for what is missing first', async () => {
    const cases = [
      [{ clientId: '' }, /client id/],
      [{ redirectUrl: '' }, /redirect URL/],
      [{ storeKey: '' }, /Deploy first, then sign in/],
    ] as const;
    for (const [changed, sentence] of cases) {
      const session = await rig.session({ settings: rig.settings(changed) });
      assert.equal(stands(session), 'unconfigured NOT_CONFIGURED');
      assert.throws(
        () => session.signIn(),
        (error: Error) => withCode('NOT_CONFIGURED')(error) && sentence.test(error.message),
      );
      await assert.rejects(session.complete('x'), withCode('NOT_CONFIGURED'));
      await assert.rejects(session.current(), withCode('NOT_CONFIGURED'));
    }
    const session = await rig.session({ store: undefined });
    assert.throws(() => session.signIn(), /Deploy first, then sign in/);
  });

  it('is not judged before what is stored was read', async () => {
    await rig.signedIn();
    const phases: string[] = [];
    const session = rig.unstarted();
    session.watch(({ state }) => phases.push(state.phase));
    assert.equal((await session.current()).generation, 1);
    assert.deepEqual(phases, ['loading', 'connected']);
  });

  it('is told to whoever watches, and gives tokens and a device id', async () => {
    const session = await rig.session();
    assert.equal(stands(session), 'signed-out LOGIN_NEEDED');
    await assert.rejects(session.current(), withCode('LOGIN_NEEDED'));
    const phases: string[] = [];
    session.watch(({ state }) => phases.push(state.phase));
    const given: string[] = [];
    session.onToken(({ value }) => given.push(value));
    await rig.signIn(session);
    assert.deepEqual(phases, ['signed-out', 'connected']);
    const token = await tokenOf(session);
    assert.deepEqual(given, [token.value]);
    assert.ok(rig.server.rules.accepts(token.value));
    assert.match(session.deviceId ?? '', /^ha\.[0-9a-f]{32}$/);
    assert.equal(session.view.validUntil, rig.clock.now() + 259_200_000);
    assert.equal(session.view.refreshAt, rig.clock.now() + 0.7 * 259_200_000);
  });

  it('survives a restart, with the same device id', async () => {
    const first = await rig.signedIn();
    const token = await tokenOf(first);
    await first.close();
    const second = await rig.session();
    assert.deepEqual(await tokenOf(second), token);
    assert.equal(second.deviceId, first.deviceId);
    assert.equal(rig.server.requests, 1);
  });

  it('takes the code alone, a query alone, and an address whose host was replaced', async () => {
    const shapes = [
      (address: URL) => address.searchParams.get('code') ?? '',
      (address: URL) => address.search,
      (address: URL) => address.search.slice(1),
      (address: URL) => `  http://192.168.1.5:1880/elsewhere${address.search}#top `,
    ];
    for (const shape of shapes) {
      const session = await rig.session();
      await session.complete(shape(new URL(rig.server.rules.approve(session.signIn().url))));
      assert.equal(stands(session), 'connected');
      await session.signOut();
    }
  });

  it('refuses what holds no code, and says what to copy', async () => {
    const session = await rig.session();
    const { url } = session.signIn();
    for (const pasted of [
      '',
      '  ',
      'hello',
      'http://homeassistant.local:8123/',
      'http://x/?code=abc123',
      'http://x/?state=abc',
      url,
      '?',
      '&&&',
    ])
      await assert.rejects(session.complete(pasted), withCode('BAD_INPUT'), pasted);
    await assert.rejects(session.complete(url), /page where one signs in/);
    assert.equal(rig.server.requests, 0);
    await session.complete(rig.server.rules.approve(url));
  });

  it('refuses the state of another sign-in', async () => {
    const session = await rig.session();
    const former = rig.server.rules.approve(session.signIn().url);
    session.signIn();
    await assert.rejects(session.complete(former), withCode('LOGIN_NEEDED'));
    await assert.rejects(session.complete(former), /another sign-in.*“Sign in” again/);
    assert.equal(rig.server.requests, 0);
  });

  it('has a state that nobody can guess, good for ten minutes', async () => {
    const session = await rig.session();
    const states = new Set(Array.from({ length: 50 }, () => new URL(session.signIn().url).searchParams.get('state') ?? ''));
    assert.equal(states.size, 50);
    const { url, expiresAt } = session.signIn();
    const state = new URL(url).searchParams.get('state') ?? '';
    assert.ok(state.length >= 32);
    assert.equal(expiresAt, rig.clock.now() + 600_000);
    assert.ok(session.isPending(state));
    assert.ok(!session.isPending('') && !session.isPending(`${state}x`));
    await rig.clock.advance(600_000);
    assert.ok(!session.isPending(state));
    await assert.rejects(session.complete(rig.server.rules.approve(url)), /more than 10 minutes ago/);
    assert.equal(rig.server.requests, 0);
  });

  it('works once', async () => {
    const session = await rig.session();
    const { url } = session.signIn();
    const address = rig.server.rules.approve(url);
    await session.complete(address);
    assert.ok(!session.isPending(new URL(url).searchParams.get('state') ?? ''));
    await assert.rejects(session.complete(address), /No sign-in is under way/);
    assert.equal(rig.server.requests, 1);
  });

  it('that comes back twice at once, by callback and by paste, is one exchange', async () => {
    const session = await rig.session();
    const address = rig.server.rules.approve(session.signIn().url);
    await Promise.all([session.complete(address), session.complete(address)]);
    assert.equal(rig.server.requests, 1);
    assert.equal(stands(session), 'connected');
  });

  it('that comes back twice at once is told once', async () => {
    const session = await rig.session();
    const given: number[] = [];
    session.onToken(({ generation }) => given.push(generation));
    const address = rig.server.rules.approve(session.signIn().url);
    await Promise.all([session.complete(address), session.complete(address), session.complete(address)]);
    assert.deepEqual(given, [1]);
    assert.equal((await rig.store().load()).records[0]?.generation, 1);
  });

  it('is over when the user signs out while it is being finished', async () => {
    const session = await rig.signedIn();
    const address = rig.server.rules.approve(session.signIn().url);
    let answer = (): void => {};
    rig.server.after = () =>
      new Promise<void>((resolve) => {
        answer = resolve;
      });
    const completing = assert.rejects(session.complete(address), /signed out while.*“Sign in” again/);
    await until(() => rig.server.requests === 2, 'asked');
    await session.signOut();
    answer();
    await completing;
    assert.equal(stands(session), 'signed-out LOGIN_NEEDED');
    assert.equal(stands(await rig.session()), 'signed-out LOGIN_NEEDED');
    assert.doesNotMatch(JSON.stringify(await rig.store().load()), /PLANTED/);
    rig.server.after = () => {};
    await rig.signIn(session);
    assert.equal(stands(session), 'connected');
  });

  it('out stays so while the disk refuses, and is written when it can', async () => {
    const disk = new FullDisk();
    const session = await rig.signedIn({ store: rig.store({ files: disk.files }) });
    disk.isFull = true;
    await assert.rejects(session.signOut(), withCode('STORE_FAILED'));
    await rig.live(session, 10 * 60_000);
    assert.equal(stands(session), 'signed-out LOGIN_NEEDED');
    disk.isFull = false;
    await rig.clock.advance(60_000);
    const foreign = await rig.foreignStore();
    while ((await foreign.load()).records.some(({ tokens }) => tokens !== undefined))
      await new Promise((resolve) => setTimeout(resolve, 2));
    assert.equal(stands(session), 'signed-out LOGIN_NEEDED');
  });

  it('out of an account whose file is gone works too', async () => {
    const session = await rig.signedIn();
    for (const name of await readdir(rig.folder)) await rm(join(rig.folder, name));
    await session.signOut();
    assert.equal(stands(session), 'signed-out LOGIN_NEEDED');
    await assert.rejects(session.current(), withCode('LOGIN_NEEDED'));
  });

  it('can be tried again with the same address when the cloud did not answer', async () => {
    const session = await rig.session();
    const address = rig.server.rules.approve(session.signIn().url);
    for (const fault of [
      'drop',
      { status: 503, body: '' },
      { status: 401, body: 'Sign in to the network' },
      { status: 200, body: '<html>' },
    ] as const) {
      rig.server.faults.push(fault);
      await assert.rejects(
        session.complete(address),
        (error: Error) => withCode('CLOUD_UNREACHABLE')(error) && /The code is kept/.test(error.message),
      );
    }
    await session.complete('');
    assert.equal(stands(session), 'connected');
  });

  it('says in its own words why it failed', async () => {
    const cases = [
      [oauthError(96013), 'LOGIN_NEEDED', /used before, or is too old/],
      [oauthError(96012), 'LOGIN_NEEDED', /denied/],
      [oauthError(96002), 'MISCONFIGURED', /redirect URL/],
      [oauthError(96003), 'MISCONFIGURED', /client id/],
      [{ status: 401, body: '{}' }, 'LOGIN_NEEDED', /without a reason/],
    ] as const;
    for (const [answer, code, sentence] of cases) {
      const session = await rig.session();
      const { url } = session.signIn();
      rig.server.faults.push(answer);
      const address = rig.server.rules.approve(url);
      await assert.rejects(session.complete(address), (error: Error) => withCode(code)(error) && sentence.test(error.message));
      // The next one begins anew.
      await assert.rejects(session.complete(address), /No sign-in is under way/);
    }
  });

  it('that the user denied is over', async () => {
    const session = await rig.session();
    const state = new URL(session.signIn().url).searchParams.get('state');
    await assert.rejects(session.complete(`http://x/?error=96012&error_description=no&state=${state}`), /denied/);
    assert.ok(!session.isPending(state ?? ''));
  });

  it('goes on after a deploy in between', async () => {
    const first = await rig.session();
    const { url } = first.signIn();
    const store = rig.store();
    // Written beside the user's way to the page.
    while ((await store.load()).pending === undefined) await new Promise((resolve) => setTimeout(resolve, 2));
    await first.close();
    const second = await rig.session();
    assert.ok(second.isPending(new URL(url).searchParams.get('state') ?? ''));
    await second.complete(rig.server.rules.approve(url));
    assert.equal(stands(second), 'connected');
  });

  it('is not finished with settings it was not begun with', async () => {
    const first = await rig.session();
    const { url } = first.signIn();
    const store = rig.store();
    while ((await store.load()).pending === undefined) await new Promise((resolve) => setTimeout(resolve, 2));
    const second = await rig.session({ settings: rig.settings({ region: 'de' }) });
    await assert.rejects(second.complete(rig.server.rules.approve(url)), /were changed after the sign-in was begun/);
  });

  it('out leaves no token on the disk, and keeps the device id', async () => {
    const session = await rig.signedIn();
    const { deviceId } = session;
    await session.signOut();
    assert.equal(stands(session), 'signed-out LOGIN_NEEDED');
    await assert.rejects(session.current(), withCode('LOGIN_NEEDED'));
    const stored = await rig.store().load();
    assert.doesNotMatch(JSON.stringify(stored), /PLANTED/);
    assert.equal(stands(await rig.session()), 'signed-out LOGIN_NEEDED');
    await rig.signIn(session);
    assert.equal(session.deviceId, deviceId);
  });

  it('keeps the LAN tokens of devices in the same encrypted file', async () => {
    const session = await rig.signedIn();
    await session.setDeviceTokens(new Map([['68332340', '00112233445566778899aabbccddeeff']]));
    const again = await rig.session();
    assert.deepEqual([...again.deviceTokens], [['68332340', '00112233445566778899aabbccddeeff']]);
    assert.equal((await rig.store().load()).deviceTokens['68332340'], '00112233445566778899aabbccddeeff');
    assert.equal(stands(again), 'connected');
    // Without client id: the LAN goes on working.
    const local = await rig.session({ settings: rig.settings({ clientId: '' }) });
    assert.equal(local.deviceTokens.size, 1);
    await assert.rejects((await rig.session({ store: undefined })).setDeviceTokens(new Map()), withCode('NOT_CONFIGURED'));
  });

  it('under another key leaves the old file aside, whole', async () => {
    await rig.signedIn();
    const other = await rig.session({ settings: rig.settings({ storeKey: 'another' }), store: rig.store({ storeKey: 'another' }) });
    assert.equal(stands(other), 'signed-out LOGIN_NEEDED');
    assert.match(rig.alarms().join('\n'), /encrypted under another key/);
    assert.doesNotMatch(rig.alarms().join('\n'), new RegExp(STORE_KEY));
  });
});

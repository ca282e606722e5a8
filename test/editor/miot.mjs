// The account in the editor: sign in by paste-back and by callback, what can go wrong on the way, and the pickers of its devices.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEditor } from './editor.mjs';

const clientId = '1234567890123456789';
const lamp = '70000001';
/** A name as somebody who shares a device might choose it. */
const hostile = '<img src=x onerror="window.lumiotHit = true">';
const field = (setting) => `#node-config-input-${setting}`;

export async function miotStories({ browser, url, home, other, check, shot }) {
  const redirectUrl = `${url}lumiot/miot/callback`;
  const { cloud } = home.addresses;
  const editor = await openEditor(browser, url);
  const { page } = editor;
  const frames = [];
  listen(page, frames);
  await page.reload();
  await editor.palette('miot-in').waitFor();
  const at = {};

  await check('an account is set up: what it needs is said, and signing in asks for a deploy first', async () => {
    await editor.drag('miot-in', 220, 80);
    await editor.edit(0);
    await editor.addAccount();
    await page.locator('#lumiot-terms[open]', { hasText: 'for use inside Home Assistant only' }).waitFor();
    await page.locator('.lumiot-why', { hasText: 'Deploy this node first' }).waitFor();
    assert.ok(await page.locator('#lumiot-sign-in').isDisabled());
    assert.match(await page.locator('#lumiot-callback').innerText(), new RegExp(escaped(redirectUrl)));
    at.storeKey = await page.locator(field('storeKey')).inputValue();
    assert.match(at.storeKey, /^[0-9a-f]{64}$/);
    await shot(editor, 'miot-account-new');
    await page.locator(field('name')).fill('Main home');
    await chooseRegion(page, 'Europe');
    await page.locator(field('clientId')).fill('12345x');
    await page.keyboard.press('Tab');
    await page.locator(`${field('clientId')}.input-error`).waitFor();
    await page.locator(field('clientId')).fill(clientId);
    await page.locator(field('redirectUrl')).fill(redirectUrl);
    await fillHosts(page, cloud);
    await editor.okAccount();
    await editor.ok();
    assert.ok(await editor.deploy());
    const [account] = await configs(url);
    at.account = account.id;
    const { clientId: storedId, region, transport, localDevices, deviceIdPrefix, bizId } = account;
    assert.deepEqual(
      { storedId, region, transport, localDevices, deviceIdPrefix, bizId },
      { storedId: clientId, region: 'de', transport: 'auto', localDevices: [], deviceIdPrefix: 'ha.', bizId: 'haapi' },
    );
    assert.deepEqual(editor.errors, []);
  });

  await check('the key of the tokens is made once, and leaves with no flow and no export', async () => {
    await editor.openAccount(at.account);
    assert.equal(await page.locator(field('storeKey')).inputValue(), '__PWRD__');
    await editor.okAccount();
    assert.ok(await page.evaluate((id) => RED.nodes.node(id).changed !== true, at.account), 'a look changes nothing');
    const exported = await page.evaluate(() => JSON.stringify(RED.nodes.createCompleteNodeSet({ credentials: true })));
    assert.ok(exported.includes(clientId) && !exported.includes(at.storeKey));
    assert.ok(!(await (await fetch(`${url}flows`)).text()).includes(at.storeKey));
  });

  await check('an address of another sign-in is refused, and so is one without a code', async () => {
    await editor.openAccount(at.account);
    await page.locator('.lumiot-account-phase', { hasText: 'not signed in' }).waitFor();
    const back = await agree(editor);
    at.firstCode = new URL(back).searchParams.get('code');
    await page.locator('.lumiot-left', { hasText: /^(9|10):\d\d left/ }).waitFor();
    await shot(editor, 'miot-waiting');
    const foreign = new URL(back);
    foreign.searchParams.set('state', 'somebody-else');
    await paste(page, foreign.href);
    await page.locator('.lumiot-bad', { hasText: 'belongs to another sign-in' }).waitFor();
    await shot(editor, 'miot-wrong-state');
    await paste(page, redirectUrl);
    await page.locator('.lumiot-bad', { hasText: 'holds no code' }).waitFor();
    // The server checks the same: a dialog is no wall.
    const answer = await post(url, `lumiot/accounts/${at.account}/paste`, { address: foreign.href });
    assert.equal(answer.status, 400);
    at.back = back;
  });

  await check('the address of the page that failed to open signs in', async () => {
    await paste(page, at.back);
    await page.locator('.lumiot-good', { hasText: 'Signed in.' }).waitFor();
    await page.locator('.lumiot-account-phase.lumiot-good', { hasText: 'signed in' }).waitFor();
    await page.locator('[data-fact="devices"]', { hasText: '5' }).waitFor();
    assert.equal(await fact(page, 'uid'), '1000000042');
    assert.match(await fact(page, 'homes'), /Main street/);
    assert.match(await fact(page, 'homes'), /Cabin/);
    assert.match(await fact(page, 'validUntil'), /\(in 3 days\)$/);
    assert.match(await fact(page, 'refreshAt'), /\(in 2 days|\(in \d\d hours\)$/);
    assert.ok(!(await page.locator('.lumiot-waiting').isVisible()));
    await shot(editor, 'miot-signed-in');
  });

  await check('a token is renewed at once when asked', async () => {
    const before = (await view(url, at.account)).refreshedAt;
    await sleep(1_100); // moments are shown to the second
    await page.locator('#lumiot-refresh').click();
    await page.locator('.lumiot-note.lumiot-good', { hasText: 'The token is new.' }).waitFor();
    assert.notEqual((await view(url, at.account)).refreshedAt, before);
    assert.match(await fact(page, 'refreshedAt'), /now|second/);
  });

  await check('signing out asks first, and says what is gone', async () => {
    await page.locator('#lumiot-sign-out').click();
    await page.locator('#lumiot-sign-out-cancel').click();
    assert.equal((await view(url, at.account)).phase, 'connected');
    await page.locator('#lumiot-sign-out').click();
    await shot(editor, 'miot-sign-out');
    await page.locator('#lumiot-sign-out-confirm').click();
    await page.locator('.lumiot-account-phase', { hasText: 'not signed in' }).waitFor();
    await page.locator('.lumiot-note', { hasText: 'Signed out.' }).waitFor();
    assert.equal((await view(url, at.account)).uid, null);
    assert.ok(!(await page.locator('#lumiot-refresh').isVisible()));
  });

  await check('a code that was used before is refused in words, and so is a user who denies', async () => {
    const back = new URL(await agree(editor));
    back.searchParams.set('code', at.firstCode);
    await paste(page, back.href);
    await page.locator('.lumiot-bad', { hasText: /Sign in again.*used before/s }).waitFor();
    assert.ok(!(await page.locator('.lumiot-waiting').isVisible()), 'that sign-in is over');
    await shot(editor, 'miot-old-code');
    await paste(page, await agree(editor, 'deny'));
    await page.locator('.lumiot-bad', { hasText: 'access was not granted' }).waitFor();
  });

  await check('the callback signs in by itself, and the dialog sees it', async () => {
    const popup = await openAuthorise(editor);
    await popup.locator('button', { hasText: 'Agree' }).click();
    await popup.locator('h1', { hasText: 'Signed in' }).waitFor();
    const shown = await popup.content();
    assert.ok(!/code=|state=|V3_|R3_/.test(shown), 'the page holds nothing of the sign-in');
    await popup.close();
    await page.locator('.lumiot-account-phase.lumiot-good', { hasText: 'signed in' }).waitFor();
    await page.locator('.lumiot-good', { hasText: 'Signed in.' }).waitFor();
    assert.ok(!(await page.locator('.lumiot-waiting').isVisible()));
    // The state is good once.
    assert.equal((await fetch(`${redirectUrl}?code=abcdef&state=abcdef`)).status, 400);
  });

  await check('settings that differ from what is deployed ask for a deploy', async () => {
    await page.locator(field('clientId')).fill('42');
    await page.locator('.lumiot-why', { hasText: 'differ from what is deployed' }).waitFor();
    assert.ok(await page.locator('#lumiot-sign-in').isDisabled());
    await page.locator(field('clientId')).fill(clientId);
    await page.locator('#lumiot-sign-in:enabled').waitFor();
    await editor.cancelAccount();
    assert.deepEqual(editor.errors, []);
  });

  await check('devices are picked by name, room and model, with the value that matters', async () => {
    await editor.edit(0);
    await editor.combo('device').click();
    await editor.options.filter({ hasText: 'Desk lamp' }).filter({ hasText: 'off' }).waitFor();
    const names = await editor.options.locator('.lumiot-option-label').allInnerTexts();
    assert.deepEqual(names, ['several devices', hostile, 'Cellar climate', 'Desk lamp', 'Robot', 'Sofa remote']);
    assert.match(await editor.options.filter({ hasText: 'Cellar climate' }).innerText(), /11\.5 °C/);
    assert.match(await editor.options.filter({ hasText: hostile }).innerText(), /offline · shared/);
    assert.equal(await page.evaluate(() => window.lumiotHit), undefined);
    await shot(editor, 'miot-device');
    await editor.combo('device').fill('study');
    assert.equal(await editor.options.filter({ has: page.locator('.lumiot-option-label') }).count(), 1);
    await page.keyboard.press('Enter');
    await page.locator('.lumiot-hint', { hasText: `off · Study · lumiot.light.lamp1 · ${lamp}` }).waitFor();
  });

  await check('values come from the description, with unit, range, list and what they are now', async () => {
    await editor.combo('property').click();
    const brightness = editor.options.filter({ hasText: 'light:brightness' });
    await brightness.waitFor();
    const told = await brightness.innerText();
    for (const part of ['Brightness', '40 %', '1 – 100 %', 'read, set, pushed']) assert.ok(told.includes(part), told);
    assert.match(await editor.options.filter({ hasText: 'light:mode' }).innerText(), /Night.*day, night, reading/s);
    await shot(editor, 'miot-property');
    await change(home, lamp, 2, 2, 55);
    await brightness.filter({ hasText: '55 %' }).waitFor();
    await brightness.click();
    assert.equal(await page.locator('#node-input-property').inputValue(), 'light:brightness');
    await editor.ok();
    const { device, property } = await editor.settings(0);
    assert.deepEqual({ device, property }, { device: lamp, property: 'light:brightness' });
    await page.locator('g.red-ui-flow-node', { hasText: 'Desk lamp' }).waitFor();
  });

  await check('what is sent chooses which fields there are, and hidden ones keep their value', async () => {
    await editor.edit(0);
    const row = (setting) => page.locator('.form-row', { has: page.locator(`#node-input-${setting}`) });
    await page.locator('#node-input-what').selectOption('event');
    assert.deepEqual([await row('property').isVisible(), await row('event').isVisible()], [false, true]);
    await page.locator('#node-input-what').selectOption('account');
    assert.deepEqual([await row('device').isVisible(), await row('event').isVisible()], [false, false]);
    await shot(editor, 'miot-in-account');
    await page.locator('#node-input-what').selectOption('event');
    await editor.combo('device').fill('Sofa remote');
    await page.keyboard.press('Enter');
    await editor.combo('event').click();
    await editor.options.filter({ hasText: 'switch-sensor:double-click' }).waitFor();
    await shot(editor, 'miot-event');
    await editor.options.filter({ hasText: 'switch-sensor:double-click' }).click();
    await page.locator('.lumiot-hint', { hasText: 'msg.payload has: button-index' }).waitFor();
    await editor.cancel();
    const { what, device, property } = await editor.settings(0);
    assert.deepEqual({ what, device, property }, { what: 'property', device: lamp, property: 'light:brightness' });
  });

  await check('each node is set up with its pickers', async () => {
    await editor.drag('miot-set', 320, 160);
    await editor.edit(1);
    await editor.combo('device').fill('Desk lamp');
    await page.keyboard.press('Enter');
    await editor.combo('property').click();
    await editor.options.filter({ hasText: 'light:mode' }).click();
    await page.locator('.lumiot-hint', { hasText: 'now Night · msg.payload takes: day, night, reading' }).waitFor();
    await shot(editor, 'miot-set');
    await editor.ok();
    await editor.drag('miot-get', 320, 240);
    await editor.edit(2);
    await editor.combo('device').fill('Cellar climate');
    await page.keyboard.press('Enter');
    const rows = page.locator('#lumiot-properties .lumiot-properties-row input[type="text"]');
    await rows.nth(0).click();
    await editor.options.filter({ hasText: ':temperature' }).click();
    await page.locator('.red-ui-editableList-addButton').click();
    await rows.nth(1).click();
    await editor.options.filter({ hasText: ':relative-humidity' }).click();
    await shot(editor, 'miot-get');
    await editor.ok();
    await editor.drag('miot-action', 320, 320);
    await editor.edit(3);
    await editor.combo('device').fill('Robot');
    await page.keyboard.press('Enter');
    await editor.combo('action').click();
    await editor.options.filter({ hasText: 'vacuum:start-sweep' }).first().waitFor();
    await shot(editor, 'miot-action');
    await editor.options.filter({ hasText: 'vacuum:start-sweep' }).first().click();
    await editor.ok();
    const [, set, get, action] = await Promise.all([0, 1, 2, 3].map((index) => editor.settings(index)));
    assert.equal(set.property, 'light:mode');
    assert.deepEqual(get.properties, ['temperature-humidity-sensor:temperature', 'temperature-humidity-sensor:relative-humidity']);
    assert.equal(action.action, 'vacuum:start-sweep');
    assert.deepEqual(new Set([set, get, action].map(({ account }) => account)), new Set([at.account]));
    assert.ok(await editor.deploy());
    await page.locator('.red-ui-flow-node-status-label').first().waitFor();
    await shot(editor, 'miot-canvas');
    assert.deepEqual(editor.errors, []);
  });

  await check('what is set and started reaches the devices, and what is read comes back', async () => {
    const flows = await flowsOf(url);
    const wired = ['miot-set', 'miot-get', 'miot-action'].flatMap((type, row) => {
      const node = flows.find((one) => one.type === type);
      const y = 160 + 80 * row;
      node.wires = [[`debug-${type}`]];
      return [injectNode(type, node, type === 'miot-set' ? 'reading' : '', y), debugNode(type, node.z, y)];
    });
    const answer = await post(url, 'flows', [...flows, ...wired]);
    assert.ok(answer.ok, `${answer.status}`);
    await page.reload();
    await editor.palette('miot-in').waitFor();
    await until(async () => (await view(url, at.account)).phase === 'connected');
    for (const [type, seen] of [
      ['miot-set', /light:mode.*"msg":"3"/],
      ['miot-get', /temperature-humidity-sensor:temperature.*11\.5/],
      ['miot-action', /debug-miot-action/],
    ]) {
      const from = frames.length;
      const pressed = await fetch(`${url}inject/inject-${type}`, { method: 'POST' });
      assert.ok(pressed.ok, `${pressed.status}`);
      await until(() => frames.slice(from).some((frame) => frame.includes(`"id":"debug-${type}"`) && seen.test(frame)));
    }
    const { cloud: now } = await (await fetch(`${controlOf(home)}/home`)).json();
    const states = new Map(now.devices.map(({ did, state }) => [did, state]));
    assert.equal(states.get(lamp)['light:mode'], 3);
    assert.equal(states.get('70000002')['vacuum:status'], 2);
    assert.deepEqual(editor.errors, []);
  });

  await check('the sidebar shows the account: rooms, live values, what a device says, and a node to drag', async () => {
    await page.evaluate(() => RED.sidebar.show('lumiot-sidebar'));
    const section = page.locator(`.lumiot-gateway[data-account="${at.account}"]`);
    await section.locator('.lumiot-phase', { hasText: 'signed in' }).waitFor();
    assert.deepEqual(await section.locator('.lumiot-room').evaluateAll((rooms) => rooms.map((room) => room.dataset.room)), [
      'Cellar',
      'Hall',
      'Living room',
      'Study',
      '',
    ]);
    const line = section.locator(`[data-device="${lamp}"] .lumiot-line-button`);
    await line.filter({ hasText: 'off' }).waitFor();
    await line.click();
    await section.locator('[data-property="light:mode"]', { hasText: 'Reading' }).waitFor();
    await change(home, lamp, 2, 2, 77);
    await section.locator('[data-property="light:brightness"]', { hasText: '77 %' }).waitFor();
    assert.equal(await page.evaluate(() => window.lumiotHit), undefined);
    await shot(editor, 'miot-sidebar');
    await page.locator('.lumiot-search input').fill('cellar');
    await page.waitForFunction(() => document.querySelectorAll('.lumiot-device:not([hidden])').length === 1);
    await page.locator('.lumiot-search input').fill('');
    await section.locator(`[data-device="${lamp}"] .lumiot-add`).click();
    const made = await page.evaluate(() => {
      const nodes = [];
      RED.nodes.eachNode((node) => nodes.push(node));
      const { type, account, device, valid } = nodes.at(-1);
      return { type, account, device, valid };
    });
    assert.deepEqual(made, { type: 'miot-in', account: at.account, device: lamp, valid: true });
    await page.locator('#red-ui-workspace-chart').click({ position: { x: 60, y: 520 } });
    await page.keyboard.press('Control+z');
    await page.evaluate(() => RED.sidebar.show('info'));
    assert.deepEqual(editor.errors, []);
  });

  await check('what was stored and is not known is kept', async () => {
    const [{ id }] = (await flowsOf(url)).filter(({ type }) => type === 'miot-set');
    const unknown = { what: 'tomorrow', device: '99999', property: 'fan:speed-of-light', topic: 'mine' };
    await page.evaluate(
      ([node, settings]) => {
        let input;
        RED.nodes.eachNode((one) => {
          if (one.type === 'miot-in') input = one;
        });
        Object.assign(input, settings);
        RED.nodes.node(node).property = 'light:unheard-of';
      },
      [id, unknown],
    );
    for (const index of [0, 1]) {
      await editor.edit(index);
      await sleep(600); // device and description have come
      if (index === 0) assert.equal(await page.locator('#node-input-what').inputValue(), unknown.what);
      await editor.ok();
    }
    const { what, device, property, topic } = await editor.settings(0);
    assert.deepEqual({ what, device, property, topic }, unknown);
    assert.equal((await editor.settings(1)).property, 'light:unheard-of');
    await page.keyboard.press('Escape');
  });

  await check('another account of another region: nothing in it is said, and so is a redirect URL that is refused', async () => {
    await editor.edit(0);
    await editor.addAccount();
    await page.locator(field('name')).fill('Elsewhere');
    await chooseRegion(page, 'Singapore');
    await page.locator(field('clientId')).fill(clientId);
    await page.locator(field('redirectUrl')).fill('http://127.0.0.1:9/unregistered');
    await fillHosts(page, other.addresses.cloud);
    await editor.okAccount();
    await editor.ok();
    assert.ok(await editor.deploy());
    const { id } = (await configs(url)).find(({ name }) => name === 'Elsewhere');
    await editor.openAccount(id);
    const refused = await openAuthorise(editor);
    await refused.locator('body', { hasText: 'invalid redirect uri' }).waitFor();
    await refused.close();
    await page.locator(field('redirectUrl')).fill(redirectUrl);
    await editor.okAccount();
    assert.ok(await editor.deploy());
    await editor.openAccount(id);
    await page.locator('#lumiot-sign-in:enabled').waitFor();
    await paste(page, await agree(editor));
    await page.locator('.lumiot-why.lumiot-warn', { hasText: 'No devices in this region (Singapore)' }).waitFor();
    assert.equal(await fact(page, 'devices'), '0');
    await shot(editor, 'miot-empty');
    await editor.cancelAccount();
    assert.deepEqual(editor.errors, []);
  });

  await check('a lost sign-in and an unreachable cloud are told apart', async () => {
    await editor.openAccount(at.account);
    await fault(home, { fault: 'status-500', on: 'token' });
    await page.locator('#lumiot-refresh').click();
    await page.locator('.lumiot-note.lumiot-bad').waitFor();
    await shot(editor, 'miot-degraded');
    await fault(home, { fault: 'clear' });
    await fault(home, { fault: 'revoke' });
    await page.locator('#lumiot-refresh:enabled').click();
    await page.locator('.lumiot-account-phase.lumiot-bad', { hasText: 'sign in again' }).waitFor();
    await shot(editor, 'miot-sign-in-needed');
    await page.locator('#lumiot-sign-in:enabled').waitFor();
    await editor.cancelAccount();
  });

  await editor.close();

  for (const { language, dark } of [{ language: 'zh-CN', dark: true }, { language: 'de' }]) {
    await check(`the dialogs speak ${language}${dark ? ', in the dark' : ''}`, async () => {
      const opened = await openEditor(browser, url, { language, dark });
      await opened.openAccount(at.account);
      await sleep(500);
      const text = await opened.page.locator('#lumiot-account').innerText();
      assert.match(text, language === 'zh-CN' ? /重新登录/ : /neu anmelden/i);
      assert.ok(!/account\.|signIn\.|label\./.test(text), text);
      await shot(opened, `miot-account-${language}`);
      await opened.cancelAccount();
      const ids = (await flowsOf(url)).filter(({ type }) => /^miot-(in|get|set|action)$/.test(type));
      for (const { id, type } of ids) {
        await opened.open(id);
        await shot(opened, `${type}-${language}`);
        await opened.cancel();
      }
      assert.deepEqual(opened.errors, []);
      await opened.close();
    });
  }

  await check('no key and no token ever travels', async () => {
    const text = frames.join('\n');
    assert.ok(frames.length > 5 && !text.includes(at.storeKey));
    assert.ok(!/V3_|R3_/.test(text));
    for (const path of [
      'flows',
      `lumiot/accounts/${at.account}`,
      `lumiot/accounts/${at.account}/devices`,
      `credentials/miot-cloud/${at.account}`,
    ]) {
      const answer = await (await fetch(`${url}${path}`, { headers: { Accept: 'application/json' } })).text();
      assert.ok(!answer.includes(at.storeKey) && !/V3_|R3_|"token"/.test(answer), path);
    }
  });
}

/** Presses Sign in and gives the page that opens. */
async function openAuthorise({ page }) {
  const [popup] = await Promise.all([page.context().waitForEvent('page'), page.locator('#lumiot-sign-in').click()]);
  await popup.waitForURL(/oauth2\/authorize/);
  return popup;
}

/** Signs in on the vendor's page and gives the address the browser is sent to, which does not open. */
async function agree(editor, answer = 'agree') {
  const popup = await openAuthorise(editor);
  let address;
  await popup.route('**/oauth2/authorize?*', async (route) => {
    const sentBack = await route.fetch({ maxRedirects: 0 });
    address = sentBack.headers().location;
    return route.abort();
  });
  await popup.locator(`button[value="${answer}"]`).click();
  await until(() => address !== undefined);
  await popup.close();
  await editor.page.bringToFront();
  return address;
}

async function paste(page, address) {
  await page.locator('.lumiot-paste').fill(address);
  await page.locator('.lumiot-paste-button').click();
}

async function fact(page, name) {
  return (await page.locator(`[data-fact="${name}"]`).innerText()).trim();
}

async function chooseRegion(page, name) {
  await page.locator('#node-config-input-region-text').click();
  await page.locator('.lumiot-popup .lumiot-option', { hasText: name }).click();
}

async function fillHosts(page, { http, mqtt }) {
  await page.locator('#node-config-input-apiHost').evaluate((input) => input.closest('details').setAttribute('open', ''));
  for (const setting of ['apiHost', 'oauthHost', 'specHost']) await page.locator(field(setting)).fill(http);
  await page.locator(field('mqttHost')).fill(mqtt);
}

function listen(page, frames) {
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => frames.push(String(payload)));
    socket.on('framesent', ({ payload }) => frames.push(String(payload)));
  });
}

async function view(url, account) {
  return (await fetch(`${url}lumiot/accounts/${account}`)).json();
}

async function flowsOf(url) {
  return (await fetch(`${url}flows`, { headers: { Accept: 'application/json' } })).json();
}

async function configs(url) {
  return (await flowsOf(url)).filter(({ type }) => type === 'miot-cloud');
}

function post(url, path, body) {
  return fetch(`${url}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

/** A value changes at the device, as by hand. */
async function change(home, did, siid, piid, value) {
  await control(home, `cloud/devices/${did}/change`, { siid, piid, value });
}

async function fault(home, request) {
  await control(home, 'cloud/faults', request);
}

function injectNode(type, { id, z }, payload, y) {
  const node = { id: `inject-${type}`, type: 'inject', z, name: '', props: [{ p: 'payload' }], repeat: '', once: false, topic: '' };
  return { ...node, payload, payloadType: 'str', x: 120, y, wires: [[id]] };
}

function debugNode(type, z, y) {
  const node = { id: `debug-${type}`, type: 'debug', z, name: '', active: true, tosidebar: true, complete: 'payload', targetType: 'msg' };
  return { ...node, x: 620, y, wires: [] };
}

function controlOf({ addresses: { control: at } }) {
  return typeof at === 'string' ? at : `http://127.0.0.1:${at.port ?? at}`;
}

async function control(home, path, body) {
  const answer = await post(`${controlOf(home)}/`, path, body);
  assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
}

async function until(isSo) {
  for (let tries = 0; tries < 100; tries++) {
    if (await isSo()) return;
    await sleep(100);
  }
  throw new Error('It did not come to be in 10 s.');
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

// Wi-Fi devices in the dialog of an account: tokens out of a backup, devices found and tested, a lamp switched without any account; and no token anywhere.
import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEditor } from './editor.mjs';

const lamp = { did: '68332340', token: '00112233445566778899aabbccddeeff' };
const heater = { did: '68332341', token: 'fedcba98765432100123456789abcdef' };
const strip = { did: '68332342', token: '0f1e2d3c4b5a69788796a5b4c3d2e1f0' };
const secrets = [lamp, heater, strip].map(({ token }) => token);
const wrongToken = 'aa'.repeat(8) + 'bb'.repeat(8);
/** Of the encrypted backup. */
const password = 'secret';
/** A name as somebody who shares a file might choose it. */
const hostile = '<img src=x onerror="window.lumiotHit = true">';
const field = (setting) => `#node-config-input-${setting}`;
// Whoever rejects a token is asked three times, and longer each time, before its silence means something.
const PATIENCE_MS = 30_000;

export async function miioStories({ browser, url, home, check, shot, log, restart, userDir }) {
  const editor = await openEditor(browser, url);
  const { page } = editor;
  const heard = record(page);
  const control = `http://127.0.0.1:${home.addresses.control.port}`;
  const hostOf = ({ did }) => {
    const { address, port } = home.addresses.wifi.find((device) => device.did === did);
    return `${address}:${port}`;
  };
  const local = page.locator('#lumiot-local');
  const panel = page.locator('.lumiot-local-panel');
  const row = ({ did }) => local.locator(`li[data-did="${did}"] .lumiot-local-row`);
  const listed = () => local.locator('.lumiot-local-list > li').count();
  const openPanel = (name) => page.locator(`#lumiot-local-${name}:enabled`).click();
  const unfold = () => local.evaluate((details) => details.setAttribute('open', ''));
  const choose = async (name, buffer) => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), panel.locator('.lumiot-import-choose').click()]);
    await chooser.setFiles({ name, mimeType: FILE, buffer });
  };
  const at = {};

  await check('an account for the LAN needs no client id, and tokens need a deploy first', async () => {
    await editor.drag('miot-set', 260, 100);
    await editor.edit(0);
    await editor.addAccount();
    await page.locator(field('name')).fill('LAN only');
    await page.locator(field('apiHost')).evaluate((input) => input.closest('details').setAttribute('open', ''));
    for (const setting of ['apiHost', 'oauthHost', 'specHost']) await page.locator(field(setting)).fill(home.addresses.cloud.http);
    await page.locator(field('mqttHost')).fill(home.addresses.cloud.mqtt);
    const hint = page.locator('#lumiot-transport');
    await hint.filter({ hasText: 'On the LAN where a device has a token' }).waitFor();
    await page.locator(field('transport')).selectOption('local');
    await hint.filter({ hasText: 'On the LAN only. No account is needed.' }).waitFor();
    assert.ok(!(await page.locator('#lumiot-account').isVisible()), 'nobody has to sign in');
    await unfold();
    await local.locator('.lumiot-local-why', { hasText: 'Save this dialog and deploy first' }).waitFor();
    for (const name of ['import', 'find', 'byHand']) assert.ok(await page.locator(`#lumiot-local-${name}`).isDisabled());
    await local.scrollIntoViewIfNeeded();
    await shot(editor, 'miio-new');
    await editor.okAccount();
    await editor.ok();
    assert.ok(await editor.deploy());
    const [{ id, transport, localDevices }] = await configs(url);
    assert.deepEqual({ transport, localDevices }, { transport: 'local', localDevices: [] });
    at.account = id;
    assert.deepEqual(editor.errors, []);
  });

  await check('what is no backup is told, and a file that is too large is not even sent', async () => {
    await editor.openAccount(at.account);
    await unfold();
    await openPanel('import');
    assert.ok(await panel.locator('.lumiot-import-choose').evaluate((button) => button === document.activeElement));
    await shot(editor, 'miio-import');
    await choose('holiday.jpg', Buffer.alloc(5_000, 9));
    await panel.locator('.lumiot-import-note.lumiot-bad').waitFor();
    await shot(editor, 'miio-nonsense');
    // As adminAuth answers a user who may only read.
    await page.route('**/lumiot/tokens/preview', (route) => route.fulfill({ status: 401, body: 'Unauthorized' }));
    await choose('backup.ab', workedBackup);
    await panel.locator('.lumiot-import-note.lumiot-bad', { hasText: 'You have no permission for this' }).waitFor();
    await page.unroute('**/lumiot/tokens/preview');
    const before = heard.requests.length;
    await panel.locator('input[type="file"]').evaluate((input) => {
      const files = new DataTransfer();
      files.items.add(new File([new Uint8Array((64 << 20) + 1)], 'large.ab'));
      input.files = files.files;
      input.dispatchEvent(new Event('change'));
    });
    await panel.locator('.lumiot-import-note.lumiot-bad', { hasText: 'larger than 64 MB' }).waitFor();
    assert.ok(!heard.requests.slice(before).some((address) => address.includes('tokens')));
  });

  await check('an encrypted backup asks for its password, and a wrong one is told', async () => {
    await choose('locked.ab', encryptedBackup());
    await panel.locator('.lumiot-import-note', { hasText: 'This backup is encrypted' }).waitFor();
    const typed = panel.locator('.lumiot-import-password input');
    assert.equal(await typed.getAttribute('type'), 'password');
    await shot(editor, 'miio-password');
    await typed.fill('guess');
    await page.keyboard.press('Enter');
    await panel.locator('.lumiot-import-note.lumiot-bad', { hasText: 'does not open the backup' }).waitFor();
    await shot(editor, 'miio-wrong-password');
    await typed.fill(password);
    await panel.locator('.lumiot-import-open').click();
    await panel.locator('.lumiot-preview tbody tr', { hasText: 'Desk lamp' }).waitFor();
    assert.ok(!(await typed.isVisible()));
    assert.equal(await typed.inputValue(), '');
  });

  await check('a backup shows its devices with masked tokens, and what it leaves out', async () => {
    await choose('backup.ab', workedBackup);
    await panel.locator('.lumiot-import-note', { hasText: 'backup.ab (Android backup): 1 found.' }).waitFor();
    const [first] = await panel.locator('.lumiot-preview tbody tr').allInnerTexts();
    for (const part of ['Desk lamp', lamp.did, '192.168.1.50', 'AA:BB:CC:00:11:22', 'yeelink.light.lamp1', '0011…eeff'])
      assert.ok(first.includes(part), first);
    for (const text of ['Address', lamp.did, '192.168.1.50', 'AA:BB:CC:00:11:22', '0011…eeff']) {
      const lines = await panel
        .locator('.lumiot-preview')
        .getByText(text)
        .evaluate((cell) => {
          const words = document.createRange();
          words.selectNodeContents(cell.firstChild);
          return words.getClientRects().length;
        });
      assert.equal(lines, 1, `${text} in one line`);
    }
    await panel.locator('.lumiot-import-skipped summary', { hasText: 'Left out: 1' }).click();
    await panel.locator('.lumiot-import-skipped li').waitFor();
    await shot(editor, 'miio-preview');
    const one = panel.locator('.lumiot-preview tbody input');
    const all = panel.locator('.lumiot-preview thead input');
    const button = panel.locator('.lumiot-import-selected');
    await all.focus();
    await page.keyboard.press('Space');
    assert.ok(!(await one.isChecked()) && (await button.isDisabled()));
    await one.check();
    assert.ok(await all.isChecked());
  });

  await check('what is picked is imported, listed, and stored once the dialog is saved', async () => {
    await panel.locator('.lumiot-import-selected').click();
    await panel.locator('.lumiot-import-note.lumiot-good', { hasText: 'Tokens stored: 1.' }).waitFor();
    await local.locator('.lumiot-local-note', { hasText: 'Added to the list: 1. Save this dialog and deploy.' }).waitFor();
    await row(lamp)
      .locator('.lumiot-local-about', { hasText: `${lamp.did} · yeelink.light.lamp1 · token stored` })
      .waitFor();
    await shot(editor, 'miio-imported');
    // Nothing may be sent to the address of somebody's backup: the lamp lives elsewhere.
    await row(lamp).locator('[data-column="host"]').fill(hostOf(lamp));
    await row(lamp).locator('.lumiot-local-test').click();
    await row(lamp).locator('.lumiot-local-result.lumiot-good', { hasText: 'takes the token' }).waitFor();
    assert.equal(await row(lamp).locator('.lumiot-local-dot').getAttribute('data-standing'), 'reachable');
    await shot(editor, 'miio-tested');
  });

  await check('devices are found on the network; one that shows its token is added with it', async () => {
    await openPanel('find');
    await panel.locator('.lumiot-find-note', { hasText: 'Found: 3' }).waitFor();
    const found = (device) => panel.locator(`li[data-did="${device.did}"]`);
    assert.match(await found(lamp).innerText(), /^Desk lamp\n.*token stored/s, 'by its name in the list');
    assert.ok(await found(lamp).locator('button').isDisabled());
    assert.match(await found(strip).innerText(), /needs its token/);
    assert.match(await found(heater).innerText(), /shows its token/);
    await shot(editor, 'miio-found');
    await found(heater).locator('button', { hasText: 'Add with its token' }).click();
    await row(heater).locator('.lumiot-local-about', { hasText: 'token stored' }).waitFor();
    await found(strip).locator('button', { hasText: 'Add' }).click();
    await row(strip).locator('.lumiot-local-about.lumiot-warn', { hasText: 'no token yet' }).waitFor();
    assert.equal(await listed(), 3);
    await shot(editor, 'miio-added');
  });

  await check('a token that is typed is tried at once, and a wrong one is told', async () => {
    await row(strip).locator('.lumiot-local-setToken').click();
    const token = panel.locator('[data-typed="token"]');
    assert.equal(await panel.locator('[data-typed="did"]').inputValue(), strip.did);
    // They stand in the list already.
    assert.equal(await panel.locator('[data-typed="host"], [data-typed="name"]').count(), 0);
    assert.equal(await page.locator('#lumiot-local-byHand').getAttribute('aria-expanded'), 'false');
    await panel.locator('.lumiot-local-close').click();
    assert.ok(
      await row(strip)
        .locator('.lumiot-local-setToken')
        .evaluate((button) => button === document.activeElement),
    );
    await row(strip).locator('.lumiot-local-setToken').click();
    await openPanel('byHand');
    assert.equal(await panel.locator('[data-typed="did"]').inputValue(), '', 'another device');
    await row(strip).locator('.lumiot-local-setToken').click();
    assert.ok(await token.getAttribute('type').then((type) => type === 'password'));
    await token.fill('0123');
    await page.keyboard.press('Enter');
    await panel.locator('.lumiot-typed-note.lumiot-bad', { hasText: '32 hexadecimal digits' }).waitFor();
    await shot(editor, 'miio-typed');
    await token.fill(wrongToken);
    await panel.locator('.lumiot-typed-add').click();
    await row(strip).locator('.lumiot-local-result.lumiot-bad', { hasText: 'but not to this token' }).waitFor({ timeout: PATIENCE_MS });
    assert.equal(await row(strip).locator('.lumiot-local-dot').getAttribute('data-standing'), 'token-rejected');
    await shot(editor, 'miio-rejected');
    await row(strip).locator('.lumiot-local-setToken').click();
    await panel.locator('[data-typed="token"]').fill(strip.token);
    await page.keyboard.press('Enter');
    await row(strip).locator('.lumiot-local-result.lumiot-good').waitFor();
    assert.equal(await panel.isVisible(), false);
  });

  await check('a list that is pasted is read, and a hostile name in it is text', async () => {
    await openPanel('import');
    const list = {
      result: { list: [{ did: '68332343', token: wrongToken, name: hostile, localip: '127.0.0.1', model: 'lumiot.light.lamp1' }] },
    };
    await panel.locator('.lumiot-drop').evaluate((drop, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      drop.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, JSON.stringify(list));
    await panel.locator('.lumiot-preview tbody tr', { hasText: hostile }).waitFor();
    await shot(editor, 'miio-hostile');
    await panel.locator('.lumiot-import-selected').click();
    await row({ did: '68332343' }).waitFor();
    assert.equal(await row({ did: '68332343' }).locator('[data-column="name"]').inputValue(), hostile);
    assert.equal(await page.evaluate(() => window.lumiotHit), undefined);
    await row({ did: '68332343' }).locator('.lumiot-local-remove').click();
    assert.equal(await listed(), 3);
    const many = Array.from({ length: 200 }, (_, index) => ({ did: String(70_000_000 + index), token: wrongToken, name: `Lamp ${index}` }));
    await panel.locator('.lumiot-drop').evaluate((drop, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      drop.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, JSON.stringify(many));
    await panel.locator('.lumiot-import-selected', { hasText: '(200)' }).click();
    await panel.locator('.lumiot-import-note', { hasText: 'Tokens stored: 200.' }).waitFor();
    assert.equal(await listed(), 203);
    const { height } = await local.boundingBox();
    assert.ok(height < 1_200, `the list leaves the rest of the dialog in reach: ${height} px`);
    const search = row(many[0]).locator('[data-column="host"]');
    assert.ok(await search.evaluate(({ clientWidth, placeholder }) => placeholder.length * 9 + 14 <= clientWidth), 'the placeholder fits');
    await shot(editor, 'miio-many');
    for (const { did } of many)
      await row({ did })
        .locator('.lumiot-local-remove')
        .evaluate((button) => button.click());
    assert.equal(await listed(), 3);
    await panel.locator('.lumiot-local-close').click();
    assert.ok(await page.locator('#lumiot-local-import').evaluate((button) => button === document.activeElement));
  });

  await check('a file that is dropped is read, and not taken for a flow', async () => {
    await openPanel('import');
    await panel.locator('.lumiot-drop').evaluate((drop, base64) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], 'dropped.ab'));
      for (const type of ['dragenter', 'dragover', 'drop'])
        drop.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }, workedBackup.toString('base64'));
    await panel.locator('.lumiot-preview tbody tr', { hasText: 'replaces the stored token' }).waitFor();
    await panel.locator('.lumiot-local-close').click();
  });

  await check('the list is part of the node, and its tokens are not', async () => {
    await editor.okAccount();
    assert.ok(await page.evaluate((id) => RED.nodes.node(id).changed === true, at.account));
    assert.ok(await editor.deploy());
    const [{ localDevices }] = await configs(url);
    assert.deepEqual(
      localDevices.map(({ did, host, ...rest }) => ({ did, host, keys: Object.keys(rest).sort() })),
      [lamp, heater, strip].map((device) => ({ did: device.did, host: hostOf(device), keys: ['model', 'name'] })),
    );
    assert.deepEqual(editor.errors, []);
  });

  await check('a node switches the lamp on the LAN, without any account', async () => {
    await editor.edit(0);
    await editor.combo('device').click();
    const option = editor.options.filter({ hasText: 'Desk lamp' });
    await option.filter({ hasText: 'on the LAN' }).waitFor();
    await shot(editor, 'miio-picker');
    await option.click();
    await page.locator('.lumiot-hint', { hasText: 'on the LAN' }).waitFor();
    await editor.combo('property').fill('2.1');
    await page.keyboard.press('Enter');
    await editor.ok();
    const flows = await flowsOf(url);
    const set = flows.find(({ type }) => type === 'miot-set');
    set.wires = [['told']];
    const inject = { id: 'press', type: 'inject', z: set.z, name: '', props: [{ p: 'payload' }], repeat: '', once: false, topic: '' };
    const stored = await page.evaluate(() => {
      const nodes = [];
      RED.nodes.eachNode((node) => nodes.push(node));
      const { device, property } = nodes[0];
      return { device, property };
    });
    assert.deepEqual(stored, { device: lamp.did, property: '2.1' });
    Object.assign(set, stored);
    const answer = await post(`${url}flows`, [
      ...flows,
      { ...inject, payload: 'true', payloadType: 'bool', x: 100, y: 100, wires: [[set.id]] },
      {
        id: 'told',
        type: 'debug',
        z: set.z,
        name: '',
        active: true,
        tosidebar: true,
        complete: 'true',
        targetType: 'full',
        x: 500,
        y: 100,
        wires: [],
      },
    ]);
    assert.ok(answer.ok, `${answer.status}`);
    await page.reload();
    await editor.palette('miot-set').waitFor();
    await switchOn();
    await until(() => heard.frames.some((frame) => /"id":"told"/.test(frame) && /miio/.test(frame)));
    await shot(editor, 'miio-canvas');
  });

  await check('the sidebar says which way, and the tokens survive a restart', async () => {
    await page.evaluate(() => RED.sidebar.show('lumiot-sidebar'));
    await page
      .locator(`.lumiot-gateway[data-account="${at.account}"] [data-device="${lamp.did}"] .lumiot-about`, { hasText: 'on the LAN' })
      .waitFor();
    await shot(editor, 'miio-sidebar');
    await change(false);
    await restart();
    await page.reload();
    await editor.palette('miot-set').waitFor();
    await switchOn();
  });

  await check('a look changes nothing, and what is not known of a device is kept', async () => {
    const before = await page.evaluate((id) => {
      const node = RED.nodes.node(id);
      node.localDevices = [{ ...node.localDevices[0], tomorrow: { a: 1 } }, 'odd', ...node.localDevices.slice(1)];
      node.changed = false;
      return JSON.stringify(node.localDevices);
    }, at.account);
    await editor.openAccount(at.account);
    await page.locator('#lumiot-local-import:enabled').waitFor();
    await editor.okAccount();
    const now = () =>
      page.evaluate((id) => ({ changed: RED.nodes.node(id).changed === true, stored: RED.nodes.node(id).localDevices }), at.account);
    assert.deepEqual(await now(), { changed: false, stored: JSON.parse(before) });
    await editor.openAccount(at.account);
    await row(lamp).locator('[data-column="name"]').fill('Lamp of the desk');
    await editor.okAccount();
    const { changed, stored } = await now();
    assert.ok(changed);
    assert.deepEqual([stored[0].name, stored[0].tomorrow, stored[1]], ['Lamp of the desk', { a: 1 }, 'odd']);
    assert.deepEqual(editor.errors, []);
  });

  await check('no token is in what was answered, stored as a flow, exported or logged', async () => {
    const exported = await page.evaluate(() => JSON.stringify(RED.nodes.createCompleteNodeSet({ credentials: true })));
    const asked = [
      'flows',
      `lumiot/accounts/${at.account}`,
      `lumiot/accounts/${at.account}/devices`,
      `credentials/miot-cloud/${at.account}`,
    ];
    const answers = await Promise.all(
      asked.map(async (path) => (await fetch(`${url}${path}`, { headers: { Accept: 'application/json' } })).text()),
    );
    await Promise.all(heard.bodies);
    assert.ok(heard.answers.length > 20 && heard.frames.length > 5);
    const texts = { exported, log: log(), ...Object.fromEntries(asked.map((path, index) => [path, answers[index]])) };
    for (const [address, body] of heard.answers) texts[`${address} ${Object.keys(texts).length}`] = body;
    texts.comms = heard.frames.join('\n');
    texts.addresses = heard.requests.join('\n');
    for (const path of filesIn(userDir)) texts[path] = readFileSync(path, 'latin1');
    assert.ok(Object.keys(texts).some((path) => path.endsWith('flows.json')));
    assert.ok(Object.keys(texts).some((path) => path.includes(join(userDir, 'lumiot'))));
    for (const [place, text] of Object.entries(texts)) {
      for (const secret of [...secrets, wrongToken]) {
        assert.ok(!text.toLowerCase().includes(secret), `a token is in ${place}`);
        assert.ok(!text.includes(Buffer.from(secret, 'hex').toString('latin1')), `the bytes of a token are in ${place}`);
      }
    }
    assert.ok(!heard.requests.some((address) => address.includes(password)));
  });

  await editor.close();

  for (const { language, dark } of [{ language: 'zh-CN', dark: true }, { language: 'de' }, { language: 'ru', dark: true }]) {
    await check(`devices on the LAN speak ${language}${dark ? ', in the dark' : ''}`, async () => {
      const opened = await openEditor(browser, url, { language, dark });
      await opened.openAccount(at.account);
      await opened.page.locator('#lumiot-local-import:enabled').click();
      const [chooser] = await Promise.all([opened.page.waitForEvent('filechooser'), opened.page.locator('.lumiot-import-choose').click()]);
      await chooser.setFiles({ name: 'backup.ab', mimeType: FILE, buffer: workedBackup });
      await opened.page.locator('.lumiot-preview tbody tr').waitFor();
      const text = await opened.page.locator('#lumiot-local').innerText();
      assert.ok(!/local\.|import\.|find\.|byHand\.|__/.test(text), text);
      await shot(opened, `miio-${language}`);
      await opened.page.locator('#lumiot-local-find').click();
      await opened.page.locator('.lumiot-found-local li').first().waitFor();
      await shot(opened, `miio-find-${language}`);
      await opened.cancelAccount();
      assert.deepEqual(opened.errors, []);
      await opened.close();
    });
  }

  async function state() {
    const { wifi } = await (await fetch(`${control}/home`)).json();
    return wifi.devices.find(({ did }) => did === lamp.did);
  }

  async function change(value) {
    const answer = await post(`${control}/wifi/${lamp.did}/properties`, { siid: 2, piid: 1, value });
    assert.ok(answer.ok, await answer.text());
  }

  async function switchOn() {
    assert.equal((await post(`${url}inject/press`, {})).ok, true);
    await until(async () => JSON.stringify(await state()).includes('true'));
  }
}

const FILE = 'application/octet-stream';

/** The worked example of miio-lan.md §8.1. */
const workedBackup = Buffer.from(
  `QU5EUk9JRCBCQUNLVVAKNQoxCm5vbmUKeJzt2k9r2zAUAHDZjG0thOy206hgBDYI8t+4ibtDncyU
bO3WZT6spyLLSiNiWcFWx3bcvsK+8NTMYSGXDgrrBu+HZT3piffAN4HpatU4TEnyRVAlBWkkrfVC
Se4UuSOFUD4pcnQ3rhGF4Xo2dmZ/e+9X7IXRIETYvWPfP3LdaFqb9n+j1z/o44dToTmeq1pSjQP0
BFkWOsbYpOx2bFhmPNhZ38ZGhFmdm8PdBJkHAAAAAAAAAAD4P317ZT162utZ3480zUte8M+C8Zoz
VRfbsT2ZpUmW4iwZn6Z4O4NfXIoCT99l6Uk6w+ez6Vkyu8Bv04s+LkwiSz9lfVxRyduwVIyW0/N2
JSnbRKrgZRtrteRVG69+V+9j0byvSlHxzc7Lm7u53X2Duj/MCwAAAAAAAAAAALc4sffRwfOOc9Sx
9vJSk4DQnGULXkslueZ1ksTjcTyZxK4be14cBHL9xwVVjJOGV42qLxeaaP/h0tpHzw56TnD2eC8a
BoEfhO5r3ixxSeXKG/nEi4bEIwN3p6Lvf+XcXO6XpBRXptT6uOt6nu8HQRgOBlF0eDgcjkaU5jlj
RcH5fH7fXw0AAMD9+AngrJA1`,
  'base64',
);

/** The same under the password 'secret', with the vector of miio-lan.md §8.1. */
function encryptedBackup() {
  const run = (first, count) => Buffer.from(Array.from({ length: count }, (_, index) => first + index));
  const hex = (first, count) => run(first, count).toString('hex').toUpperCase();
  const blob =
    '6CCBDF47A4935AD4C7BCC785719529BDBB2B3EC17293F70CFBF802F38AED835DBB0C1EE231E04530CE01899610D9B33A25ABC0B072E6D040C195029572DFBD4366604ABF76B717D3050F59E63AAB5ADB5CF440771D536970912BC0B1060C96D1';
  const header = ['ANDROID BACKUP', '5', '1', 'AES-256', hex(0, 64), hex(0x40, 64), '10000', hex(0, 16), blob, ''].join('\n');
  const cipher = createCipheriv('aes-256-cbc', run(0x20, 32), run(0x10, 16));
  const plainHeader = 'ANDROID BACKUP\n5\n1\nnone\n'.length;
  return Buffer.concat([Buffer.from(header), cipher.update(workedBackup.subarray(plainHeader)), cipher.final()]);
}

/** Everything that reaches the page, and every address that it asks. */
function record(page) {
  const heard = { answers: [], bodies: [], frames: [], requests: [] };
  page.on('request', (request) => heard.requests.push(request.url()));
  page.on('response', (response) => {
    if (!/\/(lumiot|flows|credentials|settings)\b/.test(new URL(response.url()).pathname)) return;
    const body = response.text().then(
      (text) => heard.answers.push([response.url(), text]),
      () => {},
    );
    heard.bodies.push(body);
  });
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => heard.frames.push(String(payload)));
    socket.on('framesent', ({ payload }) => heard.frames.push(String(payload)));
  });
  return heard;
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function flowsOf(url) {
  return (await fetch(`${url}flows`, { headers: { Accept: 'application/json' } })).json();
}

async function configs(url) {
  return (await flowsOf(url)).filter(({ type }) => type === 'miot-cloud');
}

function post(address, body) {
  return fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

async function until(isSo) {
  for (let tries = 0; tries < 100; tries++) {
    if (await isSo()) return;
    await sleep(100);
  }
  throw new Error('It did not come to be in 10 s.');
}

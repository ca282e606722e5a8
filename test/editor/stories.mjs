// What a user does in the editor, from the empty palette to a live value, and what must hold on the way.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { openEditor } from './editor.mjs';

const gatewaySid = '50ec50aa0001';
const rightKey = '0987654321qwerty';
/** A name as an attacker on the network would choose it. */
const hostile = '<img src=x onerror="window.lumiotHit = true">';
const types = { 'lumi-sensor': 'lumi sensor', 'lumi-switch': 'lumi switch', 'lumi-ringtone': 'lumi ringtone' };

/** Runs the stories in order; each builds on the canvas that the one before left. */
export async function stories({ browser, url, home, check, shot }) {
  const editor = await openEditor(browser, url);
  const { page } = editor;

  await check('the palette has the nodes, with icon, label and category', async () => {
    for (const [type, label] of Object.entries(types)) {
      assert.equal((await editor.palette(type).locator('.red-ui-palette-label').innerText()).replace(/\s+/g, ' ').trim(), label);
      const image = await editor.palette(type).locator('.red-ui-palette-icon').getAttribute('style');
      assert.match(image ?? '', new RegExp(`${type}\\.svg`));
    }
    assert.match(await page.locator('#red-ui-palette-header-lumiot').innerText(), /Lumiot/);
    await shot(editor, 'palette');
  });

  await check('a gateway is found before anything is deployed', async () => {
    await editor.drag('lumi-sensor', 220, 100);
    await editor.edit(0);
    await shot(editor, 'sensor-new');
    await editor.addGateway();
    await chooseInterface(editor, '127.0.0.1');
    await shot(editor, 'gateway-new');
    await page.locator('#lumiot-discover').click();
    await page.locator(`#lumiot-found [data-sid="${gatewaySid}"]`).waitFor();
    await shot(editor, 'gateway-found');
    assert.match(await page.locator(`#lumiot-found [data-sid="${gatewaySid}"]`).innerText(), /gateway.*127\.0\.0\.1:\d+.*protocol 1/s);
    await page.locator(`#lumiot-found [data-sid="${gatewaySid}"]`).click();
    assert.equal(await page.locator('#node-config-input-sid').inputValue(), gatewaySid);
    assert.equal(await page.locator('#node-config-input-host').inputValue(), '127.0.0.1');
  });

  await check('a wrong key is told from the right one', async () => {
    const result = page.locator('#lumiot-key-result');
    assert.equal(await result.innerText(), 'Without a key: read only.');
    await page.locator('#node-config-input-key').fill('short');
    assert.match(await result.innerText(), /16 characters, this has 5/);
    await page.locator('#node-config-input-key').fill('aaaaaaaaaaaaaaaa');
    await page.locator('#lumiot-key-test').click();
    await page.locator('#lumiot-key-result.lumiot-bad').waitFor();
    assert.match(await result.innerText(), /^The key is wrong\./);
    await shot(editor, 'gateway-key-wrong');
    await page.locator('#node-config-input-key').fill(rightKey);
    await page.locator('#lumiot-key-test').click();
    await page.locator('#lumiot-key-result.lumiot-good').waitFor();
    assert.equal(await result.innerText(), 'The key is right.');
  });

  await check('devices get names, rooms and models in a table', async () => {
    await page.locator('#lumiot-devices-part summary').click();
    await addRow(editor, 0, { sid: '158d00e0000001', name: 'Kitchen climate', room: 'Kitchen' });
    await addRow(editor, 1, { sid: '158d00e0000006', name: 'Hall lights', room: 'Hall' });
    await addRow(editor, 2, { sid: '158d00e0000003', name: hostile, room: hostile });
    await shot(editor, 'gateway-devices');
    await page.locator('#node-config-input-name').fill('Hall gateway');
    await editor.okGateway();
  });

  await check('before the first deploy the picker says so and takes an id', async () => {
    await editor.combo('device').click();
    await page.locator('.lumiot-popup-status', { hasText: 'Deploy the gateway first' }).waitFor();
    await shot(editor, 'picker-not-deployed');
    await editor.combo('device').fill('158d00e0000002');
    await editor.combo('device').press('Tab');
    await editor.ok();
    assert.equal(await editor.stored(0, 'device'), '158d00e0000002');
  });

  await check('what is deployed holds no secret', async () => {
    assert.ok(await editor.deploy());
    const flows = await (await fetch(`${url}flows`)).text();
    assert.ok(flows.includes(gatewaySid));
    assert.ok(!flows.includes(rightKey));
  });

  await check('a stored key is tested without the editor knowing it', async () => {
    await editor.edit(0);
    await editor.editGateway();
    assert.equal(await page.locator('#lumiot-key-result').innerText(), 'A key is stored.');
    const sent = page.waitForRequest((request) => request.url().endsWith('lumiot/key-test'));
    await page.locator('#lumiot-key-test').click();
    assert.equal(JSON.parse((await sent).postData()).key, undefined);
    await page.locator('#lumiot-key-result.lumiot-good').waitFor();
    await shot(editor, 'gateway-deployed');
    await editor.okGateway();
    await editor.cancel();
  });

  await check('a device is picked by typing, with its live value beside it', async () => {
    await waitForDevices(url, editor, 6);
    await editor.edit(0);
    await editor.combo('device').click();
    await editor.options.filter({ hasText: 'Kitchen climate' }).waitFor();
    await editor.options.filter({ hasText: hostile }).waitFor();
    await shot(editor, 'picker-open');
    await editor.combo('device').fill('kitch');
    await editor.options.filter({ hasText: '22.4 °C · 45 %' }).waitFor();
    assert.equal(await editor.options.filter({ hasText: 'Kitchen climate' }).count(), 1);
    await shot(editor, 'picker-typed');
    await report(home, '158d00e0000001', { temperature: '2310' });
    await editor.options.filter({ hasText: '23.1 °C' }).waitFor();
    await editor.combo('device').press('Enter');
    assert.equal(await editor.combo('device').inputValue(), 'Kitchen climate');
    assert.equal(await editor.options.count(), 0);
    await shot(editor, 'sensor-picked');
  });

  await check('the value is chosen from what the device has', async () => {
    await editor.combo('property').click();
    assert.equal(await editor.options.filter({ hasText: 'water leak' }).count(), 0);
    await editor.options.filter({ hasText: 'air pressure' }).waitFor();
    await shot(editor, 'property-open');
    await editor.combo('property').press('ArrowDown');
    await editor.combo('property').press('Escape');
    assert.equal(await editor.combo('property').inputValue(), '');
    await editor.combo('property').fill('temperature');
    await editor.combo('property').press('Enter');
    await editor.ok();
    assert.equal(await editor.stored(0, 'device'), '158d00e0000001');
    assert.equal(await editor.stored(0, 'property'), 'temperature');
    await editor.node(0).locator('text', { hasText: 'Kitchen climate' }).first().waitFor();
  });

  await check('the list is for the keyboard too', async () => {
    await editor.edit(0);
    const device = editor.combo('device');
    assert.equal(await device.getAttribute('role'), 'combobox');
    await device.focus();
    await device.press('ArrowDown');
    assert.equal(await device.getAttribute('aria-expanded'), 'true');
    await device.press('ArrowDown');
    const active = await device.getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`[id="${active}"]`).getAttribute('role'), 'option');
    await device.press('Escape');
    assert.equal(await device.getAttribute('aria-expanded'), 'false');
    assert.equal(await device.inputValue(), 'Kitchen climate');
    assert.ok(await page.locator('#node-dialog-ok').isVisible(), 'Escape closed the list, not the dialog');
    await editor.cancel();
  });

  await check('an unknown device and value are kept and shown', async () => {
    await editor.edit(0);
    await editor.combo('device').fill('158d00ffffffff');
    await editor.combo('device').press('Tab');
    await editor.combo('property').fill('some_raw_field');
    await editor.combo('property').press('Tab');
    await editor.ok();
    await editor.edit(0);
    assert.equal(await editor.combo('device').inputValue(), '158d00ffffffff');
    assert.equal(await editor.combo('property').inputValue(), 'some_raw_field');
    await page.locator('.lumiot-hint.lumiot-warn', { hasText: 'does not know' }).waitFor();
    await shot(editor, 'sensor-unknown');
    await editor.combo('device').click();
    await editor.combo('device').press('Escape');
    await editor.ok();
    assert.equal(await editor.stored(0, 'device'), '158d00ffffffff');
    assert.equal(await editor.stored(0, 'property'), 'some_raw_field');
  });

  await check('several devices are narrowed by room and kind', async () => {
    await editor.edit(0);
    assert.ok(!(await editor.combo('room').isVisible()));
    await editor.combo('device').fill('');
    await editor.combo('device').press('Tab');
    await editor.combo('room').click();
    await editor.options.filter({ hasText: 'Kitchen' }).click();
    await editor.combo('family').fill('climate');
    await editor.combo('family').press('Enter');
    await shot(editor, 'sensor-several');
    await editor.ok();
    assert.deepEqual(await Promise.all(['device', 'room', 'family'].map((setting) => editor.stored(0, setting))), [
      '',
      'Kitchen',
      'environment',
    ]);
  });

  await check('a switch offers plugs and wall switches, and their channels', async () => {
    await editor.drag('lumi-switch', 220, 200);
    await editor.edit(1);
    await page.locator('#node-input-gateway').selectOption({ label: 'Hall gateway' });
    await editor.combo('device').click();
    await editor.options.filter({ hasText: 'Hall lights' }).waitFor();
    await shot(editor, 'switch-picker');
    assert.equal(await editor.options.filter({ hasText: 'Kitchen climate' }).count(), 0);
    await editor.options.filter({ hasText: 'Show all devices' }).click();
    await editor.options.filter({ hasText: 'Kitchen climate' }).waitFor();
    await editor.options.filter({ hasText: 'Hall lights' }).click();
    const open = page.locator('#node-input-channel option:not([disabled])');
    assert.deepEqual(await open.evaluateAll((options) => options.map(({ value }) => value)), ['0', '1', '2']);
    await page.locator('#node-input-channel').selectOption('2');
    await shot(editor, 'switch');
    await editor.ok();
    assert.equal(await editor.stored(1, 'channel'), 2);
    assert.equal(await editor.stored(1, 'device'), '158d00e0000006');
  });

  await check('a ringtone has tones by name, own tones by number, and the volume of the app', async () => {
    await editor.drag('lumi-ringtone', 220, 300);
    await editor.edit(2);
    await page.locator('#node-input-gateway').selectOption({ label: 'Hall gateway' });
    await shot(editor, 'ringtone-new');
    assert.equal(await page.locator('#lumiot-volume-hint').innerText(), 'As set in the app.');
    await editor.combo('tone').fill('door');
    await editor.options.filter({ hasText: '10 · Doorbell' }).waitFor();
    await shot(editor, 'ringtone-tones');
    await editor.combo('tone').press('Enter');
    await page.locator('#lumiot-volume').fill('30');
    assert.equal(await page.locator('#node-input-volume').inputValue(), '30');
    await page.locator('#node-input-duration').fill('5');
    await shot(editor, 'ringtone');
    await editor.ok();
    assert.deepEqual(await Promise.all(['tone', 'volume', 'duration'].map((setting) => editor.stored(2, setting))), ['10', 30, 5]);
    await editor.edit(2);
    await editor.combo('tone').fill('10001');
    await editor.combo('tone').press('Tab');
    await page.locator('#lumiot-volume-clear').click();
    await editor.ok();
    assert.equal(await editor.stored(2, 'tone'), '10001');
    assert.equal(await editor.stored(2, 'volume'), '');
  });

  await check('every dialog opens in words, and confirming it changes nothing', async () => {
    const { nodes } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))['node-red'];
    const others = Object.keys(nodes).filter((type) => type !== 'lumi-gateway' && !(type in types) && type.startsWith('lumi-'));
    for (const [index, type] of others.entries()) {
      await editor.drag(type, 520, 60 + 55 * index);
      const before = await editor.settings(3 + index);
      await editor.edit(3 + index);
      await page.locator('#node-input-gateway').selectOption({ label: 'Hall gateway' });
      await shot(editor, type);
      assert.doesNotMatch(
        await page.locator('#dialog-form').innerText(),
        /\b(label|about|placeholder|device|action|button|value)\.[a-z]/i,
        type,
      );
      const nameless = await page.locator('#dialog-form').evaluate(fieldsWithoutName);
      assert.deepEqual(nameless, [], type);
      await editor.ok();
      const { gateway, ...after } = await editor.settings(3 + index);
      assert.ok(gateway);
      assert.deepEqual({ gateway: '', ...after }, before, type);
    }
  });

  await check('status and names come back from the runtime, translated', async () => {
    assert.ok(await editor.deploy());
    const label = editor.node(1).locator('.red-ui-flow-node-status-label');
    await label.filter({ hasText: /\S/ }).waitFor();
    await page.waitForTimeout(1500);
    await shot(editor, 'canvas');
    for (const text of await page.locator('.red-ui-flow-node-status-label').allTextContents()) assert.doesNotMatch(text, /status\./);
  });

  await check('nothing threw in the page, and no name was taken for HTML', async () => {
    assert.deepEqual(editor.errors, []);
    assert.equal(await page.evaluate(() => window.lumiotHit), undefined);
  });
  await editor.close();

  await check('all of it is there in Chinese', async () => {
    const chinese = await openEditor(browser, url, { language: 'zh-CN' });
    const label = await chinese.palette('lumi-switch').locator('.red-ui-palette-label').innerText();
    assert.match(label, /\p{Script=Han}/u);
    await chinese.edit(1);
    await shot(chinese, 'zh-switch');
    for (const text of await chinese.page.locator('#dialog-form label').allInnerTexts())
      if (text.trim()) assert.match(text, /\p{Script=Han}/u);
    await chinese.editGateway();
    await shot(chinese, 'zh-gateway');
    await chinese.page.locator('#node-config-dialog-cancel').click();
    await chinese.page.waitForTimeout(450);
    await chinese.cancel();
    assert.deepEqual(chinese.errors, []);
    await chinese.close();
  });

  await check('the dark theme is dark throughout', async () => {
    const dark = await openEditor(browser, url, { dark: true });
    await dark.edit(1);
    await dark.combo('device').click();
    await dark.options.first().waitFor();
    await shot(dark, 'dark-switch');
    const background = await dark.page.locator('.lumiot-popup').evaluate((popup) => getComputedStyle(popup).backgroundColor);
    const field = await dark.combo('device').evaluate((input) => getComputedStyle(input).backgroundColor);
    assert.equal(background, field);
    await dark.combo('device').press('Escape');
    await dark.editGateway();
    await shot(dark, 'dark-gateway');
    assert.deepEqual(dark.errors, []);
    await dark.close();
  });
}

/** Runs in the page: the visible fields that a screen reader could not name. */
function fieldsWithoutName(form) {
  return [...form.querySelectorAll('input, select, button')]
    .filter((field) => field.type !== 'hidden' && field.offsetParent !== null && !field.id.startsWith('red-ui-trap'))
    .filter((field) => {
      const labels = [...(field.labels ?? [])].map((label) => label.textContent.trim()).join('');
      return labels === '' && !field.getAttribute('aria-label') && !(field.tagName === 'BUTTON' && field.textContent.trim());
    })
    .map((field) => field.id || field.outerHTML);
}

async function chooseInterface(editor, address) {
  const field = editor.page.locator('#node-config-input-interface-text');
  await field.click();
  await editor.options.filter({ hasText: address }).click();
}

async function addRow(editor, index, values) {
  await editor.page.locator('#node-config-dialog-ok').waitFor();
  await editor.page.locator('.red-ui-editableList-addButton', { hasText: 'device' }).click();
  const row = editor.page.locator('.lumiot-devices-row').nth(index);
  await row.locator('input[role="combobox"]').first().fill(values.sid);
  await row.locator('[data-column="name"]').fill(values.name);
  await row.locator('[data-column="room"]').fill(values.room);
}

/** A report of a device, as if it had just spoken. */
async function report(home, device, fields) {
  const { control } = home.addresses;
  const base = typeof control === 'string' ? control : `http://127.0.0.1:${control.port ?? control}`;
  const answer = await fetch(`${base}/gateways/${gatewaySid}/devices/${device}/report`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(fields),
  });
  assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
}

/** Until the runtime has heard of the gateway's devices. */
async function waitForDevices(url, editor, count) {
  const id = await editor.stored(0, 'gateway');
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`${url}lumiot/gateways/${id}/devices`);
    if (answer.ok) {
      const { devices } = await answer.json();
      if (devices.filter(({ state }) => Object.keys(state).length > 0).length >= count) return;
    }
    await editor.page.waitForTimeout(200);
  }
  throw new Error('The gateway was not heard in 20 s.');
}

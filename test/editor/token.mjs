// The LAN key read with the device token: it becomes a credential of the gateway, survives a deploy and a restart, and never reaches the browser.
import assert from 'node:assert/strict';
import { openEditor } from './editor.mjs';

const gatewaySid = '50ec50cc0001';
const key = '0987654321qwerty';
const wrongKey = 'aaaaaaaaaaaaaaaa';
const token = 'ca11ab1e0ddba11c0ffeef00dfacade5';
const wrongToken = '00112233445566778899aabbccddeeff';
// A gateway is asked three times, and longer each time, before its silence means something.
const PATIENCE_MS = 30_000;

/** Runs the stories in order; each builds on the canvas that the one before left. */
export async function tokenStories({ browser, url, check, shot, log, restart }) {
  const editor = await openEditor(browser, url);
  const { page } = editor;
  const heard = record(page);
  const keyField = page.locator('#node-config-input-key');
  const tokenField = page.locator('#node-config-input-token');
  const result = page.locator('#lumiot-read-result');
  const button = page.locator('#lumiot-key-read');

  const testKey = async () => {
    await page.locator('#lumiot-key-test').click();
    await page.locator('#lumiot-key-result.lumiot-good').waitFor();
  };
  const unfold = () => page.locator('#lumiot-token-part summary').click();
  /** What needs the LAN key and the gateway. */
  const pair = async () => {
    const id = await editor.stored(0, 'gateway');
    const answer = await fetch(`${url}lumiot/gateways/${id}/stop-pairing`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    return `${answer.status} ${await answer.text()}`;
  };
  const credentials = async () => (await fetch(`${url}credentials/lumi-gateway/${await editor.stored(0, 'gateway')}`)).json();

  await check('the device token is out of the way of those who have none', async () => {
    await editor.drag('lumi-hub', 220, 100);
    await editor.edit(0);
    await editor.addGateway();
    await page.locator('#node-config-input-interface-text').click();
    await editor.options.filter({ hasText: '127.0.0.1' }).click();
    await page.locator('#lumiot-discover').click();
    await page.locator(`#lumiot-found [data-sid="${gatewaySid}"]`).click();
    assert.ok(!(await tokenField.isVisible()));
    await shot(editor, 'token-folded');
    await unfold();
    assert.ok(await tokenField.isVisible());
    assert.ok(await button.isDisabled());
    await tokenField.fill('abc');
    assert.match(await result.innerText(), /32 or 96 hexadecimal digits, this has 3/);
    await shot(editor, 'token-open');
  });

  await check('what is wrong with a token is said', async () => {
    await tokenField.fill('x'.repeat(32));
    await button.click();
    await page.locator('#lumiot-read-result.lumiot-bad').waitFor();
    assert.match(await result.innerText(), /not usable.*docs\/tokens\.md/s);
    await tokenField.fill(wrongToken);
    await button.click();
    await page.locator('#lumiot-read-result.lumiot-bad').waitFor({ timeout: PATIENCE_MS });
    assert.match(await result.innerText(), /^The gateway rejects this token\./);
    assert.equal(await keyField.inputValue(), '');
    await shot(editor, 'token-wrong');
  });

  await check('the key is read before the gateway is deployed, and the dialog knows no more than that', async () => {
    await tokenField.fill(token);
    await button.click();
    await page.locator('#lumiot-read-result.lumiot-good').waitFor();
    assert.equal(await result.innerText(), 'Key 09…ty was read. Deploy to use it.');
    assert.equal(await keyField.inputValue(), '__PWRD__');
    assert.equal(await page.locator('#lumiot-key-result').innerText(), 'A key is stored.');
    await shot(editor, 'token-read');
    await testKey();
    await editor.okGateway();
    await editor.ok();
  });

  await check('the next deploy keeps it', async () => {
    assert.ok(await editor.deploy());
    assert.deepEqual(await credentials(), { has_key: true, has_token: true });
    assert.match(await pair(), /^200 /);
  });

  await check('a key that was read is taken back where the dialog is cancelled', async () => {
    const typed = 'bbbbbbbbbbbbbbbb';
    await editor.edit(0);
    await editor.editGateway();
    await keyField.fill(typed);
    await editor.okGateway();
    await editor.cancel();
    assert.ok(await editor.deploy());
    assert.match(await pair(), /KEY_INVALID/);
    await editor.edit(0);
    await editor.editGateway();
    await keyField.fill('typed, not saved');
    await unfold();
    await button.click();
    await page.locator('#lumiot-read-result.lumiot-good').waitFor();
    assert.equal(await keyField.inputValue(), '__PWRD__');
    await testKey();
    await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/key-read/undo') && response.ok()),
      page.locator('#node-config-dialog-cancel').click(),
    ]);
    await page.locator('#node-config-input-sid').waitFor({ state: 'detached' });
    await page.waitForTimeout(450);
    await editor.editGateway();
    await page.locator('#lumiot-key-test').click();
    await page.locator('#lumiot-key-result.lumiot-bad').waitFor();
    await page.locator('#node-config-dialog-cancel').click();
    await page.locator('#node-config-input-sid').waitFor({ state: 'detached' });
    await page.waitForTimeout(450);
    await editor.cancel();
  });

  await check('another key takes the place of a wrong one by a deploy of what is modified', async () => {
    await editor.edit(0);
    await editor.editGateway();
    await keyField.fill(wrongKey);
    await editor.okGateway();
    await editor.cancel();
    assert.ok(await editor.deploy());
    assert.match(await pair(), /KEY_INVALID/);
    await editor.edit(0);
    await editor.editGateway();
    await unfold();
    assert.equal(await tokenField.inputValue(), '__PWRD__');
    assert.equal(await result.innerText(), 'A token is stored.');
    await button.click();
    await page.locator('#lumiot-read-result.lumiot-good').waitFor();
    await editor.okGateway();
    await editor.cancel();
    assert.ok(
      !(await page.locator('#red-ui-header-button-deploy').getAttribute('class')).includes('disabled'),
      'there is something to deploy',
    );
    await page.locator('#red-ui-header-button-deploy-options').click();
    await page.locator('#deploymenu-item-node').click();
    assert.ok(await editor.deploy());
    await page.waitForFunction((id) => !RED.nodes.node(id).changed, await editor.stored(0, 'gateway'));
    assert.match(await pair(), /^200 /);
  });

  await check('it is there after a restart', async () => {
    await restart();
    assert.deepEqual(await credentials(), { has_key: true, has_token: true });
    assert.match(await pair(), /^200 /);
    await page.reload();
    await page.waitForSelector('.red-ui-palette-node[data-palette-type="lumi-hub"]', { timeout: 30_000 });
    await editor.node(0).waitFor();
    await editor.edit(0);
    await editor.editGateway();
    assert.equal(await keyField.inputValue(), '__PWRD__');
    await testKey();
    await shot(editor, 'token-restarted');
    await page.locator('#node-config-dialog-cancel').click();
    await page.locator('#node-config-input-sid').waitFor({ state: 'detached' });
    await page.waitForTimeout(450);
    await editor.cancel();
  });

  await check('neither key nor token ever reached the browser, nor a log', async () => {
    await heard.settled();
    assert.ok(heard.answers.length > 50, `${heard.answers.length} answers`);
    assert.ok(
      heard.answers.some((text) => text.includes('"masked":"09…ty"')),
      'what was recorded is what was said',
    );
    assert.ok(heard.frames.length > 0, 'what is pushed was recorded');
    for (const text of [...heard.answers, ...heard.frames])
      for (const secret of [key, token, wrongToken]) assert.ok(!text.includes(secret));
    // The key was never typed, so no request can hold it either; the token is what a user types.
    for (const text of heard.requests) assert.ok(!text.includes(key));
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.documentElement.outerHTML);
    for (const secret of [key, token, wrongToken]) assert.ok(!kept.includes(secret));
    for (const secret of [key, token, wrongToken]) assert.ok(!log().includes(secret));
    assert.deepEqual(editor.errors, []);
  });
  await editor.close();
}

/** Everything that comes to the page, and everything it sends: requests, answers, and what is pushed. */
function record(page) {
  const heard = { answers: [], frames: [], requests: [] };
  const pending = new Set();
  page.on('request', (request) => heard.requests.push(`${request.url()} ${request.postData() ?? ''}`));
  page.on('response', (response) => {
    const body = response.text().then(
      (text) => heard.answers.push(`${JSON.stringify(response.headers())} ${text}`),
      () => {}, // a redirect, or a page that is gone
    );
    pending.add(body);
    void body.finally(() => pending.delete(body));
  });
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => heard.frames.push(String(payload)));
    socket.on('framesent', ({ payload }) => heard.requests.push(String(payload)));
  });
  return {
    ...heard,
    settled: () => Promise.all(pending),
  };
}

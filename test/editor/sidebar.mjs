// What a user does in the sidebar: look, search, name, pair, ask the doctor, drag; and what it must not do.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEditor } from './editor.mjs';

const gatewaySid = '50ec50bb0001';
const key = '0987654321qwerty';
/** A name as an attacker on the network would choose it. */
const hostile = '<img src=x onerror="window.lumiotHit = true">';
const kitchen = '158d00f0000001';
const novel = '158d00f0000007';
const hidden = '158d00f0000009';

const gateway = { type: 'lumi-gateway', interface: '127.0.0.1', host: '127.0.0.1', discoveryRetries: 3, pollInterval: 0, version: 1 };
const flows = [
  { id: 'tab1', type: 'tab', label: 'Home' },
  {
    id: 'debug1',
    type: 'debug',
    z: 'tab1',
    name: 'out',
    active: true,
    tosidebar: true,
    complete: 'true',
    targetType: 'full',
    x: 700,
    y: 300,
    wires: [],
  },
  {
    ...gateway,
    id: 'hall',
    name: 'Hall gateway',
    sid: gatewaySid,
    credentials: { key },
    devices: [
      { sid: kitchen, name: 'Kitchen climate', room: 'Kitchen', model: '' },
      { sid: '158d00f0000005', name: 'Kettle', room: 'Kitchen', model: '' },
      { sid: '158d00f0000004', name: 'Hall motion', room: 'Hall', model: '' },
      { sid: '158d00f0000003', name: hostile, room: 'Hall', model: '' },
    ],
  },
  { ...gateway, id: 'other', name: 'Air conditioner', sid: '50ec50bb0002', devices: [] },
];

export async function sidebarStories({ browser, url, home, check, shot }) {
  let editor = await openEditor(browser, url);

  await check('the empty sidebar says what to do, and does it', async () => {
    await show(editor);
    await editor.page.locator('.lumiot-empty-state', { hasText: 'No gateway yet' }).waitFor();
    await shot(editor, 'sidebar-empty');
    await editor.page.locator('.lumiot-empty-state button').click();
    await editor.page.locator('#node-config-input-sid').waitFor();
    await sleep(450);
    await editor.page.locator('#node-config-input-name').fill('Cellar');
    await editor.okGateway();
    await editor.page.locator('.lumiot-gateway', { hasText: 'Deploy to see its devices.' }).waitFor();
    await shot(editor, 'sidebar-not-deployed');
    await editor.page.keyboard.press('Control+z');
    assert.deepEqual(editor.errors, []);
    // The server remembers which tab is open.
    await editor.page.evaluate(() => RED.sidebar.show('info'));
    await sleep(1_000);
    await editor.close();
    await deployFlows(url, flows);
  });

  editor = await openEditor(browser, url);
  const { page } = editor;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const watches = [];
  page.on('request', (request) => {
    if (request.url().endsWith('lumiot/watch')) watches.push(Date.now());
  });
  const hall = page.locator('.lumiot-gateway[data-gateway="hall"]');
  const row = (id) => hall.locator(`.lumiot-device[data-device="${id}"]`);
  const line = (id) => row(id).locator('.lumiot-line-button');

  await check('devices stand by room, with live values, battery and when they were heard', async () => {
    assert.equal(watches.length, 0, 'nobody asks for live values while the tab is closed');
    await show(editor);
    await hall.locator('[data-room="Kitchen"]').waitFor();
    await line(kitchen).filter({ hasText: '22.4 °C · 45 %' }).waitFor();
    assert.deepEqual(await hall.locator('.lumiot-room').evaluateAll((rooms) => rooms.map((room) => room.dataset.room)), [
      'Hall',
      'Kitchen',
      '',
    ]);
    // What a gateway remembers proves nothing about a sleeping sensor.
    assert.match(await line(kitchen).innerText(), /battery\s+\d+ % · not heard yet · climate sensor/);
    await report(home, kitchen, { temperature: '2241' });
    await line(kitchen).filter({ hasText: 'just now' }).waitFor();
    assert.equal(await line(kitchen).locator('.lumiot-dot').getAttribute('aria-label'), 'online');
    assert.ok(watches.length >= 1);
    await shot(editor, 'sidebar');
  });

  await check('a report changes the value, without a reload and without a jump', async () => {
    const before = await line(kitchen).boundingBox();
    await page.evaluate(() => document.querySelector('[data-device="158d00f0000001"]').setAttribute('data-same', 'yes'));
    for (const temperature of ['2310', '2290', '2405']) {
      await report(home, kitchen, { temperature });
      await line(kitchen)
        .filter({ hasText: `${Number(temperature) / 100} °C` })
        .waitFor();
    }
    assert.equal(await row(kitchen).getAttribute('data-same'), 'yes');
    assert.deepEqual(await line(kitchen).boundingBox(), before);
    assert.match(await line(kitchen).locator('.lumiot-chart title').textContent(), /temperature .*22.4 °C to 24.05 °C/);
    assert.ok((await line(kitchen).locator('polyline').getAttribute('points')).split(' ').length >= 4);
  });

  await check('a row opens by keyboard and shows every value', async () => {
    await line(kitchen).focus();
    await page.keyboard.press('Enter');
    assert.equal(await line(kitchen).getAttribute('aria-expanded'), 'true');
    await row(kitchen).locator('[data-property="pressure"]', { hasText: '1008.7 hPa' }).waitFor();
    await sleep(300);
    await shot(editor, 'sidebar-details');
  });

  await check('a hostile name is text', async () => {
    assert.equal(await line('158d00f0000003').locator('.lumiot-name').innerText(), hostile);
    await line('158d00f0000003').click();
    assert.equal(await page.evaluate(() => window.lumiotHit), undefined);
    await line('158d00f0000003').click();
  });

  await check('search finds by name, room, model and id', async () => {
    const search = page.locator('.lumiot-search input');
    for (const [text, count] of [
      ['kitch', 2],
      ['kettle', 1],
      ['magnet', 1],
      ['0000006', 1],
      ['climate kitchen', 1],
      ['nowhere', 0],
    ]) {
      await search.fill(text);
      await page.waitForFunction((wanted) => document.querySelectorAll('.lumiot-device:not([hidden])').length === wanted, count);
    }
    await page.locator('.lumiot-nothing', { hasText: 'No device matches.' }).waitFor();
    await search.fill('kitch');
    await sleep(300);
    await shot(editor, 'sidebar-search');
    await search.fill('');
    await line('158d00f0000006').waitFor();
  });

  await check('a name and a room are edited in place, undone, and in force at Deploy', async () => {
    await row(kitchen).locator('[data-setting="name"]').fill('Cooking corner');
    await row(kitchen).locator('[data-setting="name"]').press('Enter');
    await line(kitchen).filter({ hasText: 'Cooking corner' }).waitFor();
    assert.ok(!(await page.locator('#red-ui-header-button-deploy').getAttribute('class')).includes('disabled'));
    await page.locator('#red-ui-workspace-chart').click({ position: { x: 500, y: 500 } });
    await page.keyboard.press('Control+z');
    await line(kitchen).filter({ hasText: 'Kitchen climate' }).waitFor();
    assert.ok((await page.locator('#red-ui-header-button-deploy').getAttribute('class')).includes('disabled'));
    await row(kitchen).locator('[data-setting="name"]').fill('Cooking corner');
    await row(kitchen).locator('[data-setting="name"]').press('Tab');
    await line(kitchen).filter({ hasText: 'Cooking corner' }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.dataset.setting), 'room', 'the focus stays while the row is named');
    await row(kitchen).locator('[data-setting="room"]').fill('Dining room');
    await row(kitchen).locator('[data-setting="room"]').press('Enter');
    await hall.locator('[data-room="Dining room"]', { hasText: 'Cooking corner' }).waitFor();
    await shot(editor, 'sidebar-renamed');
    assert.ok(await editor.deploy());
    await until(async () =>
      (await devices(url)).some(({ id, name, room }) => id === kitchen && name === 'Cooking corner' && room === 'Dining room'),
    );
    await page.locator('.lumiot-gateway[data-gateway="hall"] [data-room="Dining room"]', { hasText: 'Cooking corner' }).waitFor();
    const stored = await (await fetch(`${url}flows`)).text();
    assert.ok(stored.includes('Cooking corner') && !stored.includes(key));
  });

  await check('a device dragged to the flow is a node that works', async () => {
    await dragTo(page, line(kitchen), 260, 160);
    const node = page.locator('g.red-ui-flow-node', { hasText: 'Cooking corner' });
    await node.waitFor();
    const made = await page.evaluate(() => {
      let found;
      RED.nodes.eachNode((one) => {
        if (one.type === 'lumi-sensor') found = one;
      });
      RED.nodes.addLink({ source: found, sourcePort: 0, target: RED.nodes.node('debug1') });
      return {
        type: found.type,
        gateway: found.gateway,
        device: found.device,
        name: found.name,
        x: found.x,
        y: found.y,
        valid: found.valid,
      };
    });
    assert.deepEqual({ ...made, x: 0, y: 0 }, { type: 'lumi-sensor', gateway: 'hall', device: kitchen, name: '', x: 0, y: 0, valid: true });
    assert.ok(Math.abs(made.x - 260) <= 40 && Math.abs(made.y - 160) <= 20, `${made.x} ${made.y}`);
    await shot(editor, 'sidebar-dragged');
    const seen = page.waitForEvent('console', { predicate: (message) => message.text().startsWith('lumiot-debug') });
    await page.evaluate(() => RED.comms.subscribe('debug', (_topic, data) => console.log('lumiot-debug', JSON.stringify(data))));
    assert.ok(await editor.deploy());
    await sleep(500);
    await report(home, kitchen, { temperature: '2555' });
    assert.match((await seen).text(), /25\.55/);
    await line(kitchen).filter({ hasText: '25.55 °C' }).waitFor();
  });

  await check('the button puts the fitting node into the flow, one step to undo', async () => {
    const wanted = {
      '158d00f0000005': 'lumi-switch',
      '158d00f0000004': 'lumi-motion',
      '158d00f0000008': 'lumi-alarm',
      [novel]: 'lumi-device',
    };
    for (const [id, type] of Object.entries(wanted)) {
      await row(id).locator('.lumiot-add').click();
      await page.waitForFunction(
        ([device, expected]) => {
          let found = false;
          RED.nodes.eachNode((node) => {
            if (node.type === expected && node.device === device && node.gateway === 'hall') found = true;
          });
          return found;
        },
        [id, type],
      );
    }
    await shot(editor, 'sidebar-added');
    await page.locator('#red-ui-workspace-chart').focus();
    for (const _ of Object.keys(wanted)) await page.keyboard.press('Control+z');
    await until(async () => (await page.locator('g.red-ui-flow-node').count()) === 2);
  });

  await check('where a device is used can be shown', async () => {
    await row(kitchen).locator('button', { hasText: 'Show in flow (1)' }).click();
  });

  await check('pairing counts down, and the new device appears', async () => {
    assert.equal(await row(hidden).count(), 0);
    await hall.locator('[data-tool="pair"]').click();
    const timer = hall.locator('[role="timer"]');
    await timer.filter({ hasText: /\d+ s/ }).waitFor();
    const first = Number.parseInt(await timer.innerText(), 10);
    await row(hidden).waitFor({ timeout: 30_000 });
    await shot(editor, 'sidebar-pairing');
    assert.ok(first > 0 && first <= 30);
    await page.waitForFunction(
      (from) => Number.parseInt(document.querySelector('[data-gateway="hall"] [role="timer"]').textContent, 10) < from,
      first,
    );
    assert.match(await hall.locator('.lumiot-pairing').innerText(), /Found:/);
    await hall.locator('.lumiot-pairing button').click();
    await hall.locator('.lumiot-pairing').waitFor({ state: 'hidden' });
  });

  await check('the doctor says what is wrong and what to do', async () => {
    await hall.locator('[data-tool="doctor"]').click();
    await hall.locator('.lumiot-doctor [data-check="key"].lumiot-fine').waitFor({ timeout: 20_000 });
    await shot(editor, 'sidebar-doctor');
    const other = page.locator('.lumiot-gateway[data-gateway="other"]');
    assert.ok(await other.locator('[data-tool="pair"]').isDisabled(), 'no key, no pairing');
    await other.locator('[data-tool="doctor"]').click();
    await other
      .locator('.lumiot-doctor [data-check="key"].lumiot-wrong .lumiot-remedy', { hasText: 'LAN protocol' })
      .waitFor({ timeout: 20_000 });
    await other.locator('.lumiot-doctor').scrollIntoViewIfNeeded();
    await shot(editor, 'sidebar-doctor-wrong');
    await hall.locator('.lumiot-doctor header button').click();
  });

  await check('diagnostics are copied without key and names', async () => {
    await hall.locator('[data-tool="diagnostics"]').click();
    await hall.locator('.lumiot-report').waitFor({ timeout: 20_000 });
    await hall.locator('.lumiot-report button', { hasText: 'Copy' }).click();
    await hall.locator('.lumiot-said', { hasText: 'Copied.' }).waitFor();
    await shot(editor, 'sidebar-diagnostics');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(JSON.parse(copied).gateway.sid, gatewaySid);
    for (const secret of [key, 'Cooking corner', 'Dining room']) assert.ok(!copied.includes(secret), secret);
    await hall.locator('.lumiot-report header button').click();
  });

  await check('a model nobody knows gives an entry to paste', async () => {
    assert.match(await line(novel).innerText(), /unknown model/);
    await line(novel).click();
    await row(novel).locator('button', { hasText: 'Describe this model' }).click();
    const text = await row(novel).locator('textarea').inputValue();
    assert.match(text, /models: \['sensor_novel\.v9'\]/);
    assert.match(text, /"sparkle": "bright"/);
    await row(novel).locator('textarea').scrollIntoViewIfNeeded();
    await shot(editor, 'sidebar-unknown');
    await line(novel).click();
  });

  await check('a dialog shows the same names, from the same cache', async () => {
    await page.locator('g.red-ui-flow-node', { hasText: 'Cooking corner' }).dblclick();
    await page.locator('#node-dialog-ok').waitFor();
    await sleep(450);
    assert.equal(await editor.combo('device').inputValue(), 'Cooking corner');
    await editor.combo('device').click();
    await report(home, kitchen, { temperature: '1875' });
    await editor.options.filter({ hasText: '18.75 °C' }).waitFor();
    await line(kitchen).filter({ hasText: '18.75 °C' }).waitFor();
    await shot(editor, 'sidebar-dialog');
    await editor.combo('device').press('Escape');
    await editor.cancel();
  });

  await check('one of five hundred devices changes one row', async () => {
    const many = await openEditor(browser, url);
    const answer = await (await fetch(`${url}lumiot/gateways/hall/devices`)).json();
    const [model] = answer.devices.filter(({ id }) => id === kitchen);
    const list = Array.from({ length: 500 }, (_, index) => ({
      ...model,
      id: `158d01${String(index).padStart(8, '0')}`,
      name: `Sensor ${index}`,
      room: `Room ${index % 25}`,
    }));
    await many.page.route('**/lumiot/gateways/hall/devices', (route) => route.fulfill({ json: { ...answer, devices: list } }));
    await many.page.route('**/lumiot/watch', (route) => route.fulfill({ json: { seconds: 30 } }));
    await show(many);
    // The tab is shown before its content is drawn, which is what makes the cache.
    await many.page.waitForFunction(() => window.lumiotHome !== undefined);
    await many.page.evaluate(() => {
      // Another page is still open, and has the server tell everybody of the devices that are really there.
      window.lumiotHome.hear = () => {};
      return window.lumiotHome.load('hall');
    });
    await many.page.locator('.lumiot-device[data-device="158d0100000499"]').waitFor({ state: 'attached' });
    list[321] = { ...list[321], state: { ...list[321].state, temperature: 31.25 } };
    const { touched, took } = await many.page.evaluate(async () => {
      const rows = new Set();
      const observer = new MutationObserver((records) => {
        for (const { target } of records)
          rows.add((target instanceof Element ? target : target.parentElement).closest('.lumiot-device')?.dataset.device ?? 'outside');
      });
      const content = document.querySelector('.lumiot-gateways [data-gateway="hall"] .lumiot-rooms');
      observer.observe(content, { subtree: true, childList: true, characterData: true });
      await window.lumiotHome.load('hall');
      await new Promise(requestAnimationFrame);
      observer.disconnect();
      const startedAt = performance.now();
      const box = document.querySelector('.lumiot-search input');
      box.value = 'room 7';
      $(box).searchBox('change');
      await new Promise(requestAnimationFrame);
      return { touched: [...rows], took: performance.now() - startedAt };
    });
    assert.deepEqual(touched, ['158d0100000321']);
    assert.ok(took < 500, `${took} ms`);
    await shot(many, 'sidebar-500');
    assert.deepEqual(many.errors, []);
    await many.close();
  });

  await check('nothing threw in the page', async () => assert.deepEqual(editor.errors, []));

  await check('all of it is there in Chinese', async () => {
    const chinese = await openEditor(browser, url, { language: 'zh-CN' });
    await show(chinese);
    const part = chinese.page.locator('.lumiot-gateway[data-gateway="hall"]');
    await part.locator(`[data-device="${kitchen}"] .lumiot-line-button`).click();
    await part.locator('[data-tool="doctor"]').click();
    await part.locator('.lumiot-doctor').waitFor({ timeout: 20_000 });
    await shot(chinese, 'sidebar-zh');
    for (const text of await part.locator('button, h4, dt, .lumiot-about').allInnerTexts())
      assert.doesNotMatch(text, /\b(sidebar|tool|doctor|place|seen|phase|property|family)\.\w/);
    assert.match(await part.locator('.lumiot-phase').innerText(), /在线/);
    assert.deepEqual(chinese.errors, []);
    await chinese.close();
  });

  await check('the dark theme is dark throughout', async () => {
    const dark = await openEditor(browser, url, { dark: true });
    await show(dark);
    const part = dark.page.locator('.lumiot-gateway[data-gateway="hall"]');
    await part.locator(`[data-device="${kitchen}"] .lumiot-line-button`).click();
    await part.locator('[data-tool="diagnostics"]').click();
    await part.locator('.lumiot-report').waitFor({ timeout: 20_000 });
    await shot(dark, 'sidebar-dark');
    assert.deepEqual(dark.errors, []);
    await dark.close();
  });

  await check('when nobody looks, the lease ends and the line is quiet', async () => {
    let pushed = 0;
    await page.exposeFunction('lumiotPushed', () => {
      pushed += 1;
    });
    await page.evaluate(() => {
      RED.comms.subscribe('lumiot/devices', () => window.lumiotPushed());
      RED.sidebar.show('debug');
      RED.sidebar.show('info');
    });
    await page.locator('.lumiot-sidebar').waitFor({ state: 'hidden' });
    const asked = watches.length;
    await sleep(33_000);
    pushed = 0;
    await report(home, kitchen, { temperature: '2001' });
    await sleep(3_000);
    assert.equal(pushed, 0);
    assert.equal(watches.length, asked);
    await show(editor);
    await line(kitchen).filter({ hasText: '20.01 °C' }).waitFor();
    assert.equal(watches.length, asked + 1);
  });
  await editor.close();
}

async function show(editor) {
  await editor.page.evaluate(() => RED.sidebar.show('lumiot-sidebar'));
  await editor.page.locator('.lumiot-sidebar').waitFor();
}

async function deployFlows(url, list) {
  const answer = await fetch(`${url}flows`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(list),
  });
  assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
  await until(async () => (await devices(url)).filter(({ state }) => Object.keys(state).length > 0).length >= 8);
}

async function devices(url) {
  const answer = await fetch(`${url}lumiot/gateways/hall/devices`);
  return answer.ok ? (await answer.json()).devices : [];
}

async function until(isSo) {
  for (let tries = 0; tries < 100; tries++) {
    if (await isSo()) return;
    await sleep(200);
  }
  throw new Error('It did not come to be in 20 s.');
}

async function dragTo(page, source, x, y) {
  // While it deploys, a shade lies over the editor.
  await sleep(700);
  await source.scrollIntoViewIfNeeded();
  const from = await source.boundingBox();
  const chart = await page.locator('#red-ui-workspace-chart').boundingBox();
  await page.mouse.move(from.x + 60, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 20, from.y + 30, { steps: 5 });
  await page.mouse.move(chart.x + x, chart.y + y, { steps: 10 });
  await page.mouse.up();
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

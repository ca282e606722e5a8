// The Node-RED editor in a browser, as the tests use it: palette, canvas, dialogs and pickers. Works in 4.1 and 5.
import { setTimeout as sleep } from 'node:timers/promises';

const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A headless browser; the tests bring none, the system has one. */
export async function launch(executablePath) {
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath, args: browserArguments });
}

/** Opens the editor in a language and colour scheme of its own. `errors` gathers what the page throws. */
export async function openEditor(browser, url, { language = 'en-US', dark = false } = {}) {
  const context = await browser.newContext({
    locale: language,
    viewport: { width: 1400, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
  });
  // The editor remembers its language in the page's storage, and a new user's help must not cover what is tested.
  await context.addInitScript((chosen) => localStorage.setItem('editor-language', chosen), language);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? String(error)));
  page.on('console', (message) => {
    if (/oneditprepare|oneditsave/.test(message.text())) errors.push(message.text());
  });
  await page.goto(url);
  await page.waitForSelector('.red-ui-palette-node[data-palette-type="lumi-sensor"]', { timeout: 30_000 });
  // The flows come after the palette.
  await page.waitForFunction(() => typeof RED.nodes.version() === 'string', undefined, { timeout: 30_000 });
  if (dark) await page.evaluate(() => document.documentElement.classList.add('nr-theme-dark'));
  return new Editor(page, errors);
}

class Editor {
  constructor(page, errors) {
    this.page = page;
    this.errors = errors;
  }

  async close() {
    await this.page.context().close();
  }

  palette(type) {
    return this.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
  }

  async drag(type, x, y) {
    await this.palette(type).scrollIntoViewIfNeeded();
    await this.palette(type).dragTo(this.page.locator('#red-ui-workspace-chart'), { targetPosition: { x, y } });
  }

  /** The nodes on the canvas, in the order they were made. */
  node(index) {
    return this.page.locator('g.red-ui-flow-node').nth(index);
  }

  async edit(index) {
    await this.node(index).dblclick();
    await this.page.locator('#node-dialog-ok').waitFor();
    await sleep(450); // the tray slides in
  }

  async addGateway() {
    await this.page.locator('#node-input-btn-gateway-add').click();
    await this.page.locator('#node-config-input-sid').waitFor();
    await sleep(450);
  }

  async editGateway() {
    await this.page.locator('#node-input-btn-gateway-edit').click();
    await this.page.locator('#node-config-input-sid').waitFor();
    await sleep(450);
  }

  async okGateway() {
    await this.page.locator('#node-config-dialog-ok').click();
    await this.page.locator('#node-config-input-sid').waitFor({ state: 'detached' });
    await sleep(450);
  }

  async addAccount() {
    await this.page.locator('#node-input-btn-account-add').click();
    await this.#accountOpened();
  }

  async editAccount() {
    await this.page.locator('#node-input-btn-account-edit').click();
    await this.#accountOpened();
  }

  /** The dialog of an account without that of a node. */
  async openAccount(id) {
    await this.page.evaluate((account) => RED.editor.editConfig('', 'miot-cloud', account), id);
    await this.#accountOpened();
  }

  async #accountOpened() {
    // Out of sight where nobody has to sign in.
    await this.page.locator('#lumiot-account .lumiot-account-phase').waitFor({ state: 'attached' });
    await sleep(450);
  }

  async okAccount() {
    await this.page.locator('#node-config-dialog-ok').click();
    await this.page.locator('#lumiot-account').waitFor({ state: 'detached' });
    await sleep(450);
  }

  async cancelAccount() {
    await this.page.locator('#node-config-dialog-cancel').click();
    await this.page.locator('#lumiot-account').waitFor({ state: 'detached' });
    await sleep(450);
  }

  /** Opens the dialog of a node by its id, wherever it stands. */
  async open(id) {
    await this.page.evaluate((node) => RED.editor.edit(RED.nodes.node(node)), id);
    await this.page.locator('#node-dialog-ok').waitFor();
    await sleep(450);
  }

  async ok() {
    await this.page.locator('#node-dialog-ok').click();
    await this.page.locator('#node-dialog-ok').waitFor({ state: 'detached' });
    await sleep(450);
  }

  async cancel() {
    await this.page.locator('#node-dialog-cancel').click();
    await this.page.locator('#node-dialog-ok').waitFor({ state: 'detached' });
    await sleep(450);
  }

  async deploy() {
    const [answer] = await Promise.all([
      this.page.waitForResponse((response) => response.url().endsWith('/flows') && response.request().method() === 'POST'),
      this.page.locator('#red-ui-header-button-deploy').click(),
    ]);
    return answer.ok();
  }

  /** What the editor holds of the node made as the n-th. */
  stored(index, setting) {
    return this.page.evaluate(
      ([at, name]) => {
        const nodes = [];
        RED.nodes.eachNode((node) => nodes.push(node));
        return nodes[at][name];
      },
      [index, setting],
    );
  }

  /** Every setting of the n-th node, as it would be deployed. */
  settings(index) {
    return this.page.evaluate((at) => {
      const nodes = [];
      RED.nodes.eachNode((node) => nodes.push(node));
      return Object.fromEntries(Object.keys(nodes[at]._def.defaults).map((name) => [name, nodes[at][name]]));
    }, index);
  }

  /** The visible field of a searchable list. */
  combo(setting) {
    return this.page.locator(`#node-input-${setting}-text`);
  }

  get options() {
    return this.page.locator('.lumiot-popup .lumiot-option');
  }

  screenshot(path) {
    return this.page.screenshot({ path });
  }
}

/** One gateway: how it is, what can be done with it, and its devices by room. */

import {
  ApiError,
  commandGateway,
  examine,
  type GatewayHome,
  getDiagnostics,
  type KnownDevice,
  type KnownGateway,
} from '../shared/editor/api.mts';
import { element, freshId, icon } from '../shared/editor/elements.mts';
import { homeOf, load, problemOf } from '../shared/editor/home.mts';
import { familyName, problemText } from '../shared/editor/words.mts';
import { DeviceRowView } from './device-row.mts';
import { doctorPanel } from './doctor-panel.mts';
import { setText } from './dom.mts';
import { PairingBar } from './pairing-bar.mts';
import { reportPanel } from './report.mts';
import { Rooms } from './rooms.mts';

type Tool = 'pair' | 'doctor' | 'diagnostics' | 'refresh' | 'settings';

export class GatewaySection {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #id: string;
  readonly #say: (text: string) => void;
  readonly #rows = new Map<string, DeviceRowView>();
  readonly #rooms: Rooms<DeviceRowView>;
  readonly #pairing: PairingBar;
  readonly #dot = element('span', { class: 'lumiot-dot', role: 'img' });
  readonly #name: HTMLElement;
  readonly #phase = element('span', { class: 'lumiot-phase', role: 'status' });
  readonly #about = element('div', { class: 'lumiot-about' });
  readonly #problem = element('p', { class: 'lumiot-problem', role: 'status' });
  readonly #hint = element('p', { class: 'lumiot-hint-text' });
  readonly #panel = element('div', { 'aria-live': 'polite' });
  readonly #tools: Readonly<Record<Tool, HTMLButtonElement>>;
  #terms: readonly string[] = [];
  #isWaiting = false;

  constructor(words: Words, id: string, say: (text: string) => void) {
    this.#words = words;
    this.#id = id;
    this.#say = say;
    const heading = freshId();
    this.#name = element('h3', { id: heading });
    this.#rooms = new Rooms(words);
    this.#pairing = new PairingBar(words, say, () => this.#run('stop-pairing'));
    this.#tools = {
      pair: this.#tool('pair', 'link', true, () => this.#run('pair')),
      doctor: this.#tool('doctor', 'stethoscope', true, () => this.#examine()),
      diagnostics: this.#tool('diagnostics', 'clipboard', false, () => this.#diagnose()),
      refresh: this.#tool('refresh', 'refresh', false, () => this.#run('refresh')),
      settings: this.#tool('settings', 'cog', false, () => RED.editor.editConfig('', 'lumi-gateway', id, '')),
    };
    this.element = element(
      'section',
      { class: 'lumiot-gateway', 'data-gateway': id, 'aria-labelledby': heading },
      element('header', {}, element('div', { class: 'lumiot-title' }, this.#dot, this.#name, this.#phase), this.#about),
      element('div', { class: 'lumiot-buttons' }, ...Object.values(this.#tools)),
      this.#problem,
      this.#pairing.element,
      this.#panel,
      this.#hint,
      this.#rooms.element,
    );
    this.show();
  }

  /** Shows what is known now: of these devices, or of all. */
  show(devices?: readonly KnownDevice[]): void {
    const home = homeOf(this.#id);
    this.#showGateway(home);
    if (home === undefined) {
      this.#forget();
      return;
    }
    if (devices === undefined) this.#dropOld(home);
    const moved = (devices ?? home.devices).filter((device) => this.#showDevice(device, home.gateway));
    // Rooms are put in order once, however many devices moved, and only then.
    if (moved.length > 0 || devices === undefined) this.#arrange();
    this.filter(this.#terms);
  }

  /** Time went by, or names were edited. */
  refresh(): void {
    this.#showGateway(homeOf(this.#id));
    const moved = [...this.#rows.values()].filter((row) => row.refresh());
    if (moved.length > 0) this.#arrange();
    this.filter(this.#terms);
  }

  /** Shows the rows that have all terms; returns how many do. */
  filter(terms: readonly string[]): number {
    this.#terms = terms;
    return this.#rooms.filter(this.#rows.values(), terms);
  }

  #showGateway(home: GatewayHome | undefined): void {
    const words = this.#words;
    const config = RED.nodes.node(this.#id);
    const name = config?.name || home?.gateway.sid || String(config?.sid || config?.host || '') || words('sidebar.gateway');
    const problem = problemOf(this.#id);
    const view = home?.gateway;
    const isUnknown = view === undefined;
    setText(this.#name, name);
    setText(this.#phase, isUnknown ? (problem ? '' : words('device.loading')) : words(`phase.${view.phase}`));
    const about = isUnknown
      ? []
      : [view.model, view.address, view.protocol !== null && words('sidebar.protocol', { number: view.protocol })];
    setText(this.#about, about.filter((part) => part).join(' · '));
    this.#dot.dataset.online = isUnknown
      ? 'null'
      : String(view.phase === 'online' ? true : view.phase === 'offline' || view.phase === 'failed' ? false : null);
    this.#dot.setAttribute('aria-label', words(`online.${this.#dot.dataset.online}`));
    this.#showProblem(view);
    this.#pairing.show(view?.pairing ?? 0);
    for (const [tool, button] of Object.entries(this.#tools))
      if (tool !== 'settings') button.disabled = isUnknown || button.dataset.busy === 'true';
    if (view?.isReadOnly) this.#tools.pair.disabled = true;
    this.#tools.pair.title = words(view?.isReadOnly ? 'pair.needsKey' : 'pair.about');
    if (problem !== undefined)
      setText(this.#hint, problem.status === 404 ? words('sidebar.deployFirst') : problemText(words, problem.code));
    else setText(this.#hint, home?.devices.length === 0 ? words('sidebar.noDevices') : '');
  }

  #showProblem(view: KnownGateway | undefined): void {
    const problem = view?.error ?? view?.problems[0];
    setText(this.#problem, problem === undefined ? '' : problemText(this.#words, problem.code));
    // The server's sentence names the gateway and what to do.
    this.#problem.title = problem?.message ?? '';
  }

  /** Returns whether the row is new or belongs to another place now. */
  #showDevice(device: KnownDevice, gateway: KnownGateway): boolean {
    const row = this.#rows.get(device.id);
    if (row !== undefined) return row.show(device);
    const made = new DeviceRowView({
      words: this.#words,
      gateway: () => homeOf(this.#id)?.gateway ?? gateway,
      device,
      rooms: () => this.#rooms.names,
      say: this.#say,
    });
    const isFirstLook = this.#rows.size === 0;
    this.#rows.set(device.id, made);
    if (!isFirstLook && this.#pairing.isRecent) {
      made.element.classList.add('lumiot-new');
      this.#pairing.found(made.name === device.id ? `${familyName(this.#words, device.family)} ${device.id}` : made.name);
    }
    return true;
  }

  #dropOld({ devices }: GatewayHome): void {
    const known = new Set(devices.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (known.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
  }

  /** Puts rows in order, but not under the hands of somebody who types a name. */
  #arrange(): void {
    if (this.#isWaiting) return;
    const { element: rooms } = this.#rooms;
    if (!(document.activeElement instanceof HTMLInputElement && rooms.contains(document.activeElement))) {
      this.#rooms.arrange(this.#rows.values());
      return;
    }
    this.#isWaiting = true;
    const onLeave = (): void => {
      this.#isWaiting = false;
      this.#arrange();
      this.filter(this.#terms);
    };
    // By then the next field has the focus, or none.
    rooms.addEventListener('focusout', () => window.setTimeout(onLeave, 0), { once: true });
  }

  #forget(): void {
    for (const row of this.#rows.values()) row.element.remove();
    this.#rows.clear();
    this.#rooms.arrange([]);
  }

  #tool(name: Tool, iconName: string, hasText: boolean, run: () => void): HTMLButtonElement {
    const label = this.#words(`tool.${name}`);
    const button = element(
      'button',
      { type: 'button', class: 'red-ui-button red-ui-button-small', 'data-tool': name, title: label, 'aria-label': label },
      icon(iconName),
      hasText && ` ${label}`,
    );
    button.addEventListener('click', run);
    return button;
  }

  #run(command: 'pair' | 'stop-pairing' | 'refresh'): void {
    const tool = command === 'refresh' ? 'refresh' : 'pair';
    void this.#busy(tool, async () => {
      await commandGateway(this.#id, command);
      if (command === 'refresh') await load(this.#id);
    });
  }

  #examine(): void {
    void this.#busy('doctor', async () => {
      const findings = await examine(this.#id);
      this.#panel.replaceChildren(doctorPanel(this.#words, findings, () => this.#panel.replaceChildren()));
    });
  }

  #diagnose(): void {
    void this.#busy('diagnostics', async () => {
      const text = JSON.stringify(await getDiagnostics(this.#id), null, 2);
      const report = { title: this.#words('diagnostics.title'), about: this.#words('diagnostics.about'), text };
      this.#panel.replaceChildren(reportPanel(this.#words, report, () => this.#panel.replaceChildren()));
    });
  }

  /** Runs what a button asks for; meanwhile the button waits. */
  async #busy(tool: Tool, run: () => Promise<void>): Promise<void> {
    const button = this.#tools[tool];
    button.dataset.busy = 'true';
    button.disabled = true;
    try {
      await run();
    } catch (thrown) {
      const { code, message } = thrown instanceof ApiError ? thrown : { code: 'OTHER', message: String(thrown) };
      setText(this.#problem, problemText(this.#words, code));
      this.#problem.title = message;
    } finally {
      delete button.dataset.busy;
      button.disabled = false;
    }
  }
}

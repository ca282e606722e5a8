/** One account: how its sign-in stands, and its devices by room. Signing in happens in its dialog. */

import type { AccountHome, CloudDeviceView } from '../shared/editor/account-api.mts';
import { accountOf, accountProblem } from '../shared/editor/account-home.mts';
import { element, freshId, icon } from '../shared/editor/elements.mts';
import { problemText } from '../shared/editor/words.mts';
import { AccountRowView } from './account-row.mts';
import { setText } from './dom.mts';
import { Rooms } from './rooms.mts';

export class AccountSection {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #id: string;
  readonly #say: (text: string) => void;
  readonly #rows = new Map<string, AccountRowView>();
  readonly #rooms: Rooms<AccountRowView>;
  readonly #dot = element('span', { class: 'lumiot-dot', role: 'img' });
  readonly #name: HTMLElement;
  readonly #phase = element('span', { class: 'lumiot-phase', role: 'status' });
  readonly #about = element('div', { class: 'lumiot-about' });
  readonly #problem = element('p', { class: 'lumiot-problem', role: 'status' });
  readonly #hint = element('p', { class: 'lumiot-hint-text' });
  #terms: readonly string[] = [];

  constructor(words: Words, id: string, say: (text: string) => void) {
    this.#words = words;
    this.#id = id;
    this.#say = say;
    const heading = freshId();
    this.#name = element('h3', { id: heading });
    this.#rooms = new Rooms(words);
    const label = words('tool.account');
    const settings = element(
      'button',
      { type: 'button', class: 'red-ui-button red-ui-button-small', 'data-tool': 'settings', title: label, 'aria-label': label },
      icon('cog'),
    );
    settings.addEventListener('click', () => RED.editor.editConfig('', 'miot-cloud', id, ''));
    this.element = element(
      'section',
      { class: 'lumiot-gateway', 'data-account': id, 'aria-labelledby': heading },
      element('header', {}, element('div', { class: 'lumiot-title' }, this.#dot, this.#name, this.#phase), this.#about),
      element('div', { class: 'lumiot-buttons' }, settings),
      this.#problem,
      this.#hint,
      this.#rooms.element,
    );
    this.show();
  }

  /** Shows what is known now: of these devices, or of all. */
  show(devices?: readonly CloudDeviceView[]): void {
    const home = accountOf(this.#id);
    this.#showAccount(home);
    const known = home?.devices ?? [];
    if (devices === undefined) this.#dropAllBut(known);
    const moved = (devices ?? known).filter((device) => this.#showDevice(device));
    if (moved.length > 0 || devices === undefined) this.#rooms.arrange(this.#rows.values());
    this.filter(this.#terms);
  }

  /** Time went by, or the account was renamed. */
  refresh(): void {
    this.#showAccount(accountOf(this.#id));
    for (const row of this.#rows.values()) row.refresh();
  }

  filter(terms: readonly string[]): number {
    this.#terms = terms;
    return this.#rooms.filter(this.#rows.values(), terms);
  }

  #showAccount(home: AccountHome | undefined): void {
    const words = this.#words;
    const view = home?.account;
    const problem = accountProblem(this.#id);
    const isGood = view !== undefined && ['local', 'connected', 'refreshing', 'degraded'].includes(view.phase);
    setText(this.#name, RED.nodes.node(this.#id)?.name || words('label.account'));
    setText(this.#phase, view ? words(`account.phase.${view.phase}`) : problem ? '' : words('device.loading'));
    setText(this.#about, view?.homes.join(', ') ?? '');
    this.#dot.dataset.online = String(isGood ? true : view?.phase === 'sign-in-needed' ? false : null);
    this.#dot.setAttribute('aria-label', words(`online.${this.#dot.dataset.online}`));
    const error = view?.phase === 'signed-out' ? undefined : view?.error;
    setText(this.#problem, error === undefined ? '' : problemText(words, error.code));
    // The server's sentence says what to do.
    this.#problem.title = error?.message ?? '';
    if (problem !== undefined)
      setText(this.#hint, problem.status === 404 ? words('sidebar.deployFirst') : problemText(words, problem.code));
    else setText(this.#hint, isGood && home?.devices.length === 0 ? words('account.noDevices') : '');
  }

  /** Returns whether the row is new or belongs to another place now. */
  #showDevice(device: CloudDeviceView): boolean {
    const row = this.#rows.get(device.id);
    if (row !== undefined) return row.show(device);
    this.#rows.set(device.id, new AccountRowView({ words: this.#words, account: this.#id, device, say: this.#say }));
    return true;
  }

  #dropAllBut(devices: readonly CloudDeviceView[]): void {
    const known = new Set(devices.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (known.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
  }
}

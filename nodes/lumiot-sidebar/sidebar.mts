/** The tab: a search box, every gateway and account of the flows with its devices, and what to do when there is none. */

import {
  type AccountWatcher,
  accountOf,
  accountProblem,
  loadAccount,
  unwatchAccounts,
  watchAccounts,
} from '../shared/editor/account-home.mts';
import { element, icon } from '../shared/editor/elements.mts';
import { homeOf, load, problemOf, unwatch, type Watcher, watch } from '../shared/editor/home.mts';
import { AccountSection } from './account-section.mts';
import { setText } from './dom.mts';
import { GatewaySection } from './gateway-section.mts';

const REFRESH_MS = 20_000;

export class Sidebar {
  readonly content: HTMLElement;
  readonly #words: Words;
  readonly #sections = new Map<string, GatewaySection>();
  readonly #accounts = new Map<string, AccountSection>();
  readonly #search: HTMLInputElement;
  readonly #list = element('div', { class: 'lumiot-gateways' });
  readonly #empty: HTMLElement;
  readonly #nothing: HTMLElement;
  readonly #said = element('div', { class: 'lumiot-sr', role: 'status' });
  #isVisible = false;
  #isPlanned = false;
  #timer: number | undefined;

  readonly #watcher: Watcher = {
    isAlive: () => this.#isVisible,
    hear: (gateway, devices) => {
      this.#sections.get(gateway)?.show(devices);
      this.#showNothing();
    },
  };

  readonly #accountWatcher: AccountWatcher = {
    isAlive: () => this.#isVisible,
    hear: (account, devices) => {
      this.#accounts.get(account)?.show(devices);
      this.#showNothing();
    },
  };

  constructor(words: Words) {
    this.#words = words;
    const label = words('search.label');
    this.#search = element('input', { type: 'text', placeholder: words('search.placeholder'), 'aria-label': label, title: label });
    this.#nothing = element('p', { class: 'lumiot-nothing', role: 'status' });
    this.#empty = this.#emptyState();
    const bar = element('div', { class: 'red-ui-sidebar-header lumiot-search' }, element('div', {}, this.#search));
    this.content = element(
      'div',
      { class: 'lumiot-sidebar' },
      bar,
      element('div', { class: 'lumiot-scroll' }, this.#empty, this.#nothing, this.#list),
      this.#said,
    );
    $(this.#search).searchBox({ style: 'compact', delay: 100, change: () => this.#filter() });
    // The box itself hears keys only, not what is pasted or dropped.
    this.#search.addEventListener('input', () => this.#filter());
    for (const event of ['nodes:add', 'nodes:remove', 'nodes:change']) {
      RED.events.on(event, (node) => {
        if (node?.type === 'lumi-gateway' || node?.type === 'miot-cloud') this.#plan();
      });
    }
    for (const event of ['workspace:clear', 'runtime-state', 'deploy', 'flows:loaded']) RED.events.on(event, () => this.#plan());
    // Neither Node-RED tells when a tab is hidden, or the sidebar closed; the browser does.
    new IntersectionObserver((entries) => this.#see(entries.at(-1)?.isIntersecting === true)).observe(this.content);
  }

  #see(isVisible: boolean): void {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    if (isVisible) {
      this.#update();
      watch(this.#watcher);
      watchAccounts(this.#accountWatcher);
      this.#timer = window.setInterval(() => this.#refresh(), REFRESH_MS);
    } else {
      unwatch(this.#watcher);
      unwatchAccounts(this.#accountWatcher);
      window.clearInterval(this.#timer);
    }
  }

  /** Many nodes change at once, as when flows are imported. */
  #plan(): void {
    if (!this.#isVisible || this.#isPlanned) return;
    this.#isPlanned = true;
    window.setTimeout(() => {
      this.#isPlanned = false;
      this.#update();
    }, 0);
  }

  /** The gateways and accounts of the flows, deployed or not. */
  #update(): void {
    const say = (text: string): void => setText(this.#said, text);
    const gateways = configsOf('lumi-gateway');
    const accounts = configsOf('miot-cloud');
    dropAllBut(this.#sections, gateways);
    dropAllBut(this.#accounts, accounts);
    for (const id of gateways) {
      if (homeOf(id) === undefined && problemOf(id) === undefined) void load(id);
      if (this.#sections.has(id)) continue;
      const section = new GatewaySection(this.#words, id, say);
      this.#sections.set(id, section);
      this.#list.append(section.element);
    }
    for (const id of accounts) {
      if (accountOf(id) === undefined && accountProblem(id) === undefined) void loadAccount(id);
      if (this.#accounts.has(id)) continue;
      const section = new AccountSection(this.#words, id, say);
      this.#accounts.set(id, section);
      this.#list.append(section.element);
    }
    const isEmpty = gateways.length + accounts.length === 0;
    this.#empty.hidden = !isEmpty;
    this.#search.disabled = isEmpty;
    this.#refresh();
  }

  #refresh(): void {
    for (const section of [...this.#sections.values(), ...this.#accounts.values()]) section.refresh();
    this.#filter();
  }

  #filter(): void {
    for (const section of [...this.#sections.values(), ...this.#accounts.values()]) section.filter(this.#terms);
    this.#showNothing();
  }

  get #terms(): readonly string[] {
    return this.#search.value
      .toLowerCase()
      .split(/\s+/)
      .filter((term) => term !== '');
  }

  #showNothing(): void {
    const isNothing = this.#terms.length > 0 && this.#list.querySelector('.lumiot-device:not([hidden])') === null;
    setText(this.#nothing, isNothing ? this.#words('search.nothing') : '');
  }

  #emptyState(): HTMLElement {
    const words = this.#words;
    const add = element('button', { type: 'button', class: 'red-ui-button' }, icon('plus'), ` ${words('empty.add')}`);
    // The dialog puts the id of the new gateway into a field of this name; here is none.
    add.addEventListener('click', () => RED.editor.editConfig('gateway', 'lumi-gateway', '_ADD_', 'lumiot-sidebar'));
    return element(
      'div',
      { class: 'lumiot-empty-state', hidden: true },
      icon('home'),
      element('h3', {}, words('empty.title')),
      element('p', {}, words('empty.about')),
      add,
    );
  }
}

function configsOf(type: string): readonly string[] {
  const found: string[] = [];
  RED.nodes.eachConfig((node) => {
    if (node.type === type) found.push(node.id);
  });
  return found;
}

function dropAllBut(sections: Map<string, { readonly element: HTMLElement }>, wanted: readonly string[]): void {
  for (const [id, { element: part }] of sections) {
    if (wanted.includes(id)) continue;
    part.remove();
    sections.delete(id);
  }
}

/** One device of an account in the list: how it is in one line, and every value by the names of its description once it is opened. */

import type { CloudDeviceView } from '../shared/editor/account-api.mts';
import { loadSpec, specOf } from '../shared/editor/account-home.mts';
import { cloudValue, mainValue, wayOf } from '../shared/editor/cloud-words.mts';
import { element, freshId, icon } from '../shared/editor/elements.mts';
import { setText } from './dom.mts';
import { makeDraggable, type NodeToPlace, paletteName, placeInView } from './place-node.mts';
import { ago } from './times.mts';

const TYPE = 'miot-in';

export interface AccountRowOptions {
  readonly words: Words;
  readonly account: string;
  readonly device: CloudDeviceView;
  readonly say: (text: string) => void;
}

export class AccountRowView {
  readonly element: HTMLElement;
  #device: CloudDeviceView;
  readonly #options: AccountRowOptions;
  readonly #dot = element('span', { class: 'lumiot-dot', role: 'img' });
  readonly #name = element('span', { class: 'lumiot-name' });
  readonly #value = element('span', { class: 'lumiot-value' });
  readonly #about = element('span', { class: 'lumiot-about' });
  readonly #line: HTMLElement;
  readonly #add: HTMLElement;
  readonly #values = element('dl', { class: 'lumiot-values lumiot-plain' });
  readonly #identity = element('div', { class: 'lumiot-identity' });
  readonly #body: HTMLElement;
  #searched = '';

  constructor(options: AccountRowOptions) {
    const { words, device } = options;
    this.#options = options;
    this.#device = device;
    const id = freshId();
    this.#body = element('div', { class: 'lumiot-details', id, hidden: true }, this.#values, this.#identity);
    this.#line = element(
      'div',
      { class: 'lumiot-line-button', role: 'button', tabindex: '0', 'aria-expanded': 'false', 'aria-controls': id },
      this.#dot,
      element('div', {}, this.#name, this.#value),
      element('div', {}, this.#about),
    );
    this.#add = element('button', { type: 'button', class: 'lumiot-icon-button lumiot-add' }, icon('plus'));
    this.element = element('li', { class: 'lumiot-device', 'data-device': device.id }, this.#line, this.#add, this.#body);
    this.#line.addEventListener('click', () => this.#toggle());
    this.#line.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      this.#toggle();
    });
    this.#add.addEventListener('click', () => this.#place());
    this.#line.addEventListener('pointerover', () => makeDraggable(words, this.#line, () => this.#node), { once: true });
    this.show(device);
  }

  get name(): string {
    return this.#device.name || this.#device.id;
  }

  get room(): string {
    return this.#device.room || this.#device.home;
  }

  /** Takes what arrived. Returns whether the row belongs to another place now. */
  show(device: CloudDeviceView): boolean {
    const before = { name: this.name, room: this.room };
    this.#device = device;
    this.refresh();
    return before.name !== this.name || before.room !== this.room;
  }

  /** Time went by. */
  refresh(): void {
    const { words, account } = this.#options;
    const { id, model, home, online, battery, lastSeen, isShared } = this.#device;
    setText(this.#name, this.name);
    setText(this.#value, mainValue(words, account, this.#device));
    const about = [
      battery !== null && `${words('property.battery')} ${Math.round(battery)} %`,
      ago(words, lastSeen),
      isShared && words('account.shared'),
      wayOf(words, this.#device),
      model,
    ];
    setText(this.#about, about.filter((part) => part !== false).join(' · '));
    if (this.#dot.dataset.online !== String(online)) {
      this.#dot.dataset.online = String(online);
      this.#dot.title = words(`online.${online}`);
      this.#dot.setAttribute('aria-label', this.#dot.title);
    }
    const added = words('place.add', { type: paletteName(TYPE), name: this.name });
    if (this.#add.title !== added) {
      this.#add.title = added;
      this.#add.setAttribute('aria-label', added);
      this.#line.title = words('place.drag', { type: paletteName(TYPE) });
    }
    this.#searched = [this.name, this.room, home, model, id].join(' ').toLowerCase();
    if (!this.#body.hidden) this.#showValues();
  }

  matches(terms: readonly string[]): boolean {
    return terms.every((term) => this.#searched.includes(term));
  }

  #showValues(): void {
    const { words, account } = this.#options;
    const { id, model, home, state } = this.#device;
    const described = specOf(account, id)?.properties ?? [];
    const known = Object.keys(state).map((name) => ({ name, property: described.find((one) => one.name === name) }));
    // In the order of the description, which puts together what belongs together.
    known.sort(
      (one, other) => (one.property ? described.indexOf(one.property) : -1) - (other.property ? described.indexOf(other.property) : -1),
    );
    const rows = new Map([...this.#values.children].map((row) => [row.getAttribute('data-property') ?? '', row]));
    const wanted = known.map(({ name, property }) => {
      const row =
        rows.get(name) ??
        element('div', { 'data-property': name, title: name }, element('dt'), element('dd', { class: 'lumiot-number-cell' }));
      const [label, value] = row.children;
      if (label) setText(label, property?.label ?? name);
      if (value) setText(value, cloudValue(words, state[name], property));
      return row;
    });
    if (wanted.some((row, index) => this.#values.children[index] !== row) || this.#values.childElementCount !== wanted.length)
      this.#values.replaceChildren(...wanted);
    setText(this.#identity, [home, model, id].filter((part) => part !== '').join(' · '));
  }

  #toggle(): void {
    const isOpen = this.#body.hidden;
    this.#body.hidden = !isOpen;
    this.#line.setAttribute('aria-expanded', String(isOpen));
    if (!isOpen) return;
    this.#showValues();
    void loadSpec(this.#options.account, this.#device.id).then(() => this.refresh());
  }

  #place(): void {
    const { words, say } = this.#options;
    if (placeInView(words, this.#node)) say(words('place.added', { type: paletteName(TYPE), name: this.name }));
  }

  get #node(): NodeToPlace {
    return { type: TYPE, account: this.#options.account, device: this.#device.id };
  }
}

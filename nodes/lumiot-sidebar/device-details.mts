/** What stands under a device that was opened: every value with its chart, name and room, and what can be done with it. */

import { normalizeSid } from '../../lib/home/ids';
import type { KnownDevice, KnownGateway } from '../shared/editor/api.mts';
import { element, freshId, icon } from '../shared/editor/elements.mts';
import { propertyName, valueText } from '../shared/editor/words.mts';
import { type Chart, makeChart, type Series } from './chart.mts';
import { setText } from './dom.mts';
import { nameDevice, namingOf } from './name-device.mts';
import { nodeTypesFor } from './node-types.mts';
import { paletteName } from './place-node.mts';
import { catalogueEntry, reportPanel } from './report.mts';

export interface DetailsOptions {
  readonly words: Words;
  readonly gateway: () => KnownGateway;
  readonly device: KnownDevice;
  readonly body: HTMLElement;
  readonly rooms: () => readonly string[];
  readonly place: (type: string) => void;
  /** Gives the focus back to the line above. */
  readonly leave: () => void;
  readonly seriesOf: (property: string) => Series | undefined;
  readonly chartText: (property: string) => string;
}

const technical = ['battery', 'batteryLow', 'voltage', 'protocol', 'firmware'];

interface ValueRow {
  readonly value: HTMLElement;
  readonly chart: Chart;
}

export class DeviceDetails {
  readonly #options: DetailsOptions;
  #device: KnownDevice;
  readonly #values = new Map<string, ValueRow>();
  readonly #table = element('dl', { class: 'lumiot-values' });
  readonly #name: HTMLInputElement;
  readonly #room: HTMLInputElement;
  readonly #roomList = element('datalist', { id: freshId() });
  readonly #used = element('button', { type: 'button', class: 'red-ui-button red-ui-button-small' });
  #nextNode = 0;

  constructor(options: DetailsOptions) {
    const { words, body, device } = options;
    this.#options = options;
    this.#device = device;
    this.#name = this.#field('name');
    this.#room = this.#field('room');
    this.#room.setAttribute('list', this.#roomList.id);
    this.#room.addEventListener('focus', () =>
      this.#roomList.replaceChildren(...options.rooms().map((room) => element('option', { value: room }))),
    );
    this.#used.addEventListener('click', () => this.#reveal());
    const { model, hardware, description, id, family } = device;
    const about = [family === 'unknown' ? '' : description, hardware, model, id].filter((part) => part);
    const report = element('div');
    body.replaceChildren(
      this.#table,
      element('p', { class: 'lumiot-identity' }, about.join(' · ')),
      element(
        'div',
        { class: 'lumiot-naming' },
        element('label', { for: this.#name.id }, words('label.name')),
        this.#name,
        element('label', { for: this.#room.id }, words('label.room')),
        this.#room,
        this.#roomList,
      ),
      element('div', { class: 'lumiot-buttons' }, ...this.#addButtons(), this.#used, family === 'unknown' && this.#entryButton(report)),
      report,
    );
  }

  show(device: KnownDevice): void {
    const { words, gateway, seriesOf, chartText } = this.#options;
    this.#device = device;
    for (const property of inOrder(device)) {
      const known = device.state[property];
      const stored = property === 'battery' && typeof known === 'number' ? Math.round(known) : known;
      const row = this.#values.get(property) ?? this.#addValue(property);
      setText(row.value, valueText(words, property, stored) || (stored === null ? '–' : JSON.stringify(stored)));
      const series = seriesOf(property);
      if (series !== undefined) row.chart.draw(series, chartText(property));
    }
    const { name, room } = namingOf(gateway().id, device);
    if (document.activeElement !== this.#name) this.#name.value = name === device.id ? '' : name;
    if (document.activeElement !== this.#room) this.#room.value = room;
    const used = this.#nodes().length;
    this.#used.hidden = used === 0;
    setText(this.#used, words('used', { number: used }));
  }

  #addValue(property: string): ValueRow {
    const { words } = this.#options;
    const row = { value: element('dd', { class: 'lumiot-number-cell' }), chart: makeChart() };
    row.chart.draw(undefined, '');
    this.#values.set(property, row);
    this.#table.append(
      element(
        'div',
        { 'data-property': property },
        element('dt', {}, propertyName(words, property)),
        element('dd', {}, row.chart.element),
        row.value,
      ),
    );
    return row;
  }

  #field(setting: 'name' | 'room'): HTMLInputElement {
    const { words } = this.#options;
    const input = element('input', {
      type: 'text',
      id: freshId(),
      'data-setting': setting,
      autocomplete: 'off',
      placeholder: words(`naming.${setting}`),
      disabled: RED.user.hasPermission('flows.write') ? undefined : true,
    });
    // Not on `change`: it does not come when the row was moved while somebody typed.
    let before = '';
    input.addEventListener('focus', () => {
      before = input.value;
    });
    input.addEventListener('blur', () => {
      if (input.value !== before) this.#rename();
    });
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.#options.leave();
      if (event.key !== 'Escape') return;
      const { name, room } = namingOf(this.#options.gateway().id, this.#device);
      input.value = setting === 'room' ? room : name === this.#device.id ? '' : name;
      this.#options.leave();
    });
    return input;
  }

  #rename(): void {
    const { gateway } = this.#options;
    const { id } = this.#device;
    const is = namingOf(gateway().id, this.#device);
    const naming = { name: this.#name.value.trim(), room: this.#room.value.trim() };
    if ((naming.name || id) !== is.name || naming.room !== is.room) nameDevice(gateway().id, id, naming);
  }

  #addButtons(): HTMLElement[] {
    const { words, place } = this.#options;
    return nodeTypesFor(this.#device).map((type) => {
      const button = element(
        'button',
        {
          type: 'button',
          class: 'red-ui-button red-ui-button-small',
          'data-type': type,
          title: words('place.addType', { type: paletteName(type) }),
        },
        icon('plus'),
        ` ${paletteName(type)}`,
      );
      button.addEventListener('click', () => {
        place(type);
        this.show(this.#device);
      });
      return button;
    });
  }

  #entryButton(at: HTMLElement): HTMLElement {
    const { words, gateway } = this.#options;
    const button = element(
      'button',
      { type: 'button', class: 'red-ui-button red-ui-button-small' },
      icon('file-code-o'),
      ` ${words('unknown.entry')}`,
    );
    button.addEventListener('click', () => {
      const report = { title: words('unknown.title'), about: words('unknown.about'), text: catalogueEntry(this.#device, gateway()) };
      at.replaceChildren(reportPanel(words, report, () => at.replaceChildren()));
    });
    return button;
  }

  #nodes(): string[] {
    const id = normalizeSid(this.#device.id);
    const gateway = this.#options.gateway().id;
    const found: string[] = [];
    RED.nodes.eachNode((node) => {
      if (node.gateway === gateway && normalizeSid(String(node.device ?? '')) === id) found.push(node.id);
    });
    return found;
  }

  /** Each press shows the next one. */
  #reveal(): void {
    const nodes = this.#nodes();
    const id = nodes[this.#nextNode % nodes.length];
    this.#nextNode += 1;
    if (id !== undefined) RED.view.reveal(id);
  }
}

/** As the catalogue has them, what only the technician wants last. */
function inOrder({ state, properties }: KnownDevice): string[] {
  const names = [...properties.map(({ property }) => property).filter((property) => property in state), ...Object.keys(state)];
  const rank = (name: string): number => (technical.includes(name) ? 1 + technical.indexOf(name) : 0);
  return [...new Set(names)].sort((one, other) => rank(one) - rank(other));
}

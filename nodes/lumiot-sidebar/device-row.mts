/** One device in the list: a line that is kept up to date, and its details once it was opened. Only what changed is written. */

import type { KnownDevice, KnownGateway } from '../shared/editor/api.mts';
import { lastValue } from '../shared/editor/device-picker.mts';
import { element, freshId, icon } from '../shared/editor/elements.mts';
import { familyName, propertyName, valueText } from '../shared/editor/words.mts';
import { makeChart, Series } from './chart.mts';
import { DeviceDetails } from './device-details.mts';
import { setText } from './dom.mts';
import { type Naming, namingOf } from './name-device.mts';
import { nodeTypesFor } from './node-types.mts';
import { makeDraggable, type NodeToPlace, paletteName, placeInView } from './place-node.mts';
import { ago } from './times.mts';

/** The number that is drawn in the line, the first that the device has. */
const drawn = ['temperature', 'power', 'illuminance', 'illuminanceRaw', 'position', 'brightness', 'humidity', 'density', 'tiltAngle'];

const batterySymbols = [
  ['battery-full', 85],
  ['battery-three-quarters', 60],
  ['battery-half', 35],
  ['battery-quarter', 12],
  ['battery-empty', 0],
] as const;

export interface RowOptions {
  readonly words: Words;
  readonly gateway: () => KnownGateway;
  readonly device: KnownDevice;
  /** Rooms there are, to choose from. */
  readonly rooms: () => readonly string[];
  readonly say: (text: string) => void;
}

export class DeviceRowView {
  readonly element: HTMLElement;
  #device: KnownDevice;
  readonly #options: RowOptions;
  readonly #history = new Map<string, Series>();
  readonly #dot = element('span', { class: 'lumiot-dot', role: 'img' });
  readonly #name = element('span', { class: 'lumiot-name' });
  readonly #value = element('span', { class: 'lumiot-value' });
  readonly #battery = element('span');
  readonly #seen = element('span');
  readonly #about = element('span', { class: 'lumiot-about' }, this.#battery, this.#seen);
  readonly #chart = makeChart();
  readonly #line: HTMLElement;
  readonly #add: HTMLElement;
  readonly #body: HTMLElement;
  #details: DeviceDetails | undefined;
  #naming: Naming = { name: '', room: '' };
  #shown = '';
  #searched = '';

  constructor(options: RowOptions) {
    const { words, device } = options;
    this.#options = options;
    this.#device = device;
    const id = freshId();
    this.#body = element('div', { class: 'lumiot-details', id, hidden: true });
    this.#line = element(
      'div',
      { class: 'lumiot-line-button', role: 'button', tabindex: '0', 'aria-expanded': 'false', 'aria-controls': id },
      this.#dot,
      element('div', {}, this.#name, this.#value),
      element('div', {}, this.#about, this.#chart.element),
    );
    this.#add = element('button', { type: 'button', class: 'lumiot-icon-button lumiot-add' }, icon('plus'));
    this.element = element('li', { class: 'lumiot-device', 'data-device': device.id }, this.#line, this.#add, this.#body);
    this.#line.addEventListener('click', () => this.#toggle());
    this.#line.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      this.#toggle();
    });
    this.#add.addEventListener('click', () => this.place(this.#node.type));
    // Only rows that a pointer reaches get the widget: five hundred of them would cost.
    this.#line.addEventListener('pointerover', () => makeDraggable(words, this.#line, () => this.#node), { once: true });
    this.show(device);
  }

  get name(): string {
    return this.#naming.name;
  }

  get room(): string {
    return this.#naming.room;
  }

  /** Takes what arrived. Returns whether the row belongs to another place now. */
  show(device: KnownDevice): boolean {
    const news = JSON.stringify(device);
    this.#device = device;
    // Asked for again, not heard again: no point in the charts.
    if (news !== this.#shown) this.#remember();
    this.#shown = news;
    return this.refresh();
  }

  /** Time went by, or the names in the gateway's table changed. Returns whether the row belongs to another place now. */
  refresh(): boolean {
    const { words, gateway } = this.#options;
    const device = this.#device;
    const before = this.#naming;
    this.#naming = namingOf(gateway().id, device);
    const { name, room } = this.#naming;
    const { model, hardware, family, battery, online, id } = device;
    const kind = familyName(words, family);
    setText(this.#name, name);
    setText(this.#value, lastValue(words, device));
    // The kind comes last: it is the first to be cut off where there is little room.
    const badge = family === 'unknown' ? words('unknown.badge') : undefined;
    setText(this.#seen, [badge ?? ago(words, device.lastSeen), badge ? ago(words, device.lastSeen) : kind].join(' · '));
    this.#showBattery(battery);
    if (this.#dot.dataset.online !== String(online)) {
      this.#dot.dataset.online = String(online);
      this.#dot.title = words(`online.${online}`);
      this.#dot.setAttribute('aria-label', this.#dot.title);
    }
    const added = words('place.add', { type: paletteName(this.#node.type), name });
    if (this.#add.title !== added) {
      this.#add.title = added;
      this.#add.setAttribute('aria-label', added);
      this.#line.title = words('place.drag', { type: paletteName(this.#node.type) });
    }
    this.#searched = [name, room, model, hardware, id, kind].join(' ').toLowerCase();
    const shown = drawn.find((property) => this.#history.has(property));
    if (shown !== undefined) this.#chart.draw(this.#history.get(shown), this.chartText(shown));
    this.#details?.show(device);
    return name !== before.name || room !== before.room;
  }

  #showBattery(percent: number | null): void {
    const text = percent === null ? '' : `${Math.round(percent)} %`;
    if (this.#battery.dataset.text === text) return;
    this.#battery.dataset.text = text;
    if (percent === null) {
      this.#battery.replaceChildren();
      return;
    }
    const [symbol] = batterySymbols.find(([, from]) => percent >= from) ?? batterySymbols[0];
    const name = element('span', { class: 'lumiot-sr' }, this.#options.words('property.battery'));
    this.#battery.replaceChildren(icon(symbol), name, ` ${text} · `);
  }

  matches(terms: readonly string[]): boolean {
    return terms.every((term) => this.#searched.includes(term));
  }

  seriesOf(property: string): Series | undefined {
    return this.#history.get(property);
  }

  /** "Temperature since the tab was opened: 21.8 °C to 22.4 °C". */
  chartText(property: string): string {
    const { words } = this.#options;
    const { min, max } = this.#history.get(property)?.range ?? { min: 0, max: 0 };
    const value = (number: number): string => valueText(words, property, number);
    return words('chart.about', { property: propertyName(words, property), min: value(min), max: value(max) });
  }

  place(type: string): void {
    const { words, say } = this.#options;
    if (placeInView(words, { ...this.#node, type })) say(words('place.added', { type: paletteName(type), name: this.name }));
  }

  get #node(): NodeToPlace {
    const [type = 'lumi-device'] = nodeTypesFor(this.#device);
    return { type, gateway: this.#options.gateway().id, device: this.#device.id };
  }

  #remember(): void {
    const now = Date.now();
    for (const [property, value] of Object.entries(this.#device.state)) {
      if (typeof value !== 'number') continue;
      const series = this.#history.get(property) ?? new Series();
      this.#history.set(property, series);
      series.add(value, now);
    }
  }

  #toggle(): void {
    const isOpen = this.#body.hidden;
    this.#body.hidden = !isOpen;
    this.#line.setAttribute('aria-expanded', String(isOpen));
    if (!isOpen) {
      this.#details = undefined;
      this.#body.replaceChildren();
      return;
    }
    this.#details = new DeviceDetails({
      ...this.#options,
      body: this.#body,
      place: (type) => this.place(type),
      leave: () => this.#line.focus(),
      seriesOf: (property) => this.seriesOf(property),
      chartText: (property) => this.chartText(property),
    });
    this.#details.show(this.#device);
  }
}

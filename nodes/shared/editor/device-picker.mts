/** The field for a device: search by name, room, model or id; the last value and the battery stand beside each. */

import type { Family } from '../../../lib/home/device';
import { normalizeSid } from '../../../lib/home/ids';
import type { KnownDevice } from './api.mts';
import { type Combo, makeCombo, type Option } from './combo.mts';
import { element, fieldOf, freshId } from './elements.mts';
import { deviceOf, devicesOf, homeOf, load, namedRow, problemOf, watch } from './home.mts';
import { comboTexts, familyName, problemText, propertyName, valueText } from './words.mts';

export interface PickerOptions {
  /** Families that fit the node; 'every' where it fits all. */
  readonly families: readonly Family[] | 'every';
  /** Of these properties the device must be able to set one. */
  readonly needs?: readonly string[] | undefined;
  /** What '' means: every device that fits, the one the message names, or nothing. */
  readonly empty: 'several' | 'message' | 'none';
  /** The device changed, or more became known of it. `undefined`: none, or one that nobody knows. */
  readonly onDevice?: ((device: KnownDevice | undefined, id: string) => void) | undefined;
}

/** How long a device stands out that has just spoken. */
const LIT_MS = 4_000;
const collator = new Intl.Collator(undefined, { numeric: true });

export function addDevicePicker(node: EditorNode, options: PickerOptions): void {
  const field = fieldOf('device');
  const gatewayField = fieldOf('gateway');
  if (!field || !gatewayField) return;
  const words = node._;
  const gateway = (): string => (gatewayField.value === '_ADD_' ? '' : gatewayField.value);
  let isShowingAll = false;
  /** What the rest of the dialog was told of last. */
  let told: KnownDevice | undefined;

  const fits = ({ family, properties }: KnownDevice): boolean =>
    (options.families === 'every' || options.families.includes(family)) &&
    (options.needs === undefined || properties.some(({ property, writable }) => writable && options.needs?.includes(property)));
  const listed = (): KnownDevice[] =>
    devicesOf(gateway())
      .filter((device) => isShowingAll || fits(device))
      .sort((one, other) => collator.compare(one.name || one.id, other.name || other.id));

  const list = (): Option[] => {
    const first: Option[] = options.empty === 'none' ? [] : [{ value: '', label: words(`device.${options.empty}`) }];
    const devices = listed();
    const known = deviceOf(gateway(), field.value);
    // The device stored is shown by its name also when it is no longer among those that fit.
    if (known && !devices.includes(known)) devices.push(known);
    return [...first, ...devices.map((device) => optionOf(words, device, field.value))];
  };

  const hint = element('div', { class: 'lumiot-hint', id: freshId(), 'aria-live': 'polite' });
  const showHint = (): void => {
    const { text, isWarning } =
      field.value === '' ? { text: words(`device.about.${options.empty}`), isWarning: false } : hintOf(words, gateway(), field.value);
    hint.textContent = text;
    hint.title = text;
    hint.classList.toggle('lumiot-warn', isWarning);
  };

  const status = (): string => {
    if (gateway() === '') return words('device.chooseGateway');
    const problem = problemOf(gateway());
    if (problem) return problem.status === 404 ? words('device.deployFirst') : problemText(words, problem.code);
    const home = homeOf(gateway());
    if (!home) return words('device.loading');
    if (home.devices.length === 0) return words('device.noneYet');
    const heard = [...lit].at(-1);
    if (heard !== undefined) return words('device.heard', { name: deviceOf(gateway(), heard)?.name || heard });
    return home.devices.some((device) => isShowingAll || fits(device)) ? words('device.press') : '';
  };

  /** When each device was last heard, as far as this dialog knows. */
  const seen = new Map<string, string | null>();
  /** Devices that have just spoken while the list was open. */
  const lit = new Set<string>();
  const listen = (devices: readonly KnownDevice[]): void => {
    for (const { id, lastSeen, family } of devices) {
      const isNews = seen.has(id) && seen.get(id) !== lastSeen;
      seen.set(id, lastSeen);
      // Gateways speak all the time, and nobody looks for one by pressing it.
      if (!isNews || family === 'gateway' || !combo.isOpen()) continue;
      lit.delete(id);
      lit.add(id);
      window.setTimeout(() => {
        lit.delete(id);
        combo.refresh();
      }, LIT_MS);
    }
  };

  const command = (): { label: string; run: () => void } | undefined => {
    const hidden = devicesOf(gateway()).filter((device) => !fits(device)).length;
    if (hidden === 0) return undefined;
    const label = isShowingAll ? words('device.showFitting') : words('device.showAll', { number: hidden });
    return {
      label,
      run: () => {
        isShowingAll = !isShowingAll;
      },
    };
  };

  const update = async (): Promise<void> => {
    if (gateway() !== '') await load(gateway());
    if (!field.isConnected) return;
    combo.refresh();
    tell();
  };
  const tell = (): void => {
    showHint();
    told = deviceOf(gateway(), field.value);
    options.onDevice?.(told, field.value);
  };

  const combo: Combo = makeCombo({
    field,
    texts: { ...comboTexts(words, 'label.device'), placeholder: words(`device.${options.empty}`) },
    options: list,
    command,
    status,
    isLit: (value) => lit.has(normalizeSid(value)),
    onOpen: () => void update(),
    onChange: tell,
  });
  combo.input.setAttribute('aria-describedby', hint.id);
  field.closest('.form-row')?.append(hint);
  // jQuery: Node-RED triggers this change itself when a gateway was added.
  $(gatewayField).on('change', () => void update());
  watch({
    isAlive: () => field.isConnected,
    hear: (id, devices = devicesOf(id)) => {
      if (id !== gateway()) return;
      listen(devices);
      combo.refresh();
      for (const spoken of lit) combo.reveal(spoken);
      // Values alone must not touch the other fields while somebody is at them.
      if ((deviceOf(gateway(), field.value) === undefined) === (told === undefined)) showHint();
      else tell();
    },
  });
  tell();
  void update();
}

/** "Bedroom · weather.v1 · 158d0001a2b3c4", with the values right of it. */
function optionOf(words: Words, device: KnownDevice, stored: string): Option {
  const { id, name, room, model, hardware, family, battery, online } = device;
  // Made when a row is drawn or searched: of hundreds of devices only a few are seen.
  return {
    // The spelling that is stored stays, so that opening a dialog never changes a flow.
    value: stored !== '' && normalizeSid(stored) === normalizeSid(id) ? stored : id,
    label: name || id,
    get detail() {
      return [...new Set([room, model, name !== '' && name !== id ? id : familyName(words, family)])]
        .filter((part) => part !== '')
        .join(' · ');
    },
    get aside() {
      return lastValue(words, device);
    },
    get note() {
      const about = [
        online === false && words('device.offline'),
        battery !== null && `${words('property.battery')} ${Math.round(battery)} %`,
      ];
      return about.filter((part) => part !== false).join(' · ');
    },
    get keywords() {
      return [room, model, hardware, id, familyName(words, family)].join(' ');
    },
  };
}

/** The one or two values that tell most, the most telling first. */
const telling = ['open', 'motion', 'leak', 'smoke', 'gas', 'temperature', 'humidity', 'on', 'channel1', 'channel2', 'channel3', 'position'];
const MOST_VALUES = 2;

export function lastValue(words: Words, { state, family }: KnownDevice): string {
  const names = [...telling, ...(family === 'gateway' ? ['illuminance'] : ['power', 'illuminance', 'brightness', 'alarm', 'tiltAngle'])];
  return names
    .filter((name) => state[name] !== undefined && state[name] !== null)
    .slice(0, MOST_VALUES)
    .map((name) => {
      const text = valueText(words, name, state[name]);
      return name.startsWith('channel') ? `${propertyName(words, name)} ${text}` : text;
    })
    .join(' · ');
}

function hintOf(words: Words, gateway: string, id: string): { text: string; isWarning: boolean } {
  if (id.includes('${')) return { text: '', isWarning: false };
  const device = deviceOf(gateway, id);
  if (device) {
    const parts = [lastValue(words, device), device.room, device.model, device.id];
    return { text: parts.filter((part) => part !== '').join(' · '), isWarning: false };
  }
  const row = namedRow(gateway, id);
  if (row?.name) return { text: [row.name, row.room].filter(Boolean).join(' · '), isWarning: false };
  return homeOf(gateway) ? { text: words('device.unknown'), isWarning: true } : { text: '', isWarning: false };
}

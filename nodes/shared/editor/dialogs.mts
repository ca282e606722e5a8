/**
 * The two shapes of dialogs: nodes that tell what a device said, and nodes that make it do something. A dialog adds only its own
 * fields; the rows all of them share are made here, in the places that its template marks with `data-lumiot`.
 */

import { makeCombo } from './combo.mts';
import { addDevicePicker, type PickerOptions } from './device-picker.mts';
import { element, fieldOf, icon } from './elements.mts';
import { addFamilyField } from './family-field.mts';
import { deviceName, devicesOf } from './home.mts';
import { addStyles } from './styles.mts';
import { comboTexts } from './words.mts';

const inputOptions = ['onlyChanges', 'sendOnStart', 'includeRaw'] as const;

export interface InputDialog {
  readonly families: PickerOptions['families'];
  /** Which of the shared options make sense for the node; all unless told. */
  readonly options?: readonly (typeof inputOptions)[number][];
  readonly onDevice?: PickerOptions['onDevice'];
}

export interface ControlDialog {
  readonly families?: PickerOptions['families'];
  readonly needs?: PickerOptions['needs'];
  /** Absent: a node that has no device. */
  readonly device?: 'none' | 'message';
  readonly onDevice?: PickerOptions['onDevice'];
}

/** `oneditprepare` of an input node. */
export function prepareInput(node: EditorNode, { families, options = inputOptions, onDevice }: InputDialog): void {
  addStyles();
  chooseOnly(node, 'gateway');
  fill(node, 'device', () => [textRow(node, 'device', 'microchip'), narrowRow(node, families)]);
  fill(node, 'options', () => [checkRows(node, options), textRow(node, 'topic', 'tasks')]);
  const narrowing = fieldOf('room')?.closest('.form-row');
  addRoomField(node);
  addFamilyField(node, families);
  addDevicePicker(node, {
    families,
    empty: 'several',
    onDevice: (device, id) => {
      narrowing?.toggleAttribute('hidden', id !== '');
      onDevice?.(device, id);
    },
  });
  const topic = fieldOf('topic');
  if (topic) topic.placeholder = node._('placeholder.topic');
}

/** `oneditprepare` of a control. */
export function prepareControl(node: EditorNode, { families, needs, device, onDevice }: ControlDialog): void {
  addStyles();
  chooseOnly(node, 'gateway');
  fill(node, 'device', () => [textRow(node, 'device', 'microchip')]);
  fill(node, 'options', () => [checkRows(node, ['onlyReplies'])]);
  if (device) addDevicePicker(node, { families: families ?? 'every', needs, empty: device, onDevice });
}

/** `label` of every node: its name, else its device's, else what the palette calls it. */
export function labelOf(node: EditorNode): string {
  return node.name || deviceName(String(node.gateway ?? ''), String(node.device ?? '')) || node._('palette.name');
}

/** Keeps numbers numbers: called from `oneditsave`, because Node-RED stores what stands in a field as text. */
export function saveNumbers(node: EditorNode, settings: readonly string[], prefix = 'node-input'): void {
  for (const setting of settings) {
    const text = fieldOf(setting, prefix)?.value.trim() ?? '';
    if (text !== '' && Number.isFinite(Number(text))) Object.assign(node, { [setting]: Number(text) });
  }
}

/** A new node takes the gateway, or the account, when there is only one. */
export function chooseOnly(node: EditorNode, setting: 'gateway' | 'account'): void {
  const select = document.getElementById(`node-input-${setting}`);
  if (node[setting] || !(select instanceof HTMLSelectElement)) return;
  const [only, ...others] = [...select.options].filter(({ value }) => value !== '' && value !== '_ADD_');
  if (only && others.length === 0) select.value = only.value;
}

/** Puts rows where the template has `<div data-lumiot="place">`. */
export function fill(node: EditorNode, place: string, rows: () => readonly HTMLElement[]): void {
  const at = document.querySelector(`#dialog-form [data-lumiot="${place}"]`);
  if (!at) return;
  at.replaceWith(...rows());
  for (const setting of ['device', 'room', 'family', 'topic', 'onlyChanges', 'sendOnStart', 'includeRaw', 'onlyReplies']) {
    const field = fieldOf(setting);
    if (!field || field.dataset.filled) continue;
    field.dataset.filled = 'true';
    if (field.type === 'checkbox') field.checked = node[setting] === true || node[setting] === 'true';
    else field.value = String(node[setting] ?? '');
  }
}

export function textRow(node: EditorNode, setting: string, iconName: string): HTMLElement {
  return element(
    'div',
    { class: 'form-row' },
    label(node, setting, iconName),
    ' ',
    element('input', { type: 'text', id: `node-input-${setting}` }),
  );
}

/** Room and family side by side; a node that is for one family has only the room. */
function narrowRow(node: EditorNode, families: PickerOptions['families']): HTMLElement {
  const settings = families !== 'every' && families.length === 1 ? ['room'] : ['room', 'family'];
  const inputs = settings.map((setting) =>
    element('input', { type: 'text', id: `node-input-${setting}`, 'aria-label': node._(`label.${setting}`) }),
  );
  return element(
    'div',
    { class: 'form-row' },
    element('label', { for: 'node-input-room' }, icon('map-marker'), ` ${node._('label.narrow')}`),
    ' ',
    element('span', { class: 'lumiot-pair' }, ...inputs),
  );
}

function label(node: EditorNode, setting: string, iconName: string): HTMLElement {
  return element('label', { for: `node-input-${setting}` }, icon(iconName), ` ${node._(`label.${setting}`)}`);
}

export function checkRows(node: EditorNode, settings: readonly string[]): HTMLElement {
  const rows = settings.map((setting) =>
    element(
      'label',
      { for: `node-input-${setting}`, title: node._(`about.${setting}`) },
      element('input', { type: 'checkbox', id: `node-input-${setting}` }),
      node._(`label.${setting}`),
    ),
  );
  return element('div', { class: 'form-row lumiot-checks' }, ...rows);
}

function addRoomField(node: EditorNode): void {
  const field = fieldOf('room');
  if (!field) return;
  makeCombo({
    field,
    texts: { ...comboTexts(node._, 'label.room'), placeholder: node._('placeholder.room') },
    options: () => {
      const rooms = new Set(devicesOf(fieldOf('gateway')?.value ?? '').map(({ room }) => room));
      rooms.delete('');
      return [{ value: '', label: node._('placeholder.room') }, ...[...rooms].sort().map((room) => ({ value: room, label: room }))];
    },
  });
}

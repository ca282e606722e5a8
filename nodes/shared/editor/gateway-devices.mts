/** The table of a gateway's devices: names and rooms, which the LAN does not know, and the model where the gateway does not tell it. */

import { definitions } from '../../../lib/devices/catalogue';
import { makeCombo, type Option } from './combo.mts';
import { element, freshId } from './elements.mts';
import { devicesOf, load } from './home.mts';
import { comboTexts } from './words.mts';

export interface DeviceRow {
  readonly sid: string;
  readonly name: string;
  readonly room: string;
  readonly model: string;
}

const columns = ['sid', 'model', 'name', 'room'] as const;
const list = '#lumiot-devices';

export function addDevicesTable(node: EditorNode): void {
  const words = node._;
  const stored: unknown = node.devices;
  const rows = Array.isArray(stored) ? stored.map(rowOf) : [];
  $(list).editableList<DeviceRow>({
    addButton: words('devices.add'),
    removable: true,
    sortable: false,
    height: 'auto',
    addItem: (container, _index, row) => addRow(node, container[0], rowOf(row)),
  });
  for (const row of rows) $(list).editableList('addItem', row);
  const part = document.getElementById('lumiot-devices-part');
  if (part instanceof HTMLDetailsElement) part.open = rows.length > 0;
  void load(node.id);
}

/** Rows as they stand in the table; those without a sid say nothing. */
export function readDevicesTable(): DeviceRow[] {
  return [...document.querySelectorAll<HTMLElement>(`${list} .lumiot-devices-row`)]
    .map((item) => {
      const text = (name: string): string => item.querySelector<HTMLInputElement>(`[data-column="${name}"]`)?.value.trim() ?? '';
      return { sid: text('sid'), name: text('name'), room: text('room'), model: text('model') };
    })
    .filter(({ sid }) => sid !== '');
}

function addRow(node: EditorNode, container: HTMLElement | undefined, row: DeviceRow): void {
  const words = node._;
  const input = (name: (typeof columns)[number]): HTMLInputElement => {
    const made = element('input', {
      type: 'text',
      id: freshId(),
      'data-column': name,
      'aria-label': words(`devices.${name}`),
      placeholder: words(`devices.${name}`),
    });
    made.value = row[name];
    return made;
  };
  const [sid, model, name, room] = [input('sid'), input('model'), input('name'), input('room')];
  const cells = [sid, model, name, room].map((field) => element('span', {}, field));
  container?.append(element('div', { class: 'lumiot-devices-row' }, ...cells));
  makeCombo({
    field: sid,
    texts: { ...comboTexts(words, 'devices.sid'), placeholder: words('devices.sid') },
    options: () => devicesOf(node.id).map(sidOption),
  });
  makeCombo({
    field: model,
    texts: { ...comboTexts(words, 'devices.model'), placeholder: words('devices.asTold') },
    options: () => models,
  });
}

const sidOption = ({ id, name, model }: { readonly id: string; readonly name: string; readonly model: string }): Option => ({
  value: id,
  label: id,
  aside: name,
  keywords: `${name} ${model}`,
});

/** Every model known, by its first spelling. */
const models: readonly Option[] = definitions.map(({ models: [model = ''], name, hardware }) => ({
  value: model,
  label: model,
  detail: name,
  note: hardware,
  keywords: `${name} ${hardware}`,
}));

function rowOf(stored: unknown): DeviceRow {
  const { sid, name, room, model } = (typeof stored === 'object' && stored !== null ? stored : {}) as Record<string, unknown>;
  return { sid: String(sid ?? ''), name: String(name ?? ''), room: String(room ?? ''), model: String(model ?? '') };
}

/** The list of properties a node reads: one row each, chosen from the device's description or typed. */

import type { ChosenDevice } from './account-device-picker.mts';
import { type Combo, makeCombo } from './combo.mts';
import { element, freshId } from './elements.mts';
import { propertyOptions, type SpecField, specStatus } from './spec-fields.mts';
import { comboTexts } from './words.mts';

const list = '#lumiot-properties';

export function addPropertiesList(node: EditorNode): SpecField {
  const words = node._;
  const combos = new Set<{ readonly combo: Combo; readonly field: HTMLInputElement }>();
  let chosen: ChosenDevice = { id: '', device: undefined, spec: undefined, problem: '' };
  $(list).editableList<{ readonly property?: string }>({
    addButton: words('properties.add'),
    removable: true,
    sortable: true,
    height: 'auto',
    addItem: (container, _index, { property = '' }) => {
      const field = element('input', { type: 'text', id: freshId(), 'data-column': 'property', 'aria-label': words('label.property') });
      field.value = property;
      container[0]?.append(element('div', { class: 'lumiot-properties-row' }, field));
      const combo = makeCombo({
        field,
        texts: { ...comboTexts(words, 'label.property'), placeholder: words('placeholder.property') },
        status: () => specStatus(words, chosen),
        options: () => propertyOptions(words, chosen, 'read', field.value),
      });
      combos.add({ combo, field });
    },
  });
  const stored = propertiesOf(node.properties);
  for (const property of stored.length > 0 ? stored : ['']) $(list).editableList('addItem', { property });
  return {
    show(now) {
      chosen = now;
      for (const row of combos) {
        if (row.field.isConnected) row.combo.refresh();
        else combos.delete(row);
      }
    },
  };
}

/** The names in their order; rows without one say nothing. */
export function readPropertiesList(): string[] {
  return [...document.querySelectorAll<HTMLInputElement>(`${list} [data-column="property"]`)]
    .map(({ value }) => value.trim())
    .filter((name) => name !== '');
}

/** Flows written by hand may hold one name as a text. */
function propertiesOf(stored: unknown): string[] {
  if (Array.isArray(stored)) return stored.map(String);
  return typeof stored === 'string' && stored !== '' ? stored.split(',').map((name) => name.trim()) : [];
}

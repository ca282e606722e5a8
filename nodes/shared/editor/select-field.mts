/** A list of a few fixed words. A stored word that is none of them is kept and offered too. */

import { element } from './elements.mts';

/** Labels are the catalogue's `<setting>.<word>`. */
export function addSelectField(node: EditorNode, setting: string, values: readonly string[], prefix = 'node-input'): void {
  const field = document.getElementById(`${prefix}-${setting}`);
  if (!(field instanceof HTMLSelectElement)) return;
  const stored = String(node[setting] ?? '') || (values[0] ?? '');
  const all = values.includes(stored) ? values : [...values, stored];
  field.replaceChildren(...all.map((value) => element('option', { value }, node._(`${setting}.${value}`, { defaultValue: value }))));
  field.value = stored;
}

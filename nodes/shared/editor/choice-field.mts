/** A field for one word of a few, such as an action; '' means every, and any other word may be typed. */

import { makeCombo } from './combo.mts';
import { fieldOf } from './elements.mts';
import { comboTexts } from './words.mts';

export interface ChoiceField {
  /** Offers these words instead; undefined: those it began with. */
  offer(values: readonly string[] | undefined): void;
}

/** The words are translated by their catalogue keys `<setting>.<word>`, and '' by `<setting>.every`. */
export function addChoiceField(node: EditorNode, setting: string, values: readonly string[]): ChoiceField {
  const field = fieldOf(setting);
  if (!field) return { offer() {} };
  const words = node._;
  let offered = values;
  const every = words(`${setting}.every`);
  const combo = makeCombo({
    field,
    texts: { ...comboTexts(words, `label.${setting}`), placeholder: every },
    options: () => {
      const listed = offered.includes(field.value) || !values.includes(field.value) ? offered : [...offered, field.value];
      return [
        { value: '', label: every },
        ...listed.map((value) => ({ value, label: words(`${setting}.${value}`, { defaultValue: value }), keywords: value })),
      ];
    },
  });
  return {
    offer(others) {
      offered = others ?? values;
      combo.refresh();
    },
  };
}

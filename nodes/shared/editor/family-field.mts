/** The field that narrows several devices to one family. */

import type { Family } from '../../../lib/home/device';
import { makeCombo } from './combo.mts';
import { fieldOf } from './elements.mts';
import { comboTexts, familyName } from './words.mts';

export const families: readonly Family[] = [
  'environment',
  'motion',
  'contact',
  'button',
  'cube',
  'smoke',
  'gas',
  'leak',
  'vibration',
  'plug',
  'switch',
  'curtain',
  'lock',
  'light',
  'thermostat',
  'gateway',
  'unknown',
];

export function addFamilyField(node: EditorNode, fitting: readonly Family[] | 'every'): void {
  const field = fieldOf('family');
  if (!field) return;
  const listed = fitting === 'every' ? families : fitting;
  makeCombo({
    field,
    texts: { ...comboTexts(node._, 'label.family'), placeholder: node._('placeholder.family') },
    options: () => [
      { value: '', label: node._('placeholder.family') },
      ...listed.map((family) => ({ value: family, label: familyName(node._, family) })),
    ],
  });
}

/** The field for one property: those the chosen device has, or the whole vocabulary; any other name may be typed. */

import { unitOf, vocabulary } from '../../../lib/home/vocabulary';
import type { KnownDevice } from './api.mts';
import { makeCombo, type Option } from './combo.mts';
import { fieldOf } from './elements.mts';
import { comboTexts, propertyName, valueText } from './words.mts';

export interface PropertyField {
  /** The device whose properties are offered; undefined: every word there is. */
  setDevice(device: KnownDevice | undefined): void;
}

export function addPropertyField(node: EditorNode): PropertyField {
  const field = fieldOf('property');
  if (!field) return { setDevice() {} };
  const words = node._;
  let device: KnownDevice | undefined;
  const option = (property: string, unit: string | undefined): Option => ({
    value: property,
    label: propertyName(words, property),
    aside: device ? valueText(words, property, device.state[property]) || (unit ?? '') : (unit ?? ''),
    keywords: property,
  });
  const combo = makeCombo({
    field,
    texts: { ...comboTexts(words, 'label.property'), placeholder: words('placeholder.property') },
    options: () => {
      const known = device?.properties.filter(({ readable }) => readable) ?? [];
      const names = known.length > 0 ? known.map(({ property }) => property) : Object.keys(vocabulary);
      // The name of a stored property is shown also when the device does not have it.
      const all = names.includes(field.value) || !(field.value in vocabulary) ? names : [...names, field.value];
      return [{ value: '', label: words('placeholder.property') }, ...all.map((name) => option(name, unitOf(name)))];
    },
  });
  return {
    setDevice(chosen) {
      device = chosen;
      combo.refresh();
    },
  };
}

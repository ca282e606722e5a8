/// <reference path="./red.d.ts" />
/** Names and values in the language of the editor. What has no translation is shown as it is. */

import { unitOf } from '../../../lib/home/vocabulary';
import type { KnownDevice } from './api.mts';

export function propertyName(words: Words, property: string): string {
  return words(`property.${property}`, { defaultValue: property });
}

export function familyName(words: Words, family: string): string {
  return words(`family.${family}`, { defaultValue: family });
}

/** "22.4 °C", "open": a value for people. '' for no reading. */
export function valueText(words: Words, property: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') {
    const generic = words(value ? 'value.yes' : 'value.no');
    return words(`value.${property}.${value}`, { defaultValue: generic });
  }
  if (typeof value === 'number') {
    const unit = unitOf(property);
    const text = String(Math.round(value * 100) / 100);
    if (unit === undefined) return text;
    return unit === '%' || unit === '°' ? `${text}${unit === '%' ? ' %' : unit}` : `${text} ${unit}`;
  }
  if (typeof value === 'string') return words(`value.${property}.${value}`, { defaultValue: value });
  return '';
}

/** A problem of the admin API: what it means in the reader's language; the server's English sentence is the detail. */
export function problemText(words: Words, code: string): string {
  return words(`problem.${code}`, { defaultValue: words('problem.other') });
}

/** The texts of a searchable field whose own label has this key. */
export function comboTexts(words: Words, label: string): { list: string; useText: (text: string) => string; nothingFound: string } {
  return {
    list: words(label),
    useText: (text) => words('combo.useText', { text }),
    nothingFound: words('combo.nothing'),
  };
}

/** The actions a device can report; undefined while that is not known. */
export function actionsOf(device: KnownDevice | undefined): readonly string[] | undefined {
  return device?.properties.find(({ property }) => property === 'action')?.values;
}

/// <reference path="./red.d.ts" />
/** What a cloud device says and accepts and how it is reached, in words: values with their units, ranges, lists, inputs and arguments. */

import type { SpecAction, SpecEvent, SpecProperty } from '../../../lib/miot/spec-types';
import type { CloudDeviceView } from './account-api.mts';
import { specOf } from './account-home.mts';
import { valueText } from './words.mts';

/** How many values of a list are named before the rest is only counted. */
const MOST_VALUES = 8;

/** "22.4 °C", "auto", "on": a value for people; '' for no reading. */
export function cloudValue(words: Words, value: unknown, property?: SpecProperty): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return valueText(words, property?.name.endsWith(':on') ? 'on' : 'other', value);
  if (typeof value === 'number') {
    const listed = property?.values?.find((one) => one.value === value);
    if (listed) return listed.label;
    return withUnit(String(Math.round(value * 100) / 100), property?.unit);
  }
  return typeof value === 'string' ? value : '';
}

/** "on the LAN", "through the cloud": the way it was reached last. */
export function wayOf(words: Words, { transport }: CloudDeviceView): string {
  return words(`account.way.${transport}`, { defaultValue: transport });
}

/** "true or false", "0 – 100 %", "auto, sleep, …": what may be written or read. */
export function accepted(words: Words, { format, range, values, unit }: SpecProperty): string {
  if (values && values.length > 0) {
    const named = values.slice(0, MOST_VALUES).map(({ name, label }) => (same(name, label) ? name : `${name} (${label})`));
    const more = values.length - named.length;
    return [...named, ...(more > 0 ? [words('cloud.more', { number: more })] : [])].join(', ');
  }
  if (range) return withUnit(`${range.min} – ${range.max}`, unit);
  if (format === 'boolean') return words('cloud.boolean');
  return format === 'text' ? words('cloud.text') : (unit ?? words('cloud.number'));
}

/** "can be read and set, changes are pushed". */
export function access(words: Words, { canRead, canWrite, canNotify }: SpecProperty): string {
  return [canRead && words('cloud.read'), canWrite && words('cloud.write'), canNotify && words('cloud.notify')]
    .filter((part) => part !== false)
    .join(', ');
}

/** "mode: auto, sleep; duration: 0 – 60 min", or that there are none. */
export function inputsText(words: Words, { inputs }: SpecAction): string {
  return inputs.length === 0 ? words('cloud.noInputs') : inputs.map((input) => `${shortName(input)}: ${accepted(words, input)}`).join('; ');
}

export function argumentsText({ arguments: list }: SpecEvent): string {
  return list.map(shortName).join(', ');
}

/** The part of 'light:brightness' after the service, as flows use it for inputs and arguments. */
export function shortName({ name }: { readonly name: string }): string {
  return name.slice(name.indexOf(':') + 1);
}

/** What people mean by a device, such as on or off of a lamp; '' where that is not known. */
export function mainValue(words: Words, account: string, { id, state, main }: CloudDeviceView): string {
  if (main === null) return '';
  const { property, unit, valueName } = main;
  const value = state[property];
  // Its description, where a dialog has fetched it, has the labels of this language.
  const described = specOf(account, id)?.properties.find(({ name }) => name === property);
  if (described) return cloudValue(words, value, described);
  if (valueName !== undefined) return valueName;
  if (typeof value === 'boolean') return valueText(words, property.endsWith(':on') ? 'on' : 'other', value);
  const text = cloudValue(words, value);
  return text === '' ? '' : withUnit(text, unit);
}

function withUnit(text: string, unit: string | undefined): string {
  return unit === undefined ? text : `${text} ${unit}`;
}

function same(name: string, label: string): boolean {
  return name.toLowerCase() === label.toLowerCase().replaceAll(/[\s_]+/g, '-');
}

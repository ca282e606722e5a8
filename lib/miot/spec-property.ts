/** One property out of its description: format, access, unit, range and list of values (miot-cloud.md §4.2). */

import { fieldOf, listOf, numberOf, recordOf, textOf } from './spec-json';
import type { SpecFormat, SpecProperty, SpecValue } from './spec-types';
import { unitShown } from './spec-units';
import { kebab, uniqueNames } from './spec-words';

const MOST_VALUES = 2_000;
const MOST_ACCESS = 10;

type Range = NonNullable<SpecProperty['range']>;

/** What of a property stands in its own lines; names and ids come from where it stands. */
export type PropertyShape = Pick<SpecProperty, 'format' | 'canRead' | 'canWrite' | 'canNotify' | 'unit' | 'range' | 'values'>;

/** `translate` gives the label of the value at a position of the list; '' where it has none. */
export function shapeOf(json: Readonly<Record<string, unknown>>, translate: (position: number) => string): PropertyShape {
  const access = listOf(fieldOf(json, 'access'), MOST_ACCESS).map(textOf);
  const written = formatOf(textOf(fieldOf(json, 'format')));
  const isNumeric = written === 'integer' || written === 'number';
  const values = isNumeric ? valuesOf(either(json, 'value-list', 'valueList'), translate) : undefined;
  const range = isNumeric && values === undefined ? rangeOf(either(json, 'value-range', 'valueRange'), written) : undefined;
  const unit = unitShown(textOf(fieldOf(json, 'unit')));
  return {
    // A whole number in steps of a half is a vendor's slip of the pen: the steps are what the device does.
    format: range !== undefined && written === 'integer' && !isWhole(range) ? 'number' : written,
    canRead: access.includes('read'),
    canWrite: access.includes('write'),
    canNotify: access.includes('notify'),
    ...(unit === undefined ? {} : { unit }),
    ...(range === undefined ? {} : { range }),
    ...(values === undefined ? {} : { values }),
  };
}

/** Digits after the decimal point. */
export function decimalsOf(number: number): number {
  const [mantissa = '', exponent = '0'] = String(number).toLowerCase().split('e');
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent));
}

/** The vendor has many integers of different width, and one format for everything else (miot-cloud.md §4.2). */
function formatOf(written: string): SpecFormat {
  const format = written.toLowerCase();
  if (format === 'bool' || format === 'boolean') return 'boolean';
  if (format === 'string') return 'text';
  if (format === 'float' || format === 'double') return 'number';
  return 'integer';
}

/** The vendor's own spelling has a dash; copies of descriptions in other programs have none. */
function either(json: Readonly<Record<string, unknown>>, name: string, otherwise: string): unknown {
  return fieldOf(json, name) ?? fieldOf(json, otherwise);
}

/** `[min, max, step]`. A range that ends before it begins says nothing. */
function rangeOf(json: unknown, format: SpecFormat): Range | undefined {
  const [min, max, step] = listOf(json, 3).map(numberOf);
  if (min === undefined || max === undefined || min > max) return undefined;
  if (step !== undefined && step > 0) return { min, max, step };
  const decimals = Math.max(decimalsOf(min), decimalsOf(max), format === 'number' ? 1 : 0);
  return { min, max, step: Number(`1e-${decimals}`) };
}

function isWhole({ min, step }: Range): boolean {
  return Number.isInteger(min) && Number.isInteger(step);
}

function valuesOf(json: unknown, translate: (position: number) => string): SpecValue[] | undefined {
  const unique = uniqueNames('-');
  const seen = new Set<number>();
  const values = listOf(json, MOST_VALUES).flatMap((entry, position): SpecValue[] => {
    const record = recordOf(entry);
    const value = record === undefined ? undefined : numberOf(fieldOf(record, 'value'));
    if (record === undefined || value === undefined || seen.has(value)) return [];
    seen.add(value);
    const description = textOf(fieldOf(record, 'description'));
    const name = unique(valueWord(description, value));
    return [{ value, name, label: translate(position) || description || name }];
  });
  return values.length === 0 ? undefined : values;
}

/** Never a translation, which may be there today and not tomorrow: flows hold this name. And never a number, which would be taken for a value. */
function valueWord(description: string, value: number): string {
  const word = kebab(description);
  if (word === '') return `value-${value < 0 ? 'minus-' : ''}${kebab(String(Math.abs(value)))}`;
  return /^\d+$/.test(word) ? `option-${word}` : word;
}

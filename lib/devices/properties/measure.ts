/** Numbers that a device measures: scaled, checked against the physical range of the vocabulary, with their no-reading marks. */

import { type PropertyName, vocabulary, type Word } from '../../home/vocabulary';
import type { Fields, Property, Reader } from '../definition';
import { refuse, toNumber } from '../wire';
import { describeProperty, under } from './describe';

export interface From {
  /** Wire field, or the names it goes by in the two dialects. */
  readonly from: string | readonly string[];
  /** Set where neither a document nor a capture backs the field. */
  readonly uncertain?: boolean;
}

interface Scale {
  /** Wire units to one unit of the vocabulary. */
  readonly divideBy?: number;
  /** Whether this wire number says "no reading". */
  readonly isMark?: (number: number, fields: Fields) => boolean;
}

/** A read-only number. */
export function measure(property: PropertyName, { from, uncertain }: From, scale: Scale = {}): Property {
  return { description: describeProperty(property, { uncertain }), reads: under(from, readNumber(property, scale)) };
}

/** Reads one number: a mark is `null`, outside the physical range is `null` and counted, text without a number is counted. */
export function readNumber(property: PropertyName, { divideBy = 1, isMark }: Scale = {}): Reader {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Word = vocabulary[property];
  return (value, draft, field, _source, fields) => {
    const number = toNumber(value);
    if (number === undefined) return refuse(value, draft, field, property);
    if (isMark?.(number, fields)) {
      draft.values[property] = null;
      return;
    }
    const scaled = number / divideBy;
    const isPhysical = scaled >= min && scaled <= max;
    draft.values[property] = isPhysical ? scaled : null;
    if (!isPhysical) draft.rejected.push(field);
  };
}

const NO_TEMPERATURE = 10_000;

/** Hundredths of °C. A gateway that has not heard the sensor yet says 10000, or in v2 zero for everything (lumi-lan.md §3.2). */
export const temperature = (from: From): Property =>
  measure('temperature', from, {
    divideBy: 100,
    isMark: (number, fields) => number === NO_TEMPERATURE || (number === 0 && isZero(fields.humidity) && isZero(fields.pressure)),
  });

/** Hundredths of %; 0 is "no reading" (lumi-lan.md §3.2). */
export const humidity = (from: From): Property => measure('humidity', from, { divideBy: 100, isMark: isNought });

/** Pa on the wire, hPa for people; 0 is "no reading" (lumi-lan.md §3.2). */
export const pressure = (from: From): Property => measure('pressure', from, { divideBy: 100, isMark: isNought });

/** Lux as the sensor says it. */
export const illuminance = (from: From): Property => measure('illuminance', from);

/** Raw reading of a gateway's own light sensor, and lux-like light without its offset (lumi-lan.md §4.3). */
export function gatewayLight({ offset }: { readonly offset: number }): readonly Property[] {
  // The raw value has no unit, but light has an end.
  const { max = Number.POSITIVE_INFINITY }: Word = vocabulary.illuminance;
  const reader: Reader = (value, draft, field) => {
    const raw = toNumber(value);
    if (raw === undefined) {
      refuse(value, draft, field, 'illuminanceRaw');
      if (draft.values.illuminanceRaw === null) draft.values.illuminance = null;
      return;
    }
    const isPhysical = raw >= 0 && raw <= max;
    draft.values.illuminanceRaw = isPhysical ? raw : null;
    draft.values.illuminance = isPhysical ? Math.max(0, raw - offset) : null;
    if (!isPhysical) draft.rejected.push(field);
  };
  return [
    { description: describeProperty('illuminanceRaw'), reads: under('illumination', reader) },
    { description: describeProperty('illuminance'), reads: {} },
  ];
}

function isNought(number: number): boolean {
  return number === 0;
}

function isZero(value: unknown): boolean {
  return toNumber(value) === 0;
}

/** Properties by their numbers where no description of a device can be had: '2.1' is service 2, property 1, and any value is taken as it is. */

import type { Value, Values } from '../home/device';
import type { DeviceSpec, SpecAction, SpecProperty } from './spec-types';

const NUMBERS = /^\s*(\d{1,9})\.(\d{1,9})\s*$/;

export function isNumbers(name: string): boolean {
  return NUMBERS.test(name);
}

/** A description made from what is asked for. `inputs`: numbers of properties. */
export function numbersSpec(properties: readonly string[], actions: readonly string[] = [], inputs: readonly string[] = []): DeviceSpec {
  return {
    urn: '',
    type: '',
    label: '',
    isProprietary: false,
    properties: properties.flatMap((name) => propertyOf(name) ?? []),
    actions: actions.flatMap((name) => actionOf(name, inputs) ?? []),
    events: [],
    main: undefined,
  };
}

/** What was heard of under its numbers. */
export function numbersIn(values: Values): string[] {
  return Object.keys(values).filter(isNumbers);
}

export function isPlainValue(value: unknown): value is Exclude<Value, null | object> {
  return typeof value === 'boolean' || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
}

function propertyOf(typed: string): SpecProperty | undefined {
  const [siid, piid] = numbers(typed);
  return siid === undefined || piid === undefined ? undefined : undescribed(`${siid}.${piid}`, siid, piid);
}

function actionOf(typed: string, inputs: readonly string[]): SpecAction | undefined {
  const [siid, aiid] = numbers(typed);
  if (siid === undefined || aiid === undefined) return undefined;
  const name = `${siid}.${aiid}`;
  const piids = inputs.map(Number).filter((piid) => Number.isSafeInteger(piid) && piid > 0);
  return { name, siid, aiid, label: name, inputs: piids.map((piid) => undescribed(String(piid), siid, piid)), outputs: [] };
}

function undescribed(name: string, siid: number, piid: number): SpecProperty {
  return { name, siid, piid, label: name, format: 'text', isUndescribed: true, canRead: true, canWrite: true, canNotify: false };
}

function numbers(typed: string): number[] {
  return (NUMBERS.exec(typed) ?? []).slice(1).map(Number);
}

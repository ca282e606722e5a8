/** The words of a device's description that travel in messages: units, names of values, and which value or event a setting means. */

import type { DeviceInfo, Origin } from '../../../lib/home/device';
import type { Account, CloudRecord, SpecProperty } from '../../../lib/miot';
import { findEvent, findProperty } from '../../../lib/miot/spec-names';
import { valueName } from '../../../lib/miot/spec-values';
import { valuesText, valueText } from './status-text';

export function propertyOf({ spec }: CloudRecord, name: string): SpecProperty | undefined {
  return spec?.properties.find((property) => property.name === name);
}

/** What travels in `msg.device`. Pushes come through the cloud, whatever way a command took last. */
export function infoOf(account: Account, device: CloudRecord, origin: Origin): DeviceInfo {
  const info = account.info(device);
  return origin === 'push' ? { ...info, transport: 'miot' } : info;
}

/** For `Context.unitOf`. */
export function unitsOf(device: CloudRecord): (property: string) => string | undefined {
  return (property) => propertyOf(device, property)?.unit;
}

/** 'auto' for the number of a list; undefined where the value is of no list. */
export function valueNameOf(device: CloudRecord, name: string, value: unknown): string | undefined {
  const property = propertyOf(device, name);
  return property === undefined ? undefined : valueName(property, value);
}

/** What stands under a node: a value with its unit or its name; without `property`, several of them. */
export function shownText(device: CloudRecord, property: string | undefined, payload: unknown): string {
  const one = (name: string, value: unknown): string => valueNameOf(device, name, value) ?? valueText(name, value, unitsOf(device)(name));
  if (property !== undefined) return one(property, payload);
  return typeof payload === 'object' && payload !== null ? valuesText(payload, one) : valueText('', payload);
}

/** `wanted` as it is set: 'light:on', 'on' or '2.1', in any case. */
export function isProperty({ spec }: CloudRecord, name: string, wanted: string): boolean {
  const found = spec === undefined ? undefined : findProperty(spec, wanted);
  return (found?.name ?? wanted) === name;
}

/** 'switch-sensor:click', 'click' or '2.1', in any case. */
export function isEvent({ spec }: CloudRecord, name: string, wanted: string): boolean {
  const found = spec === undefined ? undefined : findEvent(spec, wanted);
  return (found?.name ?? wanted) === name;
}

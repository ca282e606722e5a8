/**
 * Which values say that somebody moves or is there. That is told when it happens and never because it was read: who moved then is
 * long gone (docs: "Messages"). Words of the standard descriptions, and what vendors call the same (miot-cloud.md §4.3).
 */

import type { Value } from '../../../lib/home/device';
import type { CloudRecord } from '../../../lib/miot';
import { familyOf } from '../../../lib/miot/spec-families';
import { propertyOf, valueNameOf } from './account-words';

/** These say it wherever they stand. */
const telling: ReadonlySet<string> = new Set([
  'motion-state',
  'motion-status',
  'motion-detected',
  'motion',
  'occupancy-state',
  'occupancy-status',
  'occupancy',
  'presence-state',
  'presence-status',
  'presence',
  'human-state',
  'human-status',
  'has-someone',
]);

/** These say it in a service that is about nothing else. */
const plain: ReadonlySet<string> = new Set(['state', 'status', 'detected', 'detect-state', 'detect-status']);
const services: ReadonlySet<string> = new Set([
  'motion-sensor',
  'occupancy-sensor',
  'presence-sensor',
  'human-presence-sensor',
  'human-body-sensor',
  'human-sensor',
  'motion-detection',
]);

/** Names of listed values that mean nobody; every other value of such a list means somebody. */
const nobody = /^(?:no|un|clear|idle|absen|empty|vacan|leav|left|inactive|false|off)/;

/** Whether this value of this property says that somebody moves or is there. */
export function saysSomebody(device: CloudRecord, name: string, value: Value | undefined): boolean {
  if (value === undefined || value === null || !isPresence(device, name)) return false;
  if (typeof value === 'boolean') return value;
  const word = valueNameOf(device, name, value) ?? (typeof value === 'string' ? value.toLowerCase() : undefined);
  return word === undefined ? value !== 0 : !nobody.test(word);
}

function isPresence(device: CloudRecord, name: string): boolean {
  const [service = '', property = ''] = name.split(':').map((part) => part.replace(/\.\d+$/, ''));
  if (telling.has(property) || (services.has(service) && plain.has(property))) return true;
  const { spec } = device;
  // What a device of that family is about, whatever its vendor calls it. A measure is no state.
  return spec !== undefined && familyOf(spec) === 'motion' && spec.main === name && propertyOf(device, name)?.unit === undefined;
}

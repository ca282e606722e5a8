/** What kind of device a description is about, and which of its properties people mean when they name the device (miot-cloud.md §4.3). */

import type { Family } from '../home/device';
import type { DeviceSpec, SpecProperty } from './spec-types';

/** One row per kind of device. */
interface Kind {
  /** Type of the device: fourth field of its URN. */
  readonly types: readonly string[];
  readonly family: Family;
  /** Where its main property may stand, best first. */
  readonly services: readonly string[];
  /** What it may be called, best first. */
  readonly properties: readonly string[];
}

const kinds: readonly Kind[] = [
  {
    types: ['light'],
    family: 'light',
    services: ['light', 'white-light', 'ambient-light', 'night-light', 'indicator-light'],
    properties: ['on', 'brightness'],
  },
  { types: ['outlet'], family: 'plug', services: ['switch', 'outlet'], properties: ['on'] },
  { types: ['switch'], family: 'switch', services: ['switch'], properties: ['on'] },
  {
    types: ['curtain', 'window-opener'],
    family: 'curtain',
    services: ['curtain', 'window-opener', 'motor-controller'],
    properties: ['target-position', 'current-position', 'motor-control'],
  },
  {
    types: ['airer'],
    family: 'unknown',
    services: ['airer', 'motor-controller'],
    properties: ['target-position', 'current-position', 'motor-control'],
  },
  {
    types: ['temperature-humidity-sensor', 'temperature-sensor', 'humidity-sensor'],
    family: 'environment',
    services: ['temperature-humidity-sensor', 'environment', 'temperature-sensor', 'humidity-sensor'],
    properties: ['temperature', 'relative-humidity'],
  },
  {
    types: ['motion-sensor', 'occupancy-sensor'],
    family: 'motion',
    services: ['occupancy-sensor', 'motion-sensor'],
    properties: ['motion-state', 'occupancy-status', 'motion-status'],
  },
  { types: ['magnet-sensor'], family: 'contact', services: ['magnet-sensor'], properties: ['contact-state'] },
  { types: ['submersion-sensor'], family: 'leak', services: ['submersion-sensor'], properties: ['submersion-state'] },
  { types: ['remote-control', 'switch-sensor'], family: 'button', services: [], properties: [] },
  { types: ['smoke-sensor'], family: 'smoke', services: ['smoke-sensor'], properties: ['status', 'smoke-concentration'] },
  { types: ['gas-sensor'], family: 'gas', services: ['gas-sensor'], properties: ['status', 'gas-concentration'] },
  { types: ['vibration-sensor'], family: 'vibration', services: [], properties: [] },
  {
    types: ['air-conditioner', 'thermostat', 'heater'],
    family: 'thermostat',
    services: ['air-conditioner', 'thermostat', 'heater'],
    properties: ['on', 'target-temperature'],
  },
  {
    types: ['air-purifier', 'fan', 'air-fresh'],
    family: 'unknown',
    services: ['air-purifier', 'fan', 'air-fresh', 'fan-control'],
    properties: ['on', 'mode', 'fan-level'],
  },
  { types: ['vacuum'], family: 'unknown', services: ['vacuum'], properties: ['status'] },
  { types: ['lock'], family: 'lock', services: [], properties: [] },
  { types: ['gateway'], family: 'gateway', services: [], properties: [] },
];

const kindOfType: ReadonlyMap<string, Kind> = new Map(kinds.flatMap((kind) => kind.types.map((type) => [type, kind] as const)));

/** Lamps that a device of any kind may have on the side: never what it is about. */
const besides: ReadonlySet<string> = new Set(['indicator-light', 'ambient-light', 'night-light']);

const kindOfService: ReadonlyMap<string, Kind> = new Map(
  kinds.flatMap((kind) => kind.services.filter((service) => !besides.has(service)).map((service) => [service, kind] as const)),
);

export function familyOf(spec: Pick<DeviceSpec, 'type'>): Family {
  return familyOfType(spec.type);
}

/** The same for a device whose description nobody has read yet: its URN says the type. */
export function familyOfType(type: string): Family {
  return kindOfType.get(type)?.family ?? 'unknown';
}

/** Name of the main property; undefined where nothing fits. */
export function mainOf({ type, properties }: Pick<DeviceSpec, 'type' | 'properties'>): string | undefined {
  const usable = properties.filter(isUsable).map(({ name }) => name);
  const known = kindOfType.get(type);
  if (known !== undefined) return firstOf(usable, known.services, known.properties);
  return firstOf(usable, [type], ['on', 'status']) ?? byService(usable);
}

function firstOf(names: readonly string[], services: readonly string[], words: readonly string[]): string | undefined {
  return services.flatMap((service) => words.map((word) => `${service}:${word}`)).find((name) => names.includes(name));
}

/** A type that no row has may still have the service of a known kind; the first one says what the device is about. */
function byService(names: readonly string[]): string | undefined {
  for (const service of new Set(names.map((name) => name.slice(0, name.indexOf(':'))))) {
    const main = firstOf(names, [service], kindOfService.get(service)?.properties ?? []);
    if (main !== undefined) return main;
  }
  return undefined;
}

function isUsable({ canRead, canWrite, canNotify }: SpecProperty): boolean {
  return canRead || canWrite || canNotify;
}

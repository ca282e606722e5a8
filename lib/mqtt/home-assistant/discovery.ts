/** The one message by which Home Assistant learns of a device and of all its entities. Made of what the device is, never of how it stands. */

import type { DeviceInfo } from '../../home/device';
import { objectId } from '../topics';
import type { Description, DiscoveryContext, HomeDevice } from '../types';
import { type Members, type Part, placeOf } from './component';
import { lumiParts } from './lumi';
import { specParts } from './spec';

const ORIGIN = { name: 'Lumiot', support_url: 'https://github.com/lumiot/node-red' };
/** Of a description that has no end, the first are enough. */
const MOST_COMPONENTS = 100;
const MOST_CHARACTERS = 30_000;

export interface Discovery {
  readonly device: object;
  readonly origin: object;
  readonly availability: readonly object[];
  readonly availability_mode: 'all';
  readonly components: Readonly<Record<string, Members>>;
}

/**
 * The payload of `Topics.discovery`, the same for the same device. Undefined where there is nothing to tell: nobody knows what the
 * device is, or it has nothing that Home Assistant could show. `leaveOut` hears of components that there is no room for.
 */
export function discoveryOf(
  device: HomeDevice,
  { topics, home, qos }: DiscoveryContext,
  leaveOut: (keys: readonly string[]) => void = () => {},
): Discovery | undefined {
  const { info, description } = device;
  if (description === undefined) return undefined;
  const place = placeOf(topics, info.id);
  const parts = description.kind === 'lumi' ? lumiParts(place, description.definition) : specParts(place, description.spec);
  if (parts.length === 0) return undefined;
  const { components, leftOut } = fitting(parts, qos);
  if (leftOut.length > 0) leaveOut(leftOut);
  return {
    device: deviceOf(info, description, home),
    origin: ORIGIN,
    availability: [topics.status, topics.availability, topics.of(info.id, 'availability')].map((topic) => ({ topic })),
    availability_mode: 'all',
    components,
  };
}

function deviceOf(info: DeviceInfo, description: Description, home: DiscoveryContext['home']): object {
  const { id, name, model, room, gateway } = info;
  return {
    identifiers: [objectId(id)],
    name: name === '' ? id : name,
    ...makeOf(description, model),
    serial_number: id,
    ...(room === '' ? {} : { suggested_area: room }),
    ...(isShown(gateway, home) && gateway !== id ? { via_device: objectId(gateway) } : {}),
  };
}

/** Of a gateway that nobody knows there is no discovery: Home Assistant would make a device without a name of it. */
function isShown(gateway: string, home: DiscoveryContext['home']): boolean {
  if (home.kind !== 'gateway' || gateway === '') return false;
  const found = home.device?.(gateway);
  return found === undefined || found.description !== undefined || found.info.model === '';
}

/** Brands that the names of the catalogue begin with. */
const brands: readonly (readonly [prefix: string, manufacturer: string])[] = [
  ['Aqara ', 'Aqara'],
  ['Mi ', 'Xiaomi'],
];

function makeOf(description: Description, model: string): object {
  if (description.kind === 'miot') return model === '' ? {} : { model };
  const { name, hardware } = description.definition;
  const manufacturer = brands.find(([prefix]) => name.startsWith(prefix))?.[1];
  return {
    ...(manufacturer === undefined ? {} : { manufacturer }),
    model: hardware === '' ? name : `${name} (${hardware})`,
    ...(model === '' ? {} : { model_id: model }),
  };
}

interface Fitting {
  readonly components: Readonly<Record<string, Members>>;
  readonly leftOut: readonly string[];
}

/** `qos` stands in each: beside the components Home Assistant took it for nothing until May 2026 (its issue 170166). */
function fitting(parts: readonly Part[], qos: number): Fitting {
  const components: Record<string, Members> = {};
  const leftOut: string[] = [];
  let characters = 0;
  let count = 0;
  for (const { key, component } of parts) {
    const whole = { ...component, qos };
    const length = key.length + JSON.stringify(whole).length;
    // Two names that differ in signs only: the first keeps its place. A short one may still fit where a long one did not.
    if (Object.hasOwn(components, key) || count >= MOST_COMPONENTS || characters + length > MOST_CHARACTERS) {
      leftOut.push(key);
      continue;
    }
    characters += length;
    count += 1;
    components[key] = whole;
  }
  return { components, leftOut };
}

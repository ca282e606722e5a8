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

/**
 * The payload of `Topics.discovery`, the same for the same device. Undefined where there is nothing to tell: nobody knows what the
 * device is, or it has nothing that Home Assistant could show.
 */
export function discoveryOf(device: HomeDevice, { topics, home, qos }: DiscoveryContext): object | undefined {
  const { info, description } = device;
  if (description === undefined) return undefined;
  const place = placeOf(topics, info.id);
  const parts = description.kind === 'lumi' ? lumiParts(place, description.definition) : specParts(place, description.spec);
  if (parts.length === 0) return undefined;
  return {
    device: deviceOf(info, description, home),
    origin: ORIGIN,
    availability: [topics.status, topics.availability, topics.of(info.id, 'availability')].map((topic) => ({ topic })),
    availability_mode: 'all',
    qos,
    components: componentsOf(parts),
  };
}

function deviceOf(info: DeviceInfo, description: Description, { kind }: DiscoveryContext['home']): object {
  const { id, name, model, room, gateway } = info;
  return {
    identifiers: [objectId(id)],
    name: name === '' ? id : name,
    ...makeOf(description, model),
    serial_number: id,
    ...(room === '' ? {} : { suggested_area: room }),
    ...(kind === 'gateway' && gateway !== '' && gateway !== id ? { via_device: objectId(gateway) } : {}),
  };
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

function componentsOf(parts: readonly Part[]): Readonly<Record<string, Members>> {
  const components: Record<string, Members> = {};
  let characters = 0;
  for (const { key, component } of parts.slice(0, MOST_COMPONENTS)) {
    const length = key.length + JSON.stringify(component).length;
    // Two names that differ in signs only: the first keeps its place. A short one may still fit where a long one did not.
    if (Object.hasOwn(components, key) || characters + length > MOST_CHARACTERS) continue;
    characters += length;
    components[key] = component;
  }
  return components;
}

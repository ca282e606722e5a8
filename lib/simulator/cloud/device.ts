/** One pretend device: its values, and which of them may be read, written and how. Speaks to nobody: its owner tells the world what changed. */

import type { ResolvedCloudDevice } from './config';
import { definitionOf } from './specs';
import type { ActionDefinition, DeviceDefinition, EventDefinition, PropertyDefinition, ServiceDefinition, Value } from './specs/definition';
import type { CloudDeviceSnapshot } from './types';

/** One property with its place. */
export interface Place {
  readonly service: ServiceDefinition;
  readonly property: PropertyDefinition;
}

export class CloudThing {
  readonly config: ResolvedCloudDevice;
  readonly definition: DeviceDefinition;
  isOnline: boolean;
  /** What opens it in the LAN and where it is there, as the account last learned it. */
  token: string;
  address: string;
  private readonly values = new Map<string, unknown>();

  constructor(config: ResolvedCloudDevice, definition: DeviceDefinition | undefined = definitionOf(config.urn)) {
    if (definition === undefined) throw new Error(`There is no description ${config.urn}.`);
    this.config = config;
    this.definition = definition;
    this.isOnline = config.online;
    this.token = config.token;
    this.address = config.address;
    for (const { service, property } of this.places())
      this.values.set(`${service.iid}.${property.iid}`, config.values[`${service.iid}.${property.iid}`] ?? ordinary(property));
  }

  get did(): string {
    return this.config.did;
  }

  places(): Place[] {
    return this.definition.services.flatMap((service) => service.properties.map((property) => ({ service, property })));
  }

  service(siid: number): ServiceDefinition | undefined {
    return this.definition.services.find(({ iid }) => iid === siid);
  }

  property(siid: number, piid: number): PropertyDefinition | undefined {
    return this.service(siid)?.properties.find(({ iid }) => iid === piid);
  }

  action(siid: number, aiid: number): ActionDefinition | undefined {
    return this.service(siid)?.actions.find(({ iid }) => iid === aiid);
  }

  event(siid: number, eiid: number): EventDefinition | undefined {
    return this.service(siid)?.events.find(({ iid }) => iid === eiid);
  }

  /** The first property of that name in a service of that name. */
  find(service: string, property: string): Place | undefined {
    return this.places().find((place) => place.service.name === service && place.property.name === property);
  }

  get(siid: number, piid: number): unknown {
    return this.values.get(`${siid}.${piid}`);
  }

  set(siid: number, piid: number, value: unknown): void {
    this.values.set(`${siid}.${piid}`, value);
  }

  snapshot(): CloudDeviceSnapshot {
    const { did, name, model, urn, room } = this.config;
    const shown = this.places().filter(({ service }) => service.name !== 'device-information');
    const state = Object.fromEntries(
      shown.map(({ service, property }) => [`${this.nameOf(service)}:${property.name}`, this.get(service.iid, property.iid)]),
    );
    return { did, name, model, urn, room, isOnline: this.isOnline, state };
  }

  /** 'switch', and 'switch.2' for the second service of that name. */
  nameOf({ name, iid }: ServiceDefinition): string {
    const sisters = this.definition.services.filter((service) => service.name === name);
    const index = sisters.findIndex((service) => service.iid === iid);
    return index > 0 ? `${name}.${index + 1}` : name;
  }
}

function ordinary({ initial, range, list, format }: PropertyDefinition): Value {
  if (initial !== undefined) return initial;
  if (format === 'bool') return false;
  if (format === 'string') return '';
  return list?.[0]?.value ?? range?.[0] ?? 0;
}

const integerBounds: Partial<Record<PropertyDefinition['format'], readonly [number, number]>> = {
  uint8: [0, 255],
  uint16: [0, 65_535],
  uint32: [0, 4_294_967_295],
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  int32: [-2_147_483_648, 2_147_483_647],
};

/** Whether a device would take this value: its type, its list, its range and its step. */
export function accepts({ format, range, list }: PropertyDefinition, value: unknown): value is Value {
  if (format === 'bool') return typeof value === 'boolean';
  if (format === 'string') return typeof value === 'string';
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  const bounds = integerBounds[format];
  if (bounds !== undefined && (!Number.isInteger(value) || value < bounds[0] || value > bounds[1])) return false;
  if (list !== undefined) return list.some((entry) => entry.value === value);
  if (range === undefined) return true;
  const [min, max, step] = range;
  const steps = (value - min) / step;
  return value >= min && value <= max && Math.abs(steps - Math.round(steps)) < 1e-6;
}

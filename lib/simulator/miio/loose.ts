/** A description made of nothing but values, for models that the pretend cloud has none for: everything may be read, written and is told. */

import type { DeviceDefinition, Format, PropertyDefinition, ServiceDefinition } from '../cloud/specs/definition';

export type Scalar = boolean | number | string;

/** `values` by 'siid.piid', checked before. */
export function describeLoosely(model: string, values: Readonly<Record<string, Scalar>>): DeviceDefinition {
  const services = new Map<number, PropertyDefinition[]>();
  for (const [place, value] of Object.entries(values)) {
    const [siid = 0, piid = 0] = place.split('.').map(Number);
    services.set(siid, [...(services.get(siid) ?? []), toProperty(piid, value)]);
  }
  const [vendor = 'any', type = 'device', name = 'one'] = model.split('.');
  return {
    urn: `urn:miot-spec-v2:device:${type}:0000A000:${vendor}-${name}:1`,
    type,
    model,
    label: model,
    services: [...services].map(([iid, properties]) => toService(iid, properties)),
  };
}

function toService(iid: number, properties: readonly PropertyDefinition[]): ServiceDefinition {
  return { iid, name: `service-${iid}`, code: '00007800', label: `Service ${iid}`, properties, actions: [], events: [] };
}

function toProperty(iid: number, value: Scalar): PropertyDefinition {
  const format: Format = typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'float';
  return { iid, name: `property-${iid}`, code: '00000000', label: `Property ${iid}`, format, access: 'rwn', initial: value };
}

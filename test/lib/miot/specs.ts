/** Descriptions of devices that nobody makes, as short as they can be, for the tests of lib/miot/spec*. */

type Json = Readonly<Record<string, unknown>>;

const PRODUCT = 'pretend-x1:1';

export function deviceUrn(type: string, version = 1): string {
  return `urn:miot-spec-v2:device:${type}:0000A001:pretend-x1:${version}`;
}

export function instance(type: string, services: readonly unknown[]): Json {
  return { type: deviceUrn(type), description: '', services };
}

export function service(iid: number, name: string, members: Json = {}): Json {
  return { iid, type: `urn:miot-spec-v2:service:${name}:00007801:${PRODUCT}`, description: '', properties: [], ...members };
}

export function property(iid: number, name: string, members: Json = {}): Json {
  return {
    iid,
    type: `urn:miot-spec-v2:property:${name}:00000001:${PRODUCT}`,
    description: '',
    format: 'bool',
    access: ['read', 'write', 'notify'],
    ...members,
  };
}

export function action(iid: number, name: string, members: Json = {}): Json {
  return { iid, type: `urn:miot-spec-v2:action:${name}:00002801:${PRODUCT}`, description: '', in: [], out: [], ...members };
}

export function event(iid: number, name: string, members: Json = {}): Json {
  return { iid, type: `urn:miot-spec-v2:event:${name}:00005001:${PRODUCT}`, description: '', arguments: [], ...members };
}

export const lamp = instance('light', [
  service(1, 'device-information', { properties: [property(1, 'manufacturer', { format: 'string', access: ['read'] })] }),
  service(2, 'light', {
    description: 'Light',
    properties: [
      property(1, 'on', { description: 'Switch' }),
      property(2, 'brightness', { description: 'Brightness', format: 'uint8', unit: 'percentage', 'value-range': [1, 100, 1] }),
      property(3, 'color', { format: 'uint32', unit: 'rgb', 'value-range': [0, 16_777_215, 1] }),
      property(4, 'mode', {
        format: 'uint8',
        'value-list': [
          { value: 1, description: 'Day' },
          { value: 2, description: 'Night Light' },
        ],
      }),
    ],
    actions: [action(1, 'toggle')],
  }),
]);

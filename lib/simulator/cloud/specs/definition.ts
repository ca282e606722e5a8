/** How the pretend cloud's device descriptions are written down, and the form of miot-cloud.md §4.2 that they are served in. */

export type Value = boolean | number | string;
export type Format = 'bool' | 'uint8' | 'uint16' | 'uint32' | 'int8' | 'int16' | 'int32' | 'float' | 'string';

export interface PropertyDefinition {
  readonly iid: number;
  readonly name: string;
  /** Eight hexadecimal digits of the URN. */
  readonly code: string;
  readonly label: string;
  readonly zh?: string;
  readonly format: Format;
  /** r = read, w = write, n = notify. */
  readonly access: '' | 'r' | 'w' | 'n' | 'rn' | 'rw' | 'rwn' | 'wn';
  readonly unit?: string;
  readonly range?: readonly [min: number, max: number, step: number];
  readonly list?: readonly { readonly value: number; readonly label: string; readonly zh?: string }[];
  /** What a device has when nobody said otherwise. */
  readonly initial?: Value;
}

export interface ActionDefinition {
  readonly iid: number;
  readonly name: string;
  readonly code: string;
  readonly label: string;
  readonly zh?: string;
  readonly in?: readonly number[];
  readonly out?: readonly number[];
}

export interface EventDefinition {
  readonly iid: number;
  readonly name: string;
  readonly code: string;
  readonly label: string;
  readonly zh?: string;
  readonly arguments?: readonly number[];
}

export interface ServiceDefinition {
  readonly iid: number;
  readonly name: string;
  readonly code: string;
  readonly label: string;
  readonly zh?: string;
  readonly properties: readonly PropertyDefinition[];
  readonly actions: readonly ActionDefinition[];
  readonly events: readonly EventDefinition[];
}

export interface DeviceDefinition {
  readonly urn: string;
  /** Fourth field of the URN. */
  readonly type: string;
  readonly model: string;
  readonly label: string;
  readonly services: readonly ServiceDefinition[];
}

type Loose<Entry> = Omit<Entry, 'properties' | 'actions' | 'events'> & Partial<Entry>;

/** `product` is vendor and product of the URN, `lumiot-lamp1`: the model is then `lumiot.<type>.lamp1`. */
export function device(
  type: string,
  code: string,
  product: string,
  label: string,
  services: readonly Loose<ServiceDefinition>[],
): DeviceDefinition {
  const [vendor, name] = product.split('-');
  return {
    urn: `urn:miot-spec-v2:device:${type}:${code}:${product}:1`,
    type,
    model: `${vendor}.${type}.${name}`,
    label,
    services: [information(name ?? product), ...services].map((service) => ({ properties: [], actions: [], events: [], ...service })),
  };
}

/** The service that every device has and nobody shows (miot-cloud.md §4.2). */
function information(name: string): ServiceDefinition {
  const text = { format: 'string', access: 'r' } as const;
  return {
    iid: 1,
    name: 'device-information',
    code: '00007801',
    label: 'Device Information',
    properties: [
      { iid: 1, name: 'manufacturer', code: '00000001', label: 'Device Manufacturer', ...text, initial: 'Lumiot' },
      { iid: 2, name: 'model', code: '00000002', label: 'Device Model', ...text, initial: name },
      { iid: 3, name: 'serial-number', code: '00000003', label: 'Device Serial Number', ...text, initial: '1' },
      { iid: 4, name: 'firmware-revision', code: '00000005', label: 'Current Firmware Version', ...text, initial: '1.0.0' },
    ],
    actions: [],
    events: [],
  };
}

const accessWords = { r: 'read', w: 'write', n: 'notify' } as const;

export function canRead({ access }: PropertyDefinition): boolean {
  return access.includes('r');
}

export function canWrite({ access }: PropertyDefinition): boolean {
  return access.includes('w');
}

export function canNotify({ access }: PropertyDefinition): boolean {
  return access.includes('n');
}

/** The JSON that `GET /miot-spec-v2/instance` answers. */
export function toInstance({ urn, label, services }: DeviceDefinition): object {
  const [product = '', version = ''] = urn.split(':').slice(5);
  const type = (level: string, name: string, code: string): string => `urn:miot-spec-v2:${level}:${name}:${code}:${product}:${version}`;
  const property = ({ access, unit, range, list, ...rest }: PropertyDefinition): object => ({
    iid: rest.iid,
    type: type('property', rest.name, rest.code),
    description: rest.label,
    format: rest.format,
    access: [...access].map((letter) => accessWords[letter as keyof typeof accessWords]),
    ...(unit === undefined ? {} : { unit }),
    ...(range === undefined ? {} : { 'value-range': range }),
    ...(list === undefined ? {} : { 'value-list': list.map(({ value, label: description }) => ({ value, description })) }),
  });
  return {
    type: urn,
    description: label,
    services: services.map((service) => ({
      iid: service.iid,
      type: type('service', service.name, service.code),
      description: service.label,
      ...(service.properties.length === 0 ? {} : { properties: service.properties.map(property) }),
      ...(service.actions.length === 0
        ? {}
        : {
            actions: service.actions.map((action) => ({
              iid: action.iid,
              type: type('action', action.name, action.code),
              description: action.label,
              in: action.in ?? [],
              out: action.out ?? [],
            })),
          }),
      ...(service.events.length === 0
        ? {}
        : {
            events: service.events.map((event) => ({
              iid: event.iid,
              type: type('event', event.name, event.code),
              description: event.label,
              arguments: event.arguments ?? [],
            })),
          }),
    })),
  };
}

/** Labels by language and key (`service:002:property:001`), as `GET /instance/v2/multiLanguage` answers them; Chinese as far as there is any. */
export function toTranslations({ services }: DeviceDefinition): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const en: Record<string, string> = {};
  const zh: Record<string, string> = {};
  const put = (key: string, entry: { readonly label: string; readonly zh?: string }): void => {
    en[key] = entry.label;
    if (entry.zh !== undefined) zh[key] = entry.zh;
  };
  const pad = (iid: number): string => String(iid).padStart(3, '0');
  for (const service of services) {
    const key = `service:${pad(service.iid)}`;
    put(key, service);
    for (const property of service.properties) {
      put(`${key}:property:${pad(property.iid)}`, property);
      property.list?.forEach((entry, index) => {
        put(`${key}:property:${pad(property.iid)}:valuelist:${pad(index)}`, entry);
      });
    }
    for (const action of service.actions) put(`${key}:action:${pad(action.iid)}`, action);
    for (const event of service.events) put(`${key}:event:${pad(event.iid)}`, event);
  }
  return Object.keys(zh).length === 0 ? { en } : { en, zh_cn: zh };
}

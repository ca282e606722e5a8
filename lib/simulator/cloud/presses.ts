/** What the control shows of the cloud: its devices, and what a person in the home could do with each, ready to be pressed. Never a token. */

import type { ChangeCommand, EventCommand } from './commands';
import { definitions } from './specs';
import type { DeviceDefinition, ServiceDefinition } from './specs/definition';
import { canNotify } from './specs/definition';
import type { CloudDeviceSnapshot, CloudFaultName, PretendCloud } from './types';

export type Press = { readonly label: string } & ({ readonly change: ChangeCommand } | { readonly event: EventCommand });

export interface CloudSnapshot {
  readonly sessions: number;
  readonly faults: readonly CloudFaultName[];
  readonly devices: readonly (CloudDeviceSnapshot & { readonly presses: readonly Press[] })[];
}

export function cloudSnapshot(cloud: PretendCloud): CloudSnapshot {
  const devices = cloud.devices().map((device) => {
    const definition = definitions.find(({ urn }) => urn === device.urn);
    return { ...device, presses: definition === undefined ? [] : pressesOf(definition) };
  });
  return { sessions: cloud.sessions, faults: cloud.faults(), devices };
}

/** Both values of whatever is true or false and told, and every event. */
function pressesOf({ services }: DeviceDefinition): Press[] {
  return services.flatMap((service) => {
    const prefix = services.filter(({ name }) => name === service.name).length > 1 ? `${service.label}: ` : '';
    return [...changesOf(service, prefix), ...eventsOf(service, prefix)];
  });
}

function changesOf({ iid, properties }: ServiceDefinition, prefix: string): Press[] {
  const telling = properties.filter((property) => property.format === 'bool' && canNotify(property));
  return telling.flatMap(({ iid: piid, name }) =>
    [true, false].map((value) => ({
      label: name === 'on' ? `${prefix}${value ? 'on' : 'off'}` : `${prefix}${name} ${value}`,
      change: { siid: iid, piid, value },
    })),
  );
}

function eventsOf({ iid, properties, events }: ServiceDefinition, prefix: string): Press[] {
  return events.map(({ iid: eiid, name, arguments: piids = [] }) => ({
    label: `${prefix}${name}`,
    event: { siid: iid, eiid, arguments: piids.map((piid) => ({ piid, value: properties.find((one) => one.iid === piid)?.initial ?? 0 })) },
  }));
}

/** English names for what a description holds, made of its own names: its labels are in whatever language was asked for. */

import type { DeviceSpec } from '../../miot';

interface Named {
  readonly name: string;
}

export interface Naming {
  /** 'light:color-temperature' → 'Color temperature', or 'Light color temperature' where two services have one. */
  readonly of: (name: string) => string;
}

export function namingOf(spec: DeviceSpec): Naming {
  const members: readonly Named[] = [...spec.properties, ...spec.actions];
  const counts = new Map<string, number>();
  for (const { name } of members) counts.set(memberOf(name), (counts.get(memberOf(name)) ?? 0) + 1);
  return { of: (name) => sentence((counts.get(memberOf(name)) ?? 0) > 1 ? name : memberOf(name)) };
}

/** 'switch.2:on' → 'switch.2'. */
export function serviceOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf(':')));
}

/** 'switch.2:on' → 'on'. */
export function memberOf(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** 'switch.2:on' → 'Switch 2 on'; the point of 'pm2.5' stays. */
export function sentence(name: string): string {
  const words = name
    .replaceAll(/[:_-]+/g, ' ')
    .replaceAll(/\.(?=\d+(?:\s|$))(?<!\d\.)/g, ' ')
    .trim();
  return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`;
}

/** The IPv4 interfaces of this host, and which of them a setting means. */

import type { LanEnvironment } from './environment';

export interface Interface {
  readonly name: string;
  readonly address: string;
  /** Loopback: never used unless asked for by its address. */
  readonly isInternal: boolean;
}

/** Every IPv4 address of this host. */
export function listInterfaces(environment: Pick<LanEnvironment, 'networkInterfaces'>): Interface[] {
  const found: Interface[] = [];
  for (const [name, addresses] of Object.entries(environment.networkInterfaces())) {
    for (const { family, address, internal } of addresses ?? []) {
      if (family === 'IPv4') found.push({ name, address, isInternal: internal });
    }
  }
  return found;
}

/** Local addresses that the setting `interface` stands for: '' is every one that is not internal. */
export function selectInterfaces(setting: string, all: readonly Interface[]): string[] {
  if (setting !== '') return [setting];
  return all.filter((one) => !one.isInternal).map((one) => one.address);
}

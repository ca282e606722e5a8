/** What lib/lumi takes from the machine: time, chance, sockets, network interfaces and a log. Tests pass their own. */

import { createSocket, type Socket } from 'node:dgram';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { type Clock, systemClock } from '../home/clock';
import type { Log } from '../home/log';

export type { Log } from '../home/log';

export interface LanEnvironment {
  readonly clock: Clock;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** A new, unbound UDP socket; one that shares its port has `reuseAddr`. */
  readonly createSocket: (sharesPort: boolean) => Socket;
  readonly networkInterfaces: () => NodeJS.Dict<NetworkInterfaceInfo[]>;
  readonly log: Log;
  /** Where gateways listen for `whois`, and where they multicast their reports (lumi-lan.md §1.1). Only tests use others. */
  readonly whoisPort: number;
  readonly eventPort: number;
}

/** Multicast group of the protocol (lumi-lan.md §1.1). */
export const GROUP = '224.0.0.50';

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

export function systemEnvironment(overrides: Partial<LanEnvironment> = {}): LanEnvironment {
  return {
    clock: systemClock,
    random: Math.random,
    createSocket: (sharesPort) => createSocket({ type: 'udp4', reuseAddr: sharesPort }),
    networkInterfaces,
    log: silent,
    whoisPort: 4321,
    eventPort: 9898,
    ...overrides,
  };
}

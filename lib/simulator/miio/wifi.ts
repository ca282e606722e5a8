/** The Wi-Fi devices of one home: opened together, found by did, shown by the control. */

import type { Clock } from '../../home/clock';
import { LumiotError } from '../../home/errors';
import type { Household } from '../cloud/household';
import type { ResolvedBroadcast } from '../config';
import type { Log } from '../sockets';
import { type Ears, openEars } from './broadcast';
import type { ResolvedWifiDevice } from './config';
import type { WifiDevice } from './device';
import type { LanKey } from './gateway-methods';
import { startResolved } from './start';
import type { PretendWifiDevice, WifiDeviceSnapshot, WifiRequest } from './types';

const REMEMBERED_COMMANDS = 100;
/** What these carry opens something. */
const SECRET_METHODS = /key|token|config_router/i;

export interface WifiAddress {
  readonly did: string;
  readonly address: string;
  readonly port: number;
}

/** A request that a device understood. */
export interface WifiCommand {
  /** ISO 8601. */
  readonly at: string;
  readonly did: string;
  readonly id: number;
  readonly method: string;
  /** '(hidden)' where they are secret. */
  readonly params: unknown;
}

export interface WifiSnapshot {
  readonly devices: readonly WifiDeviceSnapshot[];
  readonly commands: readonly WifiCommand[];
}

export interface WifiHomeOptions {
  readonly devices: readonly ResolvedWifiDevice[];
  readonly broadcast: ResolvedBroadcast | undefined;
  readonly interface: string;
  /** Of the account: a device that it knows too is one device. */
  readonly household: Household | undefined;
  /** Of the gateway with that sid. */
  readonly lanKeyOf: (sid: string) => LanKey | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

export interface Wifi {
  readonly devices: readonly PretendWifiDevice[];
  /** Throws `NO_DEVICE` when there is none. */
  device(did: string): PretendWifiDevice;
  addresses(): readonly WifiAddress[];
  /** Ports of broadcast and mDNS as really used; undefined where they are off. */
  readonly broadcast: { readonly port: number; readonly mdnsPort: number } | undefined;
  snapshot(): WifiSnapshot;
  close(): Promise<void>;
}

/** Opens every device. Rejects with `SOCKET` and a sentence; nothing stays open then. */
export async function openWifi(options: WifiHomeOptions): Promise<Wifi> {
  const { clock, broadcast } = options;
  const devices: WifiDevice[] = [];
  const commands: WifiCommand[] = [];
  let ears: Ears | undefined;
  const record = (did: string, { id, method, params }: WifiRequest): void => {
    const shown = SECRET_METHODS.test(method) ? '(hidden)' : params;
    commands.push({ at: new Date(clock.now()).toISOString(), did, id, method, params: shown });
    if (commands.length > REMEMBERED_COMMANDS) commands.shift();
  };
  const device = (did: string): WifiDevice => {
    const found = devices.find((candidate) => candidate.did === did);
    if (found !== undefined) return found;
    throw new LumiotError('NO_DEVICE', `The home has no Wi-Fi device ${did}; GET /home lists them.`, { device: did });
  };
  const wifi: Wifi = {
    devices,
    device,
    addresses: () => devices.map(({ did, place }) => ({ did, ...place })),
    get broadcast() {
      return ears === undefined ? undefined : { port: ears.port, mdnsPort: ears.mdnsPort };
    },
    snapshot: () => ({ devices: devices.map((each) => each.snapshot()), commands: [...commands] }),
    close: () => Promise.all([...devices.map((each) => each.close()), ears?.close()]).then(() => {}),
  };
  try {
    for (const config of options.devices) devices.push(await open(config, options, record));
    if (broadcast !== undefined) ears = await openEars({ ...broadcast, interface: options.interface, devices, log: options.log });
  } catch (error) {
    await wifi.close();
    throw error;
  }
  return wifi;
}

function open(
  config: ResolvedWifiDevice,
  { clock, random, log, household, lanKeyOf, broadcast }: WifiHomeOptions,
  record: (did: string, request: WifiRequest) => void,
): Promise<WifiDevice> {
  const lanKey = config.sid === undefined || config.lanKey !== undefined ? undefined : lanKeyOf(config.sid);
  const thing = household?.things.get(config.did);
  const twin = household === undefined || thing === undefined ? undefined : { household, thing };
  return startResolved(config, { clock, random, log, lanKey, record, isShared: broadcast !== undefined }, twin);
}

/** Starts one pretend Wi-Fi device, alone or as the LAN's side of a device of the account. */

import { type Clock, systemClock } from '../../home/clock';
import { CloudThing } from '../cloud/device';
import { Household } from '../cloud/household';
import { parseCloud } from '../cloud/parse';
import type { Log } from '../sockets';
import type { ResolvedWifiDevice } from './config';
import { WifiDevice } from './device';
import type { LanKey } from './gateway-methods';
import { parseWifiDevice } from './parse';
import type { PretendWifiDevice, WifiDeviceConfig, WifiRequest } from './types';

export interface WifiOptions {
  readonly clock?: Clock | undefined;
  /** 0 to 1, as `Math.random`; a seeded one makes tokens, uptime and faults repeatable. */
  readonly random?: (() => number) | undefined;
  readonly log?: Log | undefined;
  /** Gateways: where their LAN key is kept; a key of their own unless told. */
  readonly lanKey?: LanKey | undefined;
  readonly record?: ((did: string, request: WifiRequest) => void) | undefined;
  readonly isShared?: boolean | undefined;
}

/** The device that the account shows under the same did: what happens to one happens to the other. */
export interface Twin {
  readonly household: Household;
  readonly thing: CloudThing;
}

/** Opens its socket. Rejects with `BAD_INPUT` or `SOCKET` and a sentence; nothing stays open then. */
export function startPretendWifiDevice(config: WifiDeviceConfig, options: WifiOptions = {}): Promise<PretendWifiDevice> {
  return startResolved(parseWifiDevice(config), options);
}

/** The same for a device of a home file; `twin` where the account has it too, whose values are then the ones in force. */
export async function startResolved(config: ResolvedWifiDevice, options: WifiOptions, twin?: Twin): Promise<WifiDevice> {
  const {
    clock = systemClock,
    random = Math.random,
    log = () => {},
    lanKey = ownKey(config),
    record = () => {},
    isShared = false,
  } = options;
  const { household, thing } = twin ?? alone(config, clock);
  if (twin !== undefined)
    for (const [place, value] of Object.entries(config.values)) {
      const [siid = 0, piid = 0] = place.split('.').map(Number);
      thing.set(siid, piid, value);
    }
  const device = new WifiDevice(config, { clock, random, log, household, thing, lanKey, record, isShared });
  await device.open();
  return device;
}

/** In no account: nobody is told of its changes. */
function alone(config: ResolvedWifiDevice, clock: Clock): Twin {
  return { household: new Household(parseCloud({}), { clock, tell: () => {} }), thing: new CloudThing(config.thing, config.definition) };
}

function ownKey({ did, lanKey }: ResolvedWifiDevice): LanKey {
  let key = lanKey ?? did.padStart(16, '0').slice(-16);
  return {
    get: () => key,
    set: (next) => {
      key = next;
    },
  };
}

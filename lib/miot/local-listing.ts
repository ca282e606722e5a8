/** How a device is listed that the account knows, that the user has set himself, or both: his name and address win, the rest is the account's. */

import type { CloudDevice } from './cloud-device';
import type { LocalRow } from './settings';

/** What a device or the public list of descriptions said of it. */
export interface Learned {
  readonly model: string;
  readonly urn: string;
}

/** `pid` of a device that speaks on the LAN itself (miio-lan.md §5). */
const WIFI = 0;

export function listingOf(did: string, cloud: CloudDevice | undefined, row: LocalRow | undefined, learned: Learned): CloudDevice {
  if (cloud !== undefined) {
    if (row === undefined) return cloud;
    return { ...cloud, name: row.name || cloud.name, address: row.host || cloud.address };
  }
  return {
    did,
    name: row?.name ?? '',
    model: row?.model || learned.model,
    urn: learned.urn,
    isOnline: false,
    home: '',
    room: '',
    connection: row === undefined ? undefined : WIFI,
    parent: '',
    address: row?.host ?? '',
    mac: '',
    firmware: '',
    isShared: false,
    token: '',
  };
}

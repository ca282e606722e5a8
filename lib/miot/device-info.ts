/** What of an account's device travels in `msg.device`. */

import type { DeviceInfo, Family } from '../home/device';
import type { CloudRecord } from './account-types';
import { familyOfType } from './spec-families';
import { isStateless } from './topics';

const BATTERY = 'battery:battery-level';

export function deviceInfo({ did, listed, values, isOnline, isTried, lastSeen, transport }: CloudRecord): DeviceInfo {
  const battery = values[BATTERY];
  return {
    id: did,
    name: listed.name,
    model: listed.model,
    family: familyOfUrn(listed.urn),
    room: listed.room,
    gateway: listed.parent,
    transport,
    // Bluetooth devices are "offline" in lists and speak all the same (miot-cloud.md §3.2).
    online: isStateless(did) || !isTried ? null : isOnline,
    battery: typeof battery === 'number' ? battery : null,
    lastSeen: lastSeen === undefined ? null : new Date(lastSeen).toISOString(),
  };
}

/** The fourth field of a URN names what a device is (miot-cloud.md §4.2). */
function familyOfUrn(urn: string): Family {
  return familyOfType(urn.split(':')[3] ?? '');
}

/** What a gateway does when it is told to list, pair, remove, refresh or look itself over: by a lumi-hub node or by the editor. */

import type { HubCommand } from '../../../lib/devices/commands/hub';
import { normalizeSid } from '../../../lib/home/ids';
import type { DeviceRecord, Gateway } from '../../../lib/lumi';
import type { Reply } from './control';

/** Rejects with whatever keeps the gateway from it. */
export async function commandHub(gateway: Gateway, command: HubCommand): Promise<Reply> {
  // The doctor is for a gateway that is not well: it must not wait for one that is.
  if (command.do === 'doctor') {
    const findings = await gateway.examine();
    return { device: gateway.placeholder(), payload: findings };
  }
  return carryOut(gateway, await gateway.self(), command);
}

async function carryOut(gateway: Gateway, device: DeviceRecord, command: Exclude<HubCommand, { do: 'doctor' }>): Promise<Reply> {
  switch (command.do) {
    case 'list':
      return { device, payload: listOf(gateway) };
    case 'refresh':
      await gateway.refresh();
      return { device, payload: listOf(gateway) };
    case 'pair':
      return { device, ack: await gateway.pairing.open(command.seconds), payload: { pairing: true, seconds: command.seconds } };
    case 'stop-pairing':
      return { device, ack: await gateway.pairing.close(), payload: { pairing: false, seconds: 0 } };
    case 'remove':
      return { device, ack: await gateway.remove(command.sid), payload: { removed: normalizeSid(command.sid) } };
  }
}

/** Ready for a table: everything about a device, and its values. */
function listOf(gateway: Gateway): object[] {
  return [...gateway.inventory.devices].map((device) => ({ ...gateway.info(device), state: { ...device.values } }));
}

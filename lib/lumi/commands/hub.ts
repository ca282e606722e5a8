/** What a gateway does when it is told to list, pair, remove, refresh or look itself over. And its radio and its alarm, with its device token. */

import type { HubCommand, TokenCommand } from '../../devices/commands/hub';
import type { Clock } from '../../home/clock';
import { LumiotError } from '../../home/errors';
import { normalizeSid } from '../../home/ids';
import { arm, radio } from '../../miio/gateway-commands';
import type { LocalDevice } from '../../miio/types';
import type { DeviceRecord } from '../device-record';
import type { Gateway } from '../gateway';
import type { Reply } from './reply';

/** The gateway over miIO. Implemented by whoever keeps its device token. */
export interface GatewayOverMiio {
  /** Rejects with what keeps the gateway, or with what `order` rejects with, in a sentence that says what to do. */
  run<Result>(order: (device: LocalDevice, clock: Clock) => Promise<Result>): Promise<Result>;
}

type LanCommand = Exclude<HubCommand, TokenCommand | { do: 'doctor' }>;

/** Rejects with whatever keeps the gateway from it. `miio` is what radio and alarm go through. */
export async function commandHub(gateway: Gateway, command: HubCommand, miio?: GatewayOverMiio): Promise<Reply> {
  switch (command.do) {
    // The doctor is for a gateway that is not well: it must not wait for one that is.
    case 'doctor':
      return { device: gateway.placeholder(), payload: await gateway.examine() };
    // Nor need the LAN protocol be open for these.
    case 'radio':
    case 'arm':
      return overMiio(gateway, command, miio);
    default:
      return carryOut(gateway, await gateway.self(), command);
  }
}

async function carryOut(gateway: Gateway, device: DeviceRecord, command: LanCommand): Promise<Reply> {
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

async function overMiio(gateway: Gateway, command: TokenCommand, miio: GatewayOverMiio | undefined): Promise<Reply> {
  if (miio === undefined)
    throw new LumiotError('NOT_CONFIGURED', 'Radio and alarm are for a lumi-hub node. Send the order to one that uses this gateway.');
  return miio.run((device, clock) => carryOutOverMiio(gateway, command, device, clock));
}

async function carryOutOverMiio(gateway: Gateway, command: TokenCommand, local: LocalDevice, clock: Clock): Promise<Reply> {
  if (command.do === 'arm') {
    const ack = await arm(local, command.isArmed, clock);
    return { device: gateway.placeholder(), ack, payload: { armed: command.isArmed } };
  }
  const { play, url, volume } = command;
  const ack = await radio(local, play ? { play, url, volume } : { play }, clock);
  const told = { radio: play ? 'play' : 'stop', ...(url === undefined ? {} : { url }), ...(volume === undefined ? {} : { volume }) };
  return { device: gateway.placeholder(), ack, payload: told };
}

/** Ready for a table: everything about a device, and its values. */
function listOf(gateway: Gateway): object[] {
  return [...gateway.inventory.devices].map((device) => ({ ...gateway.info(device), state: { ...device.values } }));
}

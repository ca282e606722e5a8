/** What a person is told when a device on the LAN does not do what it should: one place for all the words. */

import { LumiotError } from '../home/errors';
import { type Endpoint, endpointText } from './endpoint';

export interface Named {
  readonly did: string;
  readonly label: string;
}

function who({ did, label }: Named): string {
  return label !== '' ? label : did !== '' ? `Device ${did}` : 'The device';
}

const OTHER_SUBNET =
  'it is offline or in another subnet. Check its power and its Wi-Fi; most of these devices ignore packets from other subnets, so connect this computer to the same network (in Docker: network mode host) or let the router masquerade';

export function offline(device: Named, at: Endpoint | undefined, strangerDid: string): LumiotError {
  const where = at === undefined ? '' : ` at ${endpointText(at)}`;
  const text =
    strangerDid === ''
      ? `${who(device)} does not answer${where}: ${OTHER_SUBNET}.`
      : `${who(device)} was not found: another device (${strangerDid}) answers${where}. Correct the address, or give the device a fixed one in the router.`;
  return new LumiotError('DEVICE_OFFLINE', text, { device: device.did });
}

export function notFound(device: Named, host: string): LumiotError {
  const text =
    host === ''
      ? `${who(device)} did not answer a search of the network: ${OTHER_SUBNET}, or enter its address.`
      : `${who(device)} was not found: nobody knows the name '${host}'. Correct it, or enter the IPv4 address of the device.`;
  return new LumiotError('DEVICE_OFFLINE', text, { device: device.did });
}

export function notConfigured(device: Named, what: string): LumiotError {
  return new LumiotError('NOT_CONFIGURED', `${who(device)} cannot be used on the LAN: ${what}`, { device: device.did });
}

export function tokenRejected(device: Named): LumiotError {
  const text = `${who(device)} is there, and does not accept its token. A device has a new one after a reset and after joining Wi-Fi again: import it again.`;
  return new LumiotError('TOKEN_REJECTED', text, { device: device.did });
}

export function unknownOutcome(device: Named, what: string): LumiotError {
  const text = `${who(device)} was sent ${what} and did not say what became of it: it may have been carried out. Look at its state before you send it again.`;
  return new LumiotError('UNKNOWN_OUTCOME', text, { device: device.did });
}

export function noAnswer(device: Named, what: string): LumiotError {
  const text = `${who(device)} is there and accepts its token, and does not answer ${what}. Wait until it is less busy, and check in its description that it can do this.`;
  return new LumiotError('TIMEOUT', text, { device: device.did });
}

export function unreadable(device: Named, what: string): LumiotError {
  const text = `${who(device)} answers ${what} with something that cannot be read. Update its firmware in the Mi Home app, or use it through the cloud.`;
  return new LumiotError('TIMEOUT', text, { device: device.did });
}

export function needsLegacyCommands(device: Named): LumiotError {
  const text = `${who(device)} does not know properties and actions by number: its model needs legacy commands. Send them with a raw call ('get_prop', 'set_power', …).`;
  return new LumiotError('UNSUPPORTED', text, { device: device.did });
}

export function unknownMethod(device: Named, method: string): LumiotError {
  return new LumiotError('UNSUPPORTED', `${who(device)} does not know the method '${method}'. Choose one that its model has.`, {
    device: device.did,
  });
}

export function queueFull(device: Named, most: number): LumiotError {
  const text = `${most} requests wait for ${who(device)} already. Send fewer, or slower: put a delay node before.`;
  return new LumiotError('QUEUE_FULL', text, { device: device.did });
}

export function closed(device: Named): LumiotError {
  const text = `${who(device)} was given up before it answered, because the flow was stopped. Send the message again once it runs.`;
  return new LumiotError('DEVICE_OFFLINE', text, { device: device.did });
}

export function replaced(device: Named): LumiotError {
  const text = `${who(device)} was given up before it answered, because its address, its token or the way to it changed meanwhile. Send the message again.`;
  return new LumiotError('TIMEOUT', text, { device: device.did });
}

/** `sentence` follows the name of the device. */
export function refused(
  code: ConstructorParameters<typeof LumiotError>[0],
  device: Named,
  what: string,
  sentence: string,
  number: number,
): LumiotError {
  const part = what === '' ? '' : ` (${what})`;
  return new LumiotError(code, `${who(device)}${part} ${sentence} Its code is ${number}.`, { device: device.did });
}

export function leftOut(device: Named, what: string): LumiotError {
  return new LumiotError('TIMEOUT', `${who(device)} left ${what} out of its answer. Check in its description that it has it.`, {
    device: device.did,
  });
}

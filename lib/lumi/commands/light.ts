/** Switches and colours the light of a gateway, a bulb or a dimmer. */

import { parseLight } from '../../devices/commands/light';
import type { Values } from '../../home/device';
import { OVERTAKEN, type Overtaken } from '../lane';
import { knownOf, type Order, type Reply } from './reply';

export const lightProperties = ['on', 'brightness', 'color'] as const;

export async function commandLight({ gateway, device, payload, write }: Order): Promise<Reply | Overtaken> {
  parseLight(payload, device.values); // nonsense ends no effect
  await gateway.effects.stop(device.sid);
  // A colour that is not known yet would become white.
  if (device.readAt === undefined) await gateway.read(device.sid);
  const { values, effect } = parseLight(payload, gateway.intended(device));
  const previous = lightOf(device.values);
  const ack = effect === undefined ? await write(device, values) : await gateway.effects.play(device, { ...effect, values });
  if (ack === OVERTAKEN) return OVERTAKEN;
  return { device, ack, previous, payload: lightOf(effect === undefined ? { ...device.values, ...values } : device.values) };
}

/** What a light is, as far as it says so. */
export function lightOf(state: Values): Record<string, unknown> {
  return knownOf(state, lightProperties);
}

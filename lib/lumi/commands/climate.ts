/** Sets an air conditioner or a thermostat. */

import { climateProperties, parseClimate } from '../../devices/commands/climate';
import type { Values } from '../../home/device';
import { OVERTAKEN, type Overtaken } from '../lane';
import { knownOf, type Order, type Reply } from './reply';

export async function commandClimate({ gateway, device, payload, write }: Order): Promise<Reply | Overtaken> {
  if (device.readAt === undefined) await gateway.read(device.sid);
  const previous = climateOf(device.values);
  const values = parseClimate(payload, gateway.intended(device));
  const ack = await write(device, values);
  if (ack === OVERTAKEN) return OVERTAKEN;
  return { device, ack, previous, payload: climateOf({ ...device.values, ...values }) };
}

/** What it is, as far as it says so. */
export function climateOf(state: Values): Record<string, unknown> {
  return knownOf(state, climateProperties);
}

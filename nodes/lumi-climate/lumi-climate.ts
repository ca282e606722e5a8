/** Sets air conditioners and thermostats, and tells when somebody else did. */

import type { NodeAPI } from 'node-red';
import { climateProperties, parseClimate } from '../../lib/devices/commands/climate';
import type { Values } from '../../lib/home/device';
import { OVERTAKEN } from '../../lib/lumi';
import { type Call, type Reply, registerControl } from '../shared/runtime/control';

export default function register(RED: NodeAPI): void {
  registerControl<object>(RED, {
    type: 'lumi-climate',
    target: 'chosen',
    own: [],
    parse: () => ({}),
    perform,
    isWhole: true,
    observe: ({ device, changed }) =>
      climateProperties.some((property) => changed.includes(property)) ? [{ payload: climateOf(device.values) }] : [],
  });
}

async function perform({ payload, gateway, device: find, write }: Call<object>): Promise<Reply | typeof OVERTAKEN> {
  const device = await find();
  if (device.readAt === undefined) await gateway.read(device.sid);
  const previous = climateOf(device.values);
  const values = parseClimate(payload, gateway.intended(device));
  const ack = await write(device, values);
  if (ack === OVERTAKEN) return OVERTAKEN;
  return { device, ack, previous, payload: climateOf({ ...device.values, ...values }) };
}

function climateOf(state: Values): Record<string, unknown> {
  return Object.fromEntries(
    climateProperties
      .filter((property) => state[property] !== undefined && state[property] !== null)
      .map((property) => [property, state[property]]),
  );
}

/** Switches a plug, a wall switch or a relay. */

import { channelsOf } from '../../devices';
import { channelProperties, needsState, parseSwitch, type SwitchContext } from '../../devices/commands/switch';
import type { Values } from '../../home/device';
import type { DeviceRecord } from '../device-record';
import { OVERTAKEN, type Overtaken } from '../lane';
import type { Order, Reply } from './reply';

/** `channel`: 0 = every, else 1…3. */
export async function commandSwitch({ gateway, device, payload, write }: Order, channel: number): Promise<Reply | Overtaken> {
  const context: Omit<SwitchContext, 'state'> = { channels: channelsOf(device.definition), channel };
  // What was remembered over a restart may be long untrue.
  const known = device.isFresh ? gateway.intended(device) : {};
  if (needsState(payload, { ...context, state: known })) await gateway.read(device.sid);
  const values = parseSwitch(payload, { ...context, state: gateway.intended(device) });
  const before = { ...device.values };
  const ack = await write(device, values);
  if (ack === OVERTAKEN) return OVERTAKEN;
  const [property = 'on', ...others] = Object.keys(values);
  if (others.length === 0 && (channel > 0 || context.channels === 1))
    return { device, ack, payload: values[property], property, previous: before[property] };
  const told = new Set([...switchedBy(device, channel), ...Object.keys(values)]);
  const read = (state: Values): Values => Object.fromEntries([...told].map((one) => [one, state[one] ?? null]));
  return { device, ack, payload: read({ ...device.values, ...values }), previous: read(before) };
}

/** The gangs a channel means; none where the device has no such gang, which only a command has to complain about. */
export function switchedBy(device: DeviceRecord, channel: number): string[] {
  const channels = channelsOf(device.definition);
  return channels === 0 || channel > channels ? [] : channelProperties({ channels, channel });
}

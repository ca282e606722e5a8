/** Any device by its values or its raw fields, and what it is read for. */

import { type DeviceCommand, parseDevice } from '../../devices/commands/device';
import { readings } from '../../home/message';
import type { DeviceRecord } from '../device-record';
import type { Gateway } from '../gateway';
import { OVERTAKEN, type Overtaken } from '../lane';
import type { Order, Reply } from './reply';

/** Throws `BAD_INPUT` before anybody is asked for the device. */
export async function commandDevice(
  { gateway, payload, write }: Omit<Order, 'device'>,
  find: () => Promise<DeviceRecord>,
): Promise<Reply | Overtaken> {
  const command: DeviceCommand = parseDevice(payload);
  const device = await find();
  if ('read' in command) return readDevice(gateway, device);
  if ('write' in command) {
    return { device, ack: await gateway.writeRaw(device.sid, command.write), payload: { ...command.write } };
  }
  const previous = readings(device.values, (property) => property in command.set);
  const ack = await write(device, command.set);
  if (ack === OVERTAKEN) return OVERTAKEN;
  return { device, ack, previous: { ...previous }, payload: { ...command.set } };
}

/** Asks for it, and gives everything known then. */
export async function readDevice(gateway: Gateway, device: DeviceRecord): Promise<Reply> {
  await gateway.read(device.sid);
  return { device, payload: { ...readings(device.values, () => true) } };
}

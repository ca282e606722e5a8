/** Any device by its values or its raw fields: for models that no other node fits, and for flows that choose the device themselves. */

import type { NodeAPI } from 'node-red';
import { parseDevice, targetId } from '../../lib/devices/commands/device';
import type { Values } from '../../lib/home/device';
import { LumiotError } from '../../lib/home/errors';
import { readings } from '../../lib/home/message';
import { type DeviceRecord, OVERTAKEN } from '../../lib/lumi';
import { type Call, type Reply, registerControl } from '../shared/runtime/control';

export default function register(RED: NodeAPI): void {
  registerControl<object>(RED, {
    type: 'lumi-device',
    target: 'chosen',
    isDeviceFromMessage: true,
    own: [],
    parse: () => ({}),
    perform,
    observe: ({ values, changed }) => {
      const news = readings(values, (property) => changed.includes(property));
      return Object.keys(news).length > 0 ? [{ payload: { ...news } }] : [];
    },
  });
}

async function perform(call: Call<object>): Promise<Reply | typeof OVERTAKEN> {
  const { payload, gateway, write } = call;
  const command = parseDevice(payload);
  const device = await target(call);
  if ('read' in command) {
    await gateway.read(device.sid);
    return { device, payload: valuesOf(device) };
  }
  if ('write' in command) {
    return { device, ack: await gateway.writeRaw(device.sid, command.write), payload: { ...command.write } };
  }
  const previous = readings(device.values, (property) => property in command.set);
  const ack = await write(device, command.set);
  if (ack === OVERTAKEN) return OVERTAKEN;
  return { device, ack, previous: { ...previous }, payload: { ...command.set } };
}

/** The device of the setting, or the one the message names. */
function target({ settings, message, gateway, device }: Call<object>): Promise<DeviceRecord> {
  if (settings.device !== '') return device();
  const id = targetId(message.device);
  if (id === '') {
    throw new LumiotError(
      'NOT_CONFIGURED',
      'No device: choose one in the node, or send its id as msg.device (a text, or an object with "id").',
    );
  }
  return gateway.find(id);
}

function valuesOf({ values }: { values: Values }): Record<string, unknown> {
  return { ...readings(values, () => true) };
}

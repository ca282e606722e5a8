/** Any device by its values or its raw fields: for models that no other node fits, and for flows that choose the device themselves. */

import type { NodeAPI } from 'node-red';
import { targetId } from '../../lib/devices/commands/device';
import { LumiotError } from '../../lib/home/errors';
import { readings } from '../../lib/home/message';
import type { DeviceRecord } from '../../lib/lumi';
import { commandDevice } from '../../lib/lumi/commands';
import { type Call, registerControl } from '../shared/runtime/control';

export default function register(RED: NodeAPI): void {
  registerControl<object>(RED, {
    type: 'lumi-device',
    target: 'chosen',
    isDeviceFromMessage: true,
    own: [],
    parse: () => ({}),
    perform: (call) => commandDevice(call, () => target(call)),
    observe: ({ values, changed }) => {
      const news = readings(values, (property) => changed.includes(property));
      return Object.keys(news).length > 0 ? [{ payload: { ...news } }] : [];
    },
  });
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

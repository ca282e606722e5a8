/** Switches plugs, wall switches and relays, and tells when somebody else did. */

import type { NodeAPI } from 'node-red';
import { channelsOf } from '../../lib/devices';
import { channelProperties, needsState, parseSwitch, type SwitchContext } from '../../lib/devices/commands/switch';
import type { Values } from '../../lib/home/device';
import { type DeviceRecord, OVERTAKEN } from '../../lib/lumi';
import { type Call, type Reply, registerControl, type Told } from '../shared/runtime/control';
import { number } from '../shared/runtime/settings';

interface SwitchSettings {
  /** 0 = every. */
  readonly channel: number;
}

export default function register(RED: NodeAPI): void {
  registerControl<SwitchSettings>(RED, {
    type: 'lumi-switch',
    target: 'chosen',
    own: ['channel'],
    parse: (stored) => ({ channel: number(stored.channel, 0) }),
    perform,
    observe: (event, { channel }) =>
      propertiesOf(event.device, channel)
        .filter((property) => event.changed.includes(property) && typeof event.values[property] === 'boolean')
        .map((property): Told => ({ payload: event.values[property], property })),
  });
}

async function perform({ payload, settings, gateway, device: find, write }: Call<SwitchSettings>): Promise<Reply | typeof OVERTAKEN> {
  const device = await find();
  const context: Omit<SwitchContext, 'state'> = { channels: channelsOf(device.definition), channel: settings.channel };
  // What was remembered over a restart may be long untrue.
  const known = device.isFresh ? gateway.intended(device) : {};
  if (needsState(payload, { ...context, state: known })) await gateway.read(device.sid);
  const values = parseSwitch(payload, { ...context, state: gateway.intended(device) });
  const before = { ...device.values };
  const ack = await write(device, values);
  if (ack === OVERTAKEN) return OVERTAKEN;
  const [property = 'on', ...others] = Object.keys(values);
  if (others.length === 0 && (settings.channel > 0 || context.channels === 1))
    return { device, ack, payload: values[property], property, previous: before[property] };
  const told = new Set([...propertiesOf(device, settings.channel), ...Object.keys(values)]);
  const read = (state: Values): Values => Object.fromEntries([...told].map((one) => [one, state[one] ?? null]));
  return { device, ack, payload: read({ ...device.values, ...values }), previous: read(before) };
}

/** The gangs a setting means; none where the device has no such gang, which only a command has to complain about. */
function propertiesOf(device: DeviceRecord, channel: number): string[] {
  const channels = channelsOf(device.definition);
  return channels === 0 || channel > channels ? [] : channelProperties({ channels, channel });
}

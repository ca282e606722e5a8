/** Switches plugs, wall switches and relays, and tells when somebody else did. */

import type { NodeAPI } from 'node-red';
import { commandSwitch, switchedBy } from '../../lib/lumi/commands';
import { registerControl, type Told } from '../shared/runtime/control';
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
    perform: async (call) => commandSwitch({ ...call, device: await call.device() }, call.settings.channel),
    observe: (event, { channel }) =>
      switchedBy(event.device, channel)
        .filter((property) => event.changed.includes(property) && typeof event.values[property] === 'boolean')
        .map((property): Told => ({ payload: event.values[property], property })),
  });
}

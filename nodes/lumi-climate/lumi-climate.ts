/** Sets air conditioners and thermostats, and tells when somebody else did. */

import type { NodeAPI } from 'node-red';
import { climateProperties } from '../../lib/devices/commands/climate';
import { climateOf, commandClimate } from '../../lib/lumi/commands';
import { registerControl } from '../shared/runtime/control';

export default function register(RED: NodeAPI): void {
  registerControl<object>(RED, {
    type: 'lumi-climate',
    target: 'chosen',
    own: [],
    parse: () => ({}),
    perform: async (call) => commandClimate({ ...call, device: await call.device() }),
    isWhole: true,
    observe: ({ device, changed }) =>
      climateProperties.some((property) => changed.includes(property)) ? [{ payload: climateOf(device.values) }] : [],
  });
}

/** Switches and colours the light of a gateway, a bulb or a dimmer, and tells when somebody else did. */

import type { NodeAPI } from 'node-red';
import { commandLight, lightOf, lightProperties } from '../../lib/lumi/commands';
import { registerControl } from '../shared/runtime/control';

export default function register(RED: NodeAPI): void {
  registerControl<object>(RED, {
    type: 'lumi-light',
    target: 'chosen',
    own: [],
    parse: () => ({}),
    perform: async (call) => commandLight({ ...call, device: await call.device() }),
    isWhole: true,
    observe: ({ device, changed }, _settings, { effects }) =>
      lightProperties.some((property) => changed.includes(property)) && !effects.isPlaying(device.sid)
        ? [{ payload: lightOf(device.values) }]
        : [],
  });
}

/** Moves curtains and blinds, and tells where they are. */

import type { NodeAPI } from 'node-red';
import { invertPosition } from '../../lib/devices/commands/curtain';
import { commandCurtain, curtainState } from '../../lib/lumi/commands';
import { registerControl } from '../shared/runtime/control';
import { flag } from '../shared/runtime/settings';

interface CurtainSettings {
  /** Turns open and close, position and state round: for motors mounted the other way. */
  readonly invert: boolean;
}

export default function register(RED: NodeAPI): void {
  registerControl<CurtainSettings>(RED, {
    type: 'lumi-curtain',
    target: 'chosen',
    own: ['invert'],
    parse: (stored) => ({ invert: flag(stored.invert) }),
    perform: async (call) => commandCurtain({ ...call, device: await call.device() }, call.settings.invert),
    observe: ({ device, changed, values, previous }, { invert }) => {
      const { position } = values;
      if (!changed.includes('position') || typeof position !== 'number') return [];
      const before = typeof previous.position === 'number' ? { previous: invertPosition(previous.position, invert) } : {};
      return [{ payload: invertPosition(position, invert), property: 'position', ...before, more: curtainState(device, invert) }];
    },
  });
}

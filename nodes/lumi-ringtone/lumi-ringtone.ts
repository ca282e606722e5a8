/** Plays and stops the ringtones of the gateway. */

import type { NodeAPI } from 'node-red';
import type { RingtoneDefaults } from '../../lib/devices/commands/ringtone';
import { commandRingtone } from '../../lib/lumi/commands';
import { registerControl } from '../shared/runtime/control';
import { text } from '../shared/runtime/settings';

export default function register(RED: NodeAPI): void {
  registerControl<RingtoneDefaults>(RED, {
    type: 'lumi-ringtone',
    target: 'gateway',
    own: ['tone', 'volume', 'duration'],
    parse: (stored) => ({
      tone: text(stored.tone) || undefined,
      volume: text(stored.volume) || undefined,
      duration: text(stored.duration),
    }),
    perform: ({ gateway, payload, settings }) => commandRingtone(gateway, payload, settings),
  });
}

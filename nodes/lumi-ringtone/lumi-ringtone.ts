/** Plays and stops the ringtones of the gateway. */

import type { NodeAPI } from 'node-red';
import { parseRingtone, type RingtoneDefaults } from '../../lib/devices/commands/ringtone';
import { type Call, type Reply, registerControl } from '../shared/runtime/control';
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
    perform,
  });
}

async function perform({ payload, settings, gateway }: Call<RingtoneDefaults>): Promise<Reply> {
  const command = parseRingtone(payload, settings);
  const device = await gateway.self();
  if (command.stop) return { device, ack: await gateway.stopTone(), payload: { tone: null } };
  const { tone, volume, duration } = command;
  const volumes = volume === undefined ? {} : { volume };
  const ack = await gateway.play({ tone, duration, ...volumes });
  return { device, ack, payload: { tone, ...volumes } };
}

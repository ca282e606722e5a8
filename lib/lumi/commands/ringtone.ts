/** Plays and stops the ringtones of a gateway. */

import { parseRingtone, type RingtoneDefaults } from '../../devices/commands/ringtone';
import type { Gateway } from '../gateway';
import type { Reply } from './reply';

export async function commandRingtone(gateway: Gateway, payload: unknown, defaults: RingtoneDefaults): Promise<Reply> {
  const command = parseRingtone(payload, defaults);
  const device = await gateway.self();
  if (command.stop) return { device, ack: await gateway.stopTone(), payload: { tone: null } };
  const { tone, volume, duration } = command;
  const volumes = volume === undefined ? {} : { volume };
  const ack = await gateway.play({ tone, duration, ...volumes });
  return { device, ack, payload: { tone, ...volumes } };
}

/** What a gateway can be told beside its properties: tones, pairing, removal. Written alike in both dialects, confirmed by the ack. */

import { LumiotError } from '../home/errors';
import type { WireFields } from './definition';
import { findRingtone } from './ringtones';

export { findRingtone, type Ringtone, ringtones } from './ringtones';

const STOP_TONE = 10_000;
const LOUDEST = 100;
const HEX = /^[0-9a-f]+$/i;

export interface Tone {
  /** Number or name of a ringtone. */
  readonly tone: string | number;
  /** Percent; the volume set in the app where absent. */
  readonly volume?: number | undefined;
}

/**
 * Plays a tone (lumi-lan.md §4.4).
 * @throws LumiotError 'BAD_INPUT' for a tone that does not exist or a volume outside 0–100
 */
export function playTone({ tone, volume }: Tone): WireFields {
  const mid = findRingtone(tone);
  if (mid === undefined) {
    const known = '0-8, 10-13, 20-29, 10001-19999 or a name such as "doorbell"';
    throw new LumiotError('BAD_INPUT', `There is no ringtone ${JSON.stringify(tone)}. Use ${known}.`);
  }
  if (volume === undefined) return { mid };
  if (!(volume >= 0 && volume <= LOUDEST)) {
    throw new LumiotError('BAD_INPUT', `"volume" takes a number from 0 to ${LOUDEST} %, not ${JSON.stringify(volume)}.`);
  }
  return { mid, vol: Math.round(volume) };
}

/** Stops whatever plays. Harmless, and so also the way to try a key (lumi-lan.md §2.7). */
export function stopTone(): WireFields {
  return { mid: STOP_TONE };
}

/** Opens the gateway for new devices for 30 seconds, or closes it (lumi-lan.md §4.1). */
export function joinPermission(isOpen: boolean): WireFields {
  return { join_permission: isOpen ? 'yes' : 'no' };
}

/**
 * Removes a device from its gateway (lumi-lan.md §4.1).
 * @param sid as the gateway spells it
 * @throws LumiotError 'BAD_INPUT' for what is no sid
 */
export function removeDevice(sid: string): WireFields {
  if (!HEX.test(sid)) throw new LumiotError('BAD_INPUT', `"${sid}" is no device id: it takes the hexadecimal sid of a device.`);
  return { remove_device: sid };
}

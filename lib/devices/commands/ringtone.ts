/** What a person sends to the gateway's speaker → a tone to play, or a stop. */

import { findRingtone } from '../ringtones';
import { badInput, fieldsByName, isPlainObject, parseNumber } from './parse';

/** Settings of the node; `undefined` = not set there. */
export interface RingtoneDefaults {
  readonly tone: string | undefined;
  /** As stored: a number, also as text. */
  readonly volume: string | undefined;
  /** Seconds, also as text; '' or 0 = to its end. */
  readonly duration: string;
}

export type RingtoneCommand =
  | { readonly stop: true }
  | { readonly stop: false; readonly tone: number; readonly volume: number | undefined; readonly duration: number };

const TAKES = "a number (0–8, 10–13, 20–29, own ones from 10001), a name such as 'doorbell', {tone, volume, duration}, or 'stop'";
const LONGEST_S = 3_600;
const stopWords = new Set(['stop', 'off', 'false']);

/** Throws `BAD_INPUT`. With a tone chosen in the node, anything but a stop or an object just plays it. */
export function parseRingtone(payload: unknown, defaults: RingtoneDefaults): RingtoneCommand {
  if (isStop(payload)) return { stop: true };
  if (isPlainObject(payload)) {
    const { tone, volume, duration, stop } = fieldsByName(payload, ['tone', 'volume', 'duration', 'stop'], TAKES);
    if (isStop(tone) || tone === null || stop === true) return { stop: true };
    return play(tone ?? defaults.tone, volume ?? defaults.volume, duration ?? defaults.duration, payload);
  }
  return play(defaults.tone ?? payload, defaults.volume, defaults.duration, payload);
}

function play(tone: unknown, volume: unknown, duration: unknown, payload: unknown): RingtoneCommand {
  const number = typeof tone === 'string' || typeof tone === 'number' ? findRingtone(tone) : undefined;
  if (number === undefined) throw badInput('The ringtone', tone ?? payload, TAKES);
  return { stop: false, tone: number, volume: parseVolume(volume), duration: parseDuration(duration) };
}

function parseVolume(value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  const volume = parseNumber(value);
  if (volume === undefined || volume < 0 || volume > 100) throw badInput('The volume', value, 'a number from 0 to 100');
  return Math.round(volume);
}

function parseDuration(value: unknown): number {
  const seconds = value === undefined || value === '' ? 0 : parseNumber(value);
  if (seconds === undefined || seconds < 0 || seconds > LONGEST_S) {
    throw badInput('The duration', value, `seconds from 0 (to its end) to ${LONGEST_S}`);
  }
  return seconds;
}

/** Not 0: that is a ringtone. */
function isStop(value: unknown): boolean {
  return value === false || (typeof value === 'string' && stopWords.has(value.trim().toLowerCase()));
}

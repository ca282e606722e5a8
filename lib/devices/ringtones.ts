/** The ringtones of a gateway and the names people may call them by (lumi-lan.md §4.4). */

import { toNumber } from './wire';

export interface Ringtone {
  /** `mid` on the wire. */
  readonly id: number;
  readonly name: string;
  /** How it is called in messages. */
  readonly key: string;
}

/** The tones every gateway has; 9 and 14 to 19 do not exist. */
export const ringtones: readonly Ringtone[] = [
  { id: 0, name: 'Police car 1', key: 'police-car-1' },
  { id: 1, name: 'Police car 2', key: 'police-car-2' },
  { id: 2, name: 'Safety accident', key: 'safety-accident' },
  { id: 3, name: 'Missile countdown', key: 'missile-countdown' },
  { id: 4, name: 'Ghost', key: 'ghost' },
  { id: 5, name: 'Sniper', key: 'sniper' },
  { id: 6, name: 'Battle', key: 'battle' },
  { id: 7, name: 'Air raid', key: 'air-raid' },
  { id: 8, name: 'Dog barking', key: 'dog-barking' },
  { id: 10, name: 'Doorbell', key: 'doorbell' },
  { id: 11, name: 'Knock', key: 'knock' },
  { id: 12, name: 'Funny', key: 'funny' },
  { id: 13, name: 'Alarm clock', key: 'alarm-clock' },
  { id: 20, name: 'MiMix', key: 'mimix' },
  { id: 21, name: 'Enthusiastic', key: 'enthusiastic' },
  { id: 22, name: 'GuitarClassic', key: 'guitar-classic' },
  { id: 23, name: 'IceWorldPiano', key: 'ice-world-piano' },
  { id: 24, name: 'LeisureTime', key: 'leisure-time' },
  { id: 25, name: 'Childhood', key: 'childhood' },
  { id: 26, name: 'MorningStreamlet', key: 'morning-streamlet' },
  { id: 27, name: 'MusicBox', key: 'music-box' },
  { id: 28, name: 'Orange', key: 'orange' },
  { id: 29, name: 'Thinker', key: 'thinker' },
];

const aliases: Readonly<Record<string, number>> = {
  police: 0,
  police1: 0,
  police2: 1,
  siren: 0,
  accident: 2,
  safety: 2,
  missile: 3,
  countdown: 3,
  gunshot: 5,
  airraid: 7,
  dog: 8,
  bark: 8,
  barking: 8,
  dogbark: 8,
  bell: 10,
  door: 10,
  ring: 10,
  knocking: 11,
  joke: 12,
  alarm: 13,
  clock: 13,
  guitar: 22,
  piano: 23,
  leisure: 24,
  morning: 26,
};

const FIRST_OWN_TONE = 10_001;
const LAST_OWN_TONE = 19_999;
const NOT_ALPHANUMERIC = /[^a-z0-9]/g;

const ids: ReadonlySet<number> = new Set(ringtones.map(({ id }) => id));
const byName: ReadonlyMap<string, number> = new Map([
  ...Object.entries(aliases),
  ...ringtones.map(({ key, id }) => [bare(key), id] as const),
]);

/**
 * The id of a tone: its number (also as text) or its name in any case, blanks and dashes ignored. 10001 to 19999 are the tones
 * that the owner has uploaded. Undefined for what is no tone, 10000 ("stop") among them.
 */
export function findRingtone(tone: string | number): number | undefined {
  const number = toNumber(typeof tone === 'string' ? tone.trim() : tone);
  if (number !== undefined) return isTone(number) ? number : undefined;
  return typeof tone === 'string' ? byName.get(bare(tone)) : undefined;
}

function isTone(number: number): boolean {
  return ids.has(number) || (Number.isInteger(number) && number >= FIRST_OWN_TONE && number <= LAST_OWN_TONE);
}

function bare(name: string): string {
  return name.toLowerCase().replace(NOT_ALPHANUMERIC, '');
}

/** What a person sends to a gateway as the head of its devices: list, pair, remove, look after itself; and its radio and its alarm. */

import { badInput, fieldsByName, isPlainObject, parseNumber, parseOnOff } from './parse';

export type HubCommand =
  | { readonly do: 'list' }
  | { readonly do: 'stop-pairing' }
  | { readonly do: 'refresh' }
  | { readonly do: 'doctor' }
  | { readonly do: 'pair'; readonly seconds: number }
  | { readonly do: 'remove'; readonly sid: string }
  | TokenCommand;

/** What the gateway does over miIO, with its device token. */
export type TokenCommand = RadioCommand | { readonly do: 'arm'; readonly isArmed: boolean };

export interface RadioCommand {
  readonly do: 'radio';
  readonly play: boolean;
  /** Only with play; without it the station that was heard last. */
  readonly url?: string;
  /** 0–100; only with play. */
  readonly volume?: number;
}

/** How long the gateway's own pairing window is open (lumi-lan.md §4.1). */
export const PAIRING_WINDOW_S = 30;
const LONGEST_PAIRING_S = 600;
const TAKES =
  "'list', 'pair', 'stop-pairing', {pair: seconds}, {remove: sid}, 'refresh', 'doctor', {radio: 'play' or 'stop', url, volume} or {arm: true or false}";
/** A request of miIO holds a kilobyte (miio-lan.md §1). */
const LONGEST_URL = 800;

/** Throws `BAD_INPUT`. */
export function parseHub(payload: unknown): HubCommand {
  if (isPlainObject(payload)) return parseFields(fieldsByName(payload, FIELDS, TAKES), payload);
  const word = typeof payload === 'string' ? payload.trim().toLowerCase() : '';
  switch (word) {
    case 'list':
    case 'stop-pairing':
    case 'refresh':
    case 'doctor':
      return { do: word };
    case 'pair':
      return { do: 'pair', seconds: PAIRING_WINDOW_S };
    default:
      throw badInput('The payload', payload, TAKES);
  }
}

const FIELDS = ['pair', 'remove', 'radio', 'url', 'volume', 'arm'] as const;
type Fields = Partial<Record<(typeof FIELDS)[number], unknown>>;

function parseFields({ pair, remove, radio, url, volume, arm }: Fields, payload: unknown): HubCommand {
  // Two orders in one message: which of them was meant?
  if ([pair, remove, radio, arm].filter((one) => one !== undefined).length === 1) {
    if (radio !== undefined) return parseRadio(radio, url, volume);
    if (url === undefined && volume === undefined) {
      if (pair !== undefined) return { do: 'pair', seconds: pairingSeconds(pair) };
      if (typeof remove === 'string' && remove.trim() !== '') return { do: 'remove', sid: remove.trim() };
      const isArmed = parseOnOff(arm);
      if (typeof isArmed === 'boolean') return { do: 'arm', isArmed };
    }
  }
  throw badInput('The payload', payload, TAKES);
}

function parseRadio(radio: unknown, url: unknown, volume: unknown): RadioCommand {
  const word = typeof radio === 'string' ? radio.trim().toLowerCase() : '';
  if (word === 'stop') {
    if (url === undefined && volume === undefined) return { do: 'radio', play: false };
    throw badInput('The radio order', { radio, url, volume }, "{radio: 'stop'} alone, or {radio: 'play', url, volume}");
  }
  if (word !== 'play') throw badInput('The radio order', radio, "{radio: 'play', url, volume} or {radio: 'stop'}");
  return {
    do: 'radio',
    play: true,
    ...(url === undefined ? {} : { url: streamAddress(url) }),
    ...(volume === undefined ? {} : { volume: loudness(volume) }),
  };
}

function streamAddress(url: unknown): string {
  const typed = typeof url === 'string' ? url.trim() : '';
  const isStream = typed.length <= LONGEST_URL && URL.canParse(typed) && /^https?:\/\/[^/]/i.test(typed);
  if (!isStream)
    throw badInput('The radio url', url, `an address that begins with http:// or https://, of ${LONGEST_URL} characters at most`);
  return typed;
}

function loudness(volume: unknown): number {
  const number = parseNumber(volume);
  if (number === undefined || number < 0 || number > 100) throw badInput('The volume', volume, 'a number from 0 to 100');
  return Math.round(number);
}

function pairingSeconds(value: unknown): number {
  const seconds = value === true ? PAIRING_WINDOW_S : parseNumber(value);
  if (seconds === undefined || seconds < 1 || seconds > LONGEST_PAIRING_S)
    throw badInput('The pairing time', value, `seconds from 1 to ${LONGEST_PAIRING_S}`);
  return Math.round(seconds);
}

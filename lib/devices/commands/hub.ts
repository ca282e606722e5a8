/** What a person sends to a gateway as the head of its devices: list, pair, remove, look after itself. */

import { badInput, fieldsByName, isPlainObject, parseNumber } from './parse';

export type HubCommand =
  | { readonly do: 'list' }
  | { readonly do: 'stop-pairing' }
  | { readonly do: 'refresh' }
  | { readonly do: 'doctor' }
  | { readonly do: 'pair'; readonly seconds: number }
  | { readonly do: 'remove'; readonly sid: string };

/** How long the gateway's own pairing window is open (lumi-lan.md §4.1). */
export const PAIRING_WINDOW_S = 30;
const LONGEST_PAIRING_S = 600;
const TAKES = "'list', 'pair', 'stop-pairing', {pair: seconds}, {remove: sid}, 'refresh' or 'doctor'";

/** Throws `BAD_INPUT`. */
export function parseHub(payload: unknown): HubCommand {
  if (isPlainObject(payload)) {
    const { pair, remove } = fieldsByName(payload, ['pair', 'remove'], TAKES);
    if (pair !== undefined && remove === undefined) return { do: 'pair', seconds: pairingSeconds(pair) };
    if (pair === undefined && typeof remove === 'string' && remove.trim() !== '') return { do: 'remove', sid: remove.trim() };
    throw badInput('The payload', payload, TAKES);
  }
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

function pairingSeconds(value: unknown): number {
  const seconds = value === true ? PAIRING_WINDOW_S : parseNumber(value);
  if (seconds === undefined || seconds < 1 || seconds > LONGEST_PAIRING_S)
    throw badInput('The pairing time', value, `seconds from 1 to ${LONGEST_PAIRING_S}`);
  return Math.round(seconds);
}

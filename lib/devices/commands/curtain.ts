/** What a person sends to a curtain → where it goes. 100 is open; `invert` turns that round, for motors mounted the other way. */

import { badInput, parseNumber } from './parse';

export type CurtainMove = { readonly move: 'open' | 'close' | 'stop' } | { readonly position: number };

export interface CurtainContext {
  readonly invert: boolean;
  /** As the motor says it; null where unknown. */
  readonly position: number | null;
  readonly isMoving: boolean;
}

const TAKES = "'open', 'close', 'stop', 'toggle' or a position from 0 (closed) to 100 (open)";

/** The move in the motor's own terms. Throws `BAD_INPUT`. */
export function parseCurtain(payload: unknown, context: CurtainContext): CurtainMove {
  const position = parseNumber(payload);
  if (position !== undefined) {
    if (position < 0 || position > 100) throw badInput('The position', payload, TAKES);
    return { position: invertPosition(Math.round(position), context.invert) };
  }
  const word = typeof payload === 'string' ? payload.trim().toLowerCase() : '';
  switch (word) {
    case 'stop':
      return { move: 'stop' };
    case 'open':
    case 'close':
      return { move: invertMove(word, context.invert) };
    case 'toggle':
      return { move: toggled(context) }; // already in the motor's terms
    default:
      throw badInput('The payload', payload, TAKES);
  }
}

/** A position as the user counts it. */
export function invertPosition(position: number, invert: boolean): number {
  return invert ? 100 - position : position;
}

/** Where a move ends, in the motor's terms; undefined for a stop. */
export function targetOf(move: CurtainMove): number | undefined {
  if ('position' in move) return move.position;
  if (move.move === 'stop') return undefined;
  return move.move === 'open' ? 100 : 0;
}

/** A curtain under way stops; one that is more open than closed closes. */
function toggled({ isMoving, position }: CurtainContext): 'open' | 'close' | 'stop' {
  if (isMoving) return 'stop';
  return position === null || position < 50 ? 'open' : 'close';
}

function invertMove(move: 'open' | 'close', invert: boolean): 'open' | 'close' {
  if (!invert) return move;
  return move === 'open' ? 'close' : 'open';
}

/** What became of each of several values that were set together, for people: 'Set: light:brightness. Not set: light:mode.' */

import { LumiotError } from '../home/errors';
import type { PropertyResult } from './cloud-device';

export type Fate = 'set' | 'not-set' | 'perhaps-set';

const words: Readonly<Record<Fate, string>> = { set: 'Set', 'not-set': 'Not set', 'perhaps-set': 'Perhaps set' };

export function fateOf(result: PropertyResult | undefined): Fate {
  if (result === undefined) return 'perhaps-set';
  if (result.ok) return result.isAccepted ? 'perhaps-set' : 'set';
  return mayHaveWorked(result.error) ? 'perhaps-set' : 'not-set';
}

/** The device took too long, or the answer got lost: it may have been done (miot-cloud.md §2.4). */
export function mayHaveWorked({ code }: LumiotError): boolean {
  return code === 'UNKNOWN_OUTCOME' || code === 'TIMEOUT';
}

/** The same error with the fate of each, where there are several. */
export function withFates(error: LumiotError, fates: ReadonlyMap<string, Fate>): LumiotError {
  if (fates.size < 2) return error;
  const sentences = (Object.keys(words) as Fate[]).flatMap((fate) => {
    const names = [...fates].filter(([, one]) => one === fate).map(([name]) => name);
    return names.length === 0 ? [] : [`${words[fate]}: ${names.join(', ')}.`];
  });
  return new LumiotError(error.code, `${error.message} ${sentences.join(' ')}`, { device: error.device, cause: error });
}

/** Puts together what one caller asked for out of several requests, of which some may have failed. */

import type { LumiotError } from '../home/errors';
import type { PropertyRef, PropertyResult } from './cloud-device';

/** What became of one property: the cloud's word on it, or what kept its request from being answered. */
export type PropertyOutcome = { readonly result: PropertyResult } | { readonly refused: LumiotError };

/** Throws where no request got through, since then there is nothing to tell; else every property has its own result. */
export function resultsOf(refs: readonly PropertyRef[], outcomes: readonly PropertyOutcome[]): readonly PropertyResult[] {
  const [first] = outcomes;
  if (first !== undefined && 'refused' in first && outcomes.every((outcome) => 'refused' in outcome)) throw first.refused;
  return refs.flatMap(({ did, siid, piid }, index): PropertyResult[] => {
    const outcome = outcomes[index];
    if (outcome === undefined) return [];
    return ['result' in outcome ? outcome.result : { did, siid, piid, ok: false, error: outcome.refused, code: 0 }];
  });
}

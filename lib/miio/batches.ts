/**
 * Many properties in requests of a size that the device takes: halved where it takes less, remembered for its model, and one bad property
 * kept from spoiling the others (miio-lan.md §4.2).
 */

import { type BatchSizes, partsOf, smallerThan } from './batch-sizes';
import type { CallOutcome } from './calls';
import type { MiioRef, MiioResult } from './types';

export interface BatchesOptions<Item extends MiioRef> {
  readonly sizes: BatchSizes;
  /** What sizes are remembered under. */
  readonly model: string;
  readonly bytesOf: (part: readonly Item[]) => number;
  readonly ask: (part: readonly Item[]) => Promise<CallOutcome>;
  /** In the order of the part. Throws where it is no list of results. */
  readonly read: (part: readonly Item[], result: unknown) => readonly MiioResult[];
}

/** So many of one each that come to nothing, and nothing else was answered: it is not the properties. */
const MOST_LOST = 2;

/** In the order of the items. Rejects where the device, not a property, is what fails. */
export async function askInBatches<Item extends MiioRef>(items: readonly Item[], options: BatchesOptions<Item>): Promise<MiioResult[]> {
  const { sizes, model, bytesOf, ask, read } = options;
  const results: MiioResult[] = [];
  let rest = items;
  let most = sizes.sizeFor(model);
  let lost = 0;
  let silences = 0;
  /** Nothing was answered yet: it may be the device, and one more alone will tell. */
  let isDoubted = false;
  while (rest.length > 0) {
    const part = partsOf(rest, most, bytesOf)[0] ?? [];
    const outcome = await ask(part);
    if (outcome.ok) {
      results.push(...read(part, outcome.result));
      rest = rest.slice(part.length);
      if (isDoubted) most = sizes.sizeFor(model);
      isDoubted = false;
      continue;
    }
    if (!outcome.isTooMuch) throw outcome.error;
    const smaller = smallerThan(part.length);
    if (smaller > 0) {
      most = smaller;
      continue;
    }
    lost++;
    if (outcome.isSilent) silences++;
    const isOnlyLoss = results.length < lost;
    if ((isOnlyLoss && (lost >= MOST_LOST || outcome.isSilent)) || silences >= MOST_LOST) throw outcome.error;
    results.push(...part.map(({ did, siid, piid }) => ({ did, siid, piid, ok: false as const, code: outcome.code, error: outcome.error })));
    rest = rest.slice(part.length);
    // The bad one is found, if it is one: the others need not be asked for one by one.
    isDoubted = isOnlyLoss;
    if (!isDoubted) most = sizes.sizeFor(model);
  }
  sizes.learn(model, most);
  return results;
}

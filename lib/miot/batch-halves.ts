/** A read whose whole answer is one error may have one device to blame: it is asked for in halves, so that the others get their values. */

import { type ErrorCode, type LumiotError, toLumiotError } from '../home/errors';
import type { PropertyOutcome } from './batch-outcome';
import type { PropertyRef, PropertyResult } from './cloud-device';

export interface Halves {
  /** One request; results in the order asked for. */
  readonly ask: (refs: readonly PropertyRef[]) => Promise<readonly PropertyResult[]>;
  /** Told as soon as it is known, and once for each; undefined where the request came back without a word on it. */
  readonly told: (ref: PropertyRef, outcome: PropertyOutcome | undefined) => void;
}

/** One bad device among 150 takes 16 of them. */
const MOST_REQUESTS = 32;

/** About the account or the way to the cloud, whichever devices are asked for. */
const general: ReadonlySet<ErrorCode> = new Set([
  'CLOUD_UNREACHABLE',
  'LOGIN_NEEDED',
  'MISCONFIGURED',
  'RATE_LIMITED',
  'STORE_FAILED',
  'TOKEN_REJECTED',
]);

/** Gives the devices that spoil an answer, where others have one. Never rejects. */
export async function askInHalves(refs: readonly PropertyRef[], { ask, told }: Halves): Promise<readonly string[]> {
  const spoilers: string[] = [];
  let left = MOST_REQUESTS;
  let isAnswered = false;
  let end: LumiotError | undefined;

  const askPart = async (part: readonly PropertyRef[]): Promise<void> => {
    const refuse = (refused: LumiotError): void => {
      for (const ref of part) told(ref, { refused });
    };
    if (end !== undefined) return refuse(end);
    let results: readonly PropertyResult[];
    try {
      results = await ask(part);
    } catch (thrown) {
      const refused = toLumiotError(thrown, 'CLOUD_UNREACHABLE');
      const [did = '', ...others] = new Set(part.map((ref) => ref.did));
      if (general.has(refused.code)) end = refused;
      else if (others.length === 0) spoilers.push(did);
      if (end !== undefined || others.length === 0 || left < 2) return refuse(refused);
      left -= 2;
      const half = new Set([did, ...others].slice(0, (others.length + 1) >> 1));
      await askPart(part.filter((ref) => half.has(ref.did)));
      return askPart(part.filter((ref) => !half.has(ref.did)));
    }
    isAnswered = true;
    for (const [index, ref] of part.entries()) {
      const result = results[index];
      told(ref, result && { result });
    }
  };
  await askPart(refs);
  return isAnswered ? spoilers : [];
}

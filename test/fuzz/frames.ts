/** `parseFrame` against its oracle. */

import { parseFrame } from '../../lib/lumi/frame';
import { inheritsAnything } from '../support/fuzz';
import { datagram } from './frame-cases';
import { expectedFrame } from './frame-oracle';
import { difference } from './same';
import type { Target } from './target';

/** A datagram, base64. */
type Case = string;

export const frames: Target<Case> = {
  name: 'parseFrame',
  make: (random) => datagram(random).toString('base64'),
  isTaken: (one) => parseFrame(Buffer.from(one, 'base64')).ok,
  judge: (one) => {
    const bytes = Buffer.from(one, 'base64');
    const result = parseFrame(bytes);
    const expected = expectedFrame(bytes);
    if (!result.ok) return expected === undefined ? undefined : `refused (${result.reason}): ${bytes.toString('utf8')}`;
    if (expected === undefined) return `taken: ${bytes.toString('utf8')}`;
    const { raw, fields, ...rest } = result.frame;
    if (inheritsAnything(fields)) return 'fields that inherit something';
    if (typeof raw !== 'object') return 'no raw';
    const wrong = difference({ ...rest, fields: sorted(Object.entries(fields)) }, { ...expected, fields: sorted(expected.fields) });
    return wrong === undefined ? undefined : `${wrong} of ${bytes.toString('utf8')}`;
  },
};

/** In which order fields are told is nobody's promise. */
function sorted(fields: readonly (readonly [string, unknown])[]): (readonly [string, unknown])[] {
  return [...fields].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
}

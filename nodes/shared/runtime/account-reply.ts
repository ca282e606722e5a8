/** What a control answers once values were read or set. */

import { LumiotError } from '../../../lib/home/errors';
import type { GetOutcome } from '../../../lib/miot';
import type { AccountReply } from './account-control';

/** One value by itself, or an object of several; with what was known of them before. Throws `UNSUPPORTED` where there is no value at all. */
export function valuesReply(
  { device, values, previous }: GetOutcome,
  isSeveral: boolean,
): AccountReply & { readonly before: typeof values } {
  const names = Object.keys(values);
  const [only] = names;
  if (only === undefined)
    throw new LumiotError('UNSUPPORTED', `Device ${device.listed.name} (${device.did}) gave no value that its description knows.`, {
      device: device.did,
    });
  const before = Object.fromEntries(names.flatMap((name) => (name in previous ? [[name, previous[name]]] : []))) as typeof values;
  if (isSeveral) return { device, payload: { ...values }, previous: before, before };
  return { device, payload: values[only], property: only, previous: before[only], before };
}

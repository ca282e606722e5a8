/** Errors of the wire know a device by its number; people know its name. */

import { LumiotError } from '../home/errors';
import type { CloudRecord } from './account-types';

/** 'Desk lamp (68332340)'. */
export function nameOf({ listed, did }: CloudRecord): string {
  return listed.name === '' ? did : `${listed.name} (${did})`;
}

/** Runs something about a device; what goes wrong names it. */
export async function naming<Result>({ did, listed }: CloudRecord, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (thrown) {
    if (!(thrown instanceof LumiotError) || listed.name === '' || thrown.message.includes(listed.name)) throw thrown;
    const named = thrown.message.replace(
      new RegExp(`\\bdevice ${escaped(did)}(?![\\w.])`, 'i'),
      (found) => `${found.slice(0, 6)} "${listed.name}" ${did}`,
    );
    if (named === thrown.message) throw thrown;
    throw new LumiotError(thrown.code, named, { device: did, gateway: thrown.gateway, cause: thrown.cause });
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

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

/** The same for what comes out of a parser, or from the account itself. `id`: as it was asked for; '' = none. */
export function namedError(error: LumiotError, account: { device(id: string): CloudRecord | undefined }, id: string): LumiotError {
  if (id === '' || error.device !== undefined || error.message.includes(id)) return error;
  const name = account.device(id)?.listed.name;
  if (name !== undefined && error.message.includes(name)) return error;
  const shown = name === undefined || name === id ? id : `${name} (${id})`;
  return new LumiotError(error.code, `${error.message} [device ${shown}]`, { device: id, cause: error.cause });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

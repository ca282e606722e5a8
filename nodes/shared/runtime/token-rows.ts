/** What the browser may see of found devices and sends of chosen ones. A token goes in and never comes out. */

import { LumiotError } from '../../../lib/home/errors';
import { readToken } from '../../../lib/miio/gateway-token';
import type { ImportedDevice } from '../../../lib/miio/types';
import { text } from './settings';

const DID = /^[1-9]\d{0,19}$/;
const MOST_ROWS = 1_000;
const SHOWN_DIGITS = 4;

/** "0011…eeff": enough to tell two apart, too little to try the rest. */
export function masked(token: string): string {
  return `${token.slice(0, SHOWN_DIGITS)}…${token.slice(-SHOWN_DIGITS)}`;
}

/** A did as somebody typed it. Throws `BAD_INPUT`; '' stays ''. */
export function didOf(value: unknown): string {
  const did = text(value);
  if (did === '' || DID.test(did)) return did;
  throw new LumiotError('BAD_INPUT', 'The id of a device (did) is decimal digits only, like 68332340. Copy it again, or leave it empty.');
}

/** A token as somebody typed it, in lower case. Throws `BAD_INPUT`, without a word of what was typed; '' stays ''. */
export function tokenOf(value: unknown): string {
  const typed = text(value);
  const token = typed === '' ? '' : readToken(typed);
  if (token !== undefined) return token;
  throw new LumiotError('BAD_INPUT', 'A token is 32 hexadecimal digits (0-9, a-f), not all the same, or 96 on an iPhone. Copy it again.');
}

/** The numbers of the rows that were picked. */
export function indexesOf(value: unknown): readonly number[] {
  return list(value).filter((index): index is number => Number.isInteger(index));
}

/** The dids of a list, in any state. */
export function didsOf(value: unknown): readonly string[] {
  return list(value)
    .map(text)
    .filter((did) => DID.test(did));
}

/** Devices typed by hand. Throws `BAD_INPUT`. */
export function typedDevicesOf(value: unknown): readonly ImportedDevice[] {
  return list(value).map((row) => {
    const { did, host, name, token } = (typeof row === 'object' && row !== null ? row : {}) as Record<string, unknown>;
    const device = { did: didOf(did), name: text(name), host: text(host), mac: '', model: '', token: tokenOf(token) };
    if (device.token === '') throw new LumiotError('BAD_INPUT', 'Enter the token: 32 hexadecimal digits.');
    if (device.did === '' && device.host === '')
      throw new LumiotError('BAD_INPUT', 'Enter the id of the device (did), or the address where it can be asked for it.');
    return device;
  });
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MOST_ROWS) : [];
}

/** The ids that devices have, as packets carry them (miio-lan.md §1). */

import { isNumericDid, type PacketHeader } from './packet';

/** 16 was seen; the 64-bit dids that are known have 252 and more there. */
const SMALL_UPPER_HALF = 16n;

/** As a header is read: without zeros before. */
export function plainDid(did: string): string {
  return isNumericDid(did) ? String(BigInt(did)) : did;
}

/** Of a device that nobody knows yet. Something else than zeros stands in the upper half of some 32-bit dids: only small numbers are known there. */
export function likelyDid({ did32, did64 }: PacketHeader): string {
  return BigInt(did64) >> 32n <= SMALL_UPPER_HALF ? did32 : did64;
}

/** Brings together what the disk has refused and what others have written there meanwhile (miot-cloud.md §5.3, F3, F10). */

import { isSameGrant } from './settings';
import { MOST_RECORDS, type StoredAccount, type TokenRecord } from './token-record';

/** Content that has not reached the disk. */
export interface Unsaved {
  /** As the disk was when it was made. */
  readonly base: StoredAccount;
  readonly content: StoredAccount;
}

/** Of each sign-in the newest generation, wherever it is; of the rest what was changed. */
export function merged(onDisk: StoredAccount, unsaved: Unsaved | undefined): StoredAccount {
  if (unsaved === undefined) return onDisk;
  const { base, content } = unsaved;
  const ours = content.records.map((record) => newerOf(record, find(onDisk, record)));
  const others = onDisk.records.filter((record) => find(content, record) === undefined);
  return {
    id: onDisk.id,
    gen: Math.max(onDisk.gen, content.gen),
    records: [...ours, ...others].slice(0, MOST_RECORDS),
    pending: isSame(content.pending, base.pending) ? onDisk.pending : content.pending,
    deviceTokens: isSame(content.deviceTokens, base.deviceTokens) ? onDisk.deviceTokens : content.deviceTokens,
  };
}

function newerOf(ours: TokenRecord, theirs: TokenRecord | undefined): TokenRecord {
  if (theirs === undefined || ours.generation > theirs.generation) return ours;
  if (ours.generation < theirs.generation) return theirs;
  if (ours.tokens?.access === theirs.tokens?.access) return { ...theirs, ended: theirs.ended ?? ours.ended, uid: ours.uid ?? theirs.uid };
  // Two made the same generation and did not know of each other. Who signed out wants no tokens; else the later ones work.
  const isOurs = ours.tokens === undefined || (theirs.tokens !== undefined && ours.tokens.obtainedAt > theirs.tokens.obtainedAt);
  const winner = isOurs ? ours : theirs;
  return { ...winner, generation: winner.generation + 1 };
}

function find({ records }: StoredAccount, grant: TokenRecord): TokenRecord | undefined {
  return records.find((record) => isSameGrant(record, grant));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

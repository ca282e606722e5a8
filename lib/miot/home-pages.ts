/** What the paged lists of the cloud have in common: results that are objects, and cursors that must advance. */

import { LumiotError } from '../home/errors';
import type { Fields } from './cloud-answer';
import { recordOf } from './spec-json';

/** Sends one request and gives its result. Rejects where it is no object: half a list must not look like an empty home. */
export type Post = (path: string, body: unknown) => Promise<Fields>;

export function checkedPost(send: (path: string, body: unknown) => Promise<unknown>): Post {
  return async (path, body) => {
    const result = recordOf(await send(path, body));
    if (result !== undefined) return result;
    throw new LumiotError('CLOUD_UNREACHABLE', `The cloud answered ${path} without a list. Try again later.`);
  };
}

export function isMore({ has_more: hasMore }: Fields): boolean {
  return hasMore === true || hasMore === 1;
}

const MOST_PAGES = 1_000;

/** True for a cursor that was not seen before: one that comes back would be followed for ever. */
export function firstTime(): (cursor: string) => boolean {
  const seen = new Set<string>();
  return (cursor) => {
    if (seen.has(cursor) || seen.size === MOST_PAGES) return false;
    seen.add(cursor);
    return true;
  };
}

/** Which topics of a broker hold something of ours, over a restart: what is no longer there must be taken back. Values are not kept. */

import type { Clock } from '../home/clock';
import type { Log } from '../home/log';
import { StateFile } from '../home/state-file';
import { isTopic } from './topics';

export interface PublishedMemory {
  /** Topics that were published retained and not taken back. Never rejects. */
  load(): Promise<readonly string[]>;
  /** Says where the topics come from when it is time to write. */
  watch(topics: () => Iterable<string>): void;
  /** The topics changed: written within seconds. */
  touch(): void;
  close(): Promise<void>;
  /** Closes and forgets: the node is gone. */
  remove(): Promise<void>;
}

/** Remembers nothing: for tests, and where there is no folder. */
export const noPublished: PublishedMemory = {
  load: () => Promise.resolve([]),
  watch: () => {},
  touch: () => {},
  close: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

const EVERY_MS = 5_000;
/** Ten times the topics of the largest home anybody has; a file with more is not ours. */
const MOST_TOPICS = 500_000;

/** Remembers in a file, `<userDir>/lumiot/<node id>.json`. */
export function publishedIn({ path, clock, log }: { readonly path: string; readonly clock: Clock; readonly log: Log }): PublishedMemory {
  const file = new StateFile({ path, clock, everyMs: EVERY_MS, onError: (text) => log.warn(text) });
  return {
    load: async () => {
      const stored = await file.load();
      const topics = topicsOf(stored);
      if (stored !== undefined && topics === undefined) log.warn(`The state file ${path} holds no topics and is begun anew.`);
      return topics ?? [];
    },
    watch: (topics) => file.source(() => ({ version: 1, topics: [...topics()] })),
    touch: () => file.touch(),
    close: () => file.close(),
    remove: async () => {
      try {
        await file.remove();
      } catch (error) {
        log.warn(`The state file ${path} cannot be deleted: ${error instanceof Error ? error.message : String(error)}. Delete it by hand.`);
      }
    },
  };
}

/** A state file is input like any other: what is no topic is left out. */
function topicsOf(stored: unknown): string[] | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { topics } = stored as { readonly topics?: unknown };
  if (!Array.isArray(topics) || topics.length > MOST_TOPICS) return undefined;
  return topics.filter(isTopic);
}

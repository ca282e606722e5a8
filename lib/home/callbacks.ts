/** Callbacks that may never come, as promises that always settle. */

/** Who waits for a callback of something that can be closed in between: whoever closes it ends them all. */
export type Waiting = Set<(error: Error | null) => void>;

/** Resolves with the callback of `begin`, and rejects with its error, with what `begin` throws, or with what ends `waiting`. */
export function awaitCallback(waiting: Waiting, begin: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = (error: Error | null): void => {
      waiting.delete(give);
      if (error === null) resolve();
      else reject(error);
    };
    waiting.add(give);
    try {
      begin(give);
    } catch (error) {
      give(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

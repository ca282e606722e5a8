/** Waits for something, but not for long: it goes on by itself, and whoever waited does without. */

import type { Clock, Timer } from '../home/clock';

/** What `promise` gives within `ms`, else what `otherwise` gives. Rejects as `promise` does, or as `otherwise` throws. */
export function within<Result>(clock: Clock, ms: number, promise: Promise<Result>, otherwise: () => Result): Promise<Result> {
  let timer: Timer | undefined;
  const late = new Promise<Result>((resolve, reject) => {
    timer = clock.setTimeout(() => {
      try {
        resolve(otherwise());
      } catch (error) {
        reject(error);
      }
    }, ms);
  });
  return Promise.race([promise, late]).finally(() => clock.clearTimeout(timer));
}

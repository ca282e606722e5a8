// What every measured process can be asked: to count, to say what it cost, how much memory it holds.
import { createRequire } from 'node:module';

const { tally } = createRequire(import.meta.url)('../tally.cjs');

export function answers(more = {}) {
  let before = process.cpuUsage();
  return {
    begin({ devicesTimed = 0 } = {}) {
      tally.reset(devicesTimed);
      before = process.cpuUsage();
    },
    /** CPU of all threads, user and system, in microseconds since `begin`. */
    end() {
      const { user, system } = process.cpuUsage(before);
      return { count: tally.count, cpuUs: user + system, times: tally.times };
    },
    count: () => tally.count,
    async memory() {
      for (let round = 0; round < 3; round++) {
        globalThis.gc?.();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const { heapUsed, external, rss } = process.memoryUsage();
      return { heap: heapUsed + external, rss };
    },
    ...more,
  };
}

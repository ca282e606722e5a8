/** The short forms of the faults; `npm run check:faults` does all of them, and more of each. */

import assert from 'node:assert/strict';
import { printed } from './fault';
import { faults } from './faults';

describe('commands and reports survive', () => {
  for (const { title, isOnlyLong, run } of faults) {
    if (isOnlyLong === true) continue;
    it(title, async function () {
      this.timeout(30_000);
      const lines = await run({ isLong: false });
      if ('skipped' in lines) {
        this.skip();
        return;
      }
      for (const line of lines) assert.deepEqual(line.missed, [], printed(title, line));
    });
  }
});

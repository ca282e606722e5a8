/** What a miot-set node changed itself, and what it must still tell. */

import assert from 'node:assert/strict';
import type { Values } from '../../lib/home/device';
import { OwnChanges, type PropertyNews } from '../../nodes/shared/runtime/own-changes';
import { ManualClock } from '../support/clock';

describe('own changes', () => {
  let clock: ManualClock;
  let own: OwnChanges;
  let told: Values[];
  beforeEach(() => {
    clock = new ManualClock();
    own = new OwnChanges(clock);
    told = [];
  });

  const tell = (_event: PropertyNews, news: Values): void => void told.push({ ...news });
  const set = (written: Values, before: Values = {}): Promise<unknown> => own.during(() => Promise.resolve({ written, before }), tell);
  const hear = (values: Values): void =>
    own.hear({ kind: 'property', values, changed: Object.keys(values) } as unknown as PropertyNews, tell);
  const settled = async (): Promise<void> => {
    for (let count = 0; count < 6; count++) await Promise.resolve();
  };

  it('are told once as an answer and not again as a change', async () => {
    await set({ on: true }, { on: false });
    await settled();
    hear({ on: true });
    assert.deepEqual(told, []);
    hear({ on: true });
    assert.deepEqual(told, [{ on: true }]);
  });

  it('are not awaited for ever, though nobody is heard', async () => {
    for (let count = 0; count < 1_000; count++) {
      await set({ on: count % 2 === 0 }, { on: count % 2 === 1 });
      await clock.advance(1_000);
    }
    assert.ok(own.awaited <= 11, `${own.awaited} are awaited`);
  });

  it('are none where the value was already so', async () => {
    await set({ on: true }, { on: true });
    await settled();
    hear({ on: true });
    assert.deepEqual(told, [{ on: true }]);
  });

  it('are awaited where a change before them is still on its way', async () => {
    await Promise.all([set({ on: true }, { on: false }), set({ on: false }, { on: false })]);
    await settled();
    hear({ on: true });
    hear({ on: false });
    assert.deepEqual(told, []);
  });

  it('are not awaited any more once another value was heard', async () => {
    await set({ on: true }, { on: false });
    await settled();
    hear({ on: false });
    hear({ on: true });
    assert.deepEqual(told, [{ on: false }, { on: true }]);
  });

  it('of one name leave those of another alone', async () => {
    await set({ on: true, brightness: 5 }, {});
    await settled();
    hear({ on: false });
    hear({ brightness: 5 });
    assert.deepEqual(told, [{ on: false }]);
  });
});

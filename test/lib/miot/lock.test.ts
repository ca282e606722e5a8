/** The lock among processes when two want it at once: only one has it, and who lost it knows. */

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireLock } from '../../../lib/miot/lock';
import { type Files, systemFiles } from '../../../lib/miot/token-files';
import { ManualClock } from '../../support/clock';
import { until } from '../../support/wait';

describe('the lock among processes', () => {
  const clock = new ManualClock();
  let folder: string;
  const path = () => join(folder, 'l.lock');
  /** Process ids end far below. */
  const dead = (beat = '0') => JSON.stringify({ pid: 2 ** 30, host: hostname(), nonce: 'dead', beat });
  const gate = (): { readonly opened: Promise<void>; open: () => void } => {
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { opened, open };
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lumiot-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));

  it('is taken over by one of those who judged it abandoned', async () => {
    await writeFile(path(), dead());
    let isJudging = false;
    const { opened, open } = gate();
    const late: Files = {
      ...systemFiles,
      open: (async (name: string, flags: string, mode?: number) => {
        if (name.endsWith('.claim')) {
          isJudging = true;
          await opened;
        }
        return systemFiles.open(name, flags, mode);
      }) as Files['open'],
    };
    const second = acquireLock(path(), { clock, files: late });
    await until(() => isJudging, 'it has judged');
    const first = await acquireLock(path(), { clock, files: systemFiles });
    open();
    for (let round = 0; round < 20; round++) {
      await clock.advance(100);
      assert.ok(await first.isHeld());
    }
    await first.release();
    const lock = await clock.during(second);
    assert.ok(await lock.isHeld());
    await lock.release();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is waited for while somebody else takes it away, and not for ever if that one died over it', async () => {
    await writeFile(path(), dead());
    await writeFile(`${path()}.claim`, 'n');
    const began = clock.monotonic();
    const lock = await clock.during(acquireLock(path(), { clock, files: systemFiles }));
    assert.ok(clock.monotonic() - began >= 2_000);
    await lock.release();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is known to be lost, and then left to who has it', async () => {
    const lock = await acquireLock(path(), { clock, files: systemFiles });
    assert.ok(await lock.isHeld());
    await rm(path());
    assert.ok(!(await lock.isHeld()));
    await writeFile(path(), dead('1'));
    assert.ok(!(await lock.isHeld()));
    await lock.release();
    assert.equal(await readFile(path(), 'utf8'), dead('1'));
  });

  it('is not thought lost because the disk cannot be read', async () => {
    const lock = await acquireLock(path(), {
      clock,
      files: {
        ...systemFiles,
        readFile: (async () => {
          throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
        }) as unknown as Files['readFile'],
      },
    });
    assert.ok(await lock.isHeld());
    await lock.release();
  });
});

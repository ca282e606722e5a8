/** The file of an account's secrets: whatever happens to it, the newest whole generation is found. */

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Files, systemFiles } from '../../../lib/miot/token-files';
import type { StoredAccount, TokenRecord } from '../../../lib/miot/token-record';
import { withRecord } from '../../../lib/miot/token-record';
import { seal } from '../../../lib/miot/token-seal';
import { TokenStore } from '../../../lib/miot/token-store';
import { ManualClock } from '../../support/clock';
import { withCode } from './session-rig';

const KEY = 'PLANTED-key';

const record = (generation: number): TokenRecord => ({
  region: 'cn',
  clientId: '1234567890123456789',
  redirectUrl: 'http://homeassistant.local:8123',
  deviceId: 'ha.0123456789abcdef0123456789abcdef',
  generation,
  tokens: { access: `V3_PLANTED-${generation}`, refresh: `R3_PLANTED-${generation}`, obtainedAt: 1, refreshAt: 2, expiresAt: 3 },
  ended: undefined,
  uid: '42',
});

const generationOf = (stored: StoredAccount) => stored.records[0]?.generation;

describe('the token store', () => {
  let folder: string;
  let logs: string[];
  const clock = new ManualClock();
  const log = {
    info: (text: string) => void logs.push(text),
    warn: (text: string) => void logs.push(text),
    error: (text: string) => void logs.push(text),
  };
  const open = (more: { id?: string; storeKey?: string; files?: Files } = {}) =>
    new TokenStore({ folder, id: 'n1', storeKey: KEY, clock, log, ...more });
  const put = (store: TokenStore, generation: number) => store.update((stored) => withRecord(stored, record(generation)));
  const path = (suffix = '') => join(folder, `n1.tokens${suffix}`);
  const names = async () => (await readdir(folder)).sort();

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'lumiot-store-')), 'lumiot');
    logs = [];
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));

  it('gives back what was put in', async () => {
    assert.deepEqual((await open().load()).records, []);
    await put(open(), 1);
    assert.deepEqual((await open().load()).records, [record(1)]);
    assert.deepEqual(await names(), ['n1.tokens', 'n1.tokens.bak']);
  });

  it('is for its owner alone, and unreadable without the key', async () => {
    await put(open(), 1);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    for (const name of await names()) {
      assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
      assert.doesNotMatch(await readFile(join(folder, name), 'utf8'), /PLANTED|V3_|clientId|1234567890123456789|homeassistant/);
    }
  });

  it('encrypts the same content differently each time', async () => {
    await put(open(), 1);
    const { iv, data } = JSON.parse(await readFile(path(), 'utf8'));
    await put(open(), 1);
    const again = JSON.parse(await readFile(path(), 'utf8'));
    assert.notEqual(again.iv, iv);
    assert.notEqual(again.data, data);
  });

  it('writes beside the file, flushes, renames, and flushes the folder, in this order', async () => {
    const steps: string[] = [];
    const files = recording(steps);
    await put(open({ files }), 1);
    const own = steps.filter((step) => !step.includes('.lock') && !step.includes('.bak'));
    assert.deepEqual(own.slice(0, 6), ['write n1.tokens.new', 'sync n1.tokens.new', 'rename n1.tokens.new', 'sync lumiot', 'sync lumiot']);
    steps.length = 0;
    const lease = await open({ files }).lease();
    await lease.declare(7);
    await lease.release();
    const intent = steps.filter((step) => !step.includes('.lock'));
    assert.deepEqual(intent, ['write n1.tokens.intent.new', 'sync n1.tokens.intent.new', 'rename n1.tokens.intent.new', 'sync lumiot']);
  });

  it('keeps the generation before until the new one is safe', async () => {
    await put(open(), 1);
    const files: Files = {
      ...systemFiles,
      rename: async (from, to) => {
        if (String(to) === path()) {
          // The moment in which everything hangs on one file.
          const kept = await new TokenStore({ folder, id: 'n1', storeKey: KEY, clock, log }).load();
          assert.ok((generationOf(kept) ?? 0) >= 1);
          assert.ok((await names()).includes('n1.tokens.bak'));
        }
        await systemFiles.rename(from, to);
      },
    };
    await put(open({ files }), 2);
  });

  for (const suffix of ['', '.bak'])
    it(`F4: n1.tokens${suffix} cut at every byte is noticed, and the other copy is used`, async () => {
      const store = open();
      await put(store, 1);
      await put(store, 2);
      const whole = await readFile(path(suffix));
      for (let length = 0; length < whole.length - 1; length++) {
        await writeFile(path(suffix), whole.subarray(0, length));
        assert.equal(generationOf(await store.load()), 2, `${length} bytes`);
      }
      const aside = (await names()).filter((name) => name.startsWith(`n1.tokens${suffix}.set-aside`));
      assert.equal(aside.length, whole.length - 1);
      // The next change puts both copies right again.
      await put(store, 3);
      for (const copy of ['', '.bak']) assert.equal(JSON.parse(await readFile(path(copy), 'utf8')).gen, 3);
    }).timeout(60_000);

  it('F4: a changed byte anywhere is noticed', async () => {
    const store = open();
    await put(store, 1);
    const whole = await readFile(path());
    for (let at = 0; at < whole.length - 1; at += 7) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      await writeFile(path(), changed);
      assert.equal(generationOf(await store.load()), 1, `byte ${at}`);
    }
    assert.ok(logs.length > 50 && logs.every((text) => /is damaged/.test(text)), 'nobody is told that the key is wrong');
  });

  it('F4: both copies damaged: nothing is invented, nothing deleted', async () => {
    await put(open(), 1);
    for (const suffix of ['', '.bak']) await writeFile(path(suffix), '{"v":1');
    assert.deepEqual((await open().load()).records, []);
    assert.equal((await names()).filter((name) => name.includes('set-aside')).length, 2);
    assert.equal(logs.length, 2);
  });

  it('finds a generation that was written and not renamed, and puts it in its place before the next', async () => {
    const store = open();
    await put(store, 1);
    const old = await readFile(path());
    const oldCopy = await readFile(path('.bak'));
    await put(store, 2);
    await rename(path(), path('.new'));
    await writeFile(path(), old);
    await writeFile(path('.bak'), oldCopy);
    assert.equal(generationOf(await open().load()), 2);
    const lease = await open().lease();
    await lease.release();
    assert.deepEqual(await names(), ['n1.tokens', 'n1.tokens.bak']);
    assert.equal(JSON.parse(await readFile(path(), 'utf8')).gen, 2);
  });

  it('is found by somebody who reads in the moment in which it gets its place', async () => {
    await put(open(), 1);
    await rename(path(), path('.new'));
    await rm(path('.bak'));
    const readFileBetween = async (...args: Parameters<typeof readFile>) => {
      if (args[0] === path('.new')) await rename(path('.new'), path()).catch(() => {});
      return readFile(...args);
    };
    const files = { ...systemFiles, readFile: readFileBetween as Files['readFile'] };
    assert.equal(generationOf(await open({ files }).load()), 1);
  });

  it('leaves half a temporary file where it is', async () => {
    await put(open(), 1);
    await writeFile(path('.new'), '{"v":1,"gen":9');
    assert.equal(generationOf(await open().load()), 1);
    assert.deepEqual(logs, []);
    await put(open(), 2);
    assert.equal(generationOf(await open().load()), 2);
  });

  it('sets aside what another key has written, and never deletes it', async () => {
    await put(open(), 1);
    const content = await readFile(path(), 'utf8');
    const other = open({ storeKey: 'another' });
    assert.deepEqual((await other.load()).records, []);
    const aside = (await names()).find((name) => name.startsWith('n1.tokens.set-aside')) ?? '';
    assert.equal(await readFile(join(folder, aside), 'utf8'), content);
    await put(other, 5);
    await other.wipe();
    assert.ok((await names()).includes(aside));
  });

  it('takes up what was set aside once its key is back, whatever was kept under the wrong one', async () => {
    await put(open(), 1);
    await put(open(), 2);
    for (const isUsed of [false, true]) {
      const other = open({ storeKey: 'mistyped' });
      assert.deepEqual((await other.load()).records, []);
      if (isUsed) await put(other, 9);
      assert.equal(generationOf(await open().load()), 2);
      assert.equal(generationOf(await open().load()), 2, 'until it is put back by whoever may write');
      const lease = await open().lease();
      await lease.release();
      assert.ok((await names()).includes('n1.tokens'));
    }
    await put(open(), 3);
    assert.equal(generationOf(await open().load()), 3);
    assert.equal(logs.filter((text) => /opens with the key in use/.test(text)).length, 6);
    assert.equal((await names()).filter((name) => name.includes('set-aside')).length, 3, 'one was put back, nothing is deleted');
  });

  it('takes up nothing that belongs to another node, nor what is damaged', async () => {
    await put(open({ id: 'n2' }), 1);
    await rename(join(folder, 'n2.tokens'), path('.set-aside-2026-01-01T00-00-00-000Z'));
    await writeFile(path('.bak.set-aside-2026-01-01T00-00-00-000Z'), '{"v":1');
    assert.deepEqual((await open().load()).records, []);
  });

  it('does not take a machine that cannot make the key for a wrong key', async () => {
    await put(open(), 1);
    // So that the key is made anew.
    for (let other = 0; other < 32; other++) await seal({}, 1, `other-${other}`);
    const { scrypt } = crypto;
    crypto.scrypt = ((...args: unknown[]) =>
      (args.at(-1) as (error: Error) => void)(new Error('memory limit exceeded'))) as unknown as typeof scrypt;
    try {
      await assert.rejects(open().load(), withCode('STORE_FAILED'));
    } finally {
      crypto.scrypt = scrypt;
    }
    assert.deepEqual(await names(), ['n1.tokens', 'n1.tokens.bak']);
    assert.equal(generationOf(await open().load()), 1);
    assert.deepEqual(logs, []);
  });

  describe('in a folder where nothing can be renamed', () => {
    const files: Files = {
      ...systemFiles,
      rename: async () => {
        throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
      },
    };

    it('F4: a damaged file does not keep the good copy from being used', async () => {
      await put(open(), 1);
      await writeFile(path(), '{"v":1');
      const store = open({ files });
      assert.equal(generationOf(await store.load()), 1);
      assert.equal(generationOf(await store.load()), 1);
      assert.equal(logs.length, 1);
      assert.match(logs[0] ?? '', /damaged and cannot be moved.*EROFS/);
    });

    it('F4: two damaged ones are no empty account', async () => {
      await put(open(), 1);
      for (const suffix of ['', '.bak']) await writeFile(path(suffix), '{"v":1');
      await assert.rejects(open({ files }).load(), withCode('STORE_FAILED'));
    });

    it('what another key has written is not written over', async () => {
      await put(open({ storeKey: 'another' }), 1);
      const content = await readFile(path(), 'utf8');
      await assert.rejects(open({ files }).load(), withCode('STORE_FAILED'));
      await assert.rejects(put(open({ files }), 2), withCode('STORE_FAILED'));
      assert.equal(await readFile(path(), 'utf8'), content);
    });
  });

  describe('F14: of a node that was deleted', () => {
    it('writes nothing any more', async () => {
      const steps: string[] = [];
      const store = open({ files: recording(steps) });
      await put(store, 1);
      await store.wipe();
      assert.deepEqual(await names(), []);
      steps.length = 0;
      await put(store, 2);
      assert.deepEqual(
        steps.filter((step) => !step.includes('.lock')),
        [],
        'not even for a moment',
      );
      assert.deepEqual(await names(), []);
      assert.ok(!store.hasUnsaved);
    });

    it('does not come back by what was just being written', async () => {
      const files: Files = {
        ...systemFiles,
        rename: async (from, to) => {
          await systemFiles.rename(from, to);
          // Its second copy is still to be written.
          if (to === path()) await store.wipe();
        },
      };
      const store = open({ files });
      await put(store, 1);
      assert.deepEqual(await names(), []);
    });

    it('does not come back by what the disk refused to write', async () => {
      const files: Files = {
        ...systemFiles,
        rename: async () => {
          await store.wipe();
          throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
        },
      };
      const store = open({ files });
      await assert.rejects(put(store, 1), withCode('STORE_FAILED'));
      assert.ok(!store.hasUnsaved);
      assert.deepEqual((await open().load()).records, []);
    });
  });

  it('says what to do when it cannot write, and keeps the content for later', async () => {
    let isFull = true;
    const files: Files = {
      ...systemFiles,
      open: (async (path: string, flags: string, mode?: number) => {
        if (isFull && flags === 'w') throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
        return systemFiles.open(path, flags, mode);
      }) as Files['open'],
    };
    const store = open({ files });
    await assert.rejects(put(store, 1), (error: Error) => withCode('STORE_FAILED')(error) && /Free some space/.test(error.message));
    assert.ok(store.hasUnsaved);
    assert.equal(generationOf(await open().load()), 1, 'for whoever asks in this process');
    isFull = false;
    await store.flush();
    assert.ok(!store.hasUnsaved);
    assert.ok(JSON.parse(await readFile(path(), 'utf8')).gen >= 1);
  });

  it('does not take an unreadable file for an empty one', async () => {
    await put(open(), 1);
    const files: Files = {
      ...systemFiles,
      readFile: (async () => {
        throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
      }) as unknown as Files['readFile'],
    };
    await assert.rejects(open({ files }).load(), withCode('STORE_FAILED'));
  });

  it('cannot be led out of its folder by the id', async () => {
    const store = open({ id: '../../etc/x y' });
    assert.equal(store.path, join(folder, '.._.._etc_x_y.tokens'));
  });

  it('F10: changes made at the same time all count', async () => {
    const stores = Array.from({ length: 20 }, () => open());
    await Promise.all(
      stores.map((store, index) =>
        store.update((stored) => ({ ...stored, deviceTokens: { ...stored.deviceTokens, [`d${index}`]: 'token' } })),
      ),
    );
    const stored = await open().load();
    assert.equal(Object.keys(stored.deviceTokens).length, 20);
    assert.equal(stored.gen, 20);
  });

  describe('F10: its lock', () => {
    const lockOf = (content: Record<string, unknown>) => writeFile(path('.lock'), JSON.stringify(content));
    const other = { host: 'elsewhere', nonce: 'n', beat: '000000000' };

    it('is gone after each change', async () => {
      await put(open(), 1);
      assert.ok(!(await names()).includes('n1.tokens.lock'));
    });

    it('of a process that is gone is taken over at once', async () => {
      await put(open(), 1);
      // Process ids end far below.
      await lockOf({ ...other, pid: 2 ** 30, host: hostname() });
      await put(open(), 2);
      assert.equal(generationOf(await open().load()), 2);
    });

    it('of a process that had our own id before a restart is taken over at once', async () => {
      await put(open(), 1);
      await lockOf({ ...other, pid: process.pid, host: hostname() });
      await put(open(), 2);
    });

    it('of another host is waited for until its heartbeat has stood still for 30 s', async () => {
      await put(open(), 1);
      await lockOf({ ...other, pid: 1 });
      const began = clock.monotonic();
      await clock.during(put(open(), 2));
      assert.ok(clock.monotonic() - began >= 30_000);
    });

    it('that beats is respected', async () => {
      await put(open(), 1);
      let isDone = false;
      await lockOf({ ...other, pid: 1 });
      const change = put(open(), 2).then(() => {
        isDone = true;
      });
      for (let beat = 0; beat < 10; beat++) {
        await clock.advance(10_000);
        await lockOf({ ...other, pid: 1, beat: String(beat).padStart(9, '1') });
        assert.ok(!isDone);
      }
      await rm(path('.lock'));
      await clock.during(change);
    });

    it('left empty by a crash is taken over after 2 s', async () => {
      await put(open(), 1);
      await writeFile(path('.lock'), '');
      let isDone = false;
      const change = put(open(), 2).then(() => {
        isDone = true;
      });
      for (let passed = 0; !isDone && passed < 10_000; passed += 200) {
        await clock.advance(200);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assert.ok(isDone);
      await change;
    });

    it('beats while it is held', async () => {
      const lease = await open().lease();
      const before = await readFile(path('.lock'), 'utf8');
      await clock.advance(5_000);
      await clock.settle(50);
      assert.notEqual(await readFile(path('.lock'), 'utf8'), before);
      await lease.release();
      assert.equal(clock.openTimers, 0);
    });
  });

  /** Notes each step that decides what survives a power cut. */
  function recording(steps: string[]): Files {
    const name = (path: unknown) => String(path).split('/').at(-1) ?? '';
    return {
      ...systemFiles,
      open: (async (path: string, flags: string, mode?: number) => {
        const handle = await systemFiles.open(path, flags, mode);
        const { writeFile: write, sync } = handle;
        handle.writeFile = (async (...args: Parameters<typeof write>) => {
          steps.push(`write ${name(path)}`);
          return write.apply(handle, args);
        }) as typeof write;
        handle.sync = async () => {
          steps.push(`sync ${name(path)}`);
          return sync.call(handle);
        };
        return handle;
      }) as Files['open'],
      rename: async (from, to) => {
        await systemFiles.rename(from, to);
        steps.push(`rename ${name(from)}`);
      },
    };
  }
});

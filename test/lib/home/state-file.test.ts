import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateFile } from '../../../lib/home/state-file';
import { ManualClock } from '../../support/clock';
import { until } from '../../support/wait';

describe('the state file', () => {
  let folder: string;
  let path: string;
  let clock: ManualClock;
  let complaints: string[];
  let file: StateFile;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lumiot-state-'));
    path = join(folder, 'lumiot', 'a.json');
    clock = new ManualClock();
    complaints = [];
    file = new StateFile({ path, clock, onError: (text) => complaints.push(text) });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const stored = (): unknown => JSON.parse(readFileSync(path, 'utf8'));

  it('that is not there yet loads as nothing, without a word', async () => {
    assert.equal(await file.load(), undefined);
    assert.deepEqual(complaints, []);
  });

  it('that holds garbage is begun anew and told', async () => {
    mkdirSync(join(folder, 'lumiot'));
    writeFileSync(path, '{"a":');
    assert.equal(await file.load(), undefined);
    assert.match(complaints[0] ?? '', /begun anew/);
  });

  it('gives back what was written', async () => {
    file.source(() => ({ a: 1 }));
    file.touch();
    await file.close();
    assert.deepEqual(await file.load(), { a: 1 });
  });

  it('is written once in thirty seconds, with the last content', async () => {
    let n = 0;
    file.source(() => ({ n }));
    for (n = 1; n < 5; n++) file.touch();
    await clock.advance(29_999);
    assert.equal(existsSync(path), false);
    await clock.advance(1);
    await until(() => existsSync(path), 'the file is written');
    assert.deepEqual(stored(), { n: 5 });
    assert.equal(clock.openTimers, 0);
  });

  it('is not written when nothing changed', async () => {
    file.source(() => ({}));
    await file.close();
    assert.equal(existsSync(path), false);
  });

  it('is readable by its owner only, and leaves nothing beside it', async () => {
    file.source(() => ({}));
    file.touch();
    await file.flush();
    assert.deepEqual(readdirSync(join(folder, 'lumiot')), ['a.json']);
  });

  it('stays whole when a write fails', async () => {
    file.source(() => ({ n: 1 }));
    file.touch();
    await file.flush();
    file.source(() => {
      throw new Error('no space left');
    });
    file.touch();
    await file.flush();
    assert.deepEqual(stored(), { n: 1 });
    assert.deepEqual(readdirSync(join(folder, 'lumiot')), ['a.json']);
    assert.match(complaints[0] ?? '', /no space left/);
  });

  it('on a full disk is told once, and written when there is space again', async () => {
    let isFull = true;
    file.source(() => {
      if (isFull) throw new Error('no space left');
      return { n: 2 };
    });
    file.touch();
    await file.flush();
    await file.flush();
    assert.equal(complaints.length, 1);
    isFull = false;
    await file.flush();
    assert.deepEqual(stored(), { n: 2 });
  });

  it('whose place is taken by a folder is told and not thrown', async () => {
    mkdirSync(path, { recursive: true });
    file.source(() => ({}));
    file.touch();
    await file.close();
    assert.match(complaints[0] ?? '', /cannot be written/);
    chmodSync(path, 0o700);
  });

  it('after its end is touched without a timer', async () => {
    await file.close();
    await file.close();
    file.touch();
    assert.equal(clock.openTimers, 0);
  });

  it('is gone when removed, also when a write was under way', async () => {
    file.source(() => ({ n: 1 }));
    file.touch();
    const closing = file.close();
    await file.remove();
    await closing;
    assert.equal(existsSync(path), false);
  });
});

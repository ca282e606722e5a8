/** Sign-ins whose node is gone: deleted with it, kept while anybody may want them. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { allAccounts } from '../../nodes/shared/runtime/account-host';
import { fileNameOf } from '../../nodes/shared/runtime/environment';
import { CloudBench, LAMP, pause } from './cloud-bench';
import { type FlowNode, sink, until } from './support';

const input: FlowNode = { id: 'n', type: 'miot-in', device: LAMP, what: 'property', property: 'light:brightness' };

describe('what an account keeps on the disk', () => {
  let bench: CloudBench;
  beforeEach(async () => {
    bench = await CloudBench.open();
    await bench.start(input);
    await bench.pushed(LAMP);
    await bench.known(LAMP, 'light:brightness');
    await bench.account.flush();
  });
  afterEach(() => bench.close());

  const folder = (): string => join(bench.userDir, 'lumiot');
  const files = (): string[] => (existsSync(folder()) ? readdirSync(folder()).filter((name) => name.startsWith('account')) : []);
  const disable = (): Promise<void> => bench.redeploy([], 'full', { d: true });
  const linger = async (): Promise<void> => {
    await bench.stage.clock.skip(10_500);
    await until(() => allAccounts().size === 0 && bench.cloud.sessions === 0, 'the account is closed');
    await pause(100);
  };

  it('goes where the account was disabled before it was deleted', async () => {
    await disable();
    await linger();
    assert.ok(files().includes('account.tokens'));
    await bench.stage.deploy([sink('out')], 'full');
    await until(() => files().length === 0, 'every file is gone');
  });

  it('goes where both came in one breath', async () => {
    await disable();
    await bench.stage.deploy([sink('out')], 'nodes');
    await until(() => files().length === 0, 'every file is gone');
    await bench.stage.clock.skip(10_500);
    await pause(100);
    assert.deepEqual([files(), allAccounts().size], [[], 0]);
  });

  it('stays while the account is disabled, however often is deployed', async () => {
    await disable();
    await linger();
    for (const type of ['full', 'nodes', 'flows'] as const) await bench.redeploy([], type, { d: true });
    await bench.redeploy([input]);
    await bench.listed();
    await bench.shows('40 %', 'green');
  });

  it('stays where nobody knows what became of the account, and is named once', async () => {
    const aside = `${folder()}-aside`;
    await disable();
    await linger();
    renameSync(folder(), aside);
    await bench.stage.deploy([sink('out')], 'full');
    await pause(100);
    renameSync(aside, folder());
    const said = (): number => bench.stage.log().split('account that is in none of these flows').length - 1;
    await bench.stage.deploy([sink('out'), sink('second')], 'full');
    await until(() => said() === 1, 'it is said');
    await bench.stage.deploy([sink('out'), sink('third')], 'full');
    await pause(100);
    assert.equal(said(), 1);
    assert.match(bench.stage.log(), /The file account\.tokens(?:\.bak)? in .*delete it/);
    assert.ok(files().includes('account.tokens'), files().join());
  });

  it('stays where flows of another project are loaded in place of these', async () => {
    await disable();
    await linger();
    // Loading has no changes, unlike a deploy.
    const { events, nodes } = bench.stage.RED();
    const { eachNode } = nodes;
    try {
      nodes.eachNode = () => {};
      events.emit('flows:started', { type: 'full', diff: undefined });
      await pause(100);
    } finally {
      nodes.eachNode = eachNode;
    }
    assert.match(bench.stage.log(), /in none of these flows/);
    assert.ok(files().includes('account.tokens'), files().join());
  });
});

describe('the name of a file', () => {
  it('is the id itself where the editor made it', () => {
    for (const id of ['1a2b3c4d5e6f7081', '1a2b3c4d.5e6f', 'a_b', '1a2b3c4d5e6f7081-1a2b3c4d5e6f7082']) assert.equal(fileNameOf(id), id);
  });

  it('is another for every other id, and leads nowhere else', () => {
    const hashed = fileNameOf('a/b');
    const ids = ['a/b', 'a_b', 'a:b', 'a b', '../a', '_/a', '.a', '..', '.', '', 'ä', 'x'.repeat(500), `${'x'.repeat(499)}y`, hashed];
    const names = ids.map(fileNameOf);
    assert.equal(new Set(names).size, ids.length, names.join(' '));
    for (const name of names) assert.match(name, /^[\w-][\w.-]{0,199}$/);
  });
});

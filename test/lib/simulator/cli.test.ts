import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hall, password, ports } from './bench';

const cli = join(__dirname, '../../../lib/simulator/cli.ts');

describe('the command lumiot-simulator', function () {
  this.timeout(20_000);
  const folder = mkdtempSync(join(tmpdir(), 'lumiot-simulator-'));
  after(() => rmSync(folder, { recursive: true }));

  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const run = (...args: string[]): ChildProcess => spawn(process.execPath, ['--import', 'tsx', cli, ...args], { stdio: 'pipe' });
  const finish = async (child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> => {
    const result = { code: null as number | null, out: '', err: '' };
    child.stdout?.on('data', (chunk) => {
      result.out += String(chunk);
    });
    child.stderr?.on('data', (chunk) => {
      result.err += String(chunk);
    });
    [result.code] = (await once(child, 'close')) as [number | null];
    return result;
  };

  it('begins with the line that lets a shell run it', () => {
    assert.match(readFileSync(cli, 'utf8'), /^#!\/usr\/bin\/env node\n/);
  });

  it('explains itself', async () => {
    const { code, out } = await finish(run('--help'));
    assert.equal(code, 0);
    assert.match(out, /Usage: lumiot-simulator \[home\.json\]/);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`prints one line of JSON first and stops cleanly on ${signal}`, async () => {
      const gateways = [{ sid: hall, key: password, address: '127.0.3.10', port: 0 }];
      const child = run(file('home.json', JSON.stringify({ ...ports, gateways, control: { port: 0 }, lively: true })));
      const finished = finish(child);
      const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
      const addresses = JSON.parse(String(line).split('\n')[0] ?? '') as { gateways: { port: number }[]; control: { port: number } };
      assert.ok((addresses.gateways[0]?.port ?? 0) > 0);
      assert.ok(addresses.control.port > 0);
      child.kill(signal);
      assert.deepEqual(await finished, { code: 0, out: String(line), err: '' });
    });

  for (const [what, text, message] of [
    ['that is missing', undefined, /cannot be read/],
    ['that is no JSON', '{', /is not JSON/],
    ['with a mistake', '{"gateways":[{"sid":"34ce00fb61a9","key":"short"}]}', /Gateway 34ce00fb61a9: "key" has 5 characters/],
  ] as const)
    it(`ends with 1 and one sentence for a file ${what}`, async () => {
      const path = text === undefined ? join(folder, 'nowhere.json') : file('wrong.json', text);
      const { code, out, err } = await finish(run(path));
      assert.deepEqual([code, out], [1, '']);
      assert.match(err, message);
      assert.equal(err.trim().split('\n').length, 1);
    });

  it('ends with 1 when a port is taken', async () => {
    const home = { ...ports, gateways: [{ sid: hall, key: password, address: '127.0.3.11', port: 19_811 }] };
    const path = file('busy.json', JSON.stringify(home));
    const first = run(path);
    await once(first.stdout ?? first, 'data');
    const { code, err } = await finish(run(path));
    first.kill('SIGTERM');
    await once(first, 'close');
    assert.equal(code, 1);
    assert.match(err, /Gateway 34ce00fb61a9 cannot start: UDP 127\.0\.3\.11:19811 is in use/);
  });
});

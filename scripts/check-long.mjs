// `npm run check:long`: the whole suite again, with everything random or lasting turned up. Takes as long as it takes.
// Tests read how much is wanted of them from these variables; a value given from outside wins.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './ensure.mjs';

const wanted = { LUMIOT_FUZZ_CASES: '1000000', LUMIOT_SOAK_MINUTES: '10', LUMIOT_ATTACK: 'full' };
const env = { ...wanted, ...process.env };
const startedAt = Date.now();
for (const name of Object.keys(wanted)) console.log(`${name}=${env[name]}`);

let child;
let isStopped = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    isStopped = true;
    child?.kill(signal);
  });

const codes = [await run('scripts/test.mjs', ['--timeout', '7200000', ...process.argv.slice(2)])];
// Every fault, and then each of them without what it is survived by.
for (const args of [[], ['--proof']]) if (!isStopped) codes.push(await run('test/faults/run.mjs', args));
// Edges and brokers that come and go, again and again; and whether every report and every command gets through where there are many.
if (!isStopped) codes.push(await run('test/mqtt/run.mjs', ['--long']));
if (!isStopped) codes.push(await run('bench/run.mjs', ['--only', 'mqtt', '--rounds', '2', '--strict']));
// Whether the tests of the pure modules notice a slip of the pen.
if (!isStopped) codes.push(await run('test/mutation/run.mjs', []));
process.exitCode = codes.find((code) => code !== 0) ?? 0;
console.log(`That took ${((Date.now() - startedAt) / 60_000).toFixed(1)} minutes.`);

/** Runs a script of this repository and resolves with its exit code. */
function run(path, args) {
  return new Promise((resolve) => {
    child = spawn(process.execPath, [join(root, path), ...args], { cwd: root, stdio: 'inherit', env });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

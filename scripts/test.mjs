// `npm test`: installs and builds what is missing, runs mocha on the package's own Node.js, and ends with one plain line.
// Arguments go to mocha (`npm test -- --grep curtain`). With LUMIOT_COVERAGE set the run is measured and lib/ must reach the gate.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensure, nodeOf, root } from './ensure.mjs';
import { mochaArguments, readCounts } from './mocha.mjs';
import { ownNetwork } from './namespace.mjs';

ensure();
const { build } = await import('./build.mjs');
const node = nodeOf();
const wanted = process.env.LUMIOT_COVERAGE ? Number(process.env.LUMIOT_COVERAGE_LINES ?? 95) : undefined;
const scratch = mkdtempSync(join(tmpdir(), 'lumiot-test-'));
/** Output of all parts but the first. */
const heldBack = [];
/** Where all parts but the first run; without it the parts take turns. */
const network = ownNetwork();
const children = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    if (children.size === 0) process.exit(130);
    for (const child of children) child.kill(signal);
  });

const problems = await build();
for (const problem of problems) console.error(problem);

const runs = [];
if (network === undefined) for (const [index, part] of parts(process.argv.slice(2)).entries()) runs.push(await runMocha(part, index));
else runs.push(...(await Promise.all(parts(process.argv.slice(2)).map(runMocha))));
const code = Math.max(...runs.map((one) => one.code));
for (const log of heldBack) process.stdout.write(readFileSync(log));
let passes = runs.reduce((sum, one) => sum + one.passes, 0);
let failures = runs.reduce((sum, one) => sum + one.failures, 0);
if (problems.length > 0) {
  failures += 1;
  console.error('The build failed; its messages stand above the tests.');
}
if (wanted !== undefined && code === 0) {
  const gate = `--include lib/**/*.ts --check-coverage --lines ${wanted} --branches 0 --functions 0 --statements 0`.split(' ');
  const without = typesOnly().flatMap((path) => ['--exclude', path]);
  const measured = await run(['node_modules/c8/bin/c8.js', 'report', '--temp-directory', join(scratch, 'coverage'), ...gate, ...without]);
  if (measured === 0) passes += 1;
  else failures += 1;
}
rmSync(scratch, { recursive: true, force: true });
console.log(`${passes} passed, ${failures} failed`);
process.exitCode = failures > 0 ? 1 : 0;

/** All tests in two processes side by side, because most of the time is waiting; what was asked for by arguments in one. */
function parts(args) {
  if (args.length > 0) return [args];
  // Browser, package and matrix have runs of their own (.mocharc.json).
  const files = readdirSync(join(root, 'test'), { recursive: true })
    .map((path) => `test/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.test.ts') && !/\/node_modules\/|^test\/(editor|package|matrix)\//.test(path))
    .sort();
  // About as long as each other.
  const isFirst = (path) => path.startsWith('test/lib/') || path.startsWith('test/examples/');
  return [files.filter(isFirst), files.filter((path) => !isFirst(path))];
}

/** The first part speaks at once, the others when all have ended. */
async function runMocha(args, index) {
  const countsFile = join(scratch, `counts-${index}.json`);
  const env = { LUMIOT_COUNTS: countsFile, ...(wanted === undefined ? {} : { NODE_V8_COVERAGE: join(scratch, 'coverage') }) };
  const log = index === 0 ? undefined : join(scratch, `log-${index}.txt`);
  const code = await run(mochaArguments(args), env, log, index === 0 || network === undefined ? [] : network);
  if (log !== undefined) heldBack.push(log);
  return { ...readCounts(countsFile, code), code };
}

/** Runs a script on the package's Node.js and resolves with its exit code, once it ended by itself or by our signal. */
function run(args, env = {}, log = undefined, before = []) {
  return new Promise((resolve) => {
    const output = log === undefined ? 'inherit' : openSync(log, 'w');
    const [program, ...rest] = [...before, node, ...args];
    const child = spawn(program, rest, { cwd: root, stdio: ['inherit', output, output], env: { ...process.env, ...env } });
    children.add(child);
    const end = (status) => {
      children.delete(child);
      if (typeof output === 'number') closeSync(output);
      resolve(status);
    };
    child.once('error', (error) => {
      console.error(error.message);
      end(1);
    });
    child.once('exit', (status) => end(status ?? 1));
  });
}

/** Sources of lib/ that compile to nothing: they only describe types, nothing ever loads them, and so nothing can cover them. */
function typesOnly() {
  const compiled = join(root, 'dist', 'lib');
  return readdirSync(compiled, { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .filter((name) => {
      const code = readFileSync(join(compiled, name), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      return (
        code.replace(/["']use strict["'];|Object\.defineProperty\(exports, ["']__esModule["'], \{ value: true \}\);/g, '').trim() === ''
      );
    })
    .map((name) => `lib/${name.replaceAll('\\', '/').replace(/\.js$/, '.ts')}`);
}

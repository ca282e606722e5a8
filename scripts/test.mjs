// `npm test`: installs and builds what is missing, runs mocha on the package's own Node.js, and ends with one plain line.
// Arguments go to mocha (`npm test -- --grep curtain`). With LUMIOT_COVERAGE set the run is measured and lib/ must reach the gate.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensure, nodeOf, root } from './ensure.mjs';
import { mochaArguments, readCounts } from './mocha.mjs';

ensure();
const { build } = await import('./build.mjs');
const node = nodeOf();
const wanted = process.env.LUMIOT_COVERAGE ? Number(process.env.LUMIOT_COVERAGE_LINES ?? 95) : undefined;
const scratch = mkdtempSync(join(tmpdir(), 'lumiot-test-'));
const countsFile = join(scratch, 'counts.json');
let child;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (child ? child.kill(signal) : process.exit(130)));

const problems = await build();
for (const problem of problems) console.error(problem);

const code = await run(mochaArguments(process.argv.slice(2)), {
  LUMIOT_COUNTS: countsFile,
  ...(wanted === undefined ? {} : { NODE_V8_COVERAGE: join(scratch, 'coverage') }),
});
let { passes, failures } = readCounts(countsFile, code);
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

/** Runs a script on the package's Node.js and resolves with its exit code, once it ended by itself or by our signal. */
function run(args, env = {}) {
  return new Promise((resolve) => {
    child = spawn(node, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.once('exit', (status) => {
      child = undefined;
      resolve(status ?? 1);
    });
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

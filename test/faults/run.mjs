// `npm run check:faults`: builds the package, for the faults that a real Node-RED runs, and does all of them; see main.ts and proof.ts.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensure, nodeOf, root } from '../../scripts/ensure.mjs';

ensure();
const { build } = await import('../../scripts/build.mjs');
for (const problem of await build()) {
  console.error(problem);
  process.exitCode = 1;
}
const args = process.argv.slice(2);
const program = args.includes('--proof') ? 'proof.ts' : 'main.ts';
const run = spawn(nodeOf(), ['--import', 'tsx', join(root, 'test', 'faults', program), ...args], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => run.kill(signal));
run.once('exit', (code) => {
  process.exitCode ||= code ?? 1;
});

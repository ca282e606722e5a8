// `npm run check:mqtt`: what an edge and its broker can do to each other, in every variety (test/mqtt/long). Ends with "N passed, N failed".
// `--long` does more rounds of it. Two processes side by side, because most of the time is waiting.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensure, nodeOf, root } from '../../scripts/ensure.mjs';
import { mochaArguments, readCounts } from '../../scripts/mocha.mjs';

ensure();
const { build } = await import('../../scripts/build.mjs');
const { endOnSignals, start } = await import('../../scripts/processes.mjs');
const problems = await build();
for (const problem of problems) console.error(problem);

const folder = 'test/mqtt/long';
const jobs = readdirSync(join(root, folder))
  .filter((name) => name.endsWith('.check.ts'))
  .sort();
const scratch = mkdtempSync(join(tmpdir(), 'lumiot-mqtt-'));
const running = new Set();
endOnSignals({ jobs, running, scratch });

let [passed, failed] = [0, problems.length > 0 ? 1 : 0];
await Promise.all(
  [1, 2].map(async () => {
    for (let name = jobs.shift(); name !== undefined; name = jobs.shift()) {
      const counts = await runMocha(name);
      passed += counts.passes;
      failed += counts.failures;
    }
  }),
);
rmSync(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function runMocha(name) {
  const countsFile = join(scratch, `${name}.json`);
  const env = { LUMIOT_COUNTS: countsFile, LUMIOT_MQTT: process.argv.includes('--long') ? 'long' : '' };
  const run = start(nodeOf(), mochaArguments(['--timeout', '120000', `${folder}/${name}`]), { cwd: root, env });
  running.add(run);
  const code = await run.ended;
  running.delete(run);
  process.stdout.write(run.output());
  return readCounts(countsFile, code);
}

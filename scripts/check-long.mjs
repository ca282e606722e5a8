// `npm run check:long`: the whole suite again, with everything random or lasting turned up. Takes as long as it takes.
// Tests read how much is wanted of them from these variables; a value given from outside wins.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './ensure.mjs';

const wanted = { LUMIOT_FUZZ_CASES: '1000000', LUMIOT_SOAK_MINUTES: '10' };
const env = { ...wanted, ...process.env };
const startedAt = Date.now();
for (const name of Object.keys(wanted)) console.log(`${name}=${env[name]}`);

const run = spawn(process.execPath, [join(root, 'scripts', 'test.mjs'), '--timeout', '7200000', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env,
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => run.kill(signal));
run.once('exit', (code) => {
  console.log(`That took ${((Date.now() - startedAt) / 60_000).toFixed(1)} minutes.`);
  process.exitCode = code ?? 1;
});

// The nodes on every supported pair of Node.js and Node-RED: their integration tests on each, and a start of Node-RED itself,
// also on the oldest Node.js allowed. Uses the built package; the newest pair comes from the root, the others from this folder.
// `--after-tests`: `npm test` has just run the tests of the newest pair, which is what it runs on; they are not run again.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure, nodeOf, root } from '../../scripts/ensure.mjs';
import { mochaArguments, readCounts } from '../../scripts/mocha.mjs';
import { ownNetwork } from '../../scripts/namespace.mjs';

const here = dirname(fileURLToPath(import.meta.url));
ensure();
ensure(here);
const { build } = await import('../../scripts/build.mjs');
const { endOnSignals, freePort, start, startNodeRed } = await import('../../scripts/processes.mjs');

const { name: packageName, 'node-red': sets } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const nodes = [
  { node: nodeOf('node-floor', here), testsToo: false }, // mocha needs a newer one
  { node: nodeOf('node-22', here), testsToo: true },
  { node: nodeOf(), testsToo: true },
];
const nodeReds = [join(here, 'node_modules', 'node-red-4'), join(root, 'node_modules', 'node-red')];
const scratch = mkdtempSync(join(tmpdir(), 'lumiot-matrix-'));
const running = new Set();
/** What is still to be begun. */
const jobs = [];
endOnSignals({ jobs, running, scratch });

const problems = await build();
for (const problem of problems) console.error(problem);
let [passed, failed] = [0, problems.length > 0 ? 1 : 0];
const isTested = ({ node, nodeRed }) => process.argv.includes('--after-tests') && node === nodeOf() && nodeRed === nodeReds.at(-1);
const pairs = nodes
  .flatMap(({ node, testsToo }) => nodeReds.map((nodeRed) => ({ node, nodeRed, testsToo })))
  .map((pair) => ({ ...pair, testsToo: pair.testsToo && !isTested(pair) }));
const rows = new Map();
/** Most of the time of a test is waiting for a device or a clock, so that three jobs go side by side, where each can have a network of its own. */
const network = ownNetwork();
const lanes = network === undefined ? [[]] : [[], network, network];
// Every second test file of a pair, so that the lanes end together; a pair that only starts is one job.
jobs.push(...pairs.flatMap((pair) => (pair.testsToo ? halves().map((files) => ({ pair, files })) : [{ pair, files: [] }])));
jobs.sort((one, other) => other.files.length - one.files.length);
await Promise.all(
  lanes.map(async (before) => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const row = await check(job.pair, job.files, before);
      rows.set(job.pair, [...(rows.get(job.pair) ?? []), row]);
    }
  }),
);
const table = pairs.filter((pair) => rows.has(pair)).map((pair) => joined(rows.get(pair)));
console.table(table);
rmSync(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** The test files in two parts of about the same length. */
function halves() {
  const files = readdirSync(join(root, 'test', 'nodes'), { recursive: true })
    .map((path) => `test/nodes/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.test.ts'))
    .sort();
  return [0, 1].map((part) => files.filter((_, index) => index % 2 === part));
}

/** The rows of a pair's jobs as one. */
function joined(parts) {
  const sumOf = (name) => parts.reduce((sum, part) => sum + part[name], 0);
  const starts = parts.every((part) => part.starts === 'yes') ? 'yes' : 'NO';
  return { ...parts[0], starts, passed: sumOf('passed'), failed: sumOf('failed'), seconds: sumOf('seconds') };
}

/** One pair: whether it starts, and these of its tests. */
async function check({ node, nodeRed }, files, before) {
  const startedAt = Date.now();
  const boot = await bootsCleanly(node, nodeRed);
  const tests = files.length > 0 ? await runTests(node, nodeRed, files, before) : { passes: 0, failures: 0 };
  passed += tests.passes + (boot ? 1 : 0);
  failed += tests.failures + (boot ? 0 : 1);
  return {
    node: await versionOf(node),
    'Node-RED': JSON.parse(readFileSync(join(nodeRed, 'package.json'), 'utf8')).version,
    starts: boot ? 'yes' : 'NO',
    passed: tests.passes,
    failed: tests.failures,
    seconds: (Date.now() - startedAt) / 1000,
  };
}

async function versionOf(node) {
  const run = start(node, ['--version']);
  await run.ended;
  return run.output().trim();
}

async function runTests(node, nodeRed, files, before) {
  const countsFile = join(mkdtempSync(join(scratch, 'run-')), 'counts.json');
  const [program, ...rest] = [...before, node, ...mochaArguments(files)];
  const run = own(
    start(program, rest, {
      cwd: root,
      env: { NODE_RED: nodeRed, LUMIOT_COUNTS: countsFile, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
    }),
  );
  const code = await run.ended;
  running.delete(run);
  const counts = readCounts(countsFile, code);
  if (counts.failures > 0) console.error(run.output());
  return counts;
}

/** Whether a fresh Node-RED loads every node and plugin of the built package. Prints why not. */
async function bootsCleanly(node, nodeRed) {
  const userDir = mkdtempSync(join(scratch, 'user-'));
  try {
    const settings = join(root, 'demo', 'settings.cjs');
    const red = await startNodeRed({ node, nodeRed, userDir, settings, port: await freePort(), cwd: root, own });
    const load = async (path) => (await fetch(red.url + path, { headers: { Accept: 'application/json' } })).json();
    const loaded = [...(await load('nodes')), ...(await load('plugins'))].filter((set) => set.module === packageName);
    await red.stop();
    const bad = [...Object.keys(sets.nodes ?? {}), ...Object.keys(sets.plugins ?? {})]
      .map((name) => ({ name, set: loaded.find((set) => set.name === name) }))
      .filter(({ set }) => !set || set.err);
    for (const { name, set } of bad) console.error(`${name} did not load: ${set ? JSON.stringify(set.err) : 'Node-RED does not list it'}`);
    if (bad.length > 0) console.error(red.output());
    return bad.length === 0;
  } catch (error) {
    console.error(error.message);
    return false;
  }
}

function own(child) {
  running.add(child);
  return child;
}

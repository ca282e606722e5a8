// `npm run bench`: measures the package beside its floors, prints one table and writes bench/results/<form>.json.
//   --short        the form for CI: one round of everything, at most 90 s, never fails on a figure
//   --only a,b     some of: flow, many, lib, memory, commands, load, installed, start, mqtt
//   --strict       fails where what must be so is not: a report lost or told twice, a command without its answer
//   --rounds n     instead of five

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { build } from '../scripts/build.mjs';
import { ensure, nodeOf, root } from '../scripts/ensure.mjs';
import { stopAll } from './processes.mjs';
import { commands } from './rows/commands.mjs';
import { flow } from './rows/flow.mjs';
import { installed } from './rows/installed.mjs';
import { lib } from './rows/lib.mjs';
import { load } from './rows/load.mjs';
import { many } from './rows/many.mjs';
import { memory } from './rows/memory.mjs';
import { mqtt } from './rows/mqtt.mjs';
import { start } from './rows/start.mjs';
import { tableOf } from './table.mjs';

const groups = { flow, many, lib, memory, commands, load, installed, start, mqtt };
/** What takes minutes even in its short form. */
const notInShort = ['many', 'memory', 'mqtt'];

const args = process.argv.slice(2);
const optionOf = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const isShort = args.includes('--short');
const rounds = Number(optionOf('--rounds') ?? (isShort ? 1 : 5));
const names = optionOf('--only')?.split(',') ?? Object.keys(groups).filter((name) => !isShort || !notInShort.includes(name));
const unknown = names.filter((name) => !(name in groups));
if (unknown.length > 0 || !(rounds >= 1)) {
  console.error(`Choose from ${Object.keys(groups).join(', ')}, and at least one round.`);
  process.exit(2);
}

ensure();
for (const problem of await build()) console.error(problem);
const packageDir = snapshot();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(130));

const startedAt = new Date();
const machine = {
  processor: cpus()[0]?.model,
  cores: cpus().length,
  system: `${process.platform} ${release()}`,
  node: nodeVersion(),
  /** Of the last 1, 5 and 15 minutes, before anything was measured: what else the machine has to do. */
  load: loadavg(),
};
const rows = [];
const runs = {};
/** When each group was measured, and the load then. The bench itself makes two: its sender and who is measured. */
const groupsAt = {};
let failures = 0;
for (const name of names) {
  const from = Date.now();
  groupsAt[name] = { at: new Date(from), load: loadavg() };
  try {
    const result = await groups[name]({ packageDir, rounds, isShort });
    rows.push(...result.rows);
    runs[name] = result.runs;
  } catch (error) {
    failures++;
    console.error(`${name} could not be measured: ${error.message}`);
  }
  // After each: who ends a long run early keeps what it has.
  save();
  console.error(`${name}: ${((Date.now() - from) / 1000).toFixed(0)} s`);
}
console.log(tableOf(rows));
if (args.includes('--strict')) {
  for (const { figure } of rows.filter(({ isRequired, isMet }) => isRequired && !isMet)) {
    failures++;
    console.error(`This must not be: ${figure}.`);
  }
}
console.log(
  `\n${startedAt.toISOString().slice(0, 10)}, load before ${loadText(machine.load)}, at the end ${loadText(loadavg())}; ${machine.cores} cores, ${machine.system}, Node.js ${machine.node}, medians of ${rounds}.`,
);
end(failures > 0 ? 1 : 0);

function save() {
  const folder = join(root, 'bench', 'results');
  const form = isShort ? 'short' : names.length === Object.keys(groups).length ? 'full' : names.join('-');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${form}.json`);
  writeFileSync(`${path}.new`, `${JSON.stringify({ startedAt, rounds, isShort, machine, groupsAt, rows, runs }, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

function loadText(load) {
  return load.map((one) => one.toFixed(1)).join(' ');
}

/** The package as built now, in a folder of its own: what is built meanwhile must not change what is measured. */
function snapshot() {
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'bench-'));
  for (const name of ['dist', 'package.json', 'examples', 'resources', 'CHANGELOG.md', 'README.md', 'LICENSE'])
    if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name), { recursive: true, force: true });
  return folder;
}

function nodeVersion() {
  return spawnSync(nodeOf(), ['--version'], { encoding: 'utf8' }).stdout.trim();
}

function end(code) {
  stopAll();
  rmSync(packageDir, { recursive: true, force: true });
  process.exit(code);
}

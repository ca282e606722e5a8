// `node test/mutation/run.mjs [--only <parts of paths, with commas>] [--sample <n>] [--survivors]`: changes the pure modules in one place at a time and
// sees whether a test notices. Prints the score of each group; fails below 80 %. Part of `npm run check:long`.
import { fork } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { groups } from './groups.mjs';
import { mutantsOf } from './mutants.mjs';

const GOAL = 80;
/** A mutant that runs for ever is one that was noticed. */
const PATIENCE_MS = 15_000;
const TEST_TIMEOUT_MS = 4_000;
/** What a mutant leaves behind must not pile up. */
const MUTANTS_A_WORKER = 150;

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const option = (name, otherwise) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise);
const only = option('--only', '').split(',');
const sample = Number(option('--sample', process.env.LUMIOT_MUTATION_SAMPLE ?? '1'));
const startedAt = Date.now();
const copy = mkdtempSync(join(tmpdir(), 'lumiot-mutation-'));
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));

/** The sources as JavaScript, one file for each, and what tests read besides. */
function makeCopy() {
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'package.json'), readFileSync(join(root, 'package.json')));
  for (const folder of ['docs', 'examples', 'locales'])
    if (existsSync(join(root, folder))) symlinkSync(join(root, folder), join(copy, folder));
  for (const top of ['lib', 'nodes', 'test'])
    for (const entry of readdirSync(join(root, top), { recursive: true, withFileTypes: true })) {
      const from = join(entry.parentPath, entry.name);
      if (!entry.isFile() || from.includes('node_modules')) continue;
      const to = join(copy, from.slice(root.length));
      mkdirSync(dirname(to), { recursive: true });
      if (!entry.name.endsWith('.ts') || entry.name.endsWith('.d.ts')) cpSync(from, to);
      else
        writeFileSync(
          to.replace(/\.ts$/, '.js'),
          transformSync(readFileSync(from, 'utf8'), { loader: 'ts', format: 'cjs', target: 'node22' }).code,
        );
    }
}

const compiled = (path) => join(copy, path.replace(/\.ts$/, '.js'));
const isNamed = (path, names) => names.some((name) => (name.endsWith('/') ? path.startsWith(name) : path === name));
const within = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));

class Worker {
  #child;
  #count = 0;

  /** Resolves with why the tests failed; '' where they did not notice. */
  run(job) {
    if (this.#count >= MUTANTS_A_WORKER) this.end();
    if (this.#child === undefined) {
      this.#count = 0;
      this.#child = fork(join(root, 'test', 'mutation', 'worker.cjs'), [copy], {
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        env: { ...process.env, LUMIOT_FUZZ_CASES: process.env.LUMIOT_MUTATION_FUZZ ?? '1500' },
      });
    }
    this.#count++;
    const child = this.#child;
    return new Promise((resolve) => {
      const finish = (why) => {
        clearTimeout(timer);
        child.removeAllListeners();
        if (why !== '') this.#maybeEnd(why);
        resolve(why);
      };
      const timer = setTimeout(() => finish('ran for ever'), PATIENCE_MS);
      child.once('message', ({ failures, why }) => finish(failures === 0 ? '' : why || 'failed'));
      child.once('exit', () => finish('ended the process'));
      child.send({ timeoutMs: TEST_TIMEOUT_MS, ...job });
    });
  }

  #maybeEnd(why) {
    if (why === 'ran for ever' || why === 'ended the process') this.end();
  }

  end() {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

makeCopy();
const workers = Array.from({ length: Math.min(4, availableParallelism()) }, () => new Worker());
let isGood = true;
for (const { name, folder = name, files, tests } of groups) {
  const chosen = within(folder).filter((path) => isNamed(path, files) && only.some((part) => path.includes(part)));
  const all = [
    ...new Set(tests.flatMap((path) => (path.endsWith('/') ? within(path).filter((file) => file.endsWith('.test.ts')) : [path]))),
  ];
  if (chosen.length === 0) continue;
  // A test that needs more than the copy has is none of ours.
  const usable = [];
  for (const test of all) {
    const why = await workers[0].run({ file: '', code: '', tests: [compiled(test)] });
    if (why === '') usable.push(compiled(test));
    else console.log(`left out ${test}: ${why}`);
  }
  const mutants = chosen.flatMap((path) => mutantsOf(readFileSync(compiled(path), 'utf8')).map((mutant) => ({ path, ...mutant })));
  const picked = mutants.filter((_, index) => index % sample === 0);
  const survivors = [];
  const queue = picked[Symbol.iterator]();
  await Promise.all(
    workers.map(async (worker) => {
      for (const mutant of queue) {
        const why = await worker.run({ file: compiled(mutant.path), code: mutant.code, tests: usable });
        if (why === '') survivors.push(mutant);
      }
    }),
  );
  const killed = picked.length - survivors.length;
  const score = (100 * killed) / Math.max(1, picked.length);
  if (score < GOAL) isGood = false;
  console.log(`${name}: ${killed} of ${picked.length} mutants noticed, ${score.toFixed(1)} % (goal ${GOAL} %)`);
  const byFile = Map.groupBy(survivors, ({ path }) => path);
  for (const [path, left] of byFile) {
    console.log(`  ${path}: ${left.length} not noticed`);
    if (process.argv.includes('--survivors')) for (const { line, what } of left) console.log(`    ${line}: ${what}`);
  }
}
for (const worker of workers) worker.end();
console.log(`That took ${((Date.now() - startedAt) / 60_000).toFixed(1)} minutes.`);
process.exitCode = isGood ? 0 : 1;

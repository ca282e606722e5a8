/**
 * `npm run check:faults -- --proof`: takes the handling of each fault out of a copy of the repository, and shows that the fault is then
 * noticed. `--only <id>,<id>` some; `--write` puts the table into docs/reliability.md.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { faults } from './faults';
import { replaceBetween } from './reliability-page';
import { type Removal, removals } from './removals';

const root = join(__dirname, '..', '..');
const LEFT_OUT = new Set(['node_modules', '.git', 'coverage', 'dist']);
/** Needs the package built. */
const BUILT = new Set(['deploys', 'killed']);

function main(args: readonly string[]): void {
  const only = args.includes('--only') ? (args[args.indexOf('--only') + 1]?.split(',') ?? []) : removals.map(({ fault }) => fault);
  const unproved = faults.filter(({ id }) => !removals.some(({ fault }) => fault === id)).map(({ id }) => id);
  const rows: string[] = [];
  let [passed, failed] = [0, unproved.length];
  if (unproved.length > 0) console.log(`Nothing to remove is written down for ${unproved.join(', ')}.`);
  for (const removal of removals.filter(({ fault }) => only.includes(fault))) {
    const noticed = attempt(removal);
    console.log(`${noticed === '' ? 'UNSEEN' : 'seen  '} ${removal.fault}: ${removal.handling}${noticed === '' ? '' : ` → ${noticed}`}`);
    rows.push(`| ${faults.find(({ id }) => id === removal.fault)?.title} | ${removal.handling} | ${noticed || '**nothing**'} |`);
    if (noticed === '') failed++;
    else passed++;
  }
  if (args.includes('--write')) replaceBetween('proof', ['| fault | removed | what failed |', '|---|---|---|', ...rows].join('\n'));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** What the fault says without its handling; '' when it notices nothing. */
function attempt(removal: Removal): string {
  const copy = mkdtempSync(join(tmpdir(), `faults-${process.pid}-`));
  try {
    cpSync(root, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    remove(copy, removal);
    if (BUILT.has(removal.fault)) {
      const build = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: copy, encoding: 'utf8' });
      if (build.status !== 0) throw new Error(`The copy cannot be built: ${build.stdout}${build.stderr}`);
    }
    const isLong = removal.isSlow === true || faults.find(({ id }) => id === removal.fault)?.isOnlyLong === true;
    const args = ['--import', 'tsx', 'test/faults/main.ts', ...(isLong ? [] : ['--short']), '--only', removal.fault];
    const run = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', timeout: 300_000 });
    const lines = run.stdout.split('\n').filter((line) => line.startsWith('MISSED'));
    // Not the title, which stands beside it.
    const figures = lines.map((line) => line.slice(line.lastIndexOf(': ') + 2));
    if (run.status === 0) return '';
    const claims = [...run.stdout.matchAll(/not true: (.*)/g)].map(([, claim]) => claim);
    return `${figures.join('; ')} — not true: ${[...new Set(claims)].join(', ')}`;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function remove(copy: string, { path, edits, fault }: Removal): void {
  const full = join(copy, path);
  const files = statSync(full).isDirectory()
    ? readdirSync(full)
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(full, name))
    : [full];
  for (const [find, replace] of edits) {
    const found = files.filter((file) => readFileSync(file, 'utf8').includes(find));
    if (found.length === 0) throw new Error(`${fault}: ${path} has no "${find}" any more. Write down in removals.ts how it is done now.`);
    for (const file of found) writeFileSync(file, readFileSync(file, 'utf8').replaceAll(find, replace));
  }
}

main(process.argv.slice(2));

// Builds the package into dist/: runtime code by tsc, a thin entry and one html for each node, catalogues, help and icons.
// Files of dist/ are replaced one by one and only when they differ, so that a Node-RED that runs on dist/ never sees a gap.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './ensure.mjs';
import { writeLazyEntries } from './lazy-entries.mjs';

const dist = join(root, 'dist');
const cache = join(root, '.cache');
const stampPath = join(cache, 'build.json');
const inputs = [
  'lib',
  'nodes',
  'icons',
  'locales',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'scripts/build.mjs',
  'scripts/lazy-entries.mjs',
];

/** Builds unless nothing changed. Returns the problems found, in words; none when dist/ is complete. */
export async function build() {
  const hash = hashOf(inputs.flatMap((path) => filesIn(join(root, path))));
  if (isUpToDate(hash)) return [];

  mkdirSync(cache, { recursive: true });
  const staging = mkdtempSync(join(cache, 'build-'));
  try {
    const sets = readSets();
    const problems = [...sets.problems, ...compileRuntime(staging)];
    problems.push(
      ...writeLazyEntries(
        staging,
        sets.found.filter(({ runtime }) => runtime).map(({ type }) => type),
      ),
    );
    for (const set of sets.found) problems.push(...(await buildEditor(set, staging)));
    copyLocales(sets.found, staging, problems);
    copyIcons(sets.found, staging);
    replaceDist(staging);
    if (problems.length === 0) writeFileSync(stampPath, JSON.stringify({ hash, files: filesIn(dist).map((path) => relative(dist, path)) }));
    else rmSync(stampPath, { force: true });
    return problems;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** What package.json lists under node-red.nodes and node-red.plugins, with its sources, and what does not fit together. */
function readSets() {
  const { 'node-red': nodeRed = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const listed = [...Object.entries(nodeRed.nodes ?? {}), ...Object.entries(nodeRed.plugins ?? {})];
  const problems = [];
  const found = [];
  for (const [type, path] of listed) {
    const folder = join(root, 'nodes', type);
    const base = `dist/nodes/${type}/${type}`;
    const source = (suffix) => (existsSync(join(folder, type + suffix)) ? join(folder, type + suffix) : undefined);
    const set = { type, runtime: source('.ts'), editor: source('.editor.mts'), template: source('.html') };
    if (path !== `${base}.js` && path !== `${base}.html`) problems.push(`package.json lists ${type} at ${path}; it must be ${base}.js.`);
    else if (path.endsWith('.js') && !set.runtime) problems.push(`package.json lists ${type}, but nodes/${type}/${type}.ts is missing.`);
    else if (!set.editor && !set.template)
      problems.push(`package.json lists ${type}, but it has neither nodes/${type}/${type}.editor.mts nor nodes/${type}/${type}.html.`);
    else found.push(set);
  }
  const types = new Set(listed.map(([type]) => type));
  for (const entry of existsSync(join(root, 'nodes')) ? readdirSync(join(root, 'nodes'), { withFileTypes: true }) : []) {
    if (entry.isDirectory() && entry.name !== 'shared' && !types.has(entry.name))
      problems.push(`nodes/${entry.name} exists, but package.json lists no such node or plugin.`);
  }
  return { found, problems };
}

function compileRuntime(staging) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [tsc, '-p', join(root, 'tsconfig.json'), '--outDir', staging, ...(process.stdout.isTTY ? ['--pretty'] : [])];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const cli = join(staging, 'lib', 'simulator', 'cli.js');
  if (existsSync(cli)) chmodSync(cli, 0o755);
  return run.status === 0 ? [] : [`TypeScript:\n${(run.stdout + run.stderr).trim()}`];
}

/** One html per node: its dialog code first, then its template. */
async function buildEditor(set, staging) {
  const parts = [];
  if (set.editor) {
    const { build: bundle } = await import('esbuild');
    try {
      const result = await bundle({
        entryPoints: [set.editor],
        absWorkingDir: root,
        bundle: true,
        write: false,
        format: 'iife',
        platform: 'browser',
        target: 'es2022',
        charset: 'utf8',
        logLevel: 'silent',
      });
      parts.push(`<script type="text/javascript">\n${result.outputFiles[0].text}</script>\n`);
    } catch (error) {
      return [`The dialog of ${set.type}: ${error.message}`];
    }
  }
  if (set.template) parts.push(readFileSync(set.template, 'utf8'));
  write(join(staging, 'nodes', set.type, `${set.type}.html`), parts.join('\n'));
  return [];
}

/** Each node's catalogue with the shared words of its language mixed in, its own first, and its help as it is. */
function copyLocales(sets, staging, problems) {
  const folder = join(root, 'locales');
  for (const language of existsSync(folder) ? readdirSync(folder).sort() : []) {
    const read = (name) => {
      const path = join(folder, language, name);
      if (!existsSync(path)) return undefined;
      try {
        return JSON.parse(readFileSync(path, 'utf8'));
      } catch (error) {
        problems.push(`locales/${language}/${name}: ${error.message}`);
        return undefined;
      }
    };
    const shared = read('shared.json');
    for (const { type } of sets) {
      const target = join(staging, 'nodes', type, 'locales', language);
      const own = read(`${type}.json`);
      if (own) write(join(target, `${type}.json`), `${JSON.stringify(merged(shared, own), null, 2)}\n`);
      const help = join(folder, language, `${type}.html`);
      if (existsSync(help)) write(join(target, `${type}.html`), readFileSync(help));
    }
  }
}

function merged(shared, own) {
  if (typeof shared !== 'object' || typeof own !== 'object') return own ?? shared;
  const keys = new Set([...Object.keys(shared), ...Object.keys(own)]);
  return Object.fromEntries([...keys].map((key) => [key, merged(shared[key], own[key])]));
}

/** Once, beside the first node: Node-RED looks icons up per package. */
function copyIcons(sets, staging) {
  const first = sets[0];
  if (!first) return;
  for (const path of filesIn(join(root, 'icons')))
    write(join(staging, 'nodes', first.type, 'icons', relative(join(root, 'icons'), path)), readFileSync(path));
}

function replaceDist(staging) {
  const wanted = new Set(filesIn(staging).map((path) => relative(staging, path)));
  for (const name of wanted) {
    const from = join(staging, name);
    const to = join(dist, name);
    if (existsSync(to) && readFileSync(to).equals(readFileSync(from)) && statSync(to).mode === statSync(from).mode) continue;
    mkdirSync(dirname(to), { recursive: true });
    const beside = `${to}.${process.pid}`;
    copyFileSync(from, beside);
    renameSync(beside, to);
  }
  for (const path of filesIn(dist)) if (!wanted.has(relative(dist, path))) rmSync(path, { force: true });
  removeEmptyFolders(dist);
}

function removeEmptyFolders(folder) {
  for (const entry of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  }
  if (existsSync(folder) && readdirSync(folder).length === 0) rmSync(folder, { recursive: true, force: true });
}

function isUpToDate(hash) {
  try {
    const stamp = JSON.parse(readFileSync(stampPath, 'utf8'));
    return stamp.hash === hash && stamp.files.every((name) => existsSync(join(dist, name)));
  } catch {
    return false;
  }
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths)
    hash
      .update(`${relative(root, path).split(sep).join('/')}\0`)
      .update(readFileSync(path))
      .update('\0');
  return hash.digest('hex');
}

/** Every file under a path, or the path itself if it is a file, in a stable order. */
function filesIn(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(path, entry.name)) : [join(path, entry.name)]));
}

function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problems = await build();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(`The build is not complete: ${problems.length} problem${problems.length === 1 ? '' : 's'}.`);
    process.exitCode = 1;
  }
}

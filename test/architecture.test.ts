// The rules of the house that no compiler knows: which folder may import which, and what nobody writes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const root = join(__dirname, '..');

/** The floors, from the top. A folder may import from itself and from folders on lower floors; neighbours do not know each other. */
const floors = [['nodes', 'lib/simulator'], ['lib/mqtt'], ['lib/miot', 'lib/lumi'], ['lib/miio', 'lib/devices'], ['lib/home']];

/** Imports that a lower floor would allow and a decision forbids: the simulator must not share the mistakes of what it checks. */
const forbidden = [
  { from: 'lib/simulator', to: 'lib/devices' },
  { from: 'lib/simulator', to: 'lib/miot' },
  { from: 'lib/simulator', to: 'lib/miio' },
];

/** What may be shared along one floor: a node uses the code that all nodes share. */
const floorOf = new Map(floors.flatMap((folders, floor) => folders.map((folder) => [folder, floor] as const)));

interface Import {
  readonly specifier: string;
  readonly line: number;
}

const sources = ['lib', 'nodes'].flatMap((folder) => sourcesIn(join(root, folder)));

describe('the architecture', () => {
  it('has only folders whose floor is known', () => {
    const unknown = sources.filter((file) => floorOf.get(roomOf(file)) === undefined);
    assert.deepEqual(unknown, []);
  });

  it('lets imports point down only', () => {
    const wrong = sources.flatMap((file) =>
      internalImports(file)
        .filter(({ target }) => !mayImport(roomOf(file), roomOf(target)))
        .map(({ target, line }) => `${file}:${line} imports ${target}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('keeps Node-RED out of lib', () => {
    const wrong = sources
      .filter((file) => file.startsWith('lib/'))
      .flatMap((file) => importsOf(file).map(({ specifier, line }) => ({ file, specifier, line })))
      .filter(({ specifier }) => /^(@types\/)?(@node-red\/|node-red)/.test(specifier));
    assert.deepEqual(wrong, []);
  });

  it('loads got and dns-packet only lazily', () => {
    const wrong = sources.filter((file) => /^import (?!type ).*from '(got|dns-packet)'|require\('(got|dns-packet)'\)/m.test(read(file)));
    assert.deepEqual(wrong, []);
  });

  it('never evaluates text as code', () => {
    assert.deepEqual(linesWith(/\beval\(|new Function\(|\bvm\.run/), []);
  });

  it('tells the compiler the truth', () => {
    assert.deepEqual(linesWith(/(:|\bas|<|\|)\s*any\b(?!\w|['"`:])|@ts-(ignore|nocheck)/), []);
  });

  it('leaves no focused or skipped test behind', () => {
    const tests = sourcesIn(join(root, 'test')).filter((file) => file.endsWith('.test.ts') && file !== 'test/architecture.test.ts');
    assert.deepEqual(
      tests.flatMap((file) => matches(file, /\b(describe|it)\.(only|skip)\(/)),
      [],
    );
  });
});

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  if (forbidden.some((rule) => rule.from === from && rule.to === to)) return false;
  return (floorOf.get(from) ?? Number.POSITIVE_INFINITY) < (floorOf.get(to) ?? Number.NEGATIVE_INFINITY);
}

/** The folder that stands on a floor: `nodes` as a whole, each folder of lib by itself. */
function roomOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  return first === 'lib' ? `lib/${second}` : first;
}

function internalImports(file: string): { target: string; line: number }[] {
  return importsOf(file)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier, line }) => ({ target: slashes(relative(root, join(root, dirname(file), specifier))), line }));
}

/** Static, dynamic, type-only and re-exporting imports, and require. */
function importsOf(file: string): Import[] {
  const text = read(file);
  const pattern =
    /(?:^|[\s;])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|[\s;])import\s*['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => ({
    specifier: match[1] ?? match[2] ?? match[3] ?? '',
    line: text.slice(0, match.index + 1).split('\n').length,
  }));
}

function linesWith(pattern: RegExp): string[] {
  return sources.flatMap((file) => matches(file, pattern));
}

/** Where a pattern stands in code. Words in quotes and comments do not count, except for directives to the compiler. */
function matches(file: string, pattern: RegExp): string[] {
  return read(file)
    .split('\n')
    .map((line, index) => ({ line, place: `${file}:${index + 1}` }))
    .filter(({ line }) => pattern.test(line.includes('@ts-') ? line : codeOf(line)))
    .map(({ line, place }) => `${place} ${line.trim()}`);
}

function codeOf(line: string): string {
  return line.replace(/'[^']*'|"[^"]*"|`[^`]*`/g, "''").replace(/^\s*(\/?\*|\/\/).*|\s\/\/.*$/, '');
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.m?ts$/.test(entry.name))
    .map((entry) => slashes(relative(root, join(entry.parentPath, entry.name))))
    .filter((file) => !file.includes('node_modules/'))
    .sort();
}

function slashes(path: string): string {
  return path.split(sep).join('/');
}

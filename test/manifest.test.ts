// What the flow library, the palette manager and the editor expect of the package, checked on package.json and on the built files.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type AnyNode, type CallExpression, type ObjectExpression, parse } from 'acorn';

const root = join(__dirname, '..');
const manifest = readJson('package.json') as {
  name: string;
  version: string;
  type: string;
  license: string;
  keywords: string[];
  repository: { url: string };
  bugs: { url: string };
  engines: { node: string };
  files: string[];
  bin: Record<string, string>;
  dependencies?: Record<string, string>;
  'node-red': { version: string; nodes: Record<string, string>; plugins?: Record<string, string> };
};
const types = Object.keys(manifest['node-red'].nodes);
const plugins = Object.keys(manifest['node-red'].plugins ?? {});
const languages = ['en-US', 'zh-CN'];

describe('the manifest', () => {
  it('names a licence, a place for bugs, a scope and the keyword of the flow library', () => {
    assert.equal(manifest.license, 'MIT');
    assert.match(manifest.bugs.url, /^https:/);
    assert.match(manifest.repository.url, /^git\+https:/);
    assert.match(manifest.name, /^@[a-z]+\/node-red/);
    assert.ok(manifest.keywords.includes('node-red'));
    assert.match(manifest.version, /^\d+\.\d+\.\d+$/);
  });

  it('accepts every Node.js and Node-RED that the matrix runs', () => {
    // The newest Node-RED allows Node.js 22.9.0; a package that asks for more is refused by the flow library's check.
    assert.equal(manifest.engines.node, '>=22.9');
    assert.equal(manifest['node-red'].version, '>=4.1.0');
    assert.equal(manifest.type, 'commonjs');
  });

  it('needs six packages at most and compiles none', () => {
    assert.ok(Object.keys(manifest.dependencies ?? {}).length <= 6);
    const lock = readJson('package-lock.json') as { packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }> };
    const scripted = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && !entry.dev && entry.hasInstallScript);
    assert.deepEqual(scripted, []);
  });

  it('allows the newest release of got, which is needed for as long as it is used', () => {
    const wanted = manifest.dependencies?.got;
    if (wanted !== undefined) assert.match(wanted, /^\^16\./);
  });

  it('publishes the built files and what users read, no sources', () => {
    assert.deepEqual([...manifest.files].sort(), ['CHANGELOG.md', 'dist', 'examples', 'resources']);
  });

  it('keeps its types apart from those of others', () => {
    assert.deepEqual(
      [...types, ...plugins].filter((type) => !/^(lumi|miot|lumiot)-[a-z-]+$/.test(type)),
      [],
    );
    assert.equal(new Set([...types, ...plugins]).size, types.length + plugins.length);
  });
});

describe('the built package', () => {
  before(function () {
    this.timeout(60_000);
    const run = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
  });

  it('has every file that package.json names', () => {
    const named = [
      ...Object.values(manifest['node-red'].nodes),
      ...Object.values(manifest['node-red'].plugins ?? {}),
      ...Object.values(manifest.bin),
    ];
    assert.deepEqual(
      named.filter((path) => !existsSync(join(root, path))),
      [],
    );
  });

  it('has commands that can be run', () => {
    for (const path of Object.values(manifest.bin)) {
      assert.match(read(path), /^#!\/usr\/bin\/env node\r?\n/);
      if (process.platform !== 'win32') assert.ok(statSync(join(root, path)).mode & 0o100, path);
    }
  });

  it('never loads got at once', () => {
    const wrong = globSync('dist/**/*.js', { cwd: root }).filter((path) => /require\(["']got["']\)/.test(read(path)));
    assert.deepEqual(wrong, []);
  });

  it('registers its types and routes at the start of Node-RED, and loads their code later', () => {
    const program = `
      const listening = new (require('node:events'))();
      const [types, routes] = [{}, []];
      const note = (path) => routes.push(path);
      const RED = {
        events: listening,
        httpAdmin: { get: note, post: note, put: note, delete: note },
        nodes: { registerType: (type, _, options) => { types[type] = options ?? {}; } },
      };
      for (const path of ${JSON.stringify(Object.values(manifest['node-red'].nodes))}) require('./' + path)(RED);
      const loaded = Object.keys(require.cache).map((path) => require('node:path').basename(path));
      console.log(JSON.stringify({ types, routes, loaded, events: listening.eventNames() }));
    `;
    const run = spawnSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    const told = JSON.parse(run.stdout) as { types: Record<string, object>; routes: string[]; loaded: string[]; events: string[] };
    assert.deepEqual(Object.keys(told.types), types);
    assert.deepEqual(told.types['miot-cloud'], { credentials: { storeKey: { type: 'password' } } });
    for (const path of ['/lumiot/gateways', '/lumiot/accounts/:id', '/lumiot/miot/callback']) assert.ok(told.routes.includes(path), path);
    assert.equal(new Set(told.routes).size, told.routes.length, 'each route once');
    assert.deepEqual(
      told.loaded.filter((name) => !types.includes(name.replace(/\.js$/, ''))),
      ['lazy-set.js', 'account-leftovers.js'],
    );
    // A sign-in whose account is disabled and then deleted is wiped, though no node of an account was ever made.
    assert.deepEqual(told.events, ['flows:started']);
  });

  it('has its icons once', () => {
    const icons = globSync('dist/**/*.svg', { cwd: root }).map((path) => basename(path));
    assert.deepEqual(icons.sort(), [...new Set(icons)].sort());
  });

  for (const plugin of plugins) {
    it(`registers the plugin ${plugin}`, () => {
      assert.equal(registrations(plugin, 'registerPlugin').length, 1);
    });
  }

  for (const type of types) {
    describe(type, () => {
      it('is registered by its literal name with a literal definition', () => {
        const [call, ...more] = registrations(type, 'registerType');
        assert.ok(call);
        assert.deepEqual(more, []);
        const properties = definitionOf(type);
        assert.ok(properties.has('category') && properties.has('defaults') && properties.has('label'));
        assert.equal(typeof literal(properties.get('category')), 'string');
        assert.equal(properties.get('defaults')?.type, 'ObjectExpression');
      });

      it('has an icon, a colour, inputs and outputs in its definition', () => {
        const properties = definitionOf(type);
        if (literal(properties.get('category')) === 'config') return;
        const icon = literal(properties.get('icon'));
        assert.ok(typeof icon === 'string' && /^[a-z-]+\.svg$/.test(icon), `icon ${String(icon)}`);
        assert.equal(globSync(`dist/**/icons/${icon}`, { cwd: root }).length, 1, icon);
        assert.match(String(literal(properties.get('color'))), /^#[0-9a-fA-F]{6}$/);
        assert.ok([0, 1].includes(Number(literal(properties.get('inputs')))));
        assert.ok(Number(literal(properties.get('outputs'))) >= 0);
      });

      it('has a template', () => {
        assert.match(html(type), new RegExp(`data-template-name=["']${type}["']`));
      });

      for (const language of languages) {
        it(`has words and help in ${language}`, () => {
          assert.ok(Object.keys(catalogue(type, language)).length > 0);
          const help = read(`dist/nodes/${type}/locales/${language}/${type}.html`);
          assert.match(help, new RegExp(`<script type="text/(html|markdown)" data-help-name="${type}"`));
        });
      }

      it('has the same words in every language', () => {
        const translations = globSync(`dist/nodes/${type}/locales/*/${type}.json`, { cwd: root });
        const wanted = keysOf(catalogue(type, 'en-US'));
        for (const path of translations) assert.deepEqual(keysOf(readJson(path)), wanted, path);
      });

      it('asks for no word that is missing', () => {
        const known = keysOf(catalogue(type, 'en-US'));
        const missing = wordsAskedFor(type).filter((key) => !known.some((name) => name === key || name.startsWith(`${key}.`)));
        assert.deepEqual(missing, []);
      });
    });
  }
});

describe('the examples', () => {
  const paths = globSync('examples/**/*.json', { cwd: root });

  it('are flows that use every node of the palette', function () {
    if (paths.length === 0) return this.skip();
    const flows = paths.map((path) => readJson(path));
    assert.ok(flows.every(Array.isArray));
    const used = new Set((flows.flat() as { type: string }[]).map((node) => node.type));
    const palette = types.filter((type) => literal(definitionOf(type).get('category')) !== 'config');
    assert.deepEqual(
      palette.filter((type) => !used.has(type)),
      [],
    );
  });
});

/** The calls `RED.nodes.registerType('<type>', {…})` that a parser can read without running the code, as the flow library does. */
function registrations(type: string, method: string): CallExpression[] {
  const calls: CallExpression[] = [];
  for (const [, code = ''] of html(type).matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g)) {
    visit(parse(code, { ecmaVersion: 2022 }), (node) => {
      if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return;
      const { property } = node.callee;
      if (property.type === 'Identifier' && property.name === method && literal(node.arguments[0]) === type) calls.push(node);
    });
  }
  return calls;
}

function definitionOf(type: string): Map<string, AnyNode> {
  const definition = registrations(type, 'registerType')[0]?.arguments[1];
  assert.equal(definition?.type, 'ObjectExpression', `${type} has no literal definition`);
  return new Map(
    (definition as ObjectExpression).properties.flatMap((property) =>
      property.type === 'Property' && property.key.type === 'Identifier' ? [[property.key.name, property.value as AnyNode] as const] : [],
    ),
  );
}

function literal(node: AnyNode | undefined): unknown {
  return node?.type === 'Literal' ? node.value : undefined;
}

function visit(value: unknown, see: (node: AnyNode) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, see);
  else if (typeof value === 'object' && value !== null && !(value instanceof RegExp)) {
    if ('type' in value && typeof value.type === 'string') see(value as AnyNode);
    for (const child of Object.values(value)) visit(child, see);
  }
}

/** The catalogue keys in the template: `a.b`, or `[title]a.b;[placeholder]c.d`. Keys of other catalogues (`node-red:…`) are not ours. */
function wordsAskedFor(type: string): string[] {
  return [...html(type).matchAll(/data-i18n="([^"]+)"/g)]
    .flatMap(([, keys = '']) => keys.split(';'))
    .map((key) => key.replace(/^\[[^\]]*\]/, '').trim())
    .filter((key) => key !== '' && !key.includes(':') && !key.includes('${'));
}

function catalogue(type: string, language: string): unknown & object {
  return readJson(`dist/nodes/${type}/locales/${language}/${type}.json`) as object;
}

function keysOf(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null) return [prefix];
  return Object.entries(value)
    .flatMap(([key, child]) => keysOf(child, prefix === '' ? key : `${prefix}.${key}`))
    .sort();
}

function html(type: string): string {
  return read(`dist/nodes/${type}/${type}.html`);
}

function readJson(path: string): unknown {
  return JSON.parse(read(path));
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

// The packed package as a user meets it: uploaded in the palette manager of an empty Node-RED, used, upgraded, removed.
// Runs on Node-RED 4.1 and 5. What Node-RED itself does is not checked; what would be our fault is.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ensure, nodeOf, npm, root } from '../../scripts/ensure.mjs';

const matrix = join(root, 'test', 'matrix');
ensure();
ensure(matrix);
const { freePort, start, startNodeRed } = await import('../../scripts/processes.mjs');

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { name: packageName, version } = manifest;
const types = Object.keys(manifest['node-red'].nodes);
const plugins = Object.keys(manifest['node-red'].plugins ?? {});
const scratch = mkdtempSync(join(tmpdir(), 'lumiot-package-'));
const running = new Set();
let [passed, failed] = [0, 0];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(130));

const settings = join(scratch, 'settings.cjs');
writeFileSync(
  settings,
  `module.exports = ${JSON.stringify({
    uiHost: '127.0.0.1',
    credentialSecret: 'made up',
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, palette: { catalogues: [] } },
    // Node-RED also looks into the node_modules it stands in; there the demo's dashboard lies.
    nodesExcludes: ['node-red-dashboard'],
  })};\n`,
);

try {
  let packed;
  await check('packs', async () => {
    packed = await pack();
  });
  if (packed)
    for (const nodeRed of [join(matrix, 'node_modules', 'node-red-4'), join(root, 'node_modules', 'node-red')])
      await story(nodeRed, packed);
} catch (error) {
  failed += 1;
  console.error(error);
}
await end();

/** This version and, made from its own files, the next one. */
async function pack() {
  const current = tarballOf(root, []);
  assert.deepEqual(
    current.files.filter((path) => !/^(dist\/|examples\/|resources\/|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/.test(path)),
    [],
    'only built files and what users read are packed',
  );
  for (const path of [...Object.values(manifest['node-red'].nodes), ...Object.values(manifest['node-red'].plugins ?? {})])
    assert.ok(current.files.includes(path), `${path} is packed`);

  const copy = join(scratch, 'next');
  mkdirSync(copy);
  const untar = start('tar', ['-xzf', current.path, '-C', copy]);
  assert.equal(await untar.ended, 0, untar.output());
  const folder = join(copy, 'package');
  const nextVersion = version.replace(/\d+$/, (patch) => String(Number(patch) + 1));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version: nextVersion }, null, 2));
  return { current: current.path, next: tarballOf(folder, ['--ignore-scripts']).path, nextVersion };
}

function tarballOf(folder, options) {
  const [{ filename, files }] = JSON.parse(
    npm(['pack', '--json', '--pack-destination', scratch, ...options], { cwd: folder, quiet: true }),
  );
  return { path: join(scratch, basename(filename)), files: files.map(({ path }) => path) };
}

/** Installing, using, upgrading and removing, in one Node-RED. */
async function story(nodeRed, packed) {
  const redVersion = JSON.parse(readFileSync(join(nodeRed, 'package.json'), 'utf8')).version;
  const userDir = mkdtempSync(join(scratch, 'user-'));
  const options = { node: nodeOf(), nodeRed, userDir, settings, cwd: scratch, own: (child) => running.add(child) };
  const inRed = (name, action) => check(`Node-RED ${redVersion}: ${name}`, action);
  let red = await startNodeRed({ ...options, port: await freePort() });
  const restart = async () => {
    await red.stop();
    red = await startNodeRed({ ...options, port: await freePort() });
  };

  await inRed('installs the uploaded package', async () => {
    await upload(red, packed.current);
    await assertLoaded(red, version);
  });
  await inRed('serves dialogs, words and help in both languages, and icons', () => assertServed(red));
  await inRed('answers dialogs before there is any node', async () => {
    for (const path of ['gateways', 'accounts']) assert.deepEqual(await (await request(red, `lumiot/${path}`)).json(), []);
  });
  await inRed('runs a flow with every node', async () => {
    await deploy(red, await flowOfEverything(red));
    await assertCalm(red);
  });
  await inRed('redeploys it', async () => {
    await deploy(red, await (await request(red, 'flows')).json());
    await assertCalm(red);
  });
  await inRed('upgrades to a higher version, which keeps the flow', async () => {
    await upload(red, packed.next);
    await restart();
    await assertLoaded(red, packed.nextVersion);
    const flow = await (await request(red, 'flows')).json();
    for (const type of types)
      assert.ok(
        flow.some((node) => node.type === type),
        `${type} is still in the flow`,
      );
    await assertCalm(red);
  });
  await inRed('removes the package without a trace', async () => {
    await deploy(red, []);
    await request(red, `nodes/${packageName}`, { method: 'DELETE' });
    assert.deepEqual(await ours(red), []);
    await restart();
    assert.deepEqual(await ours(red), []);
    assert.ok(!existsSync(join(userDir, 'node_modules', packageName)));
    assert.equal(JSON.parse(readFileSync(join(userDir, 'package.json'), 'utf8')).dependencies?.[packageName], undefined);
    const left = existsSync(join(userDir, 'lumiot')) ? readdirSync(join(userDir, 'lumiot')) : [];
    assert.deepEqual(left, [], 'files of removed nodes');
    await assertCalm(red);
  });
  await red.stop();
  running.delete(red);
}

async function upload(red, tarball) {
  const body = new FormData();
  body.append('tarball', new Blob([readFileSync(tarball)], { type: 'application/gzip' }), basename(tarball));
  await request(red, 'nodes', { method: 'POST', body, signal: AbortSignal.timeout(180_000) });
}

async function assertLoaded(red, wantedVersion) {
  const sets = await ours(red);
  assert.deepEqual(sets.map((set) => set.name).sort(), [...types, ...plugins].sort());
  for (const set of sets) {
    assert.equal(set.err, undefined, `${set.name}: ${JSON.stringify(set.err)}`);
    assert.equal(set.version, wantedVersion);
  }
  for (const set of sets.filter(({ name }) => types.includes(name))) assert.deepEqual(set.types, [set.name]);
}

async function ours(red) {
  const lists = await Promise.all(['nodes', 'plugins'].map(async (path) => (await request(red, path)).json()));
  return lists.flat().filter((set) => set.module === packageName);
}

async function assertServed(red) {
  const icons = await (await request(red, 'icons')).json();
  const names = icons[packageName] ?? [];
  for (const type of types) {
    const page = await (await request(red, `nodes/${packageName}/${type}`, { headers: { Accept: 'text/html' } })).text();
    const icon = /\bicon: ?"([^"]+)"/.exec(page)?.[1];
    if (icon) assert.ok(names.includes(icon), `${type}: ${icon} is among the icons`);
    for (const language of ['en-US', 'zh-CN']) {
      const words = await (await request(red, `nodes/${packageName}/${type}/messages?lng=${language}`)).json();
      assert.ok(Object.keys(words).length > 0, `${type} has words in ${language}`);
      const headers = { Accept: 'text/html', 'Accept-Language': language };
      const help = await (await request(red, `nodes/${packageName}/${type}`, { headers })).text();
      const expected = readFileSync(join(root, 'locales', language, `${type}.html`), 'utf8').trim();
      assert.ok(help.includes(expected), `${type} has its help in ${language}`);
    }
  }
  for (const name of names) {
    const answer = await request(red, `icons/${packageName}/${name}`, { headers: { Accept: '*/*' } });
    assert.match(answer.headers.get('content-type') ?? '', /svg/);
    assert.match(await answer.text(), /<svg/);
  }
}

/** One node of each type, bound to the loopback interface so that nothing leaves this machine. */
async function flowOfEverything(red) {
  const pages = new Map();
  for (const type of types)
    pages.set(type, await (await request(red, `nodes/${packageName}/${type}`, { headers: { Accept: 'text/html' } })).text());
  const isConfig = (type) => /category: ?"config"/.test(pages.get(type) ?? '');
  const outputs = (type) => Number(/outputs: ?(\d)/.exec(pages.get(type) ?? '')?.[1] ?? 1);
  const configs = types.filter(isConfig).map((type) => ({
    id: `id-${type}`,
    type,
    name: '',
    interface: '127.0.0.1',
    host: '127.0.0.1',
    credentials: { key: 'top-secret-key-0' },
  }));
  const nodes = types
    .filter((type) => !isConfig(type))
    .map((type, index) => ({
      ...{ id: `id-${type}`, type, z: 'tab', name: '', x: 200, y: 60 * (index + 1) },
      ...{ gateway: 'id-lumi-gateway', account: 'id-miot-cloud', wires: outputs(type) > 0 ? [[]] : [] },
    }));
  return [{ id: 'tab', type: 'tab', label: 'Everything' }, ...configs, ...nodes];
}

async function deploy(red, flows) {
  await request(red, 'flows', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Node-RED-Deployment-Type': 'full' },
    body: JSON.stringify(flows),
  });
}

/** Node-RED lives, its flows run, and it complained about nothing that code can prevent. */
async function assertCalm(red) {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const answer = await request(red, 'flows');
  assert.ok(!(await answer.text()).includes('top-secret-key'), 'no secret in the flow');
  assert.ok(!red.output().includes('top-secret-key'), 'no secret in the log');
  assert.equal((await (await request(red, 'flows/state')).json()).state, 'start');
  assert.doesNotMatch(red.output(), /uncaught|unhandled|(Type|Reference|Range)Error|MaxListeners|missing types|Cannot find module/i);
}

async function request(red, path, { headers = {}, signal = AbortSignal.timeout(15_000), ...options } = {}) {
  const answer = await fetch(red.url + path, { ...options, signal, headers: { Accept: 'application/json', ...headers } });
  if (!answer.ok)
    throw new Error(
      `${options.method ?? 'GET'} ${path}: ${answer.status} ${(await answer.text()).slice(0, 500)}\n${red.output().slice(-2000)}`,
    );
  return answer;
}

async function check(name, action) {
  const startedAt = Date.now();
  try {
    await action();
    passed += 1;
    console.log(`  ✔ ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`  ✘ ${name}\n${error.stack}`);
  }
}

async function end(code) {
  await Promise.all([...running].map((child) => child.stop()));
  rmSync(scratch, { recursive: true, force: true });
  if (code === undefined) console.log(`${passed} passed, ${failed} failed`);
  process.exit(code ?? (failed > 0 ? 1 : 0));
}

// What the package is made of that others wrote: locked with checksums, from the registry alone, each dependency justified, known weaknesses
// asked for, a bill of materials made, the size on disk measured. Ends with "N passed, N failed". Needs the registry, or npm's cache of it.
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ensure, npm, root } from './ensure.mjs';

const MOST_MB = 17;
const MOST_PACKAGES = 70;
const REGISTRY = 'https://registry.npmjs.org/';

ensure();
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const direct = Object.keys(manifest.dependencies);
const scratch = mkdtempSync(join(tmpdir(), 'lumiot-supply-'));
let [passed, failed] = [0, 0];

check('every locked package has a checksum and comes from the registry', () =>
  ['.', 'test/matrix'].flatMap((folder) => lockProblems(join(root, folder), folder)),
);
check('no runtime dependency runs a script when it is installed', () =>
  Object.entries(lockOf(root).packages)
    .filter(([path, { dev, devOptional, hasInstallScript }]) => path !== '' && !dev && !devOptional && hasInstallScript)
    .map(([path]) => path),
);
check('each runtime dependency is justified in docs/decisions.md', () => {
  const decisions = readFileSync(join(root, 'docs', 'decisions.md'), 'utf8');
  return direct.filter((name) => !decisions.split('\n').some((line) => line.startsWith(`**\`${name}\``)));
});
check('no known weakness in what is shipped', audit);
check(`at most ${MOST_MB} MB and ${MOST_PACKAGES} packages are installed`, measure);
check('npm makes a bill of materials of what was installed', () => {
  const { components } = JSON.parse(npm(['sbom', '--sbom-format', 'cyclonedx', '--loglevel=error'], { cwd: scratch }));
  console.log(`  ${components.length} components`);
  return [manifest.name, ...direct].filter((name) => !components.some((one) => `${one.group ? `${one.group}/` : ''}${one.name}` === name));
});

rmSync(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** Runs one check: what it returns is what is wrong. */
function check(what, find) {
  let problems;
  try {
    problems = find();
  } catch (error) {
    problems = [error instanceof Error ? error.message : String(error)];
  }
  if (problems === undefined) return;
  if (problems.length === 0) passed += 1;
  else failed += 1;
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${what}`);
  for (const problem of problems) console.log(`       ${problem}`);
}

function lockOf(directory) {
  return JSON.parse(readFileSync(join(directory, 'package-lock.json'), 'utf8'));
}

function lockProblems(directory, shown) {
  const { lockfileVersion, packages } = lockOf(directory);
  const problems = lockfileVersion === 3 ? [] : [`${shown}: the lock has version ${lockfileVersion}`];
  for (const [path, { integrity, resolved, inBundle, link }] of Object.entries(packages)) {
    if (path === '') continue;
    // What a package brings along inside its own archive is covered by the checksum of that.
    if (!inBundle && !/^sha(512|384)-/.test(integrity ?? '')) problems.push(`${shown}: ${path} has no checksum`);
    if (link || (resolved !== undefined && !resolved.startsWith(REGISTRY)))
      problems.push(`${shown}: ${path} comes from ${resolved ?? 'a link'}`);
  }
  return problems;
}

/** Undefined where the registry cannot be asked: then it is printed as skipped, and is neither passed nor failed. */
function audit() {
  let report;
  try {
    // npm exits with an error where it found something: the report says what.
    report = JSON.parse(
      npm(['audit', '--omit', 'dev', '--json', '--audit-level', 'none', '--fetch-retries', '0', '--fetch-timeout', '20000']),
    );
  } catch (error) {
    console.log(`skipped: npm audit cannot be reached here: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
  if (report.vulnerabilities === undefined) {
    console.log(`skipped: npm audit: ${report.message ?? 'the registry did not answer'}`);
    return undefined;
  }
  return Object.values(report.vulnerabilities).map(({ name, severity }) => `${name} (${severity})`);
}

/** Packs the package, installs the archive as a user would, and looks at the disk. */
function measure() {
  const [{ filename }] = JSON.parse(npm(['pack', '--json', '--pack-destination', scratch, '--loglevel=error']));
  writeFileSync(join(scratch, 'package.json'), '{"name":"as-shipped","version":"0.0.0","private":true}');
  npm(['install', join(scratch, basename(filename)), '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], {
    cwd: scratch,
  });
  const packages = Object.entries(lockOf(scratch).packages).filter(([path]) => path !== '');
  const sizes = new Map(packages.map(([path]) => [path, ownSize(join(scratch, path))]));
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const own = sizes.get(`node_modules/${manifest.name}`) ?? 0;
  console.log(`  ${megabytes(total)} MB in ${packages.length} packages; ${manifest.name} itself ${megabytes(own)} MB`);
  for (const name of direct) {
    const needed = closure(`node_modules/${name}`, new Map(packages));
    const others = new Set(direct.filter((one) => one !== name).flatMap((one) => [...closure(`node_modules/${one}`, new Map(packages))]));
    const alone = [...needed].filter((path) => !others.has(path));
    console.log(`  ${name}: ${share(needed)}, of these only for it ${share(alone)}`);
  }
  const problems = [];
  if (total > MOST_MB * 1e6) problems.push(`${megabytes(total)} MB`);
  if (packages.length > MOST_PACKAGES) problems.push(`${packages.length} packages`);
  return problems;

  function share(paths) {
    const all = [...paths];
    return `${megabytes(all.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0))} MB in ${all.length} packages`;
  }
}

/** A package with everything it needs, found as Node.js finds it: from the innermost folder outwards. */
function closure(path, packages, found = new Set()) {
  if (found.has(path) || !packages.has(path)) return found;
  found.add(path);
  const { dependencies = {}, optionalDependencies = {} } = packages.get(path);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    let folder = path;
    while (folder !== '' && !packages.has(`${folder}/node_modules/${name}`))
      folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')));
    closure(folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`, packages, found);
  }
  return found;
}

/** Bytes of a package's files, without the packages inside it. */
function ownSize(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    if (entry.name === 'node_modules') return sum;
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? ownSize(path) : lstatSync(path).size);
  }, 0);
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

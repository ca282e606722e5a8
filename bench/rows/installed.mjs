// What a user has on the disk: the packed package installed with its dependencies, as npm does it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm, root } from '../../scripts/ensure.mjs';

const MB = 1024 * 1024;

export async function installed({ packageDir }) {
  const folder = mkdtempSync(join(tmpdir(), 'lumiot-bench-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const [{ filename }] = JSON.parse(
      npm(['pack', packageDir, '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: folder }),
    );
    npm(['install', join(folder, filename), '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], {
      cwd: folder,
    });
    rmSync(join(folder, filename));
    const { packages } = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8'));
    const paths = Object.keys(packages);
    const sizes = new Map(paths.map((path) => [path, sizeOf(join(folder, path), true)]));
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0) / MB;
    const { name, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const shares = Object.keys(dependencies).map((direct) => {
      const reached = reach(packages, `node_modules/${direct}`);
      const size = [...reached].reduce((sum, path) => sum + sizes.get(path), 0) / MB;
      return `${direct} ${size.toFixed(1)} MB in ${reached.size}`;
    });
    const own = sizes.get(`node_modules/${name}`) / MB;
    return {
      runs: {},
      rows: [
        {
          figure: 'installed size with dependencies',
          unit: 'MB',
          ours: total,
          goal: '≤ 17 MB',
          isMet: total <= 17,
          note: `itself ${own.toFixed(1)} MB; ${shares.join(', ')} (what two of them need counts for both)`,
        },
        { figure: 'installed packages', unit: '', ours: paths.length, goal: '≤ 70', isMet: paths.length <= 70 },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes of the files of a package, without the packages inside it. */
function sizeOf(folder, isTop = false) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (isTop && entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    bytes += entry.isDirectory() ? sizeOf(path) : statSync(path).size;
  }
  return bytes;
}

/** Every package that one needs, itself included, found as Node.js finds them. */
function reach(packages, path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const name of Object.keys(packages[path].dependencies ?? {})) {
    for (let from = path; ; from = from.slice(0, from.lastIndexOf('/node_modules/'))) {
      const candidate = `${from}/node_modules/${name}`;
      if (packages[candidate] !== undefined) reach(packages, candidate, found);
      else if (from.includes('/node_modules/')) continue;
      else if (packages[`node_modules/${name}`] !== undefined) reach(packages, `node_modules/${name}`, found);
      break;
    }
  }
  return found;
}

// Makes a fresh clone runnable: installs what package-lock.json asks for, when it is not there yet.
// Uses Node's own modules only, because it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const windows = process.platform === 'win32';

/** The Node.js of a folder's `node` package: what tests and the demo run on, whichever Node.js started the script. */
export function nodeOf(packageName = 'node', directory = root) {
  const path = join(directory, 'node_modules', packageName, 'bin', windows ? 'node.exe' : 'node');
  if (existsSync(path)) return path;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (packageName === 'node' && (major > 22 || (major === 22 && minor >= 9))) return process.execPath;
  throw new Error(`${path} is missing. Install scripts must be allowed: delete node_modules and run npm ci without --ignore-scripts.`);
}

/** Runs npm in a folder, as the npm that started this script if there is one. Throws when npm fails. */
export function npm(args, { cwd = root, quiet = true, env = {} } = {}) {
  const cli = process.env.npm_execpath;
  const ownNode = process.env.npm_node_execpath ?? process.execPath;
  const [command, prefix, shell] = cli?.endsWith('.js') && existsSync(cli) ? [ownNode, [cli], false] : ['npm', [], windows];
  const run = spawnSync(command, [...prefix, ...args], {
    cwd,
    shell,
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
    env: { ...process.env, ...env, npm_config_update_notifier: 'false' },
  });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}.`);
  return run.stdout ?? '';
}

/** Installs a folder's packages unless they match its lock already. Returns whether it had to. */
export function ensure(directory = root) {
  const lockText = readFileSync(join(directory, 'package-lock.json'), 'utf8');
  const stampPath = join(directory, 'node_modules', '.lumiot-lock');
  const stamp = createHash('sha256').update(lockText).digest('hex');
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return false;

  const installed = matchesLock(directory, JSON.parse(lockText));
  if (!installed) {
    console.log('Installing packages. This happens once and takes about a minute …');
    // Windows cannot delete a node.exe that runs, and it may be the one running this script.
    const command = windows && existsSync(join(directory, 'node_modules')) ? 'install' : 'ci';
    npm([command, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: directory });
  }
  writeFileSync(stampPath, stamp);
  return !installed;
}

/** Whether npm's own record of node_modules says the same as the lock, as after a plain `npm install`. */
function matchesLock(directory, lock) {
  try {
    const record = JSON.parse(readFileSync(join(directory, 'node_modules', '.package-lock.json'), 'utf8')).packages;
    return Object.entries(lock.packages).every(([path, wanted]) => {
      if (path === '') return true;
      const found = record[path];
      return found ? found.version === wanted.version && found.integrity === wanted.integrity : wanted.optional === true;
    });
  } catch {
    return false;
  }
}

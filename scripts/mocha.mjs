// How the scripts run mocha: one process, TypeScript through tsx, the counts through a file.
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './ensure.mjs';

/** Arguments for Node.js. Not bin/mocha.js: that would start a second process, which outlives it when it is killed. */
export function mochaArguments(args) {
  const cli = realpathSync(join(root, 'node_modules', 'mocha', 'lib', 'cli', 'cli.js'));
  return ['--import', 'tsx', cli, '--reporter', join(root, 'scripts', 'mocha-reporter.cjs'), ...args];
}

/** What the reporter counted. A run that ended before its report, or with an exit code of its own, is one failure. */
export function readCounts(path, code) {
  try {
    const counts = JSON.parse(readFileSync(path, 'utf8'));
    return code !== 0 && counts.failures === 0 ? { ...counts, failures: 1 } : counts;
  } catch {
    return { passes: 0, failures: 1 };
  }
}

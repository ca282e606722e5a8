/** docs/reliability.md, whose tables are measured: each stands between two marks. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(__dirname, '..', '..', 'docs', 'reliability.md');

/** Replaces what stands between `<!-- mark -->` and `<!-- /mark -->`, and says when it was measured. */
export function replaceBetween(mark: string, table: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const begin = `<!-- ${mark} -->`;
  const end = `<!-- /${mark} -->`;
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < 0) throw new Error(`docs/reliability.md has no place for "${mark}".`);
  const measured = `Measured on ${new Date().toISOString().slice(0, 10)} with Node.js ${process.version} on ${process.platform}.`;
  writeFileSync(PAGE, `${page.slice(0, from)}${begin}\n\n${measured}\n\n${table}\n\n${page.slice(to)}`);
}

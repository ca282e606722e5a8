/**
 * `npm run check:faults`: does every fault to a pretend home and prints what became of its commands and reports.
 * `--short` does what `npm test` does; `--only <id>,<id>` some; `--write` puts the table into docs/reliability.md.
 */

import { type Line, printed } from './fault';
import { faults } from './faults';
import { replaceBetween } from './reliability-page';

interface Row {
  readonly title: string;
  readonly result: Line | string;
}

async function main(args: readonly string[]): Promise<void> {
  const isLong = !args.includes('--short');
  const only = args[args.indexOf('--only') + 1]?.split(',') ?? [];
  const chosen = faults.filter(({ id, isOnlyLong }) => (args.includes('--only') ? only.includes(id) : isLong || isOnlyLong !== true));
  const unknown = args.includes('--only') ? only.filter((id) => !faults.some((fault) => fault.id === id)) : [];
  if (unknown.length > 0) throw new Error(`There is no fault ${unknown.join(', ')}; there are ${faults.map(({ id }) => id).join(', ')}.`);

  const rows: Row[] = [];
  let [passed, failed] = [0, 0];
  for (const { title, run } of chosen) {
    const results = await run({ isLong }).catch((error: unknown) => [broken(error)]);
    if ('skipped' in results) {
      console.log(`skipped ${title}: ${results.skipped}`);
      rows.push({ title, result: `skipped: ${results.skipped}` });
      continue;
    }
    for (const line of results) {
      console.log(printed(title, line));
      rows.push({ title, result: line });
      if (line.missed.length === 0) passed++;
      else failed++;
    }
  }
  if (args.includes('--write')) write(rows);
  console.log(`${passed} passed, ${failed} failed`);
  // A fault that could not be carried out to its end leaves its home behind.
  process.exit(failed === 0 ? 0 : 1);
}

/** A fault that could not be carried out to its end. */
function broken(error: unknown): Line {
  const text = error instanceof Error ? error.message : String(error);
  return { of: 'commands', tried: 0, lost: 0, duplicated: 0, told: 0, missed: [`it can be carried out: ${text}`] };
}

function write(rows: readonly Row[]): void {
  const table = [
    '| fault | tried | lost | duplicated | told | |',
    '|---|---:|---:|---:|---:|---|',
    ...rows.map(({ title, result }) => {
      if (typeof result === 'string') return `| ${title} | | | | | ${result} |`;
      const { of, tried, lost, duplicated, told, note = '' } = result;
      const verdict = result.missed.length === 0 ? note : `**missed: ${result.missed.join('; ')}** ${note}`;
      return `| ${title} | ${tried} ${of} | ${lost} | ${duplicated} | ${told} | ${verdict} |`;
    }),
  ].join('\n');
  replaceBetween('measured', table);
}

// Whoever started a process of its own ends it at exit.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

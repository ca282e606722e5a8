// The table of the bench: one line a figure, readable in a terminal and in a page of docs/.

const references = ['ideal', 'floor', 'empty', 'bare'];

export function tableOf(rows) {
  const lines = [
    ['figure', 'ours', 'compared with', 'ratio', 'goal', 'result'],
    ...rows.map((row) => {
      const reference = references.find((name) => row[name] !== undefined);
      return [
        row.figure,
        withUnit(row.ours, row.unit),
        reference === undefined ? '–' : `${reference} ${withUnit(row[reference], row.unit)}`,
        row.ratio === undefined ? '–' : `${row.ratio.toFixed(2)} ×`,
        row.goal,
        resultOf(row),
      ];
    }),
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = lines.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`);
  text.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  const notes = rows.filter(({ note }) => note).map(({ figure, note }) => `${figure}: ${note}`);
  return [...text, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

/** Rounds in which reports were lost are left out; where there is no other, there is no figure. */
function resultOf({ isMet, rounds }) {
  if (rounds?.valid === 0) return `not shown: 0 of ${rounds.of} rounds valid`;
  const verdict = isMet === undefined ? '' : isMet ? 'met' : 'MISSED';
  return rounds === undefined || rounds.valid === rounds.of ? verdict : `${verdict}, ${rounds.valid} of ${rounds.of} rounds valid`;
}

function withUnit(value, unit) {
  if (value === undefined) return '–';
  const digits = Number.isInteger(value) || Math.abs(value) >= 1_000 ? 0 : Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const number = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === '' ? number : `${number}${unit.startsWith('/') ? '' : ' '}${unit}`;
}

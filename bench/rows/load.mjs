// Requiring every node set of the package, beside as many empty ones: time, modules, libraries and sockets. What a node set loads only
// with its first node is measured too: it is not saved, it is paid for by those who use it.
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeOf } from '../../scripts/ensure.mjs';
import { interleave, medianOf, medianRatio } from '../statistics.mjs';

const program = fileURLToPath(new URL('../subjects/load.cjs', import.meta.url));
/** A process lasts 50 ms: more of them cost nothing. */
const TIMES = 5;

export async function load({ packageDir, rounds }) {
  const { 'node-red': own } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'));
  const ours = Object.values(own.nodes).map((path) => join(packageDir, path));
  const folder = mkdtempSync(join(tmpdir(), 'lumiot-bench-'));
  try {
    const empty = ours.map((_, index) => join(folder, `empty-${index}.js`));
    for (const path of empty)
      writeFileSync(
        path,
        "module.exports = (RED) => {\n  RED.nodes.registerType('empty', function Empty(config) {\n    RED.nodes.createNode(this, config);\n  });\n};\n",
      );
    const results = await interleave(rounds * TIMES, ['empty', 'ours'], (which) => measure(which === 'ours' ? ours : empty));
    const ratio = medianRatio(results.ours, results.empty, 'ms');
    const [{ modules, libraries, sockets, later }] = results.ours;
    const isClean = [...libraries, ...later.libraries].length === 0 && sockets + later.sockets === 0;
    const said = ({ libraries: some, sockets: open }) => `${some.length === 0 ? 'no libraries' : some.join(', ')}, ${open} sockets`;
    return {
      runs: results,
      rows: [
        {
          figure: `requiring all ${ours.length} node sets: time`,
          unit: 'ms',
          ours: medianOf(results.ours, 'ms'),
          empty: medianOf(results.empty, 'ms'),
          ratio,
          goal: '≤ 2 × empty node sets',
          isMet: ratio <= 2,
        },
        {
          figure: 'requiring all node sets: modules, libraries, sockets',
          unit: '',
          ours: modules,
          empty: results.empty[0].modules,
          goal: 'no library, no socket',
          isMet: isClean,
          note: `${said({ libraries, sockets })}; with a node of each: ${said(later)}`,
        },
        {
          figure: 'loading the rest, with the first node of each type: time',
          unit: 'ms',
          ours: medianOf(results.ours, 'nodesMs'),
          empty: medianOf(results.empty, 'nodesMs'),
          goal: 'printed',
          note: `${later.modules} modules then`,
        },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(paths) {
  const child = fork(program, [], { execPath: nodeOf(), execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`requiring the node sets ended with ${code}`)));
    child.send({ paths });
  });
}

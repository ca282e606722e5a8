// Writes docs/devices.md and the summary in README.md from the catalogue, so that neither can promise what the code does not know.
// `node scripts/devices-table.mjs` writes, `--check` only tells whether the files are stale. Reads the built package.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensure, root } from './ensure.mjs';

const begin = '<!-- devices: made by scripts/devices-table.mjs -->';
const end = '<!-- /devices -->';

/** Families in the order people look for them, and what they are called in a heading. */
const headings = {
  gateway: 'Gateways',
  environment: 'Temperature, humidity and pressure',
  motion: 'Motion',
  contact: 'Doors and windows',
  leak: 'Water leak',
  smoke: 'Smoke',
  gas: 'Gas',
  vibration: 'Vibration',
  button: 'Buttons and wireless wall keys',
  cube: 'Cubes',
  plug: 'Plugs and outlets',
  switch: 'Wall switches and relays',
  light: 'Lamps and dimmers',
  curtain: 'Curtains',
  thermostat: 'Thermostats',
  lock: 'Locks',
};

const evidence = {
  official: 'maker',
  peers: 'several projects',
  peer: 'one project',
  listed: 'name only',
};

/** Both texts as they should be, made from the catalogue of `lib/devices`. */
export function texts({ definitions, describe }, readme) {
  const families = Object.keys(headings).map((family) => ({ family, entries: definitions.filter((entry) => entry.family === family) }));
  const forgotten = definitions.filter(({ family }) => !(family in headings));
  if (forgotten.length > 0) throw new Error(`scripts/devices-table.mjs has no heading for ${forgotten[0].family}.`);
  return { devices: devicesPage(families, describe), readme: withSummary(readme, families, describe) };
}

function devicesPage(families, describe) {
  const parts = families.map(({ family, entries }) => {
    const rows = entries.map((entry) => {
      const described = describe(entry);
      const doubt = entry.uncertain || described.some(({ uncertain }) => uncertain) ? ' ?' : '';
      return row([
        `${entry.name}${entry.hardware ? ` (${entry.hardware})` : ''}`,
        entry.models.map((model) => `\`${model}\``).join(', '),
        entry.power,
        described
          .filter(({ property }) => property !== 'action')
          .map(propertyText)
          .join(', '),
        actionsText(entry),
        `${evidence[entry.evidence]}${doubt}`,
      ]);
    });
    return `## ${headings[family]}\n\n${row(['Device', 'Model', 'Power', 'Properties', 'Actions', 'Known from'])}\n${row(Array(6).fill('---'))}\n${rows.join('\n')}\n`;
  });
  return `# Supported devices

${begin}

This page is made from the catalogue in \`lib/devices/families\`. Do not edit it; run \`node scripts/devices-table.mjs\`.

Which of these a home can use depends on its gateway too: the gateway must speak the LAN protocol, and its firmware must know the
device. A model that is not listed works as an unknown device: its raw fields pass through under their own names.

* **Model** is what the gateway calls the device. A leading \`lumi.\` does not matter.
* **Properties**: \`→\` marks what can be set. \`motion\`, \`open\` and their like are \`true\` or \`false\`.
* **Actions** happen and are over; a node tells them once.
* **Known from**: *maker* is a document of the maker, *several projects* or *one project* is other programs that work with it,
  *name only* means that nobody has written down what it says. A \`?\` marks guesses. Reports are welcome.

${parts.join('\n')}
${end}
`;
}

function propertyText({ property, writable, min, max, uncertain }) {
  const range = writable && min !== undefined && max !== undefined ? ` ${min}–${max}` : '';
  return `${writable ? '→ ' : ''}${property}${range}${uncertain ? ' ?' : ''}`;
}

function actionsText({ actions }) {
  if (!actions) return '';
  const buttons = actions.buttons.length > 0 ? ` (${actions.buttons.join(', ')})` : '';
  return actions.names.join(', ') + buttons;
}

function withSummary(readme, families, describe) {
  const rows = families.map(({ family, entries }) => {
    const described = entries.flatMap((entry) => describe(entry));
    const names = (wanted) => [...new Set(described.filter(wanted).map(({ property }) => property))];
    const set = names(({ writable }) => writable);
    const read = names(({ writable, property }) => !writable && !everyday.has(property));
    const actions = entries.some((entry) => entry.actions) ? ['actions'] : [];
    const models = entries.reduce((sum, entry) => sum + entry.models.length, 0);
    return row([headings[family], String(models), [...read, ...actions].join(', '), set.join(', ')]);
  });
  const total = families.reduce((sum, { entries }) => sum + entries.reduce((count, entry) => count + entry.models.length, 0), 0);
  const table = [row(['Family', 'Models', 'Tells', 'Can be set']), row(['---', '--:', '---', '---']), ...rows].join('\n');
  const summary = `${begin}\n\n${table}\n\n${total} model names in all; [docs/devices.md](docs/devices.md) lists each of them.\n\n${end}`;
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md needs the lines ${begin} and ${end}.`);
  return readme.slice(0, from) + summary + readme.slice(to + end.length);
}

/** What nearly every device tells; it would only make the summary long. */
const everyday = new Set(['battery', 'batteryLow', 'voltage', 'action', 'firmware', 'protocol', 'acPowerRaw', 'illuminanceRaw']);

function row(cells) {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Names of the files that are not as they should be; writes them unless `isCheck`. */
export function update(catalogue, isCheck) {
  const paths = { devices: join(root, 'docs', 'devices.md'), readme: join(root, 'README.md') };
  const now = Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, existsSync(path) ? readFileSync(path, 'utf8') : '']));
  const wanted = texts(catalogue, now.readme);
  const stale = Object.keys(paths).filter((name) => wanted[name] !== now[name]);
  if (!isCheck) for (const name of stale) writeFileSync(paths[name], wanted[name]);
  return stale.map((name) => paths[name]);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensure();
  const { build } = await import('./build.mjs');
  for (const problem of await build()) console.error(problem);
  const isCheck = process.argv.includes('--check');
  const stale = update(createRequire(import.meta.url)(join(root, 'dist', 'lib', 'devices', 'index.js')), isCheck);
  for (const path of stale) console.log(`${path} ${isCheck ? 'is stale; run node scripts/devices-table.mjs' : 'written'}.`);
  if (isCheck && stale.length > 0) process.exitCode = 1;
}

/** The table of supported devices is made from the catalogue; here it is compared with what the catalogue says now. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as catalogue from '../../lib/devices';

const root = join(__dirname, '..', '..');

interface DevicesTable {
  texts(from: typeof catalogue, readme: string): { devices: string; readme: string };
}

describe('the table of supported devices', () => {
  let texts: DevicesTable['texts'];

  before(async () => {
    const url = pathToFileURL(join(root, 'scripts', 'devices-table.mjs')).href;
    ({ texts } = (await import(url)) as DevicesTable);
  });

  it('is what the catalogue says: else run node scripts/devices-table.mjs', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const wanted = texts(catalogue, readme);
    assert.equal(readFileSync(join(root, 'docs', 'devices.md'), 'utf8'), wanted.devices);
    assert.equal(readme, wanted.readme);
  });

  it('names every model', () => {
    const { devices } = texts(catalogue, readFileSync(join(root, 'README.md'), 'utf8'));
    for (const { models } of catalogue.definitions) for (const model of models) assert.ok(devices.includes(`\`${model}\``), model);
  });
});

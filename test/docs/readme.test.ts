/** What the README promises: every node that is in the palette and no other, and files that exist. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('the README', () => {
  it('has each node of the palette in its table, and no other', () => {
    const manifest = JSON.parse(read('package.json')) as { 'node-red': { nodes: Record<string, string> } };
    const listed = [...read('README.md').matchAll(/^\| `([a-z]+-[a-z]+)` \|/gm)].map(([, type]) => type);
    assert.deepEqual(listed.sort(), Object.keys(manifest['node-red'].nodes).sort());
  });
});

describe('links in the texts', () => {
  for (const path of [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
    'docs/architecture.md',
    'docs/decisions.md',
    'docs/mqtt.md',
  ]) {
    it(`lead somewhere in ${path}`, () => {
      for (const [, target = ''] of read(path).matchAll(/\]\(([^)]+)\)/g)) {
        if (target.startsWith('https:')) continue;
        const [page = '', anchor] = target.split('#');
        const leadsTo = page === '' ? path : join(dirname(path), page);
        assert.ok(existsSync(join(root, leadsTo)), target);
        if (anchor !== undefined) assert.ok(anchorsOf(read(leadsTo)).has(anchor), target);
      }
    });
  }
});

function anchorsOf(text: string): ReadonlySet<string> {
  const titles = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase());
  return new Set(titles.map((title) => title.replace(/[^\w\- ]/g, '').replaceAll(' ', '-')));
}

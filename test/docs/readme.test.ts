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
  for (const path of ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/architecture.md', 'docs/decisions.md']) {
    it(`lead somewhere in ${path}`, () => {
      const text = read(path);
      const anchors = new Set(
        [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
          title
            .toLowerCase()
            .replace(/[^\w\- ]/g, '')
            .replaceAll(' ', '-'),
        ),
      );
      for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
        if (target.startsWith('#')) assert.ok(anchors.has(target.slice(1)), target);
        else if (!target.startsWith('https:')) assert.ok(existsSync(join(root, dirname(path), target)), target);
      }
    });
  }
});

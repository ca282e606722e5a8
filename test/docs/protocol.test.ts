/** The protocol document keeps what the code promises of it: every cited section, links that lead somewhere, figures that agree. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { definitions } from '../../lib/devices';
import { parseText } from '../../lib/lumi/frame';
import { writeKey } from '../../lib/lumi/key';

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const page = read('docs/lumi-lan.md');
const titles = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);
const sections = new Set(titles.map((title) => /^\d+(\.\d+)?(?= )/.exec(title)?.[0]));

/** Texts in which the document may be cited. */
function sources(): string[] {
  const inFolders = ['lib', 'nodes', 'test', 'docs'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|mts|mjs|md|html)$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  );
  return [...inFolders, 'README.md', 'CONTRIBUTING.md'];
}

/** Section numbers behind the document's name: "§3.9", "§2, §8.2", "§2.3 to §2.5", "§3.9-§3.14", also over the end of a line. */
function citations(text: string): string[] {
  const lists = text.matchAll(/lumi-lan\.md((?:(?:[\s*/,-]|to|and)+§\d+(?:\.\d+)?)+)/g);
  return [...lists].flatMap(([, list = '']) => numbers(list));
}

function numbers(text: string): string[] {
  return [...text.matchAll(/§(\d+(?:\.\d+)?)/g)].map(([, number = '']) => number);
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

describe('the protocol document', () => {
  it('has every section that is cited', () => {
    const cited = sources().flatMap((path) => citations(read(path)).map((number) => ({ path, number })));
    assert.ok(cited.length > 150, `only ${cited.length} citations were found`);
    assert.deepEqual(
      cited.filter(({ number }) => !sections.has(number)),
      [],
    );
  });

  it('has every section that it cites itself', () => {
    assert.deepEqual(
      numbers(page).filter((number) => !sections.has(number)),
      [],
    );
  });

  it('says of every section how sure it is', () => {
    const texts = page.split(/^#+ (?=\d)/m).slice(1);
    // A chapter whose text stands in its sections has nothing to grade.
    const ungraded = texts.filter((text) => !text.includes('*Grade: ') && !/^(\d+) [^\n]+\n+([^|\n]+\n+)?$/.test(text));
    assert.deepEqual(
      ungraded.map((text) => text.split('\n')[0]),
      [],
    );
  });

  it('has links that lead somewhere', () => {
    const anchors = titles.map(anchorOf);
    assert.equal(new Set(anchors).size, anchors.length);
    const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    assert.ok(links.length > 20);
    for (const link of links) assert.ok(link.startsWith('#') && anchors.includes(link.slice(1)), link);
  });

  it('has links whose words name the section they lead to', () => {
    for (const [, number = '', target = ''] of page.matchAll(/\[§?(\d+(?:\.\d+)?)[^\]]*\]\(#([^)]+)\)/g)) {
      assert.ok(target.startsWith(`${number.replace('.', '')}-`), `${number} leads to ${target}`);
    }
  });

  it('agrees with the code on write keys', () => {
    const vectors = [...page.matchAll(/^\| `(.{16})` \| `(.{16})` \| `([0-9A-F]{32})` \|$/gm)];
    assert.equal(vectors.length, 6);
    for (const [, password = '', token = '', key] of vectors) assert.equal(writeKey(password, token), key);
  });

  it('explains each short name of an official document that a comment uses', () => {
    const used = new Set(sources().flatMap((path) => read(path).match(/\bOFF\d(?:-old)?\b/g) ?? []));
    for (const name of used) assert.ok(page.includes(`| ${name} |`), name);
  });

  it('names every model of the catalogue', () => {
    for (const { models } of definitions) for (const model of models) assert.ok(page.includes(`\`${model}\``), model);
  });

  it('shows only datagrams that can be read', () => {
    const datagrams = [...page.matchAll(/^\{"cmd".*$/gm)].map(([line]) => line);
    assert.ok(datagrams.length > 15);
    for (const datagram of datagrams) {
      const result = parseText(datagram);
      assert.ok(result.ok && result.frame.kind !== 'unknown', datagram);
    }
  });
});

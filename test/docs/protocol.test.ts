/** The protocol documents keep what the code promises of them: every cited section, links that lead somewhere, figures that agree. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { definitions } from '../../lib/devices';
import { parseText } from '../../lib/lumi/frame';
import { writeKey } from '../../lib/lumi/key';
import { HELLO } from '../../lib/miio/packet';
import { readToken } from '../../lib/miio/token-import/token';
import { parseSpec } from '../../lib/miot/spec-parse';

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** A document and what can be cited of it. */
interface Page {
  readonly name: string;
  readonly text: string;
  readonly titles: readonly string[];
  readonly sections: ReadonlySet<string>;
  /** Citations that there are at least: fewer, and they are no longer found. */
  readonly leastCitations: number;
}

function pageOf(name: string, leastCitations: number): Page {
  const text = read(join('docs', name));
  const titles = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);
  const sections = titles.flatMap((title) => /^\d+(\.\d+)?(?= )/.exec(title)?.[0] ?? []);
  // The facts of a list at the beginning have numbers too: "§0.7".
  const [beginning = ''] = text.split(/^## 1 /m);
  const facts = [...beginning.matchAll(/^(\d+)\. /gm)].map(([, number = '']) => `0.${number}`);
  return { name, text, titles, sections: new Set([...sections, ...facts]), leastCitations };
}

const lan = pageOf('lumi-lan.md', 150);
const cloud = pageOf('miot-cloud.md', 100);
const wifi = pageOf('miio-lan.md', 80);

/** Texts in which a document may be cited. */
function sources(): string[] {
  const inFolders = ['lib', 'nodes', 'test', 'docs'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|mts|mjs|md|html)$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  );
  return [...inFolders, 'README.md', 'CONTRIBUTING.md'];
}

/** Section numbers behind a document's name: "§3.9", "§2, §8.2", "§2.3 to §2.5", "§3.9-§3.14", also over the end of a line. */
function citations(text: string, name: string): string[] {
  const lists = text.matchAll(new RegExp(`${name.replace('.', '\\.')}((?:(?:[\\s*/,-]|to|and)+§\\d+(?:\\.\\d+)?)+)`, 'g'));
  return [...lists].flatMap(([, list = '']) => numbers(list));
}

/** "F11", or the end of "F1–F22", where the document about the cloud is spoken of. */
function rows(path: string, text: string): string[] {
  if (!/miot|cloud/.test(path) && !text.includes(cloud.name)) return [];
  return [...text.matchAll(/(?<![\w#%\\])F\d+\b/g)].map(([row]) => row);
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

for (const page of [lan, cloud, wifi]) {
  describe(`the document ${page.name}`, () => {
    it('has every section that is cited', () => {
      const cited = sources().flatMap((path) => citations(read(path), page.name).map((number) => ({ path, number })));
      assert.ok(cited.length > page.leastCitations, `only ${cited.length} citations were found`);
      assert.deepEqual(
        cited.filter(({ number }) => !page.sections.has(number)),
        [],
      );
    });

    it('has every section that it cites itself', () => {
      assert.deepEqual(
        numbers(page.text).filter((number) => !page.sections.has(number)),
        [],
      );
    });

    it('says of every section how sure it is', () => {
      const texts = page.text.split(/^#+ (?=\d)/m).slice(1);
      // A chapter whose text stands in its sections has nothing to grade.
      const ungraded = texts.filter((text) => !text.includes('*Grade: ') && !/^(\d+) [^\n]+\n+([^|\n]+\n+)?$/.test(text));
      assert.deepEqual(
        ungraded.map((text) => text.split('\n')[0]),
        [],
      );
    });

    it('has links that lead somewhere', () => {
      const anchors = page.titles.map(anchorOf);
      assert.equal(new Set(anchors).size, anchors.length);
      const links = [...page.text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
      assert.ok(links.length > 20);
      for (const link of links) assert.ok(link.startsWith('#') && anchors.includes(link.slice(1)), link);
    });

    it('has links whose words name the section they lead to', () => {
      for (const [, number = '', target = ''] of page.text.matchAll(/\[§?(\d+(?:\.\d+)?)[^\]]*\]\(#([^)]+)\)/g)) {
        assert.ok(target.startsWith(`${number.replace('.', '')}-`), `${number} leads to ${target}`);
      }
    });
  });
}

describe('the document about the LAN', () => {
  it('agrees with the code on write keys', () => {
    const vectors = [...lan.text.matchAll(/^\| `(.{16})` \| `(.{16})` \| `([0-9A-F]{32})` \|$/gm)];
    assert.equal(vectors.length, 6);
    for (const [, password = '', token = '', key] of vectors) assert.equal(writeKey(password, token), key);
  });

  it('explains each short name of an official document that a comment uses', () => {
    const used = new Set(sources().flatMap((path) => read(path).match(/\bOFF\d(?:-old)?\b/g) ?? []));
    for (const name of used) assert.ok(lan.text.includes(`| ${name} |`), name);
  });

  it('names every model of the catalogue', () => {
    for (const { models } of definitions) for (const model of models) assert.ok(lan.text.includes(`\`${model}\``), model);
  });

  it('shows only datagrams that can be read', () => {
    const datagrams = [...lan.text.matchAll(/^\{"cmd".*$/gm)].map(([line]) => line);
    assert.ok(datagrams.length > 15);
    for (const datagram of datagrams) {
      const result = parseText(datagram);
      assert.ok(result.ok && result.frame.kind !== 'unknown', datagram);
    }
  });
});

describe('the document about Wi-Fi devices', () => {
  it('agrees with the code on packets and tokens', () => {
    assert.ok(wifi.text.includes(`| hello | \`${HELLO.toString('hex')}\` |`));
    const [, stored = ''] = /is stored as `([0-9a-f]{96})`/.exec(wifi.text) ?? [];
    assert.deepEqual(readToken(stored), { ok: true, token: '00112233445566778899aabbccddeeff' });
  });

  it('shows only JSON that can be read', () => {
    const lines = [...wifi.text.matchAll(/^\{.*$/gm)].map(([line]) => line);
    assert.ok(lines.length > 0);
    for (const line of lines) JSON.parse(line);
  });
});

describe('the document about the cloud', () => {
  const table = [...cloud.text.matchAll(/^\| (F\d+) \|/gm)].map(([, row = '']) => row);

  it('numbers what a refresher must survive without a gap', () => {
    assert.deepEqual(
      table,
      Array.from({ length: 22 }, (_, index) => `F${index + 1}`),
    );
  });

  it('has every row that is cited', () => {
    const cited = sources().flatMap((path) => rows(path, read(path)).map((row) => ({ path, row })));
    assert.ok(cited.length > 60, `only ${cited.length} citations were found`);
    assert.deepEqual(
      cited.filter(({ row }) => !table.includes(row)),
      [],
    );
  });

  it('shows only JSON that can be read', () => {
    const lines = [...cloud.text.matchAll(/^\{.*$/gm)].map(([line]) => line);
    assert.ok(lines.length > 12);
    for (const line of lines) JSON.parse(line);
  });

  it('shows a description that can be read', () => {
    const [description = ''] = cloud.text.match(/^\{"type":"urn:.*$/m) ?? [];
    const { main, properties, actions, events } = parseSpec(JSON.parse(description));
    assert.deepEqual([main, properties.length, actions.length, events.length], ['light:on', 3, 1, 1]);
  });

  it('holds nobody’s client id', () => {
    assert.deepEqual(new Set(cloud.text.match(/\b\d{16,20}\b/g)), new Set(['1234567890123456789', '1234567890123456800']));
  });
});

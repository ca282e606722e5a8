/** The words of every language: all there, all translated, in the same order, and set as that language sets its type. */

import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

type Entry = readonly [key: string, value: unknown];

const root = join(__dirname, '..');
const locales = join(root, 'locales');
const source = 'en-US';
const languages = readdirSync(locales)
  .filter((language) => language !== source)
  .sort();
const catalogues = catalogueNames(source);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { 'node-red': { nodes: Record<string, string> } };

/** Help is written in these; every other language shows the English one. */
const helpLanguages = ['en-US', 'zh-CN'];

/** Texts that are the same in English, for they are names or the very word the language uses. */
const sameEverywhere = ['Lumiot', 'MiMix', 'QoS'];
const sameAsEnglish: Readonly<Record<string, readonly string[]>> = {
  de: ['Gas', 'Gateway', 'Host', 'Name', 'Orange', 'Region', 'Topic', 'offline', 'online'],
  'es-ES': ['Gas', 'Host', 'India', 'firmware', 'gas', 'lumi hub', 'lumi sensor', 'no'],
  fr: [
    'Action',
    'Europe',
    'Interface',
    'Orange',
    'Volume',
    'action',
    'cube',
    'lumi cube',
    'lumi hub',
    'miot cloud',
    'mode',
    'position',
    'test',
    'thermostat',
    'vibration',
  ],
  'pt-BR': [
    'Gateway',
    'Host',
    'Interface',
    'Volume',
    'firmware',
    'gateway',
    'lumi gateway',
    'lumi hub',
    'lumi sensor',
    'offline',
    'online',
  ],
  // The app shows these ringtones under their English names in China too.
  'zh-CN': ['Childhood', 'Enthusiastic', 'Orange', 'Thinker'],
};

/** Empty on purpose: a node without a device needs no explanation of what no device means. */
const emptyOnPurpose = ['shared.json device.about.none'];

/** Where keys stand in another order than in English. */
const unordered = ['zh-CN/shared.json'];

/** The only text with angle brackets: they stand for what is filled in, and it is shown as a placeholder, never as HTML. */
const withBrackets = 'shared.json placeholder.topic';

/** A status stands under its node, a palette name in a column of the palette. */
const MOST_STATUS = 30;
const MOST_PALETTE = 24;

/** The same characters in the writing of the mainland and of Taiwan: either without the other's. */
const simplified = '关设备网络无输选择传发报应连续键间启开动调级颜电压说这个为请气门窗灯铃响声';
const traditional = '關設備網絡無輸選擇傳發報應連續鍵間啟開動調級顏電壓說這個為請氣門窗燈鈴響聲';

const fullWidthLetters = /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u3000]/;
const halfWidthKana = /[\uff61-\uff9f]/;
const ideographs = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー';
const halfWidthMark = new RegExp(`[${ideographs}][,;:?!()]|[,;:?!()][${ideographs}]|[${ideographs}]\\.(?=\\s|$)`, 'u');
const spaceAtFullWidthMark = /\s[，。；：？！（）、「」]|[，。；：？！（）、「」]\s/;
const hanAtLetter = /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u;
const eastAsian = /[\u1100-\u11ff\u3000-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]/;
const notKorean = /[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]/;

/** What a language must not look like, with the reason. */
const typography: Readonly<Record<string, readonly (readonly [problem: string, pattern: RegExp])[]>> = {
  'zh-CN': [
    ...wideRules(),
    ['Chinese and Latin without a space', hanAtLetter],
    ['a traditional character', onlyIn(traditional, simplified)],
  ],
  'zh-TW': [
    ...wideRules(),
    ['Chinese and Latin without a space', hanAtLetter],
    ['a simplified character', onlyIn(simplified, traditional)],
  ],
  ja: [...wideRules(), ['half-width kana', halfWidthKana]],
  ko: [['punctuation or characters of Chinese or Japanese', notKorean]],
};
const elsewhere = [['East Asian characters', eastAsian]] as const;

describe('the languages', () => {
  it('are the ten that Node-RED itself speaks best', () => {
    assert.deepEqual([source, ...languages].sort(), ['de', 'en-US', 'es-ES', 'fr', 'ja', 'ko', 'pt-BR', 'ru', 'zh-CN', 'zh-TW']);
  });

  it('have a catalogue for every node', () => {
    const missing = Object.keys(manifest['node-red'].nodes).filter((type) => !catalogues.includes(`${type}.json`));
    assert.deepEqual(missing, []);
  });

  for (const language of [source, ...languages]) {
    describe(language, () => {
      it('says something everywhere, in text without stray spaces', () => {
        const wrong = textsOf(language).filter(
          ({ place, text }) => !emptyOnPurpose.includes(place) && (text === '' || /^\s|\s$|\s\s/.test(text)),
        );
        assert.deepEqual(wrong, []);
      });

      it('has no HTML in its texts', () => {
        const wrong = textsOf(language).filter(
          ({ place, text }) => /&[a-z0-9#]+;/i.test(text) || (place !== withBrackets && /[<>]/.test(text)),
        );
        assert.deepEqual(wrong, []);
        const topic = textsOf(language).find(({ place }) => place === withBrackets)?.text ?? '';
        assert.match(topic, /^<[^<>/]+>\/<[^<>/]+>$/);
      });

      it('fits under nodes and into the palette', () => {
        const tooLong = textsOf(language).filter(
          ({ place, text }) =>
            (/^shared\.json status\./.test(place) && text.length > MOST_STATUS) ||
            (/ palette\.name$/.test(place) && text.length > MOST_PALETTE),
        );
        assert.deepEqual(tooLong, []);
      });

      it('keeps “lumi” and “miot” in the names of its nodes', () => {
        const renamed = textsOf(language).filter(({ place, text }) => {
          const [, kind] = /^(lumi|miot)-.* palette\.name$/.exec(place) ?? [];
          return kind !== undefined && !text.startsWith(`${kind} `);
        });
        assert.deepEqual(renamed, []);
      });

      if (language === source) return;

      it('has the keys of the English catalogues, no more and no fewer', () => {
        const [wanted, found] = [source, language].map((one) => textsOf(one).map(({ place }) => place));
        assert.deepEqual(
          found?.filter((place) => !wanted?.includes(place)),
          [],
          'too many',
        );
        assert.deepEqual(
          wanted?.filter((place) => !found?.includes(place)),
          [],
          'missing',
        );
      });

      it('has its keys in the order of the English ones', () => {
        for (const name of catalogueNames(language)) {
          if (unordered.includes(`${language}/${name}`) || !catalogues.includes(name)) continue;
          const [wanted = [], found = []] = [source, language].map((one) => keysOf(one, name));
          assert.deepEqual(
            found,
            wanted.filter((key) => found.includes(key)),
            `${language}/${name}`,
          );
        }
      });

      it('has the placeholders of the English texts', () => {
        const english = new Map(textsOf(source).map(({ place, text }) => [place, placeholdersOf(text)]));
        for (const { place, text } of textsOf(language)) assert.deepEqual(placeholdersOf(text), english.get(place), place);
      });

      it('leaves nothing in English', () => {
        const english = new Map(textsOf(source).map(({ place, text }) => [place, text]));
        const allowed = [...sameEverywhere, ...(sameAsEnglish[language] ?? [])];
        const left = textsOf(language).filter(({ place, text }) => text !== '' && text === english.get(place) && !allowed.includes(text));
        assert.deepEqual(left, []);
      });

      it('is set in its own characters, full-width and half-width where they belong', () => {
        const wrong = textsOf(language).flatMap(({ place, text }) =>
          (typography[language] ?? elsewhere).filter(([, pattern]) => pattern.test(text)).map(([problem]) => ({ place, text, problem })),
        );
        assert.deepEqual(wrong, []);
      });
    });
  }

  it('have a list of shared words without words that are shared no more', () => {
    for (const [language, words] of Object.entries(sameAsEnglish)) {
      const used = new Set(textsOf(language).map(({ text }) => text));
      const stale = words.filter((word) => !used.has(word));
      assert.deepEqual(stale, [], language);
    }
  });
});

describe('the help', () => {
  for (const type of Object.keys(manifest['node-red'].nodes)) {
    it(`of ${type} is there in English and Chinese, with the same parts`, () => {
      const [english, ...others] = helpLanguages.map((language) => outline(language, type));
      assert.ok(english && english.length > 0, type);
      for (const other of others) assert.deepEqual(other, english);
    });
  }

  it('explains nothing that is no node', () => {
    const known = Object.keys(manifest['node-red'].nodes);
    const strange = globSync('*/*.html', { cwd: locales }).filter((path) => !known.includes(basename(path, '.html')));
    assert.deepEqual(strange, []);
  });

  it('has headings in words of its language', () => {
    for (const type of Object.keys(manifest['node-red'].nodes)) {
      const [english, chinese] = helpLanguages.map((language) => headingsOf(readHelp(language, type)));
      assert.equal(chinese?.length, english?.length, type);
      for (const heading of chinese ?? []) assert.match(heading, /\p{Script=Han}/u, type);
    }
  });
});

function catalogueNames(language: string): string[] {
  return globSync('*.json', { cwd: join(locales, language) }).sort();
}

function keysOf(language: string, name: string): string[] {
  return entriesOf(language, name).map(([key]) => key);
}

/** Every text of a language, with its place as `<catalogue> <key>`. A value that is no text is an error of its own. */
function textsOf(language: string): { place: string; text: string }[] {
  return catalogueNames(language).flatMap((name) =>
    entriesOf(language, name).map(([key, value]) => {
      assert.equal(typeof value, 'string', `${language}/${name} ${key}`);
      return { place: `${name} ${key}`, text: String(value) };
    }),
  );
}

function entriesOf(language: string, name: string): Entry[] {
  return flat(JSON.parse(readFileSync(join(locales, language, name), 'utf8')));
}

function flat(value: unknown, prefix = ''): Entry[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[prefix, value]];
  return Object.entries(value).flatMap(([key, child]) => flat(child, prefix === '' ? key : `${prefix}.${key}`));
}

function placeholdersOf(text: string): string[] {
  return (text.match(/__\w+?__/g) ?? []).sort();
}

/** The parts of a help text in their order: headings, properties, lists, examples. */
function outline(language: string, type: string): string[] {
  return [...readHelp(language, type).matchAll(/<(h3|dl|dt|ol|ul|li|pre)\b/g)].map(([, tag = '']) => tag);
}

function headingsOf(help: string): string[] {
  return [...help.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, heading = '']) => heading);
}

function readHelp(language: string, type: string): string {
  const path = join(locales, language, `${type}.html`);
  assert.ok(existsSync(path), `${language}/${type}.html is missing`);
  return readFileSync(path, 'utf8');
}

function wideRules(): (readonly [string, RegExp])[] {
  return [
    ['full-width letters, digits or spaces', fullWidthLetters],
    ['half-width punctuation', halfWidthMark],
    ['a space beside full-width punctuation', spaceAtFullWidthMark],
  ];
}

/** Finds the characters of one list that are not in the other. */
function onlyIn(characters: string, others: string): RegExp {
  return new RegExp(`[${[...characters].filter((character) => !others.includes(character)).join('')}]`, 'u');
}

/** Values from the network are text in the editor, never HTML: no source of a dialog or of the sidebar has a way to make HTML of them. */

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const sources = globSync('nodes/**/*.mts', { cwd: root }).map((path) => ({
  path,
  code: withoutComments(readFileSync(join(root, path), 'utf8')),
}));

/** What reads text as HTML or as a program. `.html(…)` of jQuery and `$('<…')` take a literal at most. */
const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    'HTML of text',
    /\b(innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc|parseHTML|setHTMLUnsafe)\b|document\.write/,
  ],
  ['HTML by jQuery', /\.(html|wrap|wrapAll|wrapInner)\((?!\)|'[^']*'\))/],
  ['elements by jQuery', /\$\(\s*[`'"](?!#?[\w -]+['"]\))/],
  ['HTML appended by jQuery', /\$\([^)]*\)\.(append|prepend|before|after|appendTo|html)\(/],
  [
    'a handler in an attribute',
    /\bon(click|error|load|input|change|submit|focus|blur|mouse\w*|key\w*|pointer\w*)['"]?\s*[:=]|setAttribute\(\s*['"`]on/,
  ],
  ['a program in an address', /javascript:/i],
  ['a message that is more than words of the catalogue', /RED\.notify\((?!words\([\w.]+\)|words\('[\w.-]+'\))/],
];

describe('the editor', () => {
  it('has sources to look at', () => assert.ok(sources.length > 50, `${sources.length} sources`));

  for (const [what, pattern] of FORBIDDEN) {
    it(`never makes ${what}`, () => {
      const found = sources.flatMap(({ path, code }) =>
        code
          .split('\n')
          .map((line, index) => ({ line, place: `${path}:${index + 1}` }))
          .filter(({ line }) => pattern.test(line))
          .map(({ line, place }) => `${place} ${line.trim()}`),
      );
      assert.deepEqual(found, []);
    });
  }

  it('would be caught doing so', () => {
    const slips = [
      'row.innerHTML = device.name;',
      "$('#list').html(name);",
      '$(`<li>' + '$' + '{name}</li>`)',
      "$('#list').append(name);",
      "element('a', { onclick: 'go()' })",
      "link.href = 'javascript:alert(1)';",
      'RED.notify(words(problem, { name }));',
    ];
    assert.deepEqual(
      slips.map((line) => FORBIDDEN.some(([, pattern]) => pattern.test(line))),
      slips.map(() => true),
    );
  });
});

/** Comments may name what code must not. */
function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).replace(/(^|\s)\/\/.*$/gm, '');
}

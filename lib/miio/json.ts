/** JSON as devices write it: read strictly first, and only then with the repairs that known devices need (miio-lan.md §4.3). */

type Repair = (text: string) => string;

/** One text in quotes, or everything up to the next. A quote that is never closed takes the rest. */
const PIECES = /"(?:[^"\\]|\\[\s\S])*"?|[^"]+/g;
/** What JSON forbids everywhere; between values it allows tab and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const FORBIDDEN_IN_TEXT = /[\u0000-\u001f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const FORBIDDEN_BETWEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

/** In this order, each on top of the ones before. */
const repairs: readonly Repair[] = [
  // Something behind a NUL (`_sync.batch_gen_room_up_url`).
  (text) => {
    const end = outsideIndexOf(text, '\0');
    return end < 0 ? text : text.slice(0, end);
  },
  // Control characters: kept in texts as what they are, dropped between values.
  (text) => rewrite(text, { inside: escapeControls, outside: (part) => part.replace(FORBIDDEN_BETWEEN, '') }),
  // `"id":1,,"otu_stat":0` of a power strip that has no cloud.
  (text) => rewrite(text, { outside: (part) => part.replace(/,(?:\s*,)+/g, ',') }),
  // `"value":00` and `"value":06`.
  (text) => rewrite(text, { outside: (part) => part.replace(/(^|[^\d.eE+-])(-?)0+(?=\d)/g, '$1$2') }),
  // `"result":,` of a vacuum that has nothing to say.
  (text) => text.replace(/"result"\s*:\s*,/g, ''),
];

/** Undefined where it is no JSON after all repairs either: nothing is guessed. */
export function parseDeviceJson(text: string): unknown {
  let repaired = text;
  let value = parseExactly(repaired);
  for (const repair of repairs) {
    if (value !== undefined) return value;
    const before = repaired;
    repaired = repair(repaired);
    if (repaired !== before) value = parseExactly(repaired);
  }
  return value;
}

/** Whole numbers beyond 2^53 become text, digit by digit. A key `__proto__` is left out: what is read may be merged into something later. */
function parseExactly(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown, context?: { readonly source?: string }) => {
      if (key === '__proto__') return undefined;
      return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '') ? context?.source : value;
    });
  } catch {
    return undefined;
  }
}

function rewrite(text: string, { inside, outside }: { readonly inside?: Repair; readonly outside: Repair }): string {
  return text.replace(PIECES, (piece) => (piece.startsWith('"') ? (inside?.(piece) ?? piece) : outside(piece)));
}

function outsideIndexOf(text: string, character: string): number {
  for (const { 0: piece, index } of text.matchAll(PIECES)) {
    const at = piece.startsWith('"') ? -1 : piece.indexOf(character);
    if (at >= 0) return index + at;
  }
  return -1;
}

function escapeControls(piece: string): string {
  return piece.replace(FORBIDDEN_IN_TEXT, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

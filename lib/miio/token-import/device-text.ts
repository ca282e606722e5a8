/**
 * Devices in text: a log of the app, or a list of the cloud as JSON (miio-lan.md §8.4). Logs cut their lines, so this is no JSON parser: it
 * follows braces as far as they go, and takes every object that names a `did` and a `token`.
 */

import { type FoundRow, fieldName, foundRow, knownFields } from './found-row';
import { ObjectScanner } from './object-scanner';

/** How a device begins in JSON that stands inside a text of JSON. */
const ESCAPED_DID = '\\"did\\"';
const PARTS_PER_TURN = 1_000;

/** Undefined: time for something else. */
export function* devicesInText(text: string): Generator<FoundRow | undefined> {
  yield* devicesIn(text);
  let parts = 0;
  for (const part of escapedParts(text)) {
    if (part.includes('{')) yield* devicesIn(part.replaceAll(/\\(["/\\])/g, '$1'));
    if (++parts % PARTS_PER_TURN === 0) yield undefined;
  }
}

/** What stands on one line between two quotes that are not escaped themselves, and names a device. */
function* escapedParts(text: string): Generator<string> {
  let end = 0;
  for (let at = text.indexOf(ESCAPED_DID); at >= 0; at = text.indexOf(ESCAPED_DID, end)) {
    let start = at;
    while (start > end && !isEdge(text, start - 1)) start--;
    end = at + ESCAPED_DID.length;
    while (end < text.length && !isEdge(text, end)) end++;
    yield text.slice(start, end);
  }
}

function isEdge(text: string, at: number): boolean {
  return text[at] === '\n' || (text[at] === '"' && text[at - 1] !== '\\');
}

function* devicesIn(text: string): Generator<FoundRow | undefined> {
  for (const found of new ObjectScanner(text).objects()) {
    if (found === undefined) yield undefined;
    if (found === undefined || found.size < 2) continue;
    const fields = new Map([...found].map(([name, value]) => [fieldName(name), value] as const).filter(([name]) => knownFields.has(name)));
    if (fields.has('did') && fields.has('token')) yield foundRow(fields);
  }
}

/**
 * Devices in text: a log of the app, or a list of the cloud as JSON (miio-lan.md §8.4). Logs cut their lines, so this is no JSON parser: it
 * follows braces as far as they go, and takes every object that names a `did` and a `token`.
 */

import { type FoundRow, fieldName, foundRow, knownFields } from './found-row';
import { ObjectScanner } from './object-scanner';

export function* devicesInText(text: string): Generator<FoundRow> {
  yield* devicesIn(text);
  // JSON inside a text of JSON: what stands between two quotes that are not escaped themselves.
  for (const line of text.split('\n')) {
    if (!line.includes('\\"did\\"')) continue;
    for (const part of line.split(/(?<!\\)"/)) yield* devicesIn(part.replaceAll(/\\(["/\\])/g, '$1'));
  }
}

function* devicesIn(text: string): Generator<FoundRow> {
  for (const found of new ObjectScanner(text).objects()) {
    if (found.size < 2) continue;
    const fields = new Map([...found].map(([name, value]) => [fieldName(name), value] as const).filter(([name]) => knownFields.has(name)));
    if (fields.has('did') && fields.has('token')) yield foundRow(fields);
  }
}

/** A file as text, if it is one: UTF-8, or UTF-16 as Windows likes to save. Of well-known other kinds it is said what to do with them. */

import { megabytes } from './limits';
import { refusal } from './refusals';

const unknownFile =
  'This file is of no kind that can be read: an Android backup (backup.ab), miio2.db, the _mihome.sqlite of an iPhone, miot.xml of the Yeelight app, a log of Mi Home, or a list of devices as JSON.';

/** Beginnings in hexadecimal. */
const otherKinds: readonly (readonly [beginning: string, sentence: string])[] = [
  ['504b0304', 'This is a ZIP archive. Unpack it, and choose the file inside.'],
  ['1f8b', 'This file is packed with gzip. Unpack it, and choose the file inside.'],
  ['377abcaf271c', 'This is a 7-Zip archive. Unpack it, and choose the file inside.'],
  ['62706c697374', 'This is a property list of an iPhone. The file with the tokens is a database whose name ends in _mihome.sqlite.'],
];

export function textOf(bytes: Uint8Array, most: number): string {
  const beginning = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  const other = otherKinds.find(([start]) => beginning.startsWith(start));
  if (other !== undefined) throw refusal(other[1]);
  if (bytes.length > most) throw refusal(`This text is larger than ${megabytes(most)}. Choose the newest log alone, or a part of it.`);
  const text = new TextDecoder(encodingOf(beginning)).decode(bytes).trimStart();
  if (text.includes('\0')) throw refusal(unknownFile);
  return text;
}

function encodingOf(beginning: string): string {
  if (beginning.startsWith('fffe')) return 'utf-16le';
  return beginning.startsWith('feff') ? 'utf-16be' : 'utf-8';
}

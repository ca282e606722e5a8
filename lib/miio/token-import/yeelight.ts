/** The list of devices that the Yeelight app for Android keeps in its settings (miio-lan.md §8.2). Only as much XML as Android writes there. */

import { type FoundRow, fieldName, foundRow } from './found-row';
import { refusal } from './refusals';

const SET = '<set name="deviceList">';
const STRING = '<string>';
const STRING_END = '</string>';
/** Longer texts are no device. */
const LONGEST_DEVICE = 65_536;
const STRINGS_PER_TURN = 1_000;

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

export function isXml(text: string): boolean {
  return text.startsWith('<?xml');
}

/** Undefined: time for something else. */
export function* devicesInYeelight(xml: string): Generator<FoundRow | undefined> {
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) {
    throw refusal('This XML file declares a document type or entities, which no app of a phone does. Export it from the phone again.');
  }
  const start = xml.indexOf(SET);
  if (start === -1) {
    throw refusal('This XML file has no <set name="deviceList">. The file of the Yeelight app that has it is sp/miot.xml.');
  }
  const end = xml.indexOf('</set>', start);
  if (end === -1) throw refusal('This XML file of the Yeelight app was cut short. Copy it once more.');
  let strings = 0;
  for (const text of stringsIn(xml.slice(start + SET.length, end))) {
    const device = text.length > LONGEST_DEVICE ? undefined : parse(decode(text));
    if (device !== undefined) yield foundRow(device);
    if (++strings % STRINGS_PER_TURN === 0) yield undefined;
  }
}

/** One that is not ended goes as far as the next begins. */
function* stringsIn(set: string): Generator<string> {
  for (let at = set.indexOf(STRING); at >= 0; ) {
    const next = set.indexOf(STRING, at + STRING.length);
    const whole = set.slice(at + STRING.length, next < 0 ? set.length : next);
    const end = whole.indexOf(STRING_END);
    yield end < 0 ? whole : whole.slice(0, end);
    at = next;
  }
}

function decode(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,8}));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return Object.hasOwn(entities, name) ? (entities[name] ?? whole) : whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}

/** Undefined for what is no device. */
function parse(json: string): Map<string, unknown> | undefined {
  if (!json.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return new Map(Object.entries(value).map(([name, one]) => [fieldName(name), one]));
  } catch {
    return undefined;
  }
}

/** Gathers the devices of a file: checks every value, keeps the newest of each device, and says of the others why they are left out. */

import { isIPv4 } from 'node:net';
import type { ImportedDevice, SkippedRow, TokenImport, TokenSource } from '../types';
import type { FoundRow } from './found-row';
import { refusal } from './refusals';
import { readToken } from './token';

const LONGEST_NAME = 128;
/** A did is a number of 64 bits. */
const DID = /^\d{1,20}$/;
const MODEL = /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/i;
const LONGEST_MODEL = 64;
/** Control characters, and those that turn the direction of what is beside them. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** What connects a device by other ways than Wi-Fi (miio-lan.md §5). */
const radioKinds: ReadonlyMap<string, string> = new Map([
  ['3', 'Zigbee'],
  ['6', 'Bluetooth'],
  ['15', 'Bluetooth'],
  ['16', 'Bluetooth mesh'],
  ['17', 'Bluetooth mesh'],
]);
const didKinds: readonly (readonly [prefix: string, kind: string])[] = [
  ['blt.', 'Bluetooth'],
  ['lumi.', 'a gateway'],
  ['group.', 'a group in the app'],
  ['ir.', 'an infrared remote'],
  ['miwifi.', 'a router'],
];

export class Collection {
  readonly #devices = new Map<string, ImportedDevice>();
  readonly #skipped = new Map<string, SkippedRow>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#devices.size + this.#skipped.size;
  }

  /** Rows come from the oldest to the newest. What the newer one does not say is kept from the older. */
  add(row: FoundRow): void {
    const reading = isReachable(row) ?? readToken(row.token);
    const known = describe(row);
    // A device that its file does not number is known by its MAC address, or else by its token: several may have one name, or none.
    const key = row.did.slice(0, LONGEST_NAME) || known.mac || (reading.ok ? reading.token : known.name);
    if (reading.ok) {
      const older = this.#devices.get(key);
      this.#devices.set(key, { ...known, ...(older && missing(known, older)), token: reading.token });
    } else {
      this.#skipped.set(key, { name: known.name || known.model || known.did || printable(row.did), reason: reading.reason });
    }
    if (this.size > this.#most) throw refusal(`This file holds more than ${this.#most} devices. Import a smaller part of it.`);
  }

  result(source: TokenSource): TokenImport {
    const skipped = [...this.#skipped].filter(([key]) => !this.#devices.has(key)).map(([, row]) => row);
    return { source, devices: [...this.#devices.values()], skipped };
  }
}

/** Undefined: nothing speaks against it. */
function isReachable({ did, pid }: FoundRow): { ok: false; reason: string } | undefined {
  const kind = radioKinds.get(pid) ?? didKinds.find(([prefix]) => did.startsWith(prefix))?.[1];
  if (kind !== undefined) return { ok: false, reason: `It is reached over ${kind}, not over Wi-Fi, so no token would help.` };
  if (did !== '' && !DID.test(did)) return { ok: false, reason: 'Its id is not a number, as those of Wi-Fi devices are.' };
  return undefined;
}

function describe(row: FoundRow): Omit<ImportedDevice, 'token'> {
  const mac = row.mac.replace(/[\s:.-]/g, '').toUpperCase();
  return {
    did: DID.test(row.did) ? row.did : '',
    name: printable(row.name),
    host: isIPv4(row.host) && row.host !== '0.0.0.0' ? row.host : '',
    mac: /^[0-9A-F]{12}$/.test(mac) ? mac.replace(/..(?!$)/g, '$&:') : '',
    model: row.model.length <= LONGEST_MODEL && MODEL.test(row.model) ? row.model : '',
  };
}

function missing(known: Omit<ImportedDevice, 'token'>, older: ImportedDevice): Partial<ImportedDevice> {
  return Object.fromEntries(Object.entries(older).filter(([field]) => known[field as keyof typeof known] === ''));
}

function printable(text: string): string {
  const [...characters] = text
    .slice(0, 8 * LONGEST_NAME)
    .replace(INVISIBLE, ' ')
    .trim();
  return characters.slice(0, LONGEST_NAME).join('');
}

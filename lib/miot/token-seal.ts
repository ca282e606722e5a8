/** Seals what is stored: AES-256-GCM under a key made of `storeKey`, with a checksum that tells a damaged file from a wrong key. */

import { createCipheriv, createDecipheriv, createHash, randomBytes, scrypt } from 'node:crypto';
import { parseObject } from './narrowing';

/** Sealed text as it was read. */
export type Opened =
  | { readonly kind: 'opened'; readonly gen: number; readonly value: unknown }
  /** Truncated, or changed by something that is not this program. */
  | { readonly kind: 'damaged' }
  /** Whole, but sealed under another key. */
  | { readonly kind: 'locked' };

const VERSION = 1;
const SALT_BYTES = 16;
const IV_BYTES = 12;
const KEY_BYTES = 32;
const COST = 16_384;
const MOST_KEYS = 32;

/** Making a key is slow on purpose; a redeploy need not make it again. By a digest of key and salt. */
const keys = new Map<string, Promise<Buffer>>();

export async function seal(value: unknown, gen: number, storeKey: string): Promise<string> {
  // One salt per key and process: what must be fresh each time is the nonce.
  const salt = saltOf(storeKey);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', await keyOf(storeKey, salt), iv);
  cipher.setAAD(Buffer.from(`${VERSION}.${gen}`));
  const data = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  const sealed = {
    v: VERSION,
    gen,
    salt: salt.toString('base64'),
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  };
  return `${JSON.stringify({ ...sealed, sum: checksum(sealed) })}\n`;
}

/** Rejects where the key could not be made: that says nothing about the text. */
export async function unseal(text: string, storeKey: string): Promise<Opened> {
  const sealed = parse(text);
  if (sealed === undefined) return { kind: 'damaged' };
  const salt = Buffer.from(sealed.salt, 'base64');
  const key = await keyOf(storeKey, salt);
  let plain: string;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(`${sealed.v}.${sealed.gen}`));
    decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
    const begun = decipher.update(Buffer.from(sealed.data, 'base64'));
    try {
      plain = Buffer.concat([begun, decipher.final()]).toString('utf8');
    } catch {
      return { kind: 'locked' };
    }
    const value: unknown = JSON.parse(plain);
    remember(storeKey, salt);
    return { kind: 'opened', gen: sealed.gen, value };
  } catch {
    return { kind: 'damaged' };
  }
}

interface Sealed {
  readonly v: number;
  readonly gen: number;
  readonly salt: string;
  readonly iv: string;
  readonly tag: string;
  readonly data: string;
}

function parse(text: string): Sealed | undefined {
  const { v, gen, salt, iv, tag, data, sum } = parseObject(text) ?? {};
  if (typeof v !== 'number' || typeof gen !== 'number') return undefined;
  if (typeof salt !== 'string' || typeof iv !== 'string' || typeof tag !== 'string' || typeof data !== 'string') return undefined;
  const sealed = { v, gen, salt, iv, tag, data };
  return sum === checksum(sealed) ? sealed : undefined;
}

function checksum({ v, gen, salt, iv, tag, data }: Sealed): string {
  return createHash('sha256').update([v, gen, salt, iv, tag, data].join('.')).digest('hex');
}

/** Salts in use, by a digest of the key they belong to. */
const salts = new Map<string, Buffer>();

function saltOf(storeKey: string): Buffer {
  const salt = salts.get(digest(storeKey)) ?? randomBytes(SALT_BYTES);
  remember(storeKey, salt);
  return salt;
}

function remember(storeKey: string, salt: Buffer): void {
  salts.set(digest(storeKey), salt);
  forgetOldest(salts);
}

function keyOf(storeKey: string, salt: Buffer): Promise<Buffer> {
  const name = digest(`${salt.toString('base64')}.${storeKey}`);
  let key = keys.get(name);
  if (key === undefined) {
    key = new Promise<Buffer>((resolve, reject) =>
      scrypt(storeKey, salt, KEY_BYTES, { N: COST }, (error, made) => (error === null ? resolve(made) : reject(error))),
    );
    keys.set(name, key);
    forgetOldest(keys);
    // A machine without memory in this moment: the next one who asks tries again.
    key.catch(() => keys.delete(name));
  }
  return key;
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const name of map.keys()) {
    if (map.size <= MOST_KEYS) return;
    map.delete(name);
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

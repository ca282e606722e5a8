/** Packets of the miIO protocol as a device reads and writes them (miio-lan.md §1 to §3). Bytes in, bytes out; knows no methods. */

import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';

const HEADER_BYTES = 32;
const BLOCK_BYTES = 16;
const CHECKSUM_AT = 16;
const MAGIC = 0x2131;
// What fits into one packet of Wi-Fi and into the buffers of known clients (miio-lan.md §1).
const LARGEST_REQUEST_BYTES = 1400;

/** Asks whoever is there for did and clock; carries no token (miio-lan.md §2). */
export const hello: Buffer = Buffer.concat([Buffer.from([0x21, 0x31, 0x00, 0x20]), Buffer.alloc(28, 0xff)]);

export interface Sealed {
  readonly did: bigint;
  /** Seconds of the device's clock. */
  readonly stamp: number;
  readonly text: string;
}

export interface Opened {
  readonly did: bigint;
  readonly stamp: number;
  /** Without NULs at its end. */
  readonly text: string;
}

export function isHello(bytes: Buffer): boolean {
  return bytes.equals(hello);
}

/** Tells did and clock; and the token, where the device is not set up yet. */
export function helloReply({
  did,
  stamp,
  token,
}: {
  readonly did: bigint;
  readonly stamp: number;
  readonly token: string | undefined;
}): Buffer {
  return Buffer.concat([head(HEADER_BYTES, did, stamp), token === undefined ? Buffer.alloc(BLOCK_BYTES, 0xff) : Buffer.from(token, 'hex')]);
}

/** `text` goes out exactly as it is: whoever wants a NUL at its end appends it. */
export function seal(token: string, { did, stamp, text }: Sealed): Buffer {
  const { secret, key, iv } = keysOf(token);
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const header = head(HEADER_BYTES + body.length, did, stamp);
  return Buffer.concat([header, md5(header, secret, body), body]);
}

/** Undefined for anything that a device is silent to: another length or magic, a wrong checksum, a body that does not open. */
export function open(token: string, bytes: Buffer): Opened | undefined {
  if (bytes.length <= HEADER_BYTES || bytes.length > LARGEST_REQUEST_BYTES || bytes.length % BLOCK_BYTES !== 0) return undefined;
  if (bytes.readUInt16BE(0) !== MAGIC || bytes.readUInt16BE(2) !== bytes.length) return undefined;
  const { secret, key, iv } = keysOf(token);
  const body = bytes.subarray(HEADER_BYTES);
  const checksum = md5(bytes.subarray(0, CHECKSUM_AT), secret, body);
  if (!timingSafeEqual(checksum, bytes.subarray(CHECKSUM_AT, HEADER_BYTES))) return undefined;
  try {
    const decipher = createDecipheriv('aes-128-cbc', key, iv);
    const text = Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    return { did: bytes.readBigUInt64BE(4), stamp: bytes.readUInt32BE(12), text: text.replace(/\0+$/, '') };
  } catch {
    // Its padding is wrong: signed with our token, and still no text.
    return undefined;
  }
}

function head(length: number, did: bigint, stamp: number): Buffer {
  const header = Buffer.alloc(CHECKSUM_AT);
  header.writeUInt16BE(MAGIC, 0);
  header.writeUInt16BE(length, 2);
  header.writeBigUInt64BE(did, 4);
  header.writeUInt32BE(stamp, 12);
  return header;
}

function keysOf(token: string): { readonly secret: Buffer; readonly key: Buffer; readonly iv: Buffer } {
  const secret = Buffer.from(token, 'hex');
  const key = md5(secret);
  return { secret, key, iv: md5(key, secret) };
}

function md5(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The bytes of miIO packets: header, checksum, encryption (miio-lan.md §1 to §3). Knows nothing of JSON, sockets or devices. */

import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { LumiotError } from '../home/errors';

/** What a token opens packets with. Secret, all of it. */
export interface TokenKeys {
  readonly token: Buffer;
  readonly key: Buffer;
  readonly iv: Buffer;
}

/** Which device a packet is of, in both readings: some devices fill the upper half of a 32-bit did with something else (miio-lan.md §1). */
export interface PacketHeader {
  /** Bytes 4 to 11, decimal digits. */
  readonly did64: string;
  /** Bytes 8 to 11, decimal digits. */
  readonly did32: string;
  /** Seconds of the device's clock. */
  readonly stamp: number;
}

export type HeaderReading = { readonly ok: true; readonly header: PacketHeader } | { readonly ok: false; readonly reason: string };

export type Reading =
  | { readonly ok: true; readonly header: PacketHeader; readonly text: string }
  /** 'wrong-token': the checksum was made with another token, or a byte was changed on the way. */
  | { readonly ok: false; readonly fault: 'malformed' | 'wrong-token'; readonly reason: string };

export type HelloReading =
  /** `token`: 32 hexadecimal digits from a device that is not set up or has old firmware, otherwise ''. */
  { readonly ok: true; readonly header: PacketHeader; readonly token: string } | { readonly ok: false; readonly reason: string };

const MAGIC = 0x2131;
const HEADER_BYTES = 32;
const CHECKSUM_AT = 16;
const BLOCK_BYTES = 16;
/** The length stands in 16 bits. */
const LONGEST = 0xffff;
const LARGEST_32 = 0xffff_ffffn;
const LARGEST_64 = 0xffff_ffff_ffff_ffffn;

/** Asks whoever hears it for did and clock, without a token (miio-lan.md §2). */
export const HELLO: Buffer = Buffer.concat([Buffer.from('21310020', 'hex'), Buffer.alloc(28, 0xff)]);

/** True for 32 hexadecimal digits. */
export function isToken(text: string): boolean {
  return /^[0-9a-f]{32}$/i.test(text);
}

/** True for decimal digits that fit in 64 bits: only such a device speaks for itself on the LAN. */
export function isNumericDid(did: string): boolean {
  return /^\d{1,20}$/.test(did) && BigInt(did) <= LARGEST_64;
}

/** Throws `BAD_INPUT` for anything but 32 hexadecimal digits. */
export function keysOf(token: string): TokenKeys {
  if (!isToken(token)) throw new LumiotError('BAD_INPUT', 'The token of the device is not 32 hexadecimal digits. Copy or import it again.');
  const bytes = Buffer.from(token, 'hex');
  const key = md5(bytes);
  return { token: bytes, key, iv: md5(key, bytes) };
}

/** Throws `BAD_INPUT` for a did that is no number and for a text that no packet can hold. `stamp` in seconds of the device's clock. */
export function encodeRequest(keys: TokenKeys, did: string, stamp: number, text: string): Buffer {
  if (!isNumericDid(did)) {
    throw new LumiotError('BAD_INPUT', `Device '${did}' has no numeric id, so it cannot be reached on the LAN. Use it through the cloud.`);
  }
  const cipher = createCipheriv('aes-128-cbc', keys.key, keys.iv);
  // Without a closing NUL: devices take both, and most programs send none (miio-lan.md §3).
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const length = HEADER_BYTES + body.length;
  if (length > LONGEST) throw new LumiotError('BAD_INPUT', `A request of ${length} bytes does not fit in a packet. Send less at a time.`);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(MAGIC, 0);
  header.writeUInt16BE(length, 2);
  header.writeBigUInt64BE(BigInt(did), 4);
  header.writeUInt32BE(stamp >>> 0, 12);
  checksum(keys, header, body).copy(header, CHECKSUM_AT);
  return Buffer.concat([header, body]);
}

/** The bytes that a request with this text takes. */
export function encodedLength(text: string): number {
  return HEADER_BYTES + (Math.floor(Buffer.byteLength(text) / BLOCK_BYTES) + 1) * BLOCK_BYTES;
}

/** Checks magic and length; says nothing about who made the packet. */
export function readHeader(bytes: Buffer): HeaderReading {
  if (bytes.length < HEADER_BYTES) return { ok: false, reason: `${bytes.length} bytes are no packet` };
  if (bytes.readUInt16BE(0) !== MAGIC) return { ok: false, reason: 'it does not begin with 2131' };
  const length = bytes.readUInt16BE(2);
  if (length !== bytes.length) return { ok: false, reason: `it says ${length} bytes and has ${bytes.length}` };
  if ((length - HEADER_BYTES) % BLOCK_BYTES !== 0) return { ok: false, reason: `${length - HEADER_BYTES} bytes are no whole blocks` };
  const did = bytes.readBigUInt64BE(4);
  return { ok: true, header: { did64: String(did), did32: String(did & LARGEST_32), stamp: bytes.readUInt32BE(12) } };
}

/** True where the packet is that device's: by its 64 bits, or by the lower half of them for a did that needs no more (miio-lan.md §1). */
export function isOf(header: PacketHeader, did: string): boolean {
  return header.did64 === did || header.did32 === did;
}

/** Opens a packet. Nothing is decrypted before its checksum held. */
export function decodePacket(keys: TokenKeys, bytes: Buffer): Reading {
  const reading = readHeader(bytes);
  if (!reading.ok) return { ok: false, fault: 'malformed', reason: reading.reason };
  if (bytes.length === HEADER_BYTES) return { ok: false, fault: 'malformed', reason: 'it has no content' };
  const body = bytes.subarray(HEADER_BYTES);
  const given = bytes.subarray(CHECKSUM_AT, HEADER_BYTES);
  if (!timingSafeEqual(checksum(keys, bytes, body), given)) {
    return { ok: false, fault: 'wrong-token', reason: 'its checksum was made with another token' };
  }
  try {
    const decipher = createDecipheriv('aes-128-cbc', keys.key, keys.iv);
    const plain = Buffer.concat([decipher.update(body), decipher.final()]);
    let end = plain.length;
    while (end > 0 && plain[end - 1] === 0) end--;
    return { ok: true, header: reading.header, text: plain.toString('utf8', 0, end) };
  } catch {
    return { ok: false, fault: 'malformed', reason: 'its last block is not padded' };
  }
}

/** Reads the answer to hello. Our own hello, come back from a broadcast, is none. */
export function readHelloReply(bytes: Buffer): HelloReading {
  const reading = readHeader(bytes);
  if (!reading.ok) return reading;
  if (bytes.length !== HEADER_BYTES) return { ok: false, reason: 'it has content' };
  if (bytes.equals(HELLO)) return { ok: false, reason: 'it is the question' };
  const told = bytes.subarray(CHECKSUM_AT);
  const isHidden = told.every((byte) => byte === 0xff) || told.every((byte) => byte === 0);
  return { ok: true, header: reading.header, token: isHidden ? '' : told.toString('hex') };
}

/** MD5 of the packet with the token where the checksum will stand. */
function checksum(keys: TokenKeys, header: Buffer, body: Buffer): Buffer {
  return md5(header.subarray(0, CHECKSUM_AT), keys.token, body);
}

function md5(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

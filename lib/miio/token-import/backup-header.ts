/** The lines of text at the beginning of an Android backup (miio-lan.md §8.1). What follows them is not looked at here. */

import { backupTroubles, refusal } from './refusals';

export interface BackupHeader {
  readonly isCompressed: boolean;
  readonly encryption: BackupEncryption | undefined;
  /** Where the data begins. */
  readonly dataOffset: number;
}

export interface BackupEncryption {
  readonly userSalt: Buffer;
  readonly rounds: number;
  readonly userIv: Buffer;
  /** Holds the key of the data, encrypted under the user's key. */
  readonly masterBlob: Buffer;
}

const MAGIC = 'ANDROID BACKUP';
const LINE_FEED = 10;
const LONGEST_LINE = 1024;
const IV_BYTES = 16;
/** Phones write 10,000. Each takes time here, about a microsecond. */
const MOST_ROUNDS = 1_000_000;
const versions = new Set(['1', '2', '3', '4', '5']);

export function isBackup(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
}

export function readBackupHeader(bytes: Uint8Array): BackupHeader {
  const lines = new Lines(bytes);
  lines.next(); // "ANDROID BACKUP"
  const version = lines.next();
  if (!versions.has(version)) {
    throw refusal('This Android backup has a version that is not known; 1 to 5 are. Make it with "adb backup" on a computer.');
  }
  const compressed = lines.next();
  if (compressed !== '0' && compressed !== '1') throw refusal(backupTroubles.damaged);
  const algorithm = lines.next();
  if (algorithm !== 'none' && algorithm !== 'AES-256') {
    throw refusal('This Android backup is encrypted in a way that is not known; AES-256 is. Make it with "adb backup" on a computer.');
  }
  const encryption = algorithm === 'none' ? undefined : readEncryption(lines);
  return { isCompressed: compressed === '1', encryption, dataOffset: lines.offset };
}

function readEncryption(lines: Lines): BackupEncryption {
  const userSalt = hex(lines.next());
  lines.next(); // The salt of a checksum that is not verified: platforms compute it in different ways.
  const rounds = lines.next();
  if (!/^\d{1,7}$/.test(rounds) || Number(rounds) < 1 || Number(rounds) > MOST_ROUNDS) throw refusal(backupTroubles.damaged);
  const userIv = hex(lines.next());
  const masterBlob = hex(lines.next());
  if (userIv.length !== IV_BYTES || masterBlob.length % IV_BYTES !== 0) throw refusal(backupTroubles.damaged);
  return { userSalt, rounds: Number(rounds), userIv, masterBlob };
}

function hex(line: string): Buffer {
  if (line === '' || line.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(line)) throw refusal(backupTroubles.damaged);
  return Buffer.from(line, 'hex');
}

class Lines {
  offset = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  next(): string {
    const head = this.#bytes.subarray(this.offset, this.offset + LONGEST_LINE);
    const length = head.indexOf(LINE_FEED);
    if (length === -1) throw refusal(head.length < LONGEST_LINE ? backupTroubles.truncated : backupTroubles.damaged);
    const line = Buffer.from(head.subarray(0, length)).toString('latin1');
    if (line.includes('\r')) throw refusal(backupTroubles.lineEnds);
    this.offset += length + 1;
    return line;
  }
}

/** From the password of an Android backup to the key of its data (miio-lan.md §8.1). */

import { createDecipheriv, type Decipher, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { BackupEncryption } from './backup-header';
import { BackupPasswordError } from './refusals';

const derive = promisify(pbkdf2);

const KEY_BYTES = 32;
const IV_BYTES = 16;

/** Decrypts the data of a backup. A password that does not fit shows here, before any data is read. */
export async function openBackup(encryption: BackupEncryption, password: string | undefined): Promise<Decipher> {
  if (password === undefined || password === '') throw new BackupPasswordError('missing');
  const userKey = await derive(password, encryption.userSalt, encryption.rounds, KEY_BYTES, 'sha1');
  const { iv, key } = readMasterBlob(decryptMasterBlob(encryption, userKey));
  return createDecipheriv('aes-256-cbc', key, iv);
}

function decryptMasterBlob({ userIv, masterBlob }: BackupEncryption, userKey: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', userKey, userIv);
  try {
    return Buffer.concat([decipher.update(masterBlob), decipher.final()]);
  } catch {
    throw new BackupPasswordError('wrong');
  }
}

/** Three fields, each behind a byte with its length: IV, key, checksum. */
function readMasterBlob(plain: Buffer): { iv: Buffer; key: Buffer } {
  const [iv, key, checksum] = fields(plain);
  if (iv?.length !== IV_BYTES || key?.length !== KEY_BYTES || checksum?.length !== KEY_BYTES) throw new BackupPasswordError('wrong');
  return { iv, key };
}

function fields(plain: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let offset = 0; offset < plain.length; ) {
    const end = offset + 1 + (plain[offset] ?? 0);
    found.push(plain.subarray(offset + 1, end));
    offset = end;
  }
  return found;
}

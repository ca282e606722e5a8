/** Files as the apps and phones make them, built here byte by byte; nothing of lib/miio is used, so that a mistake cannot cancel itself. */

import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { deflateSync } from 'node:zlib';

export const TOKEN = '00112233445566778899aabbccddeeff';
/** The token above as an iPhone stores it (miio-lan.md §8.3). */
export const ZTOKEN = '33990d1a77737e5f93337b7f60880f7711a8e945937ce8136da08d4c9a0793fe0143db63ee66b0cdff9f69917680151e';
export const DATABASE = 'apps/com.xiaomi.smarthome/db/miio2.db';
export const YEELIGHT = 'apps/com.yeelight.cherry/sp/miot.xml';

/** The worked example of miio-lan.md §8.1. */
export const workedBackup = Buffer.from(
  `QU5EUk9JRCBCQUNLVVAKNQoxCm5vbmUKeJzt2k9r2zAUAHDZjG0thOy206hgBDYI8t+4ibtDncyU
bO3WZT6spyLLSiNiWcFWx3bcvsK+8NTMYSGXDgrrBu+HZT3piffAN4HpatU4TEnyRVAlBWkkrfVC
Se4UuSOFUD4pcnQ3rhGF4Xo2dmZ/e+9X7IXRIETYvWPfP3LdaFqb9n+j1z/o44dToTmeq1pSjQP0
BFkWOsbYpOx2bFhmPNhZ38ZGhFmdm8PdBJkHAAAAAAAAAAD4P317ZT162utZ3480zUte8M+C8Zoz
VRfbsT2ZpUmW4iwZn6Z4O4NfXIoCT99l6Uk6w+ez6Vkyu8Bv04s+LkwiSz9lfVxRyduwVIyW0/N2
JSnbRKrgZRtrteRVG69+V+9j0byvSlHxzc7Lm7u53X2Duj/MCwAAAAAAAAAAALc4sffRwfOOc9Sx
9vJSk4DQnGULXkslueZ1ksTjcTyZxK4be14cBHL9xwVVjJOGV42qLxeaaP/h0tpHzw56TnD2eC8a
BoEfhO5r3ixxSeXKG/nEi4bEIwN3p6Lvf+XcXO6XpBRXptT6uOt6nu8HQRgOBlF0eDgcjkaU5jlj
RcH5fH7fXw0AAMD9+AngrJA1`,
  'base64',
);

export interface Member {
  readonly name: string;
  readonly content?: Uint8Array;
  /** '0' a file, 'L' a long name, 'x' pax, '5' a folder. */
  readonly type?: string;
  readonly prefix?: string;
  /** In the header, where it is to differ from the truth. */
  readonly size?: number;
}

const BLOCK = 512;

export function tar(members: readonly Member[], end = Buffer.alloc(2 * BLOCK)): Buffer {
  return Buffer.concat([...members.flatMap((member) => [tarHeader(member), padded(member.content ?? new Uint8Array())]), end]);
}

export function tarHeader({ name, content, type = '0', prefix = '', size = content?.length ?? 0 }: Member): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100, 'latin1');
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  block.write(prefix, 345, 155, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function padded(content: Uint8Array): Buffer {
  return Buffer.concat([content, Buffer.alloc(-content.length & (BLOCK - 1))]);
}

export interface BackupOptions {
  readonly version?: number;
  readonly isCompressed?: boolean;
  readonly password?: string;
  readonly rounds?: number;
  /** Between the lines of the header. */
  readonly lineEnd?: string;
}

export function backup(archive: Uint8Array, options: BackupOptions = {}): Buffer {
  const { version = 5, isCompressed = true, password, rounds = 10_000, lineEnd = '\n' } = options;
  const data = isCompressed ? deflateSync(archive) : Buffer.from(archive);
  const first = ['ANDROID BACKUP', String(version), isCompressed ? '1' : '0'];
  if (password === undefined) return Buffer.concat([Buffer.from([...first, 'none', ''].join(lineEnd)), data]);
  const { lines, encrypt } = encryption(password, rounds);
  return Buffer.concat([Buffer.from([...first, 'AES-256', ...lines, ''].join(lineEnd)), encrypt(data)]);
}

/** `count` bytes from `first` on: 00…3f, 10…1f. */
export function run(first: number, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, (_, index) => first + index));
}

/** With the salts and keys of the vector in miio-lan.md §8.1. */
function encryption(password: string, rounds: number): { lines: string[]; encrypt(data: Uint8Array): Buffer } {
  const [userSalt, userIv, masterIv, masterKey, checksumSalt] = [run(0, 64), run(0, 16), run(0x10, 16), run(0x20, 32), run(0x40, 64)];
  const checksum = pbkdf2Sync(masterKey.toString('latin1'), checksumSalt, rounds, 32, 'sha1');
  const plain = Buffer.concat([masterIv, masterKey, checksum].flatMap((part) => [Buffer.from([part.length]), part]));
  const userKey = pbkdf2Sync(password, userSalt, rounds, 32, 'sha1');
  const blob = encrypted(plain, userKey, userIv);
  const lines = [userSalt, checksumSalt, String(rounds), userIv, blob].map((line) =>
    typeof line === 'string' ? line : line.toString('hex').toUpperCase(),
  );
  return { lines, encrypt: (data) => encrypted(data, masterKey, masterIv) };
}

function encrypted(data: Uint8Array, key: Buffer, iv: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

/** The files of a database after some SQL: its name is 'a.db', '' stands for itself, '-wal' and the like for what lies beside it. */
export function databaseFiles(sql: string, whileOpen = false): Map<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'lumiot-sample-'));
  try {
    const database = new DatabaseSync(join(folder, 'a.db'));
    database.exec(`PRAGMA synchronous = OFF; ${sql}`);
    const read = (): Map<string, Buffer> =>
      new Map(readdirSync(folder).map((name) => [name.slice('a.db'.length), readFileSync(join(folder, name))]));
    const open = whileOpen ? read() : undefined;
    database.close();
    return open ?? read();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function database(sql: string): Buffer {
  return databaseFiles(sql).get('') ?? Buffer.alloc(0);
}

/** As Mi Home for Android keeps them. */
export function androidSql(rows: readonly (readonly [did: string, name: string, token: string | null])[]): string {
  const values = rows.map(
    ([did, name, token]) => `('${did}', '${name}', '192.168.1.50', 'AA:BB:CC:00:11:22', 'yeelink.light.lamp1', ${quoted(token)})`,
  );
  return `CREATE TABLE devicerecord (_id INTEGER PRIMARY KEY, did TEXT, name TEXT, localIP TEXT, mac TEXT, model TEXT, token TEXT);
    ${values.map((one) => `INSERT INTO devicerecord (did, name, localIP, mac, model, token) VALUES ${one};`).join('\n')}`;
}

export function appleSql(rows: readonly (readonly [name: string, token: string | null])[]): string {
  const values = rows.map(
    ([name, token], index) => `(${index}, '${name}', '192.168.1.${index}', 'AABBCC00112${index % 10}', 'a.b.c', ${quoted(token)})`,
  );
  return `CREATE TABLE ZDEVICE (Z_PK INTEGER PRIMARY KEY, ZNAME VARCHAR, ZLOCALIP VARCHAR, ZMAC VARCHAR, ZMODEL VARCHAR, ZTOKEN VARCHAR);
    ${values.map((one) => `INSERT INTO ZDEVICE VALUES ${one};`).join('\n')}`;
}

function quoted(text: string | null): string {
  return text === null ? 'NULL' : `'${text}'`;
}

export function yeelightXml(devices: readonly object[]): string {
  const strings = devices.map((one) => `    <string>${escaped(JSON.stringify(one))}</string>`);
  return `<?xml version='1.0' encoding='utf-8' standalone='yes' ?>
<map>
    <string name="account">{"did":"1","token":"${'9'.repeat(32)}"}</string>
    <set name="deviceList">
${strings.join('\n')}
    </set>
    <int name="version" value="3" />
</map>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&#62;').replaceAll("'", '&#x27;');
}

/** A line of the log of Mi Home 5.4.49. */
export function logLine(devices: readonly object[]): string {
  return `2021-05-01 12:00:00.123 1234 I plug_DeviceManager: processResult in result={"code":0,"message":"ok","result":{"list":${JSON.stringify(devices)}}}`;
}

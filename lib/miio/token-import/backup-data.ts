/** The data of an Android backup as the tar archive that it holds: decrypted and inflated in pieces, never as a whole. */

import { finished, pipeline, Readable, type Transform } from 'node:stream';
import { createInflate } from 'node:zlib';
import { type BackupHeader, readBackupHeader } from './backup-header';
import { openBackup } from './backup-key';

const PIECE_BYTES = 2 ** 16;

export async function openArchive(bytes: Uint8Array, password: string | undefined): Promise<{ archive: Readable; header: BackupHeader }> {
  const header = readBackupHeader(bytes);
  const stages: Transform[] = [];
  if (header.encryption !== undefined) stages.push(await openBackup(header.encryption, password));
  if (header.isCompressed) stages.push(createInflate({ chunkSize: PIECE_BYTES }));
  const source = Readable.from(pieces(bytes.subarray(header.dataOffset)), { objectMode: false });
  return { archive: chain(source, stages), header };
}

/** Whoever reads the last stream hears of every error; destroying it ends the others. */
function chain(source: Readable, stages: readonly Transform[]): Readable {
  const last = stages.at(-1) ?? source;
  if (stages.length > 0) pipeline([source, ...stages], () => {});
  else finished(source, () => {});
  return last;
}

function* pieces(bytes: Uint8Array): Generator<Buffer> {
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
    const piece = bytes.subarray(offset, offset + PIECE_BYTES);
    yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
  }
}

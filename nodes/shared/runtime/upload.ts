/** A file as the body of a request: read into memory up to a size, and politely refused beyond it. */

import type { IncomingMessage } from 'node:http';
import { LumiotError } from '../../../lib/home/errors';

export const MOST_UPLOAD_BYTES = 64 * 1024 * 1024;
/** A file comes over the local network in seconds. */
const MOST_PATIENCE_MS = 10_000;
/** Whoever sends nothing for so long keeps others from sending. */
const MOST_SILENCE_MS = 30_000;

export class UploadTooLarge extends LumiotError {
  constructor() {
    super('BAD_INPUT', 'The file is larger than 64 MB. Choose the database itself, or a backup of the Mi Home app alone.');
    this.name = 'UploadTooLarge';
  }
}

/** Rejects with `UploadTooLarge`, or with `BAD_INPUT` where the request ends before the file does, or goes no further. */
export function readUpload(request: IncomingMessage, mostBytes = MOST_UPLOAD_BYTES, mostSilenceMs = MOST_SILENCE_MS): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const stop = (): void => {
      clearTimeout(silence);
      request.off('data', take);
      request.off('end', finish);
      request.off('close', broken);
      request.off('error', broken);
    };
    const refuse = (): void => {
      stop();
      chunks.length = 0;
      discard(request, mostBytes);
      reject(new UploadTooLarge());
    };
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      silence.refresh();
      if (bytes > mostBytes) refuse();
      else chunks.push(chunk);
    };
    const finish = (): void => {
      stop();
      resolve(Buffer.concat(chunks, bytes));
    };
    const broken = (): void => {
      stop();
      chunks.length = 0;
      discard(request, mostBytes);
      reject(new LumiotError('BAD_INPUT', 'The upload ended before the file was complete. Try again.'));
    };
    const silence = setTimeout(broken, mostSilenceMs).unref();
    if (Number(request.headers['content-length'] ?? 0) > mostBytes) return refuse();
    request.on('data', take).once('end', finish).once('close', broken).once('error', broken);
  });
}

/** Whoever still sends does not read: a connection that is cut at once shows as a network error and not as the answer. So the rest is let run by, for a while and as far as a file goes that is not twice too large. */
export function discard(request: IncomingMessage, mostBytes = MOST_UPLOAD_BYTES): void {
  let bytes = 0;
  const patience = setTimeout(() => request.destroy(), MOST_PATIENCE_MS).unref();
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > 2 * mostBytes) request.destroy();
  });
  request.on('error', () => {});
  request.once('close', () => clearTimeout(patience));
  request.resume();
}

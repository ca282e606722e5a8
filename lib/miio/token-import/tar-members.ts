/** Takes chosen files out of a tar archive that comes in pieces, within bounds, and stops as soon as it can. Writes nothing to the disk. */

import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { type ImportLimits, megabytes } from './limits';
import { backupTroubles, refusal, tooMuchUnpacked } from './refusals';
import { MetadataGuard } from './tar-metadata';

export interface Wanted {
  /** Whether the file of this path is to be taken. */
  isWanted(path: string): boolean;
  /** Asked before each further file: whether nothing more is to be expected. */
  isEnough(taken: ReadonlyMap<string, Uint8Array>, nextPath: string): boolean;
}

/** Path and content. Rejects with a `LumiotError` of ours, or with whatever the streams and the tar reader make of a broken file. */
export async function takeMembers(archive: Readable, wanted: Wanted, limits: ImportLimits): Promise<ReadonlyMap<string, Uint8Array>> {
  const { createTarDecoder } = await import('modern-tar');
  const { readable, writable } = createTarDecoder({ strict: true });
  const fed = feed(archive, writable, limits);
  const reader = readable.getReader();
  const taken = new Map<string, Uint8Array>();
  let room = limits.memberBytes;
  try {
    for (let members = 0; ; members++) {
      const { done, value: entry } = await reader.read();
      if (done || wanted.isEnough(taken, entry.header.name)) return taken;
      if (members >= limits.members) {
        throw refusal(`This Android backup holds more than ${limits.members} files. Make a backup of the Mi Home app alone.`);
      }
      if (entry.header.size > limits.inflatedBytes) throw tooMuchUnpacked(megabytes(limits.inflatedBytes));
      const isWanted = wanted.isWanted(entry.header.name);
      if (isWanted) room -= entry.header.size;
      if (room < 0)
        throw refusal(`What the app stored in this backup is larger than ${megabytes(limits.memberBytes)}, which no home needs.`);
      if (isWanted) taken.set(entry.header.name, await collect(entry.body));
      else await skip(entry.body);
    }
  } finally {
    archive.destroy();
    await reader.cancel().catch(() => {});
    await fed;
  }
}

/** Never rejects: what goes wrong here is met by whoever reads the entries. */
async function feed(archive: Readable, writable: WritableStream<Uint8Array>, limits: ImportLimits): Promise<void> {
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  const guard = new MetadataGuard();
  let bytes = 0;
  try {
    for await (const piece of archive as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      if (bytes > limits.inflatedBytes) throw tooMuchUnpacked(megabytes(limits.inflatedBytes));
      if (!guard.accepts(piece)) throw refusal(backupTroubles.damaged);
      await writer.write(piece);
      // What is neither packed nor encrypted comes without any pause: everybody else in this process gets a turn, and the clock.
      await setImmediate();
    }
    await writer.close();
  } catch (error) {
    archive.destroy();
    await writer.abort(error).catch(() => {});
  }
}

async function collect(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

// Not `body.cancel()`: in modern-tar 0.8.6 that takes a small body for its successor, which then never ends.
async function skip(body: ReadableStream<Uint8Array>): Promise<void> {
  for await (const _piece of body);
}

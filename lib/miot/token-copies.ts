/**
 * The file of an account's secrets, its second copy, and what a crash may have left beside them: reads the newest whole
 * generation and writes the next. What cannot be read is set aside, never deleted (miot-cloud.md §5.3, F4).
 */

import { basename, dirname, join } from 'node:path';
import type { Clock } from '../home/clock';
import type { Log } from '../home/log';
import { textOf } from './narrowing';
import { type Files, prepareFolder, readText, removeFile, setAside, writeDurably } from './token-files';
import { emptyAccount, parseStoredAccount, type StoredAccount } from './token-record';
import { seal, unseal } from './token-seal';

export interface TokenCopiesOptions {
  readonly path: string;
  readonly id: string;
  readonly storeKey: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: Files;
}

/** What a file turned out to be. */
type Found =
  | { readonly kind: 'stored'; readonly stored: StoredAccount; readonly text: string }
  | { readonly kind: 'none' | 'damaged' | 'locked' | 'foreign' };

export class TokenCopies {
  readonly #options: TokenCopiesOptions;
  readonly #copyPath: string;
  /** File that holds the newest generation, and its text; undefined where it is where it belongs. */
  #stray: { readonly path: string; readonly text: string } | undefined;
  /** Set aside, and not to be opened with this key. */
  readonly #hopeless = new Set<string>();
  /** What was told already. */
  readonly #told = new Set<string>();

  constructor(options: TokenCopiesOptions) {
    this.#options = options;
    this.#copyPath = `${options.path}.bak`;
  }

  /** The newest whole generation, wherever it got to; an empty account where there is none. Rejects with the error of the disk. */
  async read(): Promise<StoredAccount> {
    const { path, id } = this.#options;
    let newest: StoredAccount | undefined;
    let stuck: unknown;
    this.#stray = undefined;
    const look = async (place: string): Promise<void> => {
      const found = await this.#open(place);
      if (found.kind === 'stored') {
        if (newest !== undefined && found.stored.gen <= newest.gen) return;
        newest = found.stored;
        this.#stray = place === path ? undefined : { path: place, text: found.text };
      } else if (found.kind !== 'none' && !place.endsWith('.new')) {
        // Half a temporary file is the trace of a crash, or another process at work; the next write begins it anew.
        await this.#putAside(place, found.kind).catch((error: unknown) => {
          // Whole under another key: nothing may be written over it. A damaged one is no reason to refuse a good copy.
          if (found.kind !== 'damaged') throw error;
          stuck = error;
        });
      }
    };
    for (const place of [path, `${path}.new`, this.#copyPath]) await look(place);
    // Whoever is writing may have put the new file into its place after that was looked at, and before it was looked for elsewhere.
    if (newest === undefined || this.#stray !== undefined) await look(path);
    if (newest === undefined && stuck !== undefined) throw stuck;
    return newest ?? (await this.#restored()) ?? emptyAccount(id);
  }

  /** Puts the newest generation where it belongs, before anything writes over the place where a crash has left it. */
  async heal(): Promise<void> {
    const stray = this.#stray;
    if (stray === undefined) return;
    const { path, files } = this.#options;
    if (stray.path === this.#copyPath) await writeDurably(path, stray.text, files);
    else await files.rename(stray.path, path);
    this.#stray = undefined;
  }

  async write(next: StoredAccount): Promise<void> {
    const { path, storeKey, files, log } = this.#options;
    const text = await seal(next, next.gen, storeKey);
    await prepareFolder(dirname(path), files);
    // Until this is on the disk, the copy still holds the generation before.
    await writeDurably(path, text, files);
    try {
      await writeDurably(this.#copyPath, text, files);
      this.#told.delete('copy');
    } catch (error) {
      this.#once('copy', () => log.warn(`The second copy of ${path} cannot be written: ${textOf(error)}.`));
    }
  }

  /** All but what was set aside. */
  async remove(): Promise<void> {
    const { path, files } = this.#options;
    for (const place of [path, `${path}.new`, this.#copyPath, `${this.#copyPath}.new`]) await removeFile(place, files);
  }

  async #open(place: string): Promise<Found> {
    const { id, storeKey, files } = this.#options;
    const text = await readText(place, files);
    if (text === undefined) return { kind: 'none' };
    const opened = await unseal(text, storeKey);
    if (opened.kind !== 'opened') return { kind: opened.kind };
    const stored = parseStoredAccount(opened.value);
    if (stored === undefined) return { kind: 'damaged' };
    return stored.id === id ? { kind: 'stored', stored, text } : { kind: 'foreign' };
  }

  async #putAside(place: string, kind: 'damaged' | 'locked' | 'foreign'): Promise<void> {
    const { log, clock, files } = this.#options;
    const aside = await setAside(place, clock.now(), files).catch((error: unknown) => {
      if (kind === 'damaged') this.#once(place, () => log.error(`The file ${place} is damaged and cannot be moved: ${textOf(error)}.`));
      throw error;
    });
    if (kind !== 'damaged') this.#hopeless.add(basename(aside));
    log.error(
      {
        locked: `The sign-in in ${place} was encrypted under another key and cannot be read. It is kept as ${aside}, and used again once that key is back; until then sign in again.`,
        foreign: `The sign-in in ${place} belongs to another account node. It is kept as ${aside}; sign in here as well.`,
        damaged: `The file ${place} is damaged. It is kept as ${aside}, and its second copy is used.`,
      }[kind],
    );
  }

  /** A key that was mistyped and put right again: what was set aside meanwhile opens once more. */
  async #restored(): Promise<StoredAccount | undefined> {
    const { path, log, files } = this.#options;
    const folder = dirname(path);
    const names = await files.readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const beginnings = [path, this.#copyPath].map((place) => `${basename(place)}.set-aside-`);
    let newest: StoredAccount | undefined;
    for (const name of names.sort()) {
      if (this.#hopeless.has(name) || !beginnings.some((beginning) => name.startsWith(beginning))) continue;
      const found = await this.#open(join(folder, name));
      if (found.kind !== 'stored') {
        this.#hopeless.add(name);
        continue;
      }
      if (newest !== undefined && found.stored.gen < newest.gen) continue;
      newest = found.stored;
      this.#stray = { path: join(folder, name), text: found.text };
    }
    const from = this.#stray?.path ?? '';
    if (newest !== undefined)
      this.#once(from, () => log.info(`The sign-in that was kept as ${from} opens with the key in use: it is used again.`));
    return newest;
  }

  #once(what: string, tell: () => void): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    tell();
  }
}

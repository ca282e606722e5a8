/**
 * The one file in which an account's secrets live, and a second copy of it. Whoever changes it holds a lease, which keeps
 * other processes away and reads the file anew; a refresh token is declared there before it is spent (miot-cloud.md §5.3, F1).
 */

import { join } from 'node:path';
import type { Clock } from '../home/clock';
import { LumiotError } from '../home/errors';
import { acquireLock, type Lock, takeTurn } from './lock';
import { type Files, prepareFolder, readText, removeFile, setAside, systemFiles, writeDurably } from './token-files';
import { emptyAccount, parseStoredAccount, type StoredAccount } from './token-record';
import { seal, unseal } from './token-seal';

export interface Log {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

export interface TokenStoreOptions {
  readonly folder: string;
  /** Id of the config node. */
  readonly id: string;
  readonly storeKey: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly files?: Files;
}

/** The right to change the file, until it is released. */
export interface Lease {
  /** As it is now; undefined where it cannot be read. */
  readonly stored: StoredAccount | undefined;
  /** Why there is no lock among processes, or no reading; undefined where all is well. */
  readonly problem: LumiotError | undefined;
  /** Generation of the tokens whose refresh token was about to be spent when somebody stopped. */
  readonly intent: number | undefined;
  /** Reads the file anew. Rejects with `STORE_FAILED`. */
  read(): Promise<StoredAccount>;
  /** The refresh token of this generation is about to be spent. Rejects with `STORE_FAILED`. */
  declare(generation: number): Promise<void>;
  /** It is known what became of it. Never rejects. */
  settle(): Promise<void>;
  /**
   * Reads, changes and writes. When the disk refuses, the content is kept in this process for `load` and `flush`, and the
   * promise rejects with `STORE_FAILED`. Returning what it was given changes nothing.
   */
  change(change: (stored: StoredAccount) => StoredAccount): Promise<StoredAccount>;
  release(): Promise<void>;
}

/** What the disk has refused, by path: it outlives a redeploy. */
const unsaved = new Map<string, StoredAccount>();

export class TokenStore {
  readonly path: string;
  readonly #options: TokenStoreOptions;
  readonly #files: Files;
  /** As it was read or written last. */
  #known: StoredAccount | undefined;
  /** File that holds the newest generation, and its text; undefined where it is where it belongs. */
  #stray: { readonly path: string; readonly text: string } | undefined;
  #isWiped = false;
  #hasComplained = false;

  constructor(options: TokenStoreOptions) {
    this.#options = options;
    this.#files = options.files ?? systemFiles;
    this.path = join(options.folder, `${options.id.replace(/[^\w.-]/g, '_')}.tokens`);
  }

  /** Something has not reached the disk yet. */
  get hasUnsaved(): boolean {
    return unsaved.has(this.path);
  }

  /** What is stored; an empty account where there is nothing. Damaged files are set aside. Rejects with `STORE_FAILED`. */
  async load(): Promise<StoredAccount> {
    const onDisk = await this.#guard('read', () => this.#read());
    const kept = unsaved.get(this.path);
    this.#known = kept !== undefined && kept.gen > onDisk.gen ? kept : onDisk;
    return this.#known;
  }

  /** Generation that was declared and not settled. */
  async intent(): Promise<number | undefined> {
    const text = await readText(this.#intentPath, this.#files).catch(() => undefined);
    const generation = Number(text?.trim() || Number.NaN);
    return Number.isInteger(generation) ? generation : undefined;
  }

  /** Waits for its turn, in this process and among others. Never rejects. */
  async lease(): Promise<Lease> {
    const leave = await takeTurn(this.path);
    let problem: LumiotError | undefined;
    let lock: Lock | undefined;
    let stored: StoredAccount | undefined;
    try {
      lock = await this.#guard('write', async () => {
        await prepareFolder(this.#options.folder, this.#files);
        return acquireLock(`${this.path}.lock`, { clock: this.#options.clock, files: this.#files });
      });
    } catch (error) {
      problem = error as LumiotError;
    }
    try {
      stored = await this.load();
      if (lock !== undefined) await this.#heal();
    } catch (error) {
      problem ??= error as LumiotError;
    }
    return {
      stored,
      problem,
      intent: await this.intent(),
      read: () => this.load(),
      declare: (generation) => this.#guard('write', () => writeDurably(this.#intentPath, `${generation}\n`, this.#files)),
      settle: () => removeFile(this.#intentPath, this.#files).catch(() => {}),
      change: (change) => this.#change(change),
      release: async () => {
        await lock?.release();
        leave();
      },
    };
  }

  /** Changes the file under a lease of its own. Rejects with `STORE_FAILED`; see `Lease.change`. */
  async update(change: (stored: StoredAccount) => StoredAccount): Promise<StoredAccount> {
    const lease = await this.lease();
    try {
      return await lease.change(change);
    } finally {
      await lease.release();
    }
  }

  /** Tries again to write what the disk has refused. Rejects with `STORE_FAILED`. */
  async flush(): Promise<void> {
    if (!this.hasUnsaved) return;
    // Another one may have done so while this one waited for its turn.
    await this.update((stored) => (this.hasUnsaved ? { ...stored } : stored));
  }

  /** Deletes every file with a secret in it but those set aside, and writes no other: the node is gone for good (F14). */
  async wipe(): Promise<void> {
    this.#isWiped = true;
    unsaved.delete(this.path);
    const { path } = this;
    for (const file of [path, `${path}.new`, this.#copyPath, `${this.#copyPath}.new`, this.#intentPath, `${this.#intentPath}.new`])
      await this.#guard('remove', () => removeFile(file, this.#files));
  }

  get #copyPath(): string {
    return `${this.path}.bak`;
  }

  get #intentPath(): string {
    return `${this.path}.intent`;
  }

  async #change(change: (stored: StoredAccount) => StoredAccount): Promise<StoredAccount> {
    const stored = await this.load().catch((error: unknown) => {
      // New tokens are worth more than a file that cannot even be read.
      if (this.#known === undefined) throw error;
      return this.#known;
    });
    const changed = change(stored);
    if (changed === stored || this.#isWiped) return stored;
    const next: StoredAccount = { ...changed, id: this.#options.id, gen: stored.gen + 1 };
    try {
      await this.#guard('write', () => this.#write(next));
    } catch (error) {
      if (!this.#isWiped) unsaved.set(this.path, next);
      throw error;
    }
    unsaved.delete(this.path);
    this.#known = next;
    return next;
  }

  async #write(next: StoredAccount): Promise<void> {
    const text = await seal(next, next.gen, this.#options.storeKey);
    await prepareFolder(this.#options.folder, this.#files);
    // Until this is on the disk, the copy still holds the generation before.
    await writeDurably(this.path, text, this.#files);
    try {
      await writeDurably(this.#copyPath, text, this.#files);
      this.#hasComplained = false;
    } catch (error) {
      if (!this.#hasComplained) this.#options.log.warn(`The second copy of ${this.path} cannot be written: ${textOf(error)}.`);
      this.#hasComplained = true;
    }
    // A node deleted while this was being written must not come back.
    if (this.#isWiped) await this.wipe();
  }

  /** Puts the newest generation where it belongs, before anything writes over the place where a crash has left it. */
  async #heal(): Promise<void> {
    const stray = this.#stray;
    if (stray === undefined || this.#isWiped) return;
    await this.#guard('write', async () => {
      if (stray.path.endsWith('.new')) await this.#files.rename(stray.path, this.path);
      else await writeDurably(this.path, stray.text, this.#files);
    });
    this.#stray = undefined;
  }

  /** The newest whole generation, wherever it got to: a process may have died between writing and renaming. */
  async #read(): Promise<StoredAccount> {
    const { log, clock, id, storeKey } = this.#options;
    let newest: StoredAccount | undefined;
    this.#stray = undefined;
    for (const path of [this.path, `${this.path}.new`, this.#copyPath]) {
      const text = await readText(path, this.#files);
      if (text === undefined) continue;
      const opened = await unseal(text, storeKey);
      const stored = opened.kind === 'opened' ? parseStoredAccount(opened.value) : undefined;
      if (stored !== undefined && stored.id === id) {
        if (newest !== undefined && stored.gen <= newest.gen) continue;
        newest = stored;
        this.#stray = path === this.path ? undefined : { path, text };
        continue;
      }
      // Half a temporary file is the trace of a crash, or another process at work; the next write begins it anew.
      if (path.endsWith('.new')) continue;
      const aside = await setAside(path, clock.now(), this.#files);
      log.error(
        opened.kind === 'locked'
          ? `The sign-in in ${path} was encrypted under another key and cannot be read. It is kept as ${aside}; sign in again.`
          : stored !== undefined
            ? `The sign-in in ${path} belongs to another account node. It is kept as ${aside}; sign in here as well.`
            : `The file ${path} is damaged. It is kept as ${aside}, and its second copy is used.`,
      );
    }
    return newest ?? emptyAccount(id);
  }

  async #guard<Result>(verb: 'read' | 'write' | 'remove', act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (cause) {
      if (cause instanceof LumiotError) throw cause;
      throw new LumiotError(
        'STORE_FAILED',
        `The file ${this.path}, which holds the sign-in, cannot be ${verb === 'write' ? 'written' : verb === 'read' ? 'read' : 'removed'}: ${textOf(cause)}. Free some space or check the permissions of its folder.`,
        { cause },
      );
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

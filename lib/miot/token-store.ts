/**
 * The one place in which an account's secrets live. Whoever changes it holds a lease, which keeps other processes away and
 * reads the file anew; a refresh token is declared there before it is spent (miot-cloud.md §5.3, F1). Files: token-copies.ts.
 */

import { join } from 'node:path';
import type { Clock } from '../home/clock';
import { LumiotError } from '../home/errors';
import { harmless, type Log } from '../home/log';
import { acquireLock, type Lock } from './lock';
import { textOf } from './narrowing';
import { TokenCopies } from './token-copies';
import { type Files, prepareFolder, readText, removeFile, systemFiles, writeDurably } from './token-files';
import { merged, type Unsaved } from './token-merge';
import type { StoredAccount } from './token-record';
import { takeTurn } from './turn-queue';

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
  /** No other process has taken the lock over: this machine may have slept. Never rejects. */
  isHeld(): Promise<boolean>;
  /** Reads the file anew. Rejects with `STORE_FAILED`. */
  read(): Promise<StoredAccount>;
  /** The refresh token of this generation is about to be spent. Rejects with `STORE_FAILED`. */
  declare(generation: number): Promise<void>;
  /** It is known what became of it. Never rejects. */
  settle(): Promise<void>;
  /**
   * Reads, changes and writes, under a lock of its own where the first one was lost. When the disk refuses, the content is kept
   * in this process for `load` and `flush`, and the promise rejects with `STORE_FAILED`. Returning what it was given changes nothing.
   */
  change(change: (stored: StoredAccount) => StoredAccount): Promise<StoredAccount>;
  release(): Promise<void>;
}

/** What the disk has refused, by path and key: it outlives a redeploy. */
const unsaved = new Map<string, Unsaved>();

export class TokenStore {
  readonly path: string;
  readonly #options: TokenStoreOptions;
  readonly #files: Files;
  readonly #copies: TokenCopies;
  readonly #name: string;
  /** As the disk was when it was read or written last. */
  #known: StoredAccount | undefined;
  #isWiped = false;

  constructor(options: TokenStoreOptions) {
    this.#options = options;
    this.#files = options.files ?? systemFiles;
    this.path = join(options.folder, `${options.id.replace(/[^\w.-]/g, '_')}.tokens`);
    this.#name = `${this.path}\n${options.storeKey}`;
    const { id, storeKey, clock } = options;
    this.#copies = new TokenCopies({ path: this.path, id, storeKey, clock, log: harmless(options.log), files: this.#files });
  }

  /** Something has not reached the disk yet. */
  get hasUnsaved(): boolean {
    return unsaved.has(this.#name);
  }

  /** What is stored; an empty account where there is nothing. Damaged files are set aside. Rejects with `STORE_FAILED`. */
  async load(): Promise<StoredAccount> {
    this.#known = await this.#guard('read', () => this.#copies.read());
    return merged(this.#known, unsaved.get(this.#name));
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
      lock = await this.#lock();
    } catch (error) {
      problem = error as LumiotError;
    }
    try {
      stored = await this.load();
      if (lock !== undefined && !this.#isWiped) await this.#guard('write', () => this.#copies.heal());
    } catch (error) {
      problem ??= error as LumiotError;
    }
    return {
      stored,
      problem,
      intent: await this.intent(),
      isHeld: async () => lock === undefined || lock.isHeld(),
      read: () => this.load(),
      declare: (generation) => this.#guard('write', () => writeDurably(this.#intentPath, `${generation}\n`, this.#files)),
      settle: () => removeFile(this.#intentPath, this.#files).catch(() => {}),
      change: async (change) => {
        if (lock !== undefined && !(await lock.isHeld())) {
          await lock.release();
          // New tokens are worth more than the order of things.
          lock = await this.#lock().catch(() => undefined);
        }
        return this.#change(change);
      },
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

  /** Tries again to write what the disk has refused, and gives what is stored then. Rejects with `STORE_FAILED`. */
  async flush(): Promise<StoredAccount> {
    // Another one may have done so while this one waited for its turn.
    return this.update((stored) => (this.hasUnsaved ? { ...stored } : stored));
  }

  /** Deletes every file with a secret in it but those set aside, and writes no other: the node is gone for good (F14). */
  async wipe(): Promise<void> {
    this.#isWiped = true;
    unsaved.delete(this.#name);
    await this.#guard('remove', async () => {
      await this.#copies.remove();
      for (const file of [this.#intentPath, `${this.#intentPath}.new`]) await removeFile(file, this.#files);
    });
  }

  get #intentPath(): string {
    return `${this.path}.intent`;
  }

  #lock(): Promise<Lock> {
    return this.#guard('write', async () => {
      await prepareFolder(this.#options.folder, this.#files);
      return acquireLock(`${this.path}.lock`, { clock: this.#options.clock, files: this.#files });
    });
  }

  async #change(change: (stored: StoredAccount) => StoredAccount): Promise<StoredAccount> {
    const stored = await this.load().catch((error: unknown) => {
      // New tokens are worth more than a file that cannot even be read.
      if (this.#known === undefined) throw error;
      return merged(this.#known, unsaved.get(this.#name));
    });
    const changed = change(stored);
    if (changed === stored || this.#isWiped) return stored;
    const next: StoredAccount = { ...changed, id: this.#options.id, gen: stored.gen + 1 };
    try {
      await this.#guard('write', () => this.#copies.write(next));
    } catch (error) {
      if (!this.#isWiped) unsaved.set(this.#name, { base: this.#known ?? stored, content: next });
      throw error;
    }
    // A node deleted while this was being written must not come back.
    if (this.#isWiped) await this.wipe();
    unsaved.delete(this.#name);
    this.#known = next;
    return next;
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

/** One JSON file that is always whole: written beside itself, flushed to the disk, then renamed. Losing it costs memory, never function. */

import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, Timer } from './clock';

export interface StateFileOptions {
  readonly path: string;
  readonly clock: Clock;
  /** At most one write in this time. */
  readonly everyMs?: number;
  readonly onError: (text: string) => void;
}

const EVERY_MS = 30_000;

export class StateFile {
  readonly #options: StateFileOptions;
  #source: (() => unknown) | undefined;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isDirty = false;
  #isClosed = false;
  #hasComplained = false;

  constructor(options: StateFileOptions) {
    this.#options = options;
  }

  /** What is stored; undefined where there is nothing readable. */
  async load(): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this.#options.path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.#options.onError(`The state file ${this.#options.path} cannot be read and is begun anew: ${text(error)}.`);
      }
      return undefined;
    }
  }

  /** Says where the content comes from when it is time to write. */
  source(source: () => unknown): void {
    this.#source = source;
  }

  /** The content changed. */
  touch(): void {
    this.#isDirty = true;
    if (this.#isClosed) return;
    this.#timer ??= this.#options.clock.setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, this.#options.everyMs ?? EVERY_MS);
  }

  /** Writes now what has changed. Never rejects: a full disk is told once, and tried again with the next change. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Writes what has changed and stops. */
  async close(): Promise<void> {
    if (this.#isClosed) return this.#writing;
    this.#isClosed = true;
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.flush();
  }

  /** Closes and deletes: its owner is gone for good. */
  async remove(): Promise<void> {
    this.#source = undefined;
    await this.close();
    await rm(this.#options.path, { force: true });
    await rm(temporary(this.#options.path), { force: true });
  }

  async #write(): Promise<void> {
    if (!this.#isDirty || this.#source === undefined) return;
    this.#isDirty = false;
    const { path } = this.#options;
    try {
      await mkdir(dirname(path), { recursive: true });
      const file = await open(temporary(path), 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify(this.#source()));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary(path), path);
      this.#hasComplained = false;
    } catch (error) {
      this.#isDirty = true;
      // Half a file helps nobody, least of all on a full disk.
      await rm(temporary(path), { force: true }).catch(() => {});
      if (this.#hasComplained) return;
      this.#hasComplained = true;
      this.#options.onError(
        `The state file ${path} cannot be written: ${text(error)}. Values are kept in memory; free some space or check its permissions.`,
      );
    }
  }
}

function temporary(path: string): string {
  return `${path}.new`;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

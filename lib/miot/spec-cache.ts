/**
 * Descriptions on the disk, for ever: a URN has its version in it, so what it describes does not change (miot-cloud.md §4.1).
 * A user may put a corrected description into the folder `overrides`, under the file name that the wrong one has beside it, with the
 * version in its name or without. Losing the folder costs a download, never function.
 */

import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldOf, recordOf } from './spec-json';
import { fileNameOf, withoutVersion } from './spec-urn';

export type CachedKind = 'instance' | 'languages' | 'model';

export interface SpecCacheOptions {
  /** Undefined: nothing is kept. */
  readonly folder: string | undefined;
  readonly onProblem: (text: string) => void;
}

const OVERRIDES = 'overrides';
const suffixes: Readonly<Record<CachedKind, string>> = { instance: '.json', languages: '.languages.json', model: '.model.json' };
/** As `store` names its temporary files. */
const UNFINISHED = /\.\d+-\d+\.new$/;
/** The largest descriptions have a few hundred kilobytes. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Tells apart the temporary files of several accounts in one process. */
let written = 0;

export class SpecCache {
  readonly #options: SpecCacheOptions;
  #hasComplained = false;
  #swept: Promise<void> | undefined;

  constructor(options: SpecCacheOptions) {
    this.#options = options;
  }

  /** The user's own description as it stands in its file, not yet checked. */
  async override(urn: string): Promise<{ readonly path: string; readonly json: unknown } | undefined> {
    const { folder } = this.#options;
    if (folder === undefined) return undefined;
    for (const name of [urn, withoutVersion(urn)]) {
      const path = join(folder, OVERRIDES, `${fileNameOf(name)}${suffixes.instance}`);
      const json = await this.#read(path);
      if (json !== undefined) return { path, json };
    }
    return undefined;
  }

  /** What was stored for this very URN; undefined where there is nothing readable. */
  async load(kind: CachedKind, urn: string): Promise<unknown> {
    this.#swept ??= this.#sweep();
    await this.#swept;
    const path = this.#path(kind, urn);
    const stored = path === undefined ? undefined : recordOf(await this.#read(path));
    // Two URNs could meet in one file name, and on some disks two spellings do.
    return stored !== undefined && fieldOf(stored, 'urn') === urn ? fieldOf(stored, 'content') : undefined;
  }

  /** Never rejects: a full disk is told once. */
  async store(kind: CachedKind, urn: string, content: unknown): Promise<void> {
    const path = this.#path(kind, urn);
    if (path === undefined) return;
    const temporary = `${path}.${process.pid}-${++written}.new`;
    try {
      await mkdir(join(path, '..'), { recursive: true });
      const file = await open(temporary, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify({ urn, content }));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      if (this.#hasComplained) return;
      this.#hasComplained = true;
      this.#options.onProblem(
        `Device descriptions cannot be kept in ${this.#options.folder}: ${text(error)}. They are loaded again after each start; free some space or check its permissions.`,
      );
    }
  }

  /** Takes away what a process that was killed had not finished: whatever is older than this one. */
  async #sweep(): Promise<void> {
    const { folder } = this.#options;
    if (folder === undefined) return;
    const begunAt = Date.now() - process.uptime() * 1_000;
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((name) => UNFINISHED.test(name))) {
      const path = join(folder, name);
      try {
        if ((await stat(path)).mtimeMs < begunAt) await rm(path, { force: true });
      } catch {
        // Gone by itself, or not ours to take away.
      }
    }
  }

  #path(kind: CachedKind, urn: string): string | undefined {
    const { folder } = this.#options;
    return folder === undefined ? undefined : join(folder, `${fileNameOf(urn)}${suffixes[kind]}`);
  }

  async #read(path: string): Promise<unknown> {
    try {
      const { size } = await stat(path);
      if (size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
      return JSON.parse(await readFile(path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#options.onProblem(`The device description ${path} is left out: ${text(error)}.`);
      return undefined;
    }
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

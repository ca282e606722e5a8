/**
 * Fetches a description or its translations: three tries in turn over the public addresses, none of which needs a token
 * (miot-cloud.md §4.1). Four at a time; while no address answers at all, nobody waits for one.
 */

import type { Clock, Timer } from '../home/clock';
import { LumiotError } from '../home/errors';
import { Gate } from './api-gate';
import { type Http, TransportError } from './http';
import { Troubles } from './spec-troubles';

export interface DownloadOptions {
  /** Base URLs, the preferred one first. */
  readonly endpoints: readonly string[];
  readonly http: Http;
  readonly clock: Clock;
}

const TRIES = 3;
const TIMEOUT_MS = 30_000;
const FIRST_PAUSE_MS = 1_000;
const FACTOR = 3;

const MOST_AT_ONCE = 4;
/** How long silence holds at first. */
const SILENCE_MS = 60_000;
const SILENCE = 'silence';

const HTTP_OK = 200;
/** Busy, not absent. */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

/** What one try came to. */
type Outcome<Content> =
  | { readonly kind: 'content'; readonly content: Content }
  /** This address does not have it, and will not. */
  | { readonly kind: 'absent'; readonly why: LumiotError | undefined }
  | { readonly kind: 'failed'; readonly why: string; readonly isAnswered: boolean };

/** It could not be loaded now. */
export class Unreachable extends LumiotError {
  /** No address answers: nothing else could be loaded either. */
  readonly isSilence: boolean;

  constructor(what: string, why: string, isSilence: boolean) {
    super('CLOUD_UNREACHABLE', `${what} could not be loaded: ${sentence(why)} It is tried again with its next use in a minute or later.`);
    this.isSilence = isSilence;
  }
}

export class Download {
  readonly #options: DownloadOptions;
  readonly #gate = new Gate(MOST_AT_ONCE);
  readonly #silence: Troubles<string>;
  readonly #pauses = new Map<Timer, () => void>();
  #isClosed = false;

  constructor(options: DownloadOptions) {
    this.#options = options;
    this.#silence = new Troubles(options.clock);
  }

  /**
   * JSON from `path`, as `read` takes it. `read` throws where it is not what was asked for. Rejects with `Unreachable`, or
   * with `UNSUPPORTED` where every address says that there is no such thing.
   */
  fetch<Content>(path: string, what: string, read: (json: unknown) => Content, tries = TRIES): Promise<Content> {
    return this.#gate.run(() => this.#fetch(path, what, read, tries));
  }

  async #fetch<Content>(path: string, what: string, read: (json: unknown) => Content, tries: number): Promise<Content> {
    const silence = this.#silence.get(SILENCE);
    if (silence !== undefined) throw new Unreachable(what, silence, true);
    let isSilent = true;
    let endpoints = this.#options.endpoints;
    let why = 'no address is set';
    for (let attempt = 0; attempt < tries && !this.#isClosed; attempt++) {
      if (attempt > 0) await this.#pause(FIRST_PAUSE_MS * FACTOR ** (attempt - 1));
      const endpoint = endpoints[attempt % endpoints.length];
      if (endpoint === undefined || this.#isClosed) break;
      const outcome = await this.#attempt(`${endpoint}${path}`, read);
      if (outcome.kind !== 'failed' || outcome.isAnswered) {
        isSilent = false;
        this.#silence.clear(SILENCE);
      }
      if (outcome.kind === 'content') return outcome.content;
      if (outcome.kind === 'failed') {
        why = outcome.why;
        continue;
      }
      endpoints = endpoints.filter((other) => other !== endpoint);
      if (endpoints.length === 0) throw absent(what, outcome.why);
    }
    if (isSilent && !this.#isClosed) this.#silence.add(SILENCE, why, SILENCE_MS);
    throw new Unreachable(what, why, isSilent);
  }

  /** Ends what is under way: it rejects. */
  close(): void {
    this.#isClosed = true;
    for (const [timer, resume] of [...this.#pauses]) {
      this.#options.clock.clearTimeout(timer);
      resume();
    }
    this.#pauses.clear();
  }

  async #attempt<Content>(url: string, read: (json: unknown) => Content): Promise<Outcome<Content>> {
    const { host } = new URL(url);
    let reply: Awaited<ReturnType<Http['send']>>;
    try {
      reply = await this.#options.http.send({ method: 'GET', url, headers: { accept: 'application/json' }, timeoutMs: TIMEOUT_MS });
    } catch (error) {
      // Only a lost connection passes by itself; a certificate file that cannot be read stays so.
      if (error instanceof TransportError) return { kind: 'failed', why: error.message, isAnswered: false };
      throw error;
    }
    const { status, text } = reply;
    if (status >= 400 && status < 500 && !passing.has(status)) return { kind: 'absent', why: undefined };
    if (status !== HTTP_OK) return { kind: 'failed', why: `${host} answered with HTTP ${status}`, isAnswered: true };
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return {
        kind: 'failed',
        why: `${host} sent something else than JSON, perhaps the page of a proxy or of a network that wants a sign-in`,
        isAnswered: true,
      };
    }
    try {
      return { kind: 'content', content: read(json) };
    } catch (error) {
      return { kind: 'absent', why: error instanceof LumiotError ? error : undefined };
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimeout(() => {
        this.#pauses.delete(timer);
        resolve();
      }, delayMs);
      this.#pauses.set(timer, resolve);
    });
  }
}

function absent(what: string, cause: LumiotError | undefined): LumiotError {
  return new LumiotError(
    'UNSUPPORTED',
    `${what} does not exist at the public list of MIoT-Spec-V2, so that the device cannot be used by names. Put a description of your own into the folder "overrides", or leave the device to its app.`,
    { cause },
  );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

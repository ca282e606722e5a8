/**
 * One device as it is reached on the LAN: whether that is worth trying now, and what became of the last tries. After a failure nobody
 * waits for it again; it is asked in the background, later each time, until it answers. What is sent is the caller's affair.
 */

import type { Clock, Timer } from '../home/clock';
import { type ErrorCode, LumiotError } from '../home/errors';
import type { LocalDevice, MiioStanding, MiioTarget } from '../miio/types';

export interface LocalPathOptions {
  readonly target: MiioTarget;
  readonly open: (target: MiioTarget) => Promise<LocalDevice>;
  readonly clock: Clock;
  readonly random: () => number;
  /** There is no other way to it now: nobody else would notice that it is back. */
  readonly isOnly: () => boolean;
  /** It answers now, or it does not any more. */
  readonly onTurn: (before: MiioStanding) => void;
  /** It answers hello, and nothing that its token signs. */
  readonly onRejected: () => void;
}

/** How long it is left alone at first and at last, and by which share that is shorter or longer. */
const unhurried = { firstMs: 30_000, lastMs: 600_000, spread: 0.1 };
/** 15 to 30 s at first, as a poll; two minutes at most. */
const only = { firstMs: 22_500, lastMs: 90_000, spread: 1 / 3 };
/** A device that does not know the methods of its description will not learn them soon. */
const FOREIGN_MS = 3_600_000;
/** So long after a signed answer its token is taken for good. */
const PROOF_MS = 60_000;
/** A person may try again sooner than the background does. */
const LEAST_GAP_MS = 5_000;

/** Nothing that was sent came back. */
const silent: ReadonlySet<ErrorCode> = new Set(['DEVICE_OFFLINE', 'TOKEN_REJECTED', 'TIMEOUT', 'SOCKET']);
/** It is there, and answers hello and its token, though not what it was asked. */
const there: ReadonlySet<ErrorCode> = new Set(['UNSUPPORTED', 'TIMEOUT']);
/** Says nothing about the device. */
const indifferent: ReadonlySet<ErrorCode> = new Set(['QUEUE_FULL', 'UNKNOWN_OUTCOME']);

interface Away {
  readonly reason: LumiotError;
  readonly since: number;
  readonly holdMs: number;
}

export class LocalPath {
  readonly target: MiioTarget;
  readonly #options: LocalPathOptions;
  #device: LocalDevice | undefined;
  #opening: Promise<LocalDevice> | undefined;
  #away: Away | undefined;
  #timer: Timer | undefined;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #commands = 0;
  #isClosed = false;
  #isReplaced = false;

  constructor(options: LocalPathOptions) {
    this.#options = options;
    this.target = options.target;
  }

  get standing(): MiioStanding {
    if (this.#away === undefined) return this.#answeredAt === Number.NEGATIVE_INFINITY ? 'unknown' : 'reachable';
    if (there.has(this.#away.reason.code)) return 'reachable';
    return this.#away.reason.code === 'TOKEN_REJECTED' ? 'token-rejected' : 'offline';
  }

  /** Why it is left alone for now; undefined where it may be asked. */
  get reason(): LumiotError | undefined {
    return this.#away?.reason;
  }

  /** It was left alone for long enough for somebody who has no other way. */
  get mayRetry(): boolean {
    return this.#away === undefined || this.#options.clock.monotonic() - this.#away.since >= LEAST_GAP_MS;
  }

  get hasCommand(): boolean {
    return this.#commands > 0;
  }

  /** As last heard from; undefined before. */
  get address(): string | undefined {
    return this.#device?.address;
  }

  /** Runs a command: nobody reads meanwhile what it is about to change. */
  async command<Result>(job: (device: LocalDevice) => Promise<Result>): Promise<Result> {
    this.#commands++;
    try {
      return await this.run(job);
    } finally {
      this.#commands--;
    }
  }

  /** Remembers how it went. */
  async run<Result>(job: (device: LocalDevice) => Promise<Result>): Promise<Result> {
    try {
      const result = await job(this.#device ?? (await this.#open()));
      this.#answered();
      return result;
    } catch (error) {
      if (!this.#isClosed && error instanceof LumiotError) this.#failed(error);
      throw error;
    }
  }

  /** Resolves once it has lately answered to its token: what is sent next is not thrown away for the token's sake. Rejects before anything was sent. */
  async prove(device: LocalDevice): Promise<void> {
    if (this.#options.clock.monotonic() - this.#answeredAt < PROOF_MS) return;
    try {
      await device.info();
    } catch (error) {
      // An error of its own is an answer too.
      if (!(error instanceof LumiotError) || silent.has(error.code) || indifferent.has(error.code)) throw error;
    }
    this.#answered();
  }

  /** Somebody says that it is gone: it is asked at once. Never rejects. */
  async probe(): Promise<void> {
    if (this.#isClosed) return;
    await this.run((device) => device.info()).catch(() => {});
  }

  /** Closed because its address or its token are others now, not because somebody stops. */
  get isReplaced(): boolean {
    return this.#isReplaced;
  }

  close(isReplaced = false): void {
    this.#isClosed = true;
    this.#isReplaced = isReplaced;
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#device?.close(isReplaced);
    this.#device = undefined;
  }

  #open(): Promise<LocalDevice> {
    this.#opening ??= this.#options.open(this.target).then(
      (device) => {
        if (this.#isClosed) device.close(this.#isReplaced);
        this.#device = device;
        return device;
      },
      (error: unknown) => {
        this.#opening = undefined;
        throw error;
      },
    );
    return this.#opening;
  }

  #answered(): void {
    if (this.#isClosed) return;
    const before = this.standing;
    this.#answeredAt = this.#options.clock.monotonic();
    this.#away = undefined;
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (before !== 'reachable') this.#options.onTurn(before);
  }

  #failed(error: LumiotError): void {
    const { code } = error;
    if (code === 'UNKNOWN_OUTCOME') void this.probe();
    if (code === 'UNSUPPORTED') this.#leave(error, FOREIGN_MS);
    else if (silent.has(code)) this.#miss(error);
    else if (!indifferent.has(code)) this.#answered();
    if (code === 'TOKEN_REJECTED') this.#options.onRejected();
  }

  /** Whoever asks in vain delays nothing: only the background waits longer each time. */
  #miss(reason: LumiotError): void {
    const before = this.standing;
    if (this.#away === undefined || this.#away.reason.code === 'UNSUPPORTED') {
      this.#leave(reason, this.#pace.firstMs);
      return;
    }
    this.#away = { ...this.#away, reason, since: this.#options.clock.monotonic() };
    if (this.standing !== before) this.#options.onTurn(before);
  }

  #leave(reason: LumiotError, holdMs: number): void {
    const before = this.standing;
    this.#away = { reason, since: this.#options.clock.monotonic(), holdMs };
    this.#plan(holdMs);
    if (this.standing !== before) this.#options.onTurn(before);
  }

  get #pace(): typeof unhurried {
    return this.#options.isOnly() ? only : unhurried;
  }

  #plan(holdMs: number): void {
    const { clock, random } = this.#options;
    const { spread } = this.#pace;
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => void this.#again(), holdMs * (1 - spread + 2 * spread * random()));
  }

  async #again(): Promise<void> {
    this.#timer = undefined;
    if (this.#away?.reason.code === 'UNSUPPORTED') {
      this.#away = undefined;
      return;
    }
    await this.probe();
    if (this.#isClosed || this.#away === undefined || this.#timer !== undefined) return;
    const holdMs = Math.min(this.#pace.lastMs, this.#away.holdMs * 2);
    this.#away = { ...this.#away, holdMs };
    this.#plan(holdMs);
  }
}

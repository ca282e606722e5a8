/**
 * The line to one gateway: where it is, which dialect it speaks, its token, and one request at a time. Knows commands, not devices.
 */

import type { Dialect } from '../devices/definition';
import type { Clock } from '../home/clock';
import { LumiotError } from '../home/errors';
import { type Exchange, Exchanger } from './exchange';
import { formatListRequest, formatReadRequest, formatWriteRequest, type WireValues } from './format';
import type { Found } from './found';
import { type Frame, isToken, type List } from './frame';
import { ReadyKey } from './key';
import type { Lan } from './lan';
import { Lane, type Merge, OVERTAKEN, type Overtaken } from './lane';
import { LinkErrors } from './link-errors';
import { isErrorText, isKeyRefusal, NO_DEVICE } from './wire-errors';

/** Times of lumi-lan.md §8.1. */
const READ = { timeoutMs: 2_000, tries: 3, gapMs: 50 } as const;
const WRITE = { timeoutMs: 1_500, tries: 3, gapMs: 100 } as const;
/** A token lives about 20 s after the last heartbeat (lumi-lan.md §2.7): ask for a new one before that. */
const TOKEN_FRESH_MS = 15_000;
const QUEUE_LIMIT = 100;
/** Every list is as good as any other, however late. */
const LIST_OWNER = {};
const REFUSALS: ReadonlySet<string> = new Set(['KEY_INVALID', 'NO_DEVICE', 'UNSUPPORTED']);

export interface LinkOptions {
  readonly lan: Lan;
  /** For error texts: "34ce00fb61a9 (Hall)". */
  readonly describe: () => string;
  /** Interface setting of the gateway. */
  readonly interface: string;
  /** Asks the network where the gateway is now; true when it answered. */
  readonly locate: () => Promise<boolean>;
}

export interface Write {
  readonly wireSid: string;
  readonly model: string;
  readonly values: WireValues;
  readonly lanKey: string;
  readonly merge?: Merge | undefined;
  /** Called when the command leaves the queue, just before it is sent. */
  readonly onBegin?: () => void;
}

export interface Written {
  readonly frame: Frame;
  readonly attempts: number;
}

export class Link {
  readonly #options: LinkOptions;
  readonly #clock: Clock;
  readonly #exchanger: Exchanger;
  readonly #lane: Lane;
  readonly #errors: LinkErrors;
  readonly #key = new ReadyKey();
  #peer: Found | undefined;
  #dialect: Dialect | undefined;
  #token: { readonly text: string; readonly at: number } | undefined;
  /** Whether anything came from the port of this peer since it was last in doubt: tells a closed port from a lossy network. */
  #hasAnswered = false;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#clock = options.lan.environment.clock;
    this.#exchanger = new Exchanger(this.#clock);
    this.#lane = new Lane(this.#clock, QUEUE_LIMIT);
    this.#errors = new LinkErrors(options.describe, () => this.#peer);
  }

  get peer(): Found | undefined {
    return this.#peer;
  }

  /** Until a datagram tells, the older dialect is the likelier one (lumi-lan.md §2.2). */
  get dialect(): Dialect {
    return this.#dialect ?? 1;
  }

  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** Commands waiting, without the one under way. */
  get waiting(): number {
    return this.#lane.waiting;
  }

  /** The gateway is here now. */
  reach(peer: Found): void {
    if (peer.address !== this.#peer?.address || peer.port !== this.#peer.port) this.#hasAnswered = false;
    if (peer.sid !== this.#peer?.sid) this.#token = undefined;
    this.#peer = peer;
    if (peer.dialect !== undefined) this.#dialect = peer.dialect;
  }

  /** Takes what any datagram of the gateway or its devices tells about the dialect, and the token where it is the gateway's own. */
  learn(frame: Frame): void {
    if (frame.dialect !== undefined) this.#dialect = frame.dialect;
    // A list is the gateway's own answer, whatever sid it names (lumi-lan.md §2.3).
    const isOwn = frame.kind === 'list' || (frame.kind === 'heartbeat' && frame.sid === this.#peer?.sid);
    if (!isOwn || !isToken(frame.token)) return;
    this.#token = { text: frame.token, at: this.#clock.monotonic() };
    this.#key.prepare(frame.token);
  }

  /** True when the frame answered the request under way. */
  answer(frame: Frame): boolean {
    this.#hasAnswered = true;
    return this.#exchanger.offer(frame);
  }

  /** Asks for the list of devices (and with it a new token). Tries the other dialect when this one is refused or not answered. */
  async list(): Promise<List> {
    return this.#queued({ isUrgent: false, gapMs: READ.gapMs, run: () => this.#list() });
  }

  /** One read of the gateway's cache. Rejects with `NO_DEVICE`, `TIMEOUT`. */
  async read(wireSid: string, isUrgent = false): Promise<Frame> {
    return this.#queued({ isUrgent, gapMs: READ.gapMs, run: () => this.#read(wireSid) });
  }

  /**
   * One write with its key, acknowledged. Resolves with `OVERTAKEN` when a newer one took its place.
   * Rejects with `KEY_INVALID`, `NO_DEVICE`, `UNSUPPORTED`, `TIMEOUT`, `PORT_CLOSED`, `QUEUE_FULL`, `SOCKET`.
   */
  write(write: Write): Promise<Written | Overtaken> {
    return this.#lane.add({
      isUrgent: true,
      gapMs: WRITE.gapMs,
      merge: write.merge,
      run: () => {
        write.onBegin?.();
        return this.#writeToWhoKnows(write);
      },
    });
  }

  close(error: LumiotError): void {
    this.#isClosed = true;
    this.#lane.close(error);
    this.#exchanger.abort(error);
  }

  async #queued<Result>(job: { isUrgent: boolean; gapMs: number; run: () => Promise<Result> }): Promise<Result> {
    const result = await this.#lane.add(job);
    if (result === OVERTAKEN) throw new Error('a read is never overtaken');
    return result;
  }

  async #list(): Promise<List> {
    const first = this.dialect;
    const answer = await this.#tryList(first).catch((error: unknown) => {
      if (error instanceof LumiotError && error.code === 'TIMEOUT') return undefined;
      throw error;
    });
    if (answer !== undefined && answer.error === undefined) return answer;
    // acpartner.v3 answers the older list with an error; others do not answer at all (lumi-lan.md §2.3).
    const second = await this.#tryList(first === 1 ? 2 : 1);
    if (second.error === undefined) return second;
    throw this.#errors.about('TIMEOUT', `refused to list its devices: ${second.error}. Restart the gateway.`);
  }

  async #tryList(dialect: Dialect): Promise<List> {
    const { frame } = await this.#exchange(LIST_OWNER, READ, () => formatListRequest(dialect), isList);
    if (!isList(frame)) throw new Error('an exchange ends with what it asked for');
    if (frame.error === undefined) this.#dialect = dialect;
    return frame;
  }

  async #read(wireSid: string): Promise<Frame> {
    const { frame } = await this.#exchange({}, READ, () => formatReadRequest(wireSid), answers('read-answer', wireSid));
    if (frame.error === undefined) return frame;
    throw this.#errors.refusal(frame.error, wireSid);
  }

  /** Writes, and once more elsewhere where another gateway has taken the address: that one refuses what it does not know. */
  async #writeToWhoKnows(write: Write): Promise<Written> {
    const at = this.#peer?.address;
    try {
      return await this.#write(write);
    } catch (error) {
      if (!(error instanceof LumiotError) || !REFUSALS.has(error.code)) throw error;
      if (!(await this.#options.locate()) || this.#peer?.address === at) throw error;
      return this.#write(write);
    }
  }

  async #write(write: Write): Promise<Written> {
    const first = await this.#writeWherever(write);
    const refused = refusalOf(first.frame);
    if (refused === undefined) return first;
    if (!isKeyRefusal(refused)) {
      // Only the second try of a removal can meet this: the first one worked and its answer was lost.
      if (first.attempts > 1 && 'remove_device' in write.values && isErrorText(refused, NO_DEVICE)) return first;
      throw this.#errors.refusal(refused, write.wireSid);
    }
    // A stale token looks like a wrong key: one new token, once more (lumi-lan.md §2.7, §7).
    await this.#list();
    const second = await this.#writeWherever(write);
    const attempts = first.attempts + second.attempts;
    const refusedAgain = refusalOf(second.frame);
    if (refusedAgain === undefined) return { frame: second.frame, attempts };
    throw this.#errors.refusal(refusedAgain, write.wireSid);
  }

  /** Writes to where the gateway is, and once more to where it has moved to. */
  async #writeWherever(write: Write): Promise<Written> {
    this.#hasAnswered = false;
    try {
      return await this.#writeOnce(write);
    } catch (error) {
      if (!(error instanceof LumiotError) || (error.code !== 'TIMEOUT' && error.code !== 'SOCKET')) throw error;
      if (!(await this.#options.locate())) throw error;
      return await this.#writeOnce(write).catch((again: unknown) => {
        throw this.#hasAnswered ? again : this.#errors.portClosed(again);
      });
    }
  }

  async #writeOnce(write: Write): Promise<Written> {
    if (!this.#hasFreshToken()) await this.#renewToken();
    return this.#exchange(
      write,
      WRITE,
      () =>
        formatWriteRequest({
          dialect: this.dialect,
          wireSid: write.wireSid,
          model: write.model,
          key: this.#key.of(write.lanKey, this.#token?.text ?? ''),
          values: write.values,
        }),
      (frame) => frame.kind === 'server-error' || answers('write-answer', write.wireSid)(frame),
    );
  }

  #hasFreshToken(): boolean {
    return this.#token !== undefined && this.#clock.monotonic() - this.#token.at < TOKEN_FRESH_MS;
  }

  async #renewToken(): Promise<void> {
    await this.#list();
    if (this.#token === undefined) throw this.#errors.noToken();
  }

  async #exchange(
    owner: object,
    times: { timeoutMs: number; tries: number },
    bytes: () => Uint8Array,
    isAnswer: (frame: Frame) => boolean,
  ): Promise<Written> {
    const peer = this.#peer;
    if (this.#isClosed) throw this.#errors.closing();
    if (peer === undefined) throw this.#errors.notFound();
    const exchange: Exchange = {
      owner,
      ...times,
      bytes,
      isAnswer,
      // Asked again for each try: the gateway may have moved meanwhile.
      send: (data) => {
        const to = this.#peer ?? peer;
        return this.#options.lan.send(data, to, this.#options.interface || to.via);
      },
    };
    try {
      return await this.#exchanger.run(exchange);
    } catch (error) {
      if (error instanceof LumiotError && error.code === 'TIMEOUT') throw this.#errors.timeout(times.timeoutMs * times.tries);
      throw error;
    }
  }
}

function isList(frame: Frame): frame is List {
  return frame.kind === 'list';
}

/** Why a write was refused; undefined for an acknowledgement. */
function refusalOf(frame: Frame): string | undefined {
  return frame.error ?? (frame.kind === 'server-error' ? 'it was not understood' : undefined);
}

/** Answers name the sid as the request did; the error answers of unknown devices do too (lumi-lan.md §7). */
function answers(kind: Frame['kind'], wireSid: string): (frame: Frame) => boolean {
  const asked = wireSid.toLowerCase();
  return (frame) => frame.kind === kind && frame.wireSid.toLowerCase() === asked;
}

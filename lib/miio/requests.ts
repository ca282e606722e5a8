/**
 * Signed requests and their answers: ids, tries, and the rule that nothing is carried out twice by accident (miio-lan.md §4). One call is
 * under way at a time: whoever owns this keeps the queue.
 */

import { LumiotError } from '../home/errors';
import { parseDeviceJson } from './json';
import type { Link } from './link';
import { decodePacket, encodeRequest, type TokenKeys } from './packet';
import type { RequestIds } from './request-ids';
import type { Wait, Waits } from './waits';

export interface RequestsOptions {
  readonly waits: Waits;
  readonly link: Link;
  readonly ids: RequestIds;
  readonly keys: () => TokenKeys;
  /** A packet that only a holder of the token can make. */
  readonly onSigned: () => void;
}

export interface Request {
  readonly method: string;
  readonly params: unknown;
  /** How long each try waits; as many tries as there are. */
  readonly triesMs: readonly number[];
  readonly onRequest?: (() => void) | undefined;
}

export type Reply =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly code: number }
  /** Nothing left us. */
  | { readonly kind: 'refused'; readonly error: LumiotError }
  /** No try was answered, and hello was. */
  | { readonly kind: 'silent' }
  /** The last try was answered by what the token does not open ('checksum'), or with what is no JSON ('garbled'). */
  | { readonly kind: 'checksum' | 'garbled' };

type Answer = Extract<Reply, { kind: 'result' | 'error' }>;
type Trouble = 'checksum' | 'garbled';

interface Call {
  /** Of all tries: the answer to an earlier one may be late. */
  readonly ids: Set<number>;
  readonly answer: Wait<Answer>;
  /** The try under way; ended early by an answer that says nothing, where another try may follow. */
  attempt: Wait<Answer | Trouble> | undefined;
  /** The try that a packet came for which the token does not open: it ends soon. */
  spoilt: Wait<Answer | Trouble> | undefined;
  /** Ends only by its answer or its time. */
  readonly isOnce: boolean;
}

/** A packet that the token does not open may be anybody's: so long the device may still answer. */
const GRACE_MS = 300;

export class Requests {
  readonly #options: RequestsOptions;
  #call: Call | undefined;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /** For what may be done twice. A new id for each try. Rejects with `DEVICE_OFFLINE` and `SOCKET` where hello does. */
  async repeat({ method, params, triesMs, onRequest }: Request): Promise<Reply> {
    const { link, ids } = this.#options;
    return this.#during(false, async (call) => {
      let last: Reply = { kind: 'silent' };
      let refused: LumiotError | undefined;
      for (const [index, timeoutMs] of triesMs.entries()) {
        const late = await this.#readyOrLate(call);
        if (late !== undefined) return late;
        const id = ids.next(index > 0);
        call.ids.add(id);
        const packet = this.#encode(id, method, params);
        onRequest?.();
        const outcome = await this.#attempt(call, packet, timeoutMs);
        refused = outcome.refused;
        if (typeof outcome.answer === 'object') return outcome.answer;
        last = { kind: outcome.answer ?? 'silent' };
        if (outcome.answer === undefined) link.distrust();
      }
      if (refused !== undefined) return { kind: 'refused', error: refused };
      // Hello tells whether it is there at all.
      return (await this.#readyOrLate(call)) ?? last;
    });
  }

  /**
   * For what must not be done twice: the same packet, at most twice. 'silent' where it left us and nothing came back, whatever hello says.
   * Rejects with `DEVICE_OFFLINE` and `SOCKET` only where nothing left us.
   */
  async once({ method, params, triesMs, onRequest }: Request): Promise<Reply> {
    const { link, ids } = this.#options;
    return this.#during(true, async (call) => {
      await link.ready();
      const id = ids.next();
      call.ids.add(id);
      const packet = this.#encode(id, method, params);
      const { restarts } = link;
      let isSent = false;
      for (const timeoutMs of triesMs) {
        if (isSent) {
          try {
            const late = await this.#readyOrLate(call);
            if (late !== undefined) return late;
            // It no longer knows the number of what it may have carried out.
            if (link.restarts !== restarts) return { kind: 'silent' };
          } catch {
            return { kind: 'silent' };
          }
        }
        // Closed before anything left us: that is certain.
        if (!isSent) this.#options.waits.throwIfClosed();
        onRequest?.();
        try {
          const { answer, refused } = await this.#attempt(call, packet, timeoutMs);
          if (typeof answer === 'object') return answer;
          if (refused !== undefined && !isSent) return { kind: 'refused', error: refused };
        } catch {
          // We are closed: it is on its way all the same.
          return { kind: 'silent' };
        }
        isSent = true;
        link.distrust();
      }
      return { kind: 'silent' };
    });
  }

  /** A packet of the device. */
  offer(bytes: Buffer): void {
    const call = this.#call;
    const reading = decodePacket(this.#options.keys(), bytes);
    if (!reading.ok) {
      this.#spoil(call, reading.fault === 'wrong-token' ? 'checksum' : 'garbled');
      return;
    }
    this.#options.link.heard(reading.header.stamp);
    this.#options.onSigned();
    const message = parseDeviceJson(reading.text);
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      this.#spoil(call, 'garbled');
      return;
    }
    const fields = message as Readonly<Record<string, unknown>>;
    // What has a method is a report of the device, whatever its number (miio-lan.md §6).
    if (call === undefined || 'method' in fields || typeof fields.id !== 'number' || !call.ids.has(fields.id)) return;
    call.answer.end(answerOf(fields));
  }

  #encode(id: number, method: string, params: unknown): Buffer {
    const { keys, link } = this.#options;
    return encodeRequest(keys(), link.did, link.stamp, requestText(id, method, params));
  }

  async #during(isOnce: boolean, run: (call: Call) => Promise<Reply>): Promise<Reply> {
    const answer = this.#options.waits.begin<Answer>(undefined);
    const call: Call = { ids: new Set(), answer, attempt: undefined, spoilt: undefined, isOnce };
    this.#call = call;
    // An answer ends the try that waits for it.
    void answer.ended.then(
      (reply) => call.attempt?.end(reply),
      () => {},
    );
    try {
      return await run(call);
    } finally {
      answer.end(undefined);
      this.#call = undefined;
    }
  }

  async #attempt(
    call: Call,
    packet: Buffer,
    timeoutMs: number,
  ): Promise<{ readonly answer: Answer | Trouble | undefined; readonly refused: LumiotError | undefined }> {
    this.#options.waits.throwIfClosed();
    const attempt = this.#options.waits.begin<Answer | Trouble>(timeoutMs);
    call.attempt = attempt;
    let refused: LumiotError | undefined;
    this.#options.link.send(packet).catch((error: unknown) => {
      refused = error instanceof LumiotError ? error : undefined;
      // What must not be done twice is not waited for where it never left.
      if (call.isOnce) attempt.end(undefined);
    });
    const answer = await attempt.ended;
    call.attempt = undefined;
    return { answer, refused };
  }

  /** The late answer of an earlier try that arrived before, or during, the hello. */
  async #readyOrLate(call: Call): Promise<Answer | undefined> {
    return Promise.race([call.answer.ended, this.#options.link.ready().then(() => undefined)]);
  }

  #spoil(call: Call | undefined, trouble: Trouble): void {
    const attempt = call?.attempt;
    if (call === undefined || attempt === undefined || call.isOnce || call.spoilt === attempt) return;
    if (trouble === 'garbled') {
      attempt.end(trouble);
      return;
    }
    call.spoilt = attempt;
    void this.#options.waits.pause(GRACE_MS).then(
      () => attempt.end(trouble),
      () => {},
    );
  }
}

/** `params` is always there: devices ignore a request without (miio-lan.md §4). */
export function requestText(id: number, method: string, params: unknown): string {
  return JSON.stringify({ id, method, params: params ?? [] });
}

function answerOf(fields: Readonly<Record<string, unknown>>): Answer {
  const { error, result } = fields;
  if (error === undefined || error === null) return { kind: 'result', result: result ?? null };
  const code = typeof error === 'object' ? (error as Readonly<Record<string, unknown>>).code : undefined;
  return { kind: 'error', code: typeof code === 'number' && Number.isSafeInteger(code) ? code : 0 };
}

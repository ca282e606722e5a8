/**
 * What a broker keeps because of this mapping. Publishes a text only where it differs from what was published since the last connection,
 * and takes back what is no longer true, until that has surely arrived.
 */

import { createHash } from 'node:crypto';

export interface RetainedOptions {
  readonly publish: (topic: string, text: string, isJson: boolean) => void;
  /** True for what another mapping tells now: taking it back would take it from the other. */
  readonly isOfOther: (topic: string) => boolean;
  /** It was not taken back for that reason. */
  readonly left: (topic: string) => void;
  /** Other topics than before hold something of ours. */
  readonly changed: () => void;
}

/** An "mqtt out" drops what it gets in the moments before a lost connection is noticed, so once is not enough. */
const TIMES = 2;
const LONGEST_KEPT = 64;
/** Of what may stand there and is not compared. */
const SPARED = ' ';

export class Retained {
  readonly #options: RetainedOptions;
  /** What was published since the last connection, short or as a hash; undefined for what stands there from before. */
  readonly #standing = new Map<string, string | undefined>();
  /** What was taken back, and how often that must still be said. */
  readonly #owed = new Map<string, number>();

  constructor(options: RetainedOptions) {
    this.#options = options;
  }

  /** Every topic where something of ours stands or may stand. */
  *topics(): Iterable<string> {
    yield* this.#standing.keys();
    yield* this.#owed.keys();
  }

  /** From an earlier run. */
  remember(topics: readonly string[]): void {
    for (const topic of topics) if (!this.#standing.has(topic)) this.#standing.set(topic, undefined);
  }

  /** There is a new connection, perhaps to a broker that has lost everything. */
  forget(isMeant: (topic: string) => boolean = () => true): void {
    for (const topic of this.#standing.keys()) if (isMeant(topic)) this.#standing.set(topic, undefined);
  }

  /** Something stands there that was published since the last connection. */
  isFresh(topic: string): boolean {
    return this.#standing.get(topic) !== undefined;
  }

  /** What stands there and was not renewed. */
  stale(): string[] {
    const found: string[] = [];
    for (const [topic, text] of this.#standing) if (text === undefined) found.push(topic);
    return found;
  }

  /** Publishes where it is news. */
  put(topic: string, text: string, isJson: boolean): void {
    const known = short(text);
    if (this.#standing.get(topic) === known) return;
    this.#stand(topic, known);
    this.#options.publish(topic, text, isJson);
  }

  /** Publishes in any case. */
  say(topic: string, text: string, isJson: boolean): void {
    this.#stand(topic, short(text));
    this.#options.publish(topic, text, isJson);
  }

  /** What stands there may be right: it is neither renewed nor taken back. */
  spare(topic: string): void {
    if (this.#standing.has(topic) && !this.isFresh(topic)) this.#standing.set(topic, SPARED);
  }

  takeBack(topic: string): void {
    if (!this.#standing.delete(topic)) return;
    this.#owed.set(topic, TIMES);
    this.#say(topic);
  }

  /** Says again what was taken back. `isHeard`: there is a connection, so that it counts. */
  *repeat(isHeard: boolean): Generator<void> {
    for (const [topic, times] of [...this.#owed]) {
      // Perhaps published again, or taken over, since this began.
      if (!this.#owed.has(topic)) continue;
      this.#say(topic);
      if (isHeard) this.#count(topic, times - 1);
      yield;
    }
  }

  #say(topic: string): void {
    if (this.#options.isOfOther(topic)) {
      this.#count(topic, 0);
      this.#options.left(topic);
    } else this.#options.publish(topic, '', false);
  }

  #count(topic: string, times: number): void {
    if (times > 0) {
      this.#owed.set(topic, times);
      return;
    }
    if (this.#owed.delete(topic)) this.#options.changed();
  }

  #stand(topic: string, text: string): void {
    const isOwed = this.#owed.delete(topic);
    const isNew = !this.#standing.has(topic);
    this.#standing.set(topic, text);
    if (isNew && !isOwed) this.#options.changed();
  }
}

function short(text: string): string {
  return text.length <= LONGEST_KEPT ? text : createHash('sha256').update(text).digest('base64');
}

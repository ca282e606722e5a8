/** Writes values to a device and proves that they took effect: by its answer, by what is pushed, or else by a read. */

import type { Clock, Timer } from '../home/clock';
import type { Value, Values } from '../home/device';
import { LumiotError } from '../home/errors';
import type { CloudAck, CloudRecord } from './account-types';
import type { OnRequest } from './api-request';
import type { CloudValue, PropertyRef, PropertyResult } from './cloud-device';
import { nameOf } from './named-errors';
import type { SpecProperty } from './spec-types';
import { fromWire } from './spec-values';
import { type Fate, fateOf, mayHaveWorked, withFates } from './write-fates';

export interface WritesOptions {
  readonly clock: Clock;
  readonly set: (
    values: readonly (PropertyRef & { readonly value: CloudValue })[],
    onRequest: OnRequest,
  ) => Promise<readonly PropertyResult[]>;
  /** Reads, and lets everybody hear of it. */
  readonly read: (record: CloudRecord, properties: readonly SpecProperty[]) => Promise<Values>;
  /** Pushes of a device arrive now. */
  readonly isPushed: (did: string) => boolean;
}

export interface Wanted {
  readonly property: SpecProperty;
  readonly value: CloudValue;
}

interface Sent {
  /** What surely failed, or else what may have worked. */
  readonly failure: LumiotError | undefined;
  /** By property name; empty where the whole came to nothing or nobody knows what. */
  readonly fates: ReadonlyMap<string, Fate>;
}

export interface WriteWatch {
  readonly onRequest: OnRequest;
  /** The device has answered, or its answer was lost: what follows need not wait for the proof. */
  readonly onAnswered: () => void;
}

/** How long a push may take; after that the value is read. */
const PUSH_MS = 5_000;
/** Where nothing is pushed: a device needs a moment to be what it was told. On the LAN nobody stands between (miio-lan.md §6 C). */
const SETTLE_MS = 1_000;
const SETTLE_LAN_MS = 500;
const LOOK_EVERY_MS = 250;

export class PropertyWrites {
  readonly #options: WritesOptions;
  readonly #pauses = new Map<Timer, () => void>();
  readonly #reads = new Set<Timer>();
  /** What each property was told last, by device and name. */
  readonly #newest = new Map<string, Wanted>();
  #isClosed = false;

  constructor(options: WritesOptions) {
    this.#options = options;
  }

  /** Ends what waits: a command that is still unproved becomes `UNKNOWN_OUTCOME`. */
  close(): void {
    this.#isClosed = true;
    const { clock } = this.#options;
    for (const timer of this.#reads) clock.clearTimeout(timer);
    this.#reads.clear();
    for (const [timer, resume] of this.#pauses) {
      clock.clearTimeout(timer);
      resume();
    }
    this.#pauses.clear();
  }

  /** Resolves with what proved it. Rejects with what the device said, with `NOT_APPLIED`, or with `UNKNOWN_OUTCOME`. */
  async write(record: CloudRecord, wanted: readonly Wanted[], watch: WriteWatch): Promise<CloudAck['confirmed']> {
    const keyOf = ({ property }: Wanted): string => `${record.did} ${property.name}`;
    for (const one of wanted) this.#newest.set(keyOf(one), one);
    const isOvertaken = (): boolean => wanted.some((one) => this.#newest.get(keyOf(one)) !== one);
    try {
      return await this.#write(record, wanted, watch, isOvertaken);
    } finally {
      for (const one of wanted) if (this.#newest.get(keyOf(one)) === one) this.#newest.delete(keyOf(one));
    }
  }

  async #write(
    record: CloudRecord,
    wanted: readonly Wanted[],
    { onRequest, onAnswered }: WriteWatch,
    isOvertaken: () => boolean,
  ): Promise<CloudAck['confirmed']> {
    const sent = await this.#send(record, wanted, onRequest);
    onAnswered();
    const { failure, fates } = sent;
    if (failure !== undefined && !mayHaveWorked(failure)) {
      // Of several values some may have been taken on.
      if (wanted.length > 1) this.#readLater(record, wanted);
      throw withFates(failure, fates);
    }
    const unproved = wanted.filter(({ property }) => fates.get(property.name) !== 'set');
    if (unproved.length > 0) return this.#prove(record, unproved, sent, isOvertaken);
    this.#readLater(record, wanted);
    return 'ack';
  }

  async #send(record: CloudRecord, wanted: readonly Wanted[], onRequest: OnRequest): Promise<Sent> {
    try {
      const values = wanted.map(({ property: { siid, piid }, value }) => ({ did: record.did, siid, piid, value }));
      const results = await this.#options.set(values, onRequest);
      const failed = results.flatMap((result) => (result.ok ? [] : [result.error]));
      // What surely failed counts before what may have worked.
      const failure = failed.find((error) => !mayHaveWorked(error)) ?? failed[0];
      return { failure, fates: new Map(wanted.map(({ property }, index) => [property.name, fateOf(results[index])])) };
    } catch (thrown) {
      if (!(thrown instanceof LumiotError)) throw thrown;
      return { failure: thrown, fates: new Map() };
    }
  }

  /** The device took it on, or its answer got lost: what it is now tells. */
  async #prove(
    record: CloudRecord,
    wanted: readonly Wanted[],
    { failure, fates }: Sent,
    isOvertaken: () => boolean,
  ): Promise<CloudAck['confirmed']> {
    const { clock, isPushed, read } = this.#options;
    const isSo = (values: Values): boolean => wanted.every(({ property, value }) => isValue(property, values[property.name], value));
    const until = clock.monotonic() + (isPushed(record.did) ? PUSH_MS : settleMs(record));
    // What was so before proves nothing.
    const wasSo = isSo(record.values);
    while (clock.monotonic() < until && !this.#isClosed && !isOvertaken()) {
      await this.#pause(LOOK_EVERY_MS);
      if (!wasSo && isSo(record.values)) return 'report';
    }
    const readable = wanted.filter(({ property }) => property.canRead).map(({ property }) => property);
    const unknown = (): CloudAck['confirmed'] => {
      // Nothing can prove a write-only property, or one that was told something else meanwhile: that it was taken on is all there is.
      if (failure === undefined) return 'ack';
      throw withFates(unknownOutcome(record, failure), fates);
    };
    if (readable.length < wanted.length || this.#isClosed || isOvertaken()) return unknown();
    let values: Values;
    try {
      values = await read(record, readable);
    } catch {
      throw withFates(unknownOutcome(record, failure), fates);
    }
    if (isSo(values)) return 'read';
    if (isOvertaken()) return unknown();
    const missed = wanted.filter(({ property, value }) => !isValue(property, values[property.name], value)).map(({ property }) => property);
    const words = missed.map(({ name }) => `${name} is ${JSON.stringify(values[name])}`).join(', ');
    const error = new LumiotError(
      'NOT_APPLIED',
      `Device ${nameOf(record)} did not do what it was told: ${words}. Try again, and check the device itself.`,
      { device: record.did, cause: failure },
    );
    const isMissed = new Set(missed.map(({ name }) => name));
    throw withFates(error, new Map([...fates.keys()].map((name): [string, Fate] => [name, isMissed.has(name) ? 'not-set' : 'set'])));
  }

  /** A write that nobody pushes back is read, so that everybody hears of it. */
  #readLater(record: CloudRecord, wanted: readonly Wanted[]): void {
    const { clock, isPushed, read } = this.#options;
    if (this.#isClosed) return;
    const isPushing = isPushed(record.did) && wanted.every(({ property }) => property.canNotify);
    const timer = clock.setTimeout(
      () => {
        this.#reads.delete(timer);
        const unseen = wanted.filter(({ property, value }) => property.canRead && !isValue(property, record.values[property.name], value));
        if (unseen.length > 0)
          void read(
            record,
            unseen.map(({ property }) => property),
          ).catch(() => {});
      },
      isPushing ? PUSH_MS : settleMs(record),
    );
    this.#reads.add(timer);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimeout(() => {
        this.#pauses.delete(timer);
        resolve();
      }, ms);
      this.#pauses.set(timer, resolve);
    });
  }
}

function settleMs({ transport }: CloudRecord): number {
  return transport === 'miio' ? SETTLE_LAN_MS : SETTLE_MS;
}

function isValue(property: SpecProperty, known: Value | undefined, wanted: CloudValue): boolean {
  return known !== undefined && known === fromWire(property, wanted);
}

function unknownOutcome(record: CloudRecord, cause: LumiotError | undefined): LumiotError {
  return new LumiotError(
    'UNKNOWN_OUTCOME',
    `Whether device ${nameOf(record)} did it cannot be known: its answer got lost, and it could not be asked. Look at the device before you send it again.`,
    { device: record.did, cause },
  );
}

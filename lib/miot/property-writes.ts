/** Writes values to a device and proves that they took effect: by its answer, by what is pushed, or else by a read. */

import type { Clock, Timer } from '../home/clock';
import type { Value, Values } from '../home/device';
import { LumiotError } from '../home/errors';
import type { CloudAck, CloudRecord } from './account-types';
import type { CloudValue, PropertyRef, PropertyResult } from './cloud-device';
import type { SpecProperty } from './spec-types';
import { fromWire } from './spec-values';

export interface WritesOptions {
  readonly clock: Clock;
  readonly set: (values: readonly (PropertyRef & { readonly value: CloudValue })[]) => Promise<readonly PropertyResult[]>;
  /** Reads, and lets everybody hear of it. */
  readonly read: (record: CloudRecord, properties: readonly SpecProperty[]) => Promise<Values>;
  /** Pushes arrive now. */
  readonly isPushed: () => boolean;
}

export interface Wanted {
  readonly property: SpecProperty;
  readonly value: CloudValue;
}

/** How long a push may take; after that the value is read. */
const PUSH_MS = 5_000;
/** Where nothing is pushed: a device needs a moment to be what it was told. */
const SETTLE_MS = 1_000;
const LOOK_EVERY_MS = 250;

export class PropertyWrites {
  readonly #options: WritesOptions;
  readonly #pauses = new Map<Timer, () => void>();
  readonly #reads = new Set<Timer>();
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
  async write(record: CloudRecord, wanted: readonly Wanted[]): Promise<CloudAck['confirmed']> {
    const { failure, isUncertain } = await this.#send(record, wanted);
    if (failure !== undefined && !mayHaveWorked(failure)) {
      // Of several values some may have been taken on.
      if (wanted.length > 1) this.#readLater(record, wanted);
      throw failure;
    }
    if (failure !== undefined || isUncertain) return this.#prove(record, wanted, failure);
    this.#readLater(record, wanted);
    return 'ack';
  }

  async #send(record: CloudRecord, wanted: readonly Wanted[]): Promise<{ failure: LumiotError | undefined; isUncertain: boolean }> {
    try {
      const results = await this.#options.set(
        wanted.map(({ property: { siid, piid }, value }) => ({ did: record.did, siid, piid, value })),
      );
      const failed = results.flatMap((result) => (result.ok ? [] : [result.error]));
      // What surely failed counts before what may have worked.
      const failure = failed.find((error) => !mayHaveWorked(error)) ?? failed[0];
      return { failure, isUncertain: results.some((result) => result.ok && result.isAccepted) };
    } catch (thrown) {
      if (!(thrown instanceof LumiotError)) throw thrown;
      return { failure: thrown, isUncertain: true };
    }
  }

  /** The device took it on, or its answer got lost: what it is now tells. */
  async #prove(record: CloudRecord, wanted: readonly Wanted[], failure: LumiotError | undefined): Promise<CloudAck['confirmed']> {
    const { clock, isPushed, read } = this.#options;
    const isSo = (values: Values): boolean => wanted.every(({ property, value }) => isValue(property, values[property.name], value));
    const until = clock.monotonic() + (isPushed() ? PUSH_MS : SETTLE_MS);
    // What was so before proves nothing.
    const wasSo = isSo(record.values);
    while (clock.monotonic() < until && !this.#isClosed) {
      await this.#pause(LOOK_EVERY_MS);
      if (!wasSo && isSo(record.values)) return 'report';
    }
    const readable = wanted.filter(({ property }) => property.canRead).map(({ property }) => property);
    if (readable.length < wanted.length || this.#isClosed) {
      // Nothing can prove a write-only property: that it was taken on is all there is.
      if (failure === undefined) return 'ack';
      throw unknownOutcome(record, failure);
    }
    let values: Values;
    try {
      values = await read(record, readable);
    } catch {
      throw unknownOutcome(record, failure);
    }
    if (isSo(values)) return 'read';
    const words = wanted.map(({ property }) => `${property.name} is ${JSON.stringify(values[property.name])}`).join(', ');
    const details = { device: record.did, cause: failure };
    throw new LumiotError(
      'NOT_APPLIED',
      `Device ${nameOf(record)} did not do what it was told: ${words}. Try again, and check the device itself.`,
      details,
    );
  }

  /** A write that nobody pushes back is read, so that everybody hears of it. */
  #readLater(record: CloudRecord, wanted: readonly Wanted[]): void {
    const { clock, isPushed, read } = this.#options;
    if (this.#isClosed) return;
    const isPushing = isPushed() && wanted.every(({ property }) => property.canNotify);
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
      isPushing ? PUSH_MS : SETTLE_MS,
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

/** 'Desk lamp (68332340)'. */
export function nameOf({ listed, did }: CloudRecord): string {
  return listed.name === '' ? did : `${listed.name} (${did})`;
}

function isValue(property: SpecProperty, known: Value | undefined, wanted: CloudValue): boolean {
  return known !== undefined && known === fromWire(property, wanted);
}

/** The device took too long, or the answer got lost: it may have been done (miot-cloud.md §2.4). */
function mayHaveWorked({ code }: LumiotError): boolean {
  return code === 'UNKNOWN_OUTCOME' || code === 'TIMEOUT';
}

function unknownOutcome(record: CloudRecord, cause: LumiotError | undefined): LumiotError {
  return new LumiotError(
    'UNKNOWN_OUTCOME',
    `Whether device ${nameOf(record)} did it cannot be known: its answer got lost, and it could not be asked. Look at the device before you send it again.`,
    { device: record.did, cause },
  );
}

/** Reads, writes and actions by name: finds the numbers, checks what was given, and proves that a write took effect. */

import type { Clock, Timer } from '../home/clock';
import { emptyValues, type Origin, type Value, type Values } from '../home/device';
import { LumiotError } from '../home/errors';
import type { ActionInputs, ActionOutcome, CloudAck, CloudRecord, GetOutcome, SetOutcome } from './account-types';
import { inputsOf } from './action-inputs';
import type { CloudValue, PropertyRef, PropertyResult } from './cloud-device';
import { copyValues } from './device-book';
import { shortName } from './device-reader';
import { naming } from './named-errors';
import { type Found, lookUpAction, lookUpProperty } from './spec-names';
import type { DeviceSpec, SpecProperty } from './spec-types';
import { fromWire, toWire } from './spec-values';

export interface CommandsOptions {
  readonly clock: Clock;
  readonly find: (id: string) => Promise<CloudRecord>;
  readonly spec: (record: CloudRecord) => Promise<DeviceSpec>;
  readonly get: (refs: readonly PropertyRef[]) => Promise<readonly PropertyResult[]>;
  readonly set: (values: readonly (PropertyRef & { readonly value: CloudValue })[]) => Promise<readonly PropertyResult[]>;
  readonly action: (
    target: { readonly did: string; readonly siid: number; readonly aiid: number },
    inputs: readonly CloudValue[],
  ) => Promise<{ readonly outputs: readonly CloudValue[]; readonly isAccepted: boolean }>;
  readonly hear: (record: CloudRecord, values: Values, origin: Origin) => void;
  /** Pushes arrive now. */
  readonly isPushed: () => boolean;
  readonly log: { readonly warn: (text: string) => void };
}

/** How long a push may take; after that the value is read. */
const PUSH_MS = 5_000;
/** Where nothing is pushed: a device needs a moment to be what it was told. */
const SETTLE_MS = 1_000;
const MOST_SHOWN = 12;

interface Wanted {
  readonly property: SpecProperty;
  readonly value: CloudValue;
}

export class AccountCommands {
  readonly #options: CommandsOptions;
  readonly #timers = new Set<Timer>();
  readonly #said = new Set<string>();

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  close(): void {
    for (const timer of this.#timers) this.#options.clock.clearTimeout(timer);
    this.#timers.clear();
  }

  async get(id: string, names: readonly string[]): Promise<GetOutcome> {
    const record = await this.#options.find(id);
    return naming(record, () => this.#get(record, names));
  }

  async set(id: string, given: Readonly<Record<string, unknown>>): Promise<SetOutcome> {
    const record = await this.#options.find(id);
    return naming(record, () => this.#set(record, given));
  }

  async action(id: string, name: string, given?: ActionInputs): Promise<ActionOutcome> {
    const record = await this.#options.find(id);
    return naming(record, () => this.#action(record, name, given));
  }

  async #get(record: CloudRecord, names: readonly string[]): Promise<GetOutcome> {
    const spec = await this.#options.spec(record);
    const properties = names.map((name) => this.#property(record, spec, name));
    for (const property of properties) {
      if (!property.canRead)
        throw refusal(record, `${property.name} of ${nameOf(record)} cannot be read. Listen to it with a miot-in node instead.`);
    }
    const previous = copyValues(record.values);
    return { device: record, values: await this.#read(record, properties), previous };
  }

  async #set(record: CloudRecord, given: Readonly<Record<string, unknown>>): Promise<SetOutcome> {
    const begun = this.#options.clock.monotonic();
    const spec = await this.#options.spec(record);
    const wanted: Wanted[] = [];
    for (const [name, value] of Object.entries(given)) {
      const property = this.#property(record, spec, name);
      wanted.push({ property, value: toWire(property, isToggle(property, value) ? await this.#turnedOver(record, property) : value) });
    }
    if (wanted.length === 0) throw refusal(record, `There is nothing to set at ${nameOf(record)}: the payload names no property.`);
    const previous = copyValues(record.values);
    const { confirmed, attempts } = await this.#write(record, wanted);
    const values = emptyValues();
    for (const { property, value } of wanted) values[property.name] = value;
    return { device: record, values, previous, ack: ackOf(confirmed, attempts, this.#options.clock.monotonic() - begun) };
  }

  async #action(record: CloudRecord, name: string, given?: ActionInputs): Promise<ActionOutcome> {
    const begun = this.#options.clock.monotonic();
    const spec = await this.#options.spec(record);
    const action = this.#only(record, name, lookUpAction(spec, name), 'action', spec.actions);
    const inputs = inputsOf(action, given, nameOf(record));
    const result = await this.#options.action({ did: record.did, siid: action.siid, aiid: action.aiid }, inputs);
    const outputs = emptyValues();
    for (const [index, value] of result.outputs.entries()) {
      const property = action.outputs[index];
      const understood = property === undefined ? value : fromWire(property, value);
      if (understood !== undefined) outputs[property === undefined ? `output${index + 1}` : shortName(property.name)] = understood;
    }
    return { device: record, action: action.name, outputs, ack: ackOf('ack', 1, this.#options.clock.monotonic() - begun) };
  }

  #property(record: CloudRecord, spec: DeviceSpec, name: string): SpecProperty {
    return this.#only(record, name, lookUpProperty(spec, name), 'property', spec.properties);
  }

  /** Where a name fits several, the first is meant; it is told once, with the names that leave no doubt. */
  #only<Member extends { readonly name: string }>(
    record: CloudRecord,
    typed: string,
    looked: Found<Member> | undefined,
    what: 'property' | 'action',
    all: readonly Member[],
  ): Member {
    if (looked === undefined) {
      const known = all.map(({ name }) => name);
      const shown = known.slice(0, MOST_SHOWN).join(', ') + (known.length > MOST_SHOWN ? ', …' : '');
      throw new LumiotError('UNSUPPORTED', `${nameOf(record)} has no ${what} "${typed}". Known: ${shown || 'none'}.`, {
        device: record.did,
      });
    }
    const { found, others } = looked;
    const key = `${record.did} ${typed}`;
    if (others.length > 0 && !this.#said.has(key)) {
      this.#said.add(key);
      this.#options.log.warn(
        `"${typed}" fits several of ${nameOf(record)}: ${found.name} was taken. Write ${[found, ...others].map(({ name }) => name).join(' or ')}.`,
      );
    }
    return found;
  }

  async #read(record: CloudRecord, properties: readonly SpecProperty[]): Promise<Values> {
    const results = await this.#options.get(properties.map(({ siid, piid }) => ({ did: record.did, siid, piid })));
    const values = emptyValues();
    for (const [index, property] of properties.entries()) {
      const result = results[index];
      if (result === undefined || !result.ok)
        throw result?.error ?? refusal(record, `${nameOf(record)} did not answer for ${property.name}.`);
      const value = fromWire(property, result.value);
      if (value !== undefined) values[property.name] = value;
    }
    this.#options.hear(record, values, 'read');
    return values;
  }

  /** Resolves with what proved it; rejects with what the device said. */
  async #write(record: CloudRecord, wanted: readonly Wanted[]): Promise<{ confirmed: CloudAck['confirmed']; attempts: number }> {
    let isUncertain = false;
    let failure: LumiotError | undefined;
    try {
      const results = await this.#options.set(
        wanted.map(({ property: { siid, piid }, value }) => ({ did: record.did, siid, piid, value })),
      );
      for (const result of results) {
        if (!result.ok) failure ??= result.error;
        else if (result.isAccepted) isUncertain = true;
      }
    } catch (thrown) {
      if (!(thrown instanceof LumiotError)) throw thrown;
      failure = thrown;
    }
    if (failure !== undefined && !mayHaveWorked(failure)) throw failure;
    if (failure === undefined && !isUncertain) {
      this.#readLater(record, wanted);
      return { confirmed: 'ack', attempts: 1 };
    }
    return this.#prove(record, wanted, failure);
  }

  /** The device took it on, or its answer got lost: what it is now tells. */
  async #prove(record: CloudRecord, wanted: readonly Wanted[], failure: LumiotError | undefined) {
    const { clock, isPushed } = this.#options;
    const isSo = (values: Values): boolean => wanted.every(({ property, value }) => sameValue(property, values[property.name], value));
    const until = clock.monotonic() + (isPushed() ? PUSH_MS : SETTLE_MS);
    // What was so before proves nothing.
    const wasSo = isSo(record.values);
    while (clock.monotonic() < until) {
      await this.#pause(250);
      if (!wasSo && isSo(record.values)) return { confirmed: 'report' as const, attempts: 1 };
    }
    const readable = wanted.filter(({ property }) => property.canRead).map(({ property }) => property);
    if (readable.length < wanted.length) {
      // A write-only property: nothing can prove it. Taken on is all there is.
      if (failure === undefined) return { confirmed: 'ack' as const, attempts: 1 };
      throw unknownOutcome(record, failure);
    }
    let values: Values;
    try {
      values = await this.#read(record, readable);
    } catch {
      throw failure === undefined ? unknownOutcome(record, undefined) : unknownOutcome(record, failure);
    }
    if (isSo(values)) return { confirmed: 'read' as const, attempts: 1 };
    const words = wanted.map(({ property }) => `${property.name} is ${JSON.stringify(values[property.name])}`).join(', ');
    throw new LumiotError(
      'NOT_APPLIED',
      `${nameOf(record)} did not do what it was told: ${words}. Try again, and check the device itself.`,
      {
        device: record.did,
        cause: failure,
      },
    );
  }

  /** A write that nobody pushes back is read, so that everybody hears of it. */
  #readLater(record: CloudRecord, wanted: readonly Wanted[]): void {
    const { clock, isPushed } = this.#options;
    const unseen = (): SpecProperty[] =>
      wanted
        .filter(({ property, value }) => property.canRead && !sameValue(property, record.values[property.name], value))
        .map((one) => one.property);
    const isPushing = isPushed() && wanted.every(({ property }) => property.canNotify);
    const timer = clock.setTimeout(
      () => {
        this.#timers.delete(timer);
        const properties = unseen();
        if (properties.length > 0) void this.#read(record, properties).catch(() => {});
      },
      isPushing ? PUSH_MS : SETTLE_MS,
    );
    this.#timers.add(timer);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, ms);
      this.#timers.add(timer);
    });
  }

  /** Resolved before the first request, so that nothing can toggle twice. */
  async #turnedOver(record: CloudRecord, property: SpecProperty): Promise<boolean> {
    if (!property.canRead)
      throw refusal(record, `${property.name} of ${nameOf(record)} cannot be read, and so not be toggled. Send true or false.`);
    const values = await this.#read(record, [property]);
    return values[property.name] !== true;
  }
}

export function accountCommands(options: CommandsOptions): AccountCommands {
  return new AccountCommands(options);
}

function isToggle(property: SpecProperty, value: unknown): boolean {
  return property.format === 'boolean' && typeof value === 'string' && value.trim().toLowerCase() === 'toggle';
}

function sameValue(property: SpecProperty, known: Value | undefined, wanted: CloudValue): boolean {
  return known !== undefined && known === fromWire(property, wanted);
}

/** The device took too long, or the answer got lost: it may have been done (miot-cloud.md §2.4). */
function mayHaveWorked({ code }: LumiotError): boolean {
  return code === 'UNKNOWN_OUTCOME' || code === 'TIMEOUT';
}

function unknownOutcome(record: CloudRecord, cause: LumiotError | undefined): LumiotError {
  return new LumiotError(
    'UNKNOWN_OUTCOME',
    `Whether ${nameOf(record)} did it cannot be known: its answer got lost, and it could not be asked. Look at the device before you send it again.`,
    { device: record.did, cause },
  );
}

function refusal(record: CloudRecord, sentence: string): LumiotError {
  return new LumiotError('BAD_INPUT', sentence, { device: record.did });
}

function nameOf({ listed, did }: CloudRecord): string {
  return `device ${listed.name} (${did})`;
}

function ackOf(confirmed: CloudAck['confirmed'], attempts: number, ms: number): CloudAck {
  return { ok: true, ms: Math.round(ms), attempts, confirmed };
}

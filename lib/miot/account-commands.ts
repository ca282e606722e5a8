/** Reads, writes and actions by name: finds the numbers, checks what was given, and proves that a write took effect. */

import type { Clock } from '../home/clock';
import { emptyValues, type Origin, type Values } from '../home/device';
import { LumiotError } from '../home/errors';
import type { ActionInputs, ActionOutcome, CloudAck, CloudRecord, GetOutcome, SetOutcome } from './account-types';
import { inputsOf } from './action-inputs';
import type { CloudValue, PropertyRef, PropertyResult } from './cloud-device';
import { copyValues } from './device-book';
import { shortName } from './device-reader';
import { naming } from './named-errors';
import { nameOf, PropertyWrites, type Wanted } from './property-writes';
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

const MOST_SHOWN = 12;

export class AccountCommands {
  readonly #options: CommandsOptions;
  readonly #writes: PropertyWrites;
  readonly #said = new Set<string>();

  constructor(options: CommandsOptions) {
    this.#options = options;
    const { clock, set, isPushed } = options;
    this.#writes = new PropertyWrites({ clock, set, isPushed, read: (record, properties) => this.#read(record, properties) });
  }

  close(): void {
    this.#writes.close();
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
        throw refusal(record, `${property.name} of device ${nameOf(record)} cannot be read. Listen to it with a miot-in node instead.`);
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
    if (wanted.length === 0) throw refusal(record, `There is nothing to set at device ${nameOf(record)}: the payload names no property.`);
    const previous = copyValues(record.values);
    const confirmed = await this.#writes.write(record, wanted);
    const values = emptyValues();
    for (const { property, value } of wanted) values[property.name] = value;
    return { device: record, values, previous, ack: ackOf(confirmed, this.#options.clock.monotonic() - begun) };
  }

  async #action(record: CloudRecord, name: string, given?: ActionInputs): Promise<ActionOutcome> {
    const begun = this.#options.clock.monotonic();
    const spec = await this.#options.spec(record);
    const action = this.#only(record, name, lookUpAction(spec, name), 'action', spec.actions);
    const inputs = inputsOf(action, given, `device ${nameOf(record)}`);
    const result = await this.#options.action({ did: record.did, siid: action.siid, aiid: action.aiid }, inputs);
    const outputs = emptyValues();
    for (const [index, value] of result.outputs.entries()) {
      const property = action.outputs[index];
      const understood = property === undefined ? value : fromWire(property, value);
      if (understood !== undefined) outputs[property === undefined ? `output${index + 1}` : shortName(property.name)] = understood;
    }
    return { device: record, action: action.name, outputs, ack: ackOf('ack', this.#options.clock.monotonic() - begun) };
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
      throw new LumiotError('UNSUPPORTED', `Device ${nameOf(record)} has no ${what} "${typed}". Known: ${shown || 'none'}.`, {
        device: record.did,
      });
    }
    const { found, others } = looked;
    const key = `${record.did} ${typed}`;
    if (others.length > 0 && !this.#said.has(key)) {
      this.#said.add(key);
      this.#options.log.warn(
        `"${typed}" fits several of device ${nameOf(record)}: ${found.name} was taken. Write ${[found, ...others].map(({ name }) => name).join(' or ')}.`,
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
        throw result?.error ?? refusal(record, `Device ${nameOf(record)} did not answer for ${property.name}.`);
      const value = fromWire(property, result.value);
      if (value !== undefined) values[property.name] = value;
    }
    this.#options.hear(record, values, 'read');
    return values;
  }

  /** Resolved before the first request, so that nothing can toggle twice. */
  async #turnedOver(record: CloudRecord, property: SpecProperty): Promise<boolean> {
    if (!property.canRead)
      throw refusal(record, `${property.name} of device ${nameOf(record)} cannot be read, and so not be toggled. Send true or false.`);
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

function refusal(record: CloudRecord, sentence: string): LumiotError {
  return new LumiotError('BAD_INPUT', sentence, { device: record.did });
}

function ackOf(confirmed: CloudAck['confirmed'], ms: number): CloudAck {
  return { ok: true, ms: Math.round(ms), attempts: 1, confirmed };
}

/** Reads, writes and actions by name: finds the numbers, checks what was given, and proves that a write took effect. */

import type { Clock } from '../home/clock';
import { emptyValues, type Origin, type Values } from '../home/device';
import { LumiotError } from '../home/errors';
import type { MiioInput } from '../miio/types';
import type { ActionInputs, ActionOutcome, CloudAck, CloudRecord, GetOutcome, SetOutcome } from './account-types';
import { inputsOf } from './action-inputs';
import type { OnRequest } from './api-request';
import type { CloudValue, PropertyRef, PropertyResult } from './cloud-device';
import { copyValues } from './device-book';
import { DeviceTurns, type LetGo } from './device-turns';
import { nameOf, naming } from './named-errors';
import { within } from './patience';
import { PropertyWrites, type Wanted } from './property-writes';
import { type ReadValues, readValues } from './read-values';
import { type Found, lookUpAction, lookUpProperty, shortName } from './spec-names';
import { isNumbers, numbersSpec } from './spec-numbers';
import type { DeviceSpec, SpecProperty } from './spec-types';
import { fromWire, toWire } from './spec-values';

export interface CommandsOptions {
  readonly clock: Clock;
  readonly find: (id: string) => Promise<CloudRecord>;
  readonly spec: (record: CloudRecord) => Promise<DeviceSpec>;
  readonly get: (refs: readonly PropertyRef[]) => Promise<readonly PropertyResult[]>;
  readonly set: (
    values: readonly (PropertyRef & { readonly value: CloudValue })[],
    onRequest: OnRequest,
  ) => Promise<readonly PropertyResult[]>;
  readonly action: (
    target: { readonly did: string; readonly siid: number; readonly aiid: number },
    inputs: readonly MiioInput[],
    onRequest: OnRequest,
  ) => Promise<{ readonly outputs: readonly CloudValue[]; readonly isAccepted: boolean }>;
  readonly hear: (record: CloudRecord, values: Values, origin: Origin) => void;
  /** Pushes of a device arrive now. */
  readonly isPushed: (did: string) => boolean;
  /** It has a way on the LAN, where numbers do without a description. */
  readonly isLocal?: (did: string) => boolean;
  readonly log: { readonly warn: (text: string) => void };
}

const MOST_SHOWN = 12;
/** A description is there at once, or somebody has to be asked who may be away. */
const PATIENCE_MS = 2_000;
/** Nobody is kept by names from a device in his own house for as long as a network takes that answers nothing. */
const NAMES_PATIENCE_MS = 20_000;

export class AccountCommands {
  readonly #options: CommandsOptions;
  readonly #writes: PropertyWrites;
  readonly #turns = new DeviceTurns();
  readonly #said = new Set<string>();
  /** Whose description was not there in time: numbers are not kept waiting for it again. */
  readonly #undescribed = new WeakSet<CloudRecord>();

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
    // What a toggle turns over is what came of everything before it.
    const after = Object.values(given).some(isToggle) ? 'over' : 'answered';
    return naming(record, () => this.#turns.run(record.did, after, (letGo) => this.#set(record, given, letGo)));
  }

  async action(id: string, name: string, given?: ActionInputs): Promise<ActionOutcome> {
    const record = await this.#options.find(id);
    return naming(record, () => this.#turns.run(record.did, 'answered', () => this.#action(record, name, given)));
  }

  async #get(record: CloudRecord, names: readonly string[]): Promise<GetOutcome> {
    if (names.length === 0) return this.#getAll(record);
    const spec = await this.#described(record, names, numbersSpec(names));
    const properties = names.map((name) => this.#property(record, spec, name));
    for (const property of properties) {
      if (!property.canRead)
        throw refusal(record, `${property.name} of device ${nameOf(record)} cannot be read. Listen to it with a miot-in node instead.`);
    }
    const previous = copyValues(record.values);
    return { device: record, values: await this.#read(record, properties), previous };
  }

  /** What of it cannot be read now is left out, as long as anything can: many descriptions promise what their device does not have. */
  async #getAll(record: CloudRecord): Promise<GetOutcome> {
    const { properties } = await this.#described(record, [], numbersSpec([]));
    const previous = copyValues(record.values);
    const { values, error } = await this.#ask(
      record,
      properties.filter(({ canRead }) => canRead),
    );
    if (error !== undefined && Object.keys(values).length === 0) throw error;
    return { device: record, values, previous };
  }

  async #set(record: CloudRecord, given: Readonly<Record<string, unknown>>, letGo: LetGo): Promise<SetOutcome> {
    const stopwatch = new Stopwatch(this.#options.clock);
    const names = Object.keys(given);
    const spec = await this.#described(record, names, numbersSpec(names));
    const wanted: Wanted[] = [];
    for (const [property, value] of this.#told(record, spec, given)) {
      const isTurned = (property.format === 'boolean' || property.isUndescribed === true) && isToggle(value);
      wanted.push({ property, value: toWire(property, isTurned ? await this.#turnedOver(record, property) : value) });
    }
    const previous = copyValues(record.values);
    const confirmed = await this.#writes.write(record, wanted, { onRequest: stopwatch.onRequest, onAnswered: letGo });
    const values = emptyValues();
    for (const { property, value } of wanted) values[property.name] = value;
    return { device: record, values, previous, ack: stopwatch.ack(confirmed) };
  }

  /** What each property is told, in the order given. Nobody can say which of two values for one property is meant. */
  #told(record: CloudRecord, spec: DeviceSpec, given: Readonly<Record<string, unknown>>): ReadonlyMap<SpecProperty, unknown> {
    const names = new Map<SpecProperty, string[]>();
    const told = new Map<SpecProperty, unknown>();
    for (const [name, value] of Object.entries(given)) {
      const property = this.#property(record, spec, name);
      names.set(property, [...(names.get(property) ?? []), name]);
      told.set(property, value);
    }
    for (const [property, several] of names) {
      if (several.length === 1) continue;
      const quoted = several.map((name) => `"${name}"`).join(', ');
      throw refusal(record, `${quoted}: of device ${nameOf(record)} these are one and the same property, ${property.name}. Send it once.`);
    }
    if (told.size === 0) throw refusal(record, `There is nothing to set at device ${nameOf(record)}: the payload names no property.`);
    return told;
  }

  async #action(record: CloudRecord, name: string, given?: ActionInputs): Promise<ActionOutcome> {
    const stopwatch = new Stopwatch(this.#options.clock);
    const spec = await this.#described(record, [name], numbersSpec([], [name], namesIn(given)));
    const action = this.#only(record, name, lookUpAction(spec, name), 'action', spec.actions);
    const values = inputsOf(action, given, `device ${nameOf(record)}`);
    const inputs = action.inputs.flatMap(({ piid }, index) => {
      const value = values[index];
      return value === undefined ? [] : [{ piid, value }];
    });
    const result = await this.#options.action({ did: record.did, siid: action.siid, aiid: action.aiid }, inputs, stopwatch.onRequest);
    const outputs = emptyValues();
    for (const [index, value] of result.outputs.entries()) {
      const property = action.outputs[index];
      const understood = property === undefined ? value : fromWire(property, value);
      if (understood !== undefined) outputs[property === undefined ? `output${index + 1}` : shortName(property.name)] = understood;
    }
    return { device: record, action: action.name, outputs, ack: stopwatch.ack('ack') };
  }

  /** What numbers mean needs no description where none can be had; it is not waited for long. */
  async #described(record: CloudRecord, names: readonly string[], numbers: DeviceSpec): Promise<DeviceSpec> {
    const { spec, isLocal, clock } = this.#options;
    const described = spec(record);
    if (record.spec !== undefined || isLocal?.(record.did) !== true) return described;
    const areNumbers = names.length > 0 && names.every(isNumbers);
    if (!areNumbers) {
      const waiting = described.catch((error: unknown) => {
        throw error instanceof LumiotError ? undescribed(record, error) : error;
      });
      return within(clock, NAMES_PATIENCE_MS, waiting, () => {
        throw undescribed(record, new LumiotError('CLOUD_UNREACHABLE', 'It is still being looked up: try again in a minute or two.'));
      });
    }
    const early = described.catch(() => numbers);
    if (this.#undescribed.has(record)) return numbers;
    const found = await within(clock, PATIENCE_MS, early, () => numbers);
    if (found === numbers) this.#undescribed.add(record);
    return found;
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
    const { values, error } = await this.#ask(record, properties);
    if (error !== undefined) throw error;
    return values;
  }

  async #ask(record: CloudRecord, properties: readonly SpecProperty[]): Promise<ReadValues> {
    const results = await this.#options.get(properties.map(({ siid, piid }) => ({ did: record.did, siid, piid })));
    const read = readValues(record, properties, results);
    if (Object.keys(read.values).length > 0) this.#options.hear(record, read.values, 'read');
    return read;
  }

  /** Resolved before the first request, so that nothing can toggle twice. */
  async #turnedOver(record: CloudRecord, property: SpecProperty): Promise<boolean> {
    if (!property.canRead)
      throw refusal(record, `${property.name} of device ${nameOf(record)} cannot be read, and so not be toggled. Send true or false.`);
    const values = await this.#read(record, [property]);
    const value = values[property.name];
    if (property.isUndescribed === true && typeof value !== 'boolean')
      throw refusal(
        record,
        `${property.name} of device ${nameOf(record)} is ${JSON.stringify(value)}, which cannot be toggled. Send a value.`,
      );
    return value !== true;
  }
}

export function accountCommands(options: CommandsOptions): AccountCommands {
  return new AccountCommands(options);
}

function isToggle(value: unknown): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === 'toggle';
}

/** Names of inputs that are numbers of properties. */
function namesIn(given: ActionInputs | undefined): string[] {
  return given === undefined || Array.isArray(given) ? [] : Object.keys(given);
}

function undescribed(record: CloudRecord, error: LumiotError): LumiotError {
  if (error.code !== 'CLOUD_UNREACHABLE' && error.code !== 'UNSUPPORTED') return error;
  return new LumiotError(
    error.code,
    `The description of device ${nameOf(record)} is not known, so that only numbers such as "2.1" can be used for its properties. ${error.message}`,
    { device: record.did, cause: error },
  );
}

function refusal(record: CloudRecord, sentence: string): LumiotError {
  return new LumiotError('BAD_INPUT', sentence, { device: record.did });
}

/** How long a command took, and how many requests. */
class Stopwatch {
  readonly #clock: Clock;
  readonly #begun: number;
  #requests = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#begun = clock.monotonic();
  }

  readonly onRequest: OnRequest = () => {
    this.#requests++;
  };

  ack(confirmed: CloudAck['confirmed']): CloudAck {
    return { ok: true, ms: Math.round(this.#clock.monotonic() - this.#begun), attempts: Math.max(1, this.#requests), confirmed };
  }
}

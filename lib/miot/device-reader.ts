/** Between numbers and names: reads what a device can be asked for, and puts what is pushed into the words of its description. */

import type { Origin } from '../home/device';
import { emptyValues, type Value, type Values } from '../home/device';
import type { CloudRecord } from './account-types';
import type { PropertyRef, PropertyResult } from './cloud-device';
import type { PushEvent } from './push-events';
import type { DeviceSpec, SpecProperty } from './spec-types';
import { fromWire } from './spec-values';

export interface ReaderOptions {
  readonly get: (refs: readonly PropertyRef[]) => Promise<readonly PropertyResult[]>;
  readonly spec: (record: CloudRecord) => Promise<DeviceSpec>;
  /** `isWhole`: everything that can be read was read. */
  readonly hear: (record: CloudRecord, values: Values, origin: Origin, isWhole: boolean) => void;
  readonly log: { readonly warn: (text: string) => void };
}

type Translated = {
  readonly property: (values: Values) => void;
  readonly event: (name: string, values: Values) => void;
};

export class DeviceReader {
  readonly #options: ReaderOptions;
  /** What was pushed is told in its order, also where a description has to be fetched first. */
  readonly #queues = new Map<string, Promise<void>>();
  readonly #complained = new Set<string>();

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Reads what can be read. Never rejects: a device that does not answer keeps what is known of it. */
  async read(records: readonly CloudRecord[], which: 'all' | 'not-pushed', origin: Origin): Promise<void> {
    await Promise.all(
      records.map(async (record) => {
        try {
          await this.#readOne(record, which, origin);
        } catch (error) {
          this.#complain(record, String(error instanceof Error ? error.message : error));
        }
      }),
    );
  }

  async #readOne(record: CloudRecord, which: 'all' | 'not-pushed', origin: Origin): Promise<void> {
    const spec = await this.#options.spec(record);
    const wanted = spec.properties.filter(({ canRead, canNotify }) => canRead && (which === 'all' || !canNotify));
    if (wanted.length === 0) return;
    const results = await this.#options.get(wanted.map(({ siid, piid }) => ({ did: record.did, siid, piid })));
    const values = emptyValues();
    for (const [index, result] of results.entries()) {
      const property = wanted[index];
      if (property === undefined || !result.ok) continue;
      const value = this.#understood(record, property, result.value);
      if (value !== undefined) values[property.name] = value;
    }
    if (Object.keys(values).length > 0) this.#options.hear(record, values, origin, which === 'all');
  }

  /** Puts one push into words. Never rejects. */
  translate(record: CloudRecord, event: Exclude<PushEvent, { kind: 'online' }>, told: Translated): Promise<void> {
    const before = this.#queues.get(record.did) ?? Promise.resolve();
    const next = before.then(async () => {
      try {
        this.#translate(record, event, await this.#options.spec(record), told);
      } catch (error) {
        this.#complain(record, String(error instanceof Error ? error.message : error));
        // Without its description a device still says something, in numbers.
        this.#translate(record, event, undefined, told);
      }
    });
    this.#queues.set(record.did, next);
    void next.then(() => {
      if (this.#queues.get(record.did) === next) this.#queues.delete(record.did);
    });
    return next;
  }

  #translate(record: CloudRecord, event: Exclude<PushEvent, { kind: 'online' }>, spec: DeviceSpec | undefined, told: Translated): void {
    if (event.kind === 'property') {
      const property = spec?.properties.find(({ siid, piid }) => siid === event.siid && piid === event.piid);
      const value = property === undefined ? event.value : this.#understood(record, property, event.value);
      if (value !== undefined) told.property(single(property?.name ?? `${event.siid}.${event.piid}`, value));
      return;
    }
    const known = spec?.events.find(({ siid, eiid }) => siid === event.siid && eiid === event.eiid);
    const values = emptyValues();
    for (const [index, { piid, value }] of event.arguments.entries()) {
      const argument = piid === undefined ? known?.arguments[index] : known?.arguments.find((one) => one.piid === piid);
      const understood = argument === undefined ? value : this.#understood(record, argument, value);
      if (understood !== undefined) values[argument === undefined ? `argument${index + 1}` : shortName(argument.name)] = understood;
    }
    told.event(known?.name ?? `${event.siid}.${event.eiid}`, values);
  }

  #understood(record: CloudRecord, property: SpecProperty, value: unknown): Value | undefined {
    const understood = fromWire(property, value);
    if (understood === undefined)
      this.#complain(record, `${property.name} came as ${JSON.stringify(value)?.slice(0, 60)}, which is no ${property.format}`);
    return understood;
  }

  /** Once for each device and sentence. */
  #complain(record: CloudRecord, sentence: string): void {
    const key = `${record.did} ${sentence}`;
    if (this.#complained.has(key) || this.#complained.size > 1_000) return;
    this.#complained.add(key);
    this.#options.log.warn(`Device ${record.listed.name} (${record.did}): ${sentence}`);
  }
}

/** 'switch-sensor:button-index' → 'button-index': arguments and outputs belong to one service. */
export function shortName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function single(name: string, value: Value): Values {
  const values = emptyValues();
  values[name] = value;
  return values;
}

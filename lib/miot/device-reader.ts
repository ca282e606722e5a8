/** Reads what devices can be asked for, by the numbers of their descriptions, and gives it by name. */

import type { Clock } from '../home/clock';
import { emptyValues, type Origin, type Values } from '../home/device';
import type { CloudRecord } from './account-types';
import type { PropertyRef, PropertyResult } from './cloud-device';
import type { DeviceWords } from './device-words';
import { within } from './patience';
import { numbersIn, numbersSpec } from './spec-numbers';
import type { DeviceSpec } from './spec-types';

export interface ReaderOptions {
  readonly clock: Clock;
  readonly get: (refs: readonly PropertyRef[]) => Promise<readonly PropertyResult[]>;
  readonly spec: (record: CloudRecord) => Promise<DeviceSpec>;
  readonly hear: (record: CloudRecord, values: Values, origin: Origin) => void;
  /** Everything that can be read of it was read; told before `hear`. */
  readonly onWhole: (record: CloudRecord) => void;
  readonly words: DeviceWords;
}

/** A description is there at once, or somebody has to be asked who may be away. */
const PATIENCE_MS = 2_000;

export class DeviceReader {
  readonly #options: ReaderOptions;
  #isClosed = false;

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
          if (!this.#isClosed) this.#options.words.complain(record, String(error instanceof Error ? error.message : error));
        }
      }),
    );
  }

  /** What is cut off from now on is nobody's trouble. */
  close(): void {
    this.#isClosed = true;
  }

  async #readOne(record: CloudRecord, which: 'all' | 'not-pushed', origin: Origin): Promise<void> {
    const { get, hear, onWhole, words } = this.#options;
    const { properties } = await this.#described(record);
    const wanted = properties.filter(({ canRead, canNotify }) => canRead && (which === 'all' || !canNotify));
    const results = wanted.length === 0 ? [] : await get(wanted.map(({ siid, piid }) => ({ did: record.did, siid, piid })));
    const values = emptyValues();
    for (const [index, result] of results.entries()) {
      const property = wanted[index];
      if (property === undefined || !result.ok) continue;
      const value = words.understood(record, property, result.value);
      if (value !== undefined) values[property.name] = value;
    }
    const isTold = Object.keys(values).length > 0;
    if (which === 'all' && (isTold || wanted.length === 0)) onWhole(record);
    if (isTold) hear(record, values, origin);
  }

  /** What was asked for by its number is read under it, while nothing describes it. */
  async #described(record: CloudRecord): Promise<DeviceSpec> {
    const { clock, spec } = this.#options;
    const names = numbersIn(record.values);
    if (record.spec !== undefined || names.length === 0) return spec(record);
    const numbers = numbersSpec(names);
    return within(
      clock,
      PATIENCE_MS,
      spec(record).catch(() => numbers),
      () => numbers,
    );
  }
}

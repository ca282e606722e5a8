/** Values of the wire in the words of a description; what makes no sense is told once for each device. */

import type { Value } from '../home/device';
import type { CloudRecord } from './account-types';
import type { SpecProperty } from './spec-types';
import { fromWire } from './spec-values';

const MOST_COMPLAINTS = 1_000;

export class DeviceWords {
  readonly #log: { readonly warn: (text: string) => void };
  readonly #complained = new Set<string>();

  constructor(log: { readonly warn: (text: string) => void }) {
    this.#log = log;
  }

  /** Undefined for what is no value of this property. */
  understood(record: CloudRecord, property: SpecProperty, value: unknown): Value | undefined {
    const understood = fromWire(property, value);
    if (understood === undefined)
      this.complain(record, `${property.name} came as ${JSON.stringify(value)?.slice(0, 60)}, which is no ${property.format}`);
    return understood;
  }

  /** Once for each device and sentence. */
  complain(record: CloudRecord, sentence: string): void {
    const key = `${record.did} ${sentence}`;
    if (this.#complained.has(key) || this.#complained.size > MOST_COMPLAINTS) return;
    this.#complained.add(key);
    this.#log.warn(`Device ${record.listed.name} (${record.did}): ${sentence}`);
  }
}
